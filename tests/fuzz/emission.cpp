// What a forge emits: the first byte chooses the event, the rest is its JSON.
#include "host/event/abi_event.hpp"
#include "host/event/event_json.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rcx::host;
  using rcx::fuzz::require;
  if (size == 0) return 0;
  const auto& types = rcx::catalogue::kEvents;
  const EventKind& kind = *event_kind(types[data[0] % std::size(types)].number);
  const auto read = [&](std::string_view text) { return read_emission(kind, text, "somebody"); };
  const Result<Emission> emission = read(rcx::fuzz::text(data + 1, size - 1));
  if (!emission) {
    require(is_utf8(emission.error().message), "what is wrong can be printed");
    return 0;
  }
  Event event;
  event.kind = &kind;
  event.told = emission->told;
  event.caller.name = emission->caller ? emission->caller->username : "somebody";
  const AbiEvent abi(event);
  require(abi.told() != nullptr, "handlers get a struct");
  const boost::json::object out = emission_json(event);
  const Result<Emission> again = read(boost::json::serialize(out));
  require(static_cast<bool>(again), "what was written can be read");
  event.told = again->told;
  require(emission_json(event) == out, "and says the same");
  return 0;
}
