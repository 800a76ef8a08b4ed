#include "host/worker/startup.hpp"

#include <fcntl.h>
#include <sys/mman.h>

#include <boost/json.hpp>
#include <cerrno>

namespace rcx::host {
namespace {

constexpr std::size_t kLargest = std::size_t{64} * 1024 * 1024;

}  // namespace

Result<Fd> write_startup(const Startup& startup) {
  const boost::json::object json{{"pool", startup.pool},
                                 {"threads", startup.threads},
                                 {"block", startup.block},
                                 {"config_file", startup.config_file},
                                 {"config_text", startup.config_text},
                                 {"state", startup.state},
                                 {"log_file", startup.log_file},
                                 {"plan", to_json(startup.plan)},
                                 {"generation", startup.generation},
                                 {"strict", startup.strict},
                                 {"run", startup.run},
                                 {"delivery_threads", startup.delivery_threads},
                                 {"alone", startup.placement.alone},
                                 {"doors", boost::json::value_from(startup.placement.doors)}};
  Fd fd(::memfd_create("rcx-startup", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd) return system_error("cannot make a memfd", errno);
  if (Result<void> put = write_all(fd.get(), boost::json::serialize(json), "a memfd"); !put) {
    return put.error();
  }
  ::fcntl(fd.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW);
  return fd;
}

Result<Startup> read_startup(Fd fd) {
  // By name, because reading through the shared offset would move it for the next worker.
  const Result<std::string> bytes =
      read_file("/proc/self/fd/" + std::to_string(fd.get()), kLargest);
  if (!bytes) return bytes.error();
  try {
    const boost::json::object json = boost::json::parse(*bytes).as_object();
    Startup startup;
    startup.pool = std::string(json.at("pool").as_string());
    startup.threads = json.at("threads").to_number<int>();
    startup.block = json.at("block").to_number<std::size_t>();
    startup.config_file = std::string(json.at("config_file").as_string());
    startup.config_text = std::string(json.at("config_text").as_string());
    startup.state = std::string(json.at("state").as_string());
    startup.log_file = std::string(json.at("log_file").as_string());
    startup.plan = plan_from_json(json.at("plan"));
    startup.generation = json.at("generation").to_number<std::uint64_t>();
    startup.strict = json.at("strict").as_bool();
    startup.run = std::string(json.at("run").as_string());
    startup.delivery_threads = json.at("delivery_threads").to_number<int>();
    startup.placement.alone = std::string(json.at("alone").as_string());
    for (const auto& door : json.at("doors").as_object()) {
      startup.placement.doors[std::string(door.key())] = std::string(door.value().as_string());
    }
    return startup;
  } catch (const std::exception& failed) {
    return Error{Code::kInvalid, std::string("cannot read what to do: ") + failed.what()};
  }
}

std::string ready_line(const Ready& ready) {
  return boost::json::serialize(boost::json::object{{"absent", to_json(ready.absent)}}) + "\n";
}

std::string failed_line(const Failed& failed) {
  constexpr std::size_t kLongestReason = 1000;
  return boost::json::serialize(
             boost::json::object{{"failed", failed.extension},
                                 {"reason", printable(failed.reason.substr(0, kLongestReason))}}) +
         "\n";
}

std::string left_line() {
  return boost::json::serialize(boost::json::object{{"left", true}}) + "\n";
}

Result<WorkerWord> parse_word(std::string_view line) {
  try {
    const boost::json::value json = boost::json::parse({line.data(), line.size()});
    const boost::json::object& said = json.as_object();
    WorkerWord word;
    if (const boost::json::value* id = said.if_contains("failed")) {
      word.failed =
          Failed{std::string(id->as_string()), std::string(said.at("reason").as_string())};
    } else if (said.contains("left")) {
      word.left.emplace();
    } else {
      word.ready = Ready{plan_from_json(said.at("absent"))};
    }
    return word;
  } catch (const std::exception& failed) {
    return Error{Code::kInvalid, std::string("a worker said something strange: ") + failed.what()};
  }
}

}  // namespace rcx::host
