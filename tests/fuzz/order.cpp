// What comes beside a call to a worker: which handlers to call, and what was known of the event.
#include "host/event/order.hpp"

#include "tests/fuzz/fuzz.hpp"

namespace {

using rcx::fuzz::require;
using namespace rcx::host;

Result<Order> read(std::string_view bytes) {
  const Result<Fd> fd = sealed("rcx-fuzz", bytes);
  require(static_cast<bool>(fd), "there is a memfd");
  return read_order(fd->get());
}

bool same(const EventContext& a, const EventContext& b) {
  return context_text(a) == context_text(b) && a.kept == b.kept && a.push_id == b.push_id;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Result<Order> order = read(rcx::fuzz::text(data, size));
  if (!order) return 0;
  const std::string context = order->context ? context_text(*order->context) : "";
  const Result<Fd> written = write_order(*order, context);
  require(static_cast<bool>(written), "it can be written");
  const Result<Order> again = read_order(written->get());
  require(static_cast<bool>(again), "and read again");
  require(again->part == order->part && again->handler == order->handler &&
              again->attempt == order->attempt,
          "it says the same");
  require(again->context.has_value() == order->context.has_value(), "of the event as well");
  if (order->context) require(same(*again->context, *order->context), "the same of it");
  return 0;
}
