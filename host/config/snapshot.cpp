#include "host/config/snapshot.hpp"

#include <fcntl.h>
#include <sys/mman.h>

#include <boost/json.hpp>
#include <cerrno>

namespace rcx::host {
namespace {

constexpr std::size_t kLargest = std::size_t{4} * 1024 * 1024;

}  // namespace

Result<Fd> write_snapshot(const Config& config) {
  const boost::json::object json{{"config_file", config.file.string()},
                                 {"config_text", config.text},
                                 {"state", config.state.string()},
                                 {"run", config.run.string()},
                                 {"log_file", config.log.file}};
  Fd fd(::memfd_create("rcx-config", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd) return system_error("cannot make a memfd", errno);
  Result<void> put = write_all(fd.get(), boost::json::serialize(json), "a memfd");
  if (!put) return put.error();
  ::fcntl(fd.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW);
  return fd;
}

Result<std::shared_ptr<const Config>> read_snapshot(const Fd& fd) {
  const Result<std::string> bytes =
      read_file("/proc/self/fd/" + std::to_string(fd.get()), kLargest);
  if (!bytes) return bytes.error();
  try {
    const boost::json::object json = boost::json::parse(*bytes).as_object();
    const auto text = [&](const char* key) { return std::string(json.at(key).as_string()); };
    const Result<std::shared_ptr<const Config>> parsed =
        parse_config(text("config_file"), text("config_text"));
    if (!parsed) return parsed.error();
    auto config = std::make_shared<Config>(**parsed);
    config->state = text("state");
    config->run = text("run");
    config->log.file = text("log_file");
    return std::shared_ptr<const Config>(std::move(config));
  } catch (const std::exception& failed) {
    return Error{Code::kInvalid, std::string("cannot read what to do: ") + failed.what()};
  }
}

}  // namespace rcx::host
