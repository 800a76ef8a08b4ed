// The log: one sink, a logger for each category. A category is what an operator turns up when
// something is wrong there (`log.categories` in rcx.yaml).
#pragma once

#include <spdlog/spdlog.h>

#include <array>
#include <map>
#include <string>
#include <string_view>

#include "host/core/result.hpp"

namespace rcx::host {

struct LogCategory {
  std::string_view name;
  std::string_view description;
};

inline constexpr std::array<LogCategory, 10> kLogCategories = {{
    {"supervisor", "starting, watching and replacing workers"},
    {"plugin", "scanning, staging and loading extensions"},
    {"worker", "calls from hooks and their connections"},
    {"dispatch", "verdicts, objections and failures of extensions"},
    {"git", "reading repositories"},
    {"recorder", "records of decisions, their journal and their database"},
    {"queue", "post events: storing and delivering them"},
    {"api", "requests over HTTP: who, what, and what came of it; never what was in them"},
    {"config", "rcx.yaml"},
    {"extension", "what extensions log and say to nobody"},
}};

struct LogSettings {
  std::string file;                               // empty: standard error
  std::string level = "info";                     // trace, debug, info, warn, error
  std::map<std::string, std::string> categories;  // levels that differ
};

// Makes the loggers. `process` stands in each line. Where no file is set they write to `fd`, which
// stays open. Before any other thread starts.
Result<void> start_log(const LogSettings& settings, const std::string& process, int fd = 2);

// The logger of `category`, which must be one of kLogCategories. Any thread.
spdlog::logger& log(std::string_view category);

}  // namespace rcx::host
