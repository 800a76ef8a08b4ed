#include "host/core/log.hpp"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <unistd.h>

#include <cstdio>
#include <memory>

namespace rcx::host {

Result<void> start_log(const LogSettings& settings, const std::string& process, int fd) {
  std::shared_ptr<spdlog::sinks::sink> sink;
  if (settings.file.empty()) {
    std::FILE* stream = fd == STDERR_FILENO ? stderr : ::fdopen(fd, "a");
    if (stream == nullptr)
      return Error{Code::kIo, "cannot log to descriptor " + std::to_string(fd)};
    using Sink = spdlog::sinks::stdout_sink_base<spdlog::details::console_mutex>;
    sink = std::make_shared<Sink>(stream);
  } else {
    try {
      sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(settings.file);
    } catch (const spdlog::spdlog_ex& failed) {
      return Error{Code::kIo, std::string("cannot log: ") + failed.what()};
    }
  }
  spdlog::drop_all();
  for (const LogCategory& category : kLogCategories) {
    const std::string name(category.name);
    auto logger = std::make_shared<spdlog::logger>(name, sink);
    const auto special = settings.categories.find(name);
    const std::string& level =
        special == settings.categories.end() ? settings.level : special->second;
    logger->set_level(spdlog::level::from_str(level));
    logger->flush_on(spdlog::level::trace);
    spdlog::register_logger(std::move(logger));
  }
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l [%n] " + process + " %P: %v",
                      spdlog::pattern_time_type::utc);
  return {};
}

spdlog::logger& log(std::string_view category) {
  auto found = spdlog::get(std::string(category));
  if (!found) {
    // Before start_log, in tools and in tests: warnings to standard error.
    static const auto kFallback =
        std::make_shared<spdlog::logger>("rcx", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    kFallback->set_level(spdlog::level::warn);
    return *kFallback;
  }
  return *found;
}

}  // namespace rcx::host
