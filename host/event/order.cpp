#include "host/event/order.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <boost/json.hpp>
#include <cerrno>

#include "host/core/json_bytes.hpp"
#include "host/event/caller_json.hpp"

namespace rcx::host {
namespace {

constexpr std::size_t kLargest = std::size_t{1024} * 1024 * 1024;
constexpr int kSeals = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW;

// Takes the first line off `text`.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) throw std::runtime_error("a line without an end");
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

boost::json::object parse_line(std::string_view line) {
  return boost::json::parse({line.data(), line.size()}).as_object();
}

// A line of JSON, then what was kept, as it is.
EventContext parse_context(std::string_view text) {
  const boost::json::object json = parse_line(take_line(text));
  EventContext context;
  context.caller = caller_from(json.at("caller").as_object());
  context.caller.user_agent = get_bytes(json, "user_agent");
  context.push_id = get_bytes(json, "push_id");
  if (json.at("kept").as_bool()) context.kept = text;
  return context;
}

}  // namespace

std::string context_text(const EventContext& context) {
  boost::json::object json{{"caller", caller_json(context.caller)},
                           {"kept", context.kept.has_value()},
                           {"push_id", context.push_id}};
  put_bytes(json, "user_agent", context.caller.user_agent);
  return boost::json::serialize(json) + "\n" + context.kept.value_or("");
}

Result<Fd> sealed(const char* name, std::string_view bytes) {
  Fd fd(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd) return system_error("cannot make a memfd", errno);
  if (Result<void> put = write_all(fd.get(), bytes, "a memfd"); !put) return put.error();
  if (::fcntl(fd.get(), F_ADD_SEALS, kSeals | F_SEAL_SEAL) != 0) {
    return system_error("cannot seal a memfd", errno);
  }
  return fd;
}

Result<Fd> write_order(const Order& order, std::string_view context) {
  boost::json::object json{{"part", static_cast<int>(order.part)},
                           {"attempt", order.attempt},
                           {"context", !context.empty()}};
  put_bytes(json, "handler", order.handler);
  std::string text = boost::json::serialize(json) + "\n";
  text += context;
  return sealed("rcx-order", text);
}

Result<Order> read_order(int fd) {
  const int seals = ::fcntl(fd, F_GET_SEALS);
  if (seals < 0 || (seals & kSeals) != kSeals) {
    return Error{Code::kInvalid, "an order that breaks the protocol: wanted a sealed memfd"};
  }
  // By name, because reading through the shared offset would move it for the next worker.
  const Result<std::string> bytes = read_file("/proc/self/fd/" + std::to_string(fd), kLargest);
  if (!bytes) return bytes.error();
  try {
    std::string_view text = *bytes;
    const boost::json::object json = parse_line(take_line(text));
    Order order;
    const int part = json.at("part").to_number<int>();
    if (part < 0 || part > static_cast<int>(Part::kQueued))
      throw std::runtime_error("a wrong part");
    order.part = static_cast<Part>(part);
    order.handler = get_bytes(json, "handler");
    order.attempt = json.at("attempt").to_number<std::uint32_t>();
    if (json.at("context").as_bool()) order.context = parse_context(text);
    return order;
  } catch (const std::exception& failed) {
    return Error{Code::kInvalid,
                 std::string("an order that breaks the protocol: ") + failed.what()};
  }
}

}  // namespace rcx::host
