// The sections of rcx.yaml that are plain values, one function for each. Used by host/config alone.
#pragma once

#include "host/config/config.hpp"
#include "host/config/reader.hpp"

namespace rcx::host {

// `text` as a path; a relative one begins at `base`.
fs::path absolute_path(const std::string& text, const fs::path& base);

// Adds a problem when a length of time is 0.
void require_positive(MapReader& reader, const char* key, std::chrono::nanoseconds length);

void read_pool(MapReader& reader, PoolConfig& pool);
void read_client(MapReader& reader, ClientConfig& client);
void read_budget(MapReader& reader, BudgetConfig& budget);
void read_breaker(MapReader& reader, BreakerConfig& breaker);
void read_limits(MapReader& reader, LimitsConfig& limits);
void read_reading(MapReader& reader, ReadingConfig& reading);
void read_signatures(MapReader& reader, SignaturesConfig& signatures, const fs::path& base);
// That memory for the stacks of all threads is allowed.
void check_threads(MapReader& reader, const Config& config);
// `base`: where relative paths begin.
void read_log(MapReader& reader, LogSettings& log, const fs::path& base);
void read_identity(MapReader& reader, IdentityConfig& identity);
void read_output(MapReader& reader, OutputConfig& output);
void read_records(MapReader& reader, RecordsConfig& records);
void read_queue(MapReader& reader, QueueConfig& queue);
void read_api(MapReader& reader, ApiConfig& api, const fs::path& base);

}  // namespace rcx::host
