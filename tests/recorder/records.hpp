// What the tests of records share.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <boost/filesystem/operations.hpp>
#include <fstream>
#include <limits>

#include "host/recorder/history.hpp"
#include "host/recorder/ingest.hpp"
#include "host/recorder/journal.hpp"
#include "tests/support/temp_dir.hpp"

namespace rcx::host {

inline constexpr RecordLimits kKeepAll{std::int64_t{3600} * 24 * 365 * 1'000'000'000,
                                       std::uint64_t{1} << 40U};

// The id of record number `number`.
inline std::string id_of(unsigned number) {
  return fmt::format("{:08x}-0000-7000-8000-000000000000", number);
}

// 2100-01-01: not to be forgotten while tests run.
inline constexpr std::int64_t kFirstTimeNs = 4'102'444'800'000'000'000;

// An accepted push, of a minute after kFirstTimeNs for each number, or of `time_ns`.
inline Record record_of(unsigned number, std::int64_t time_ns = 0) {
  Record record;
  record.id = id_of(number);
  record.time_ns = time_ns != 0 ? time_ns : kFirstTimeNs + std::int64_t{number} * 60'000'000'000;
  record.kind = "pre_push";
  record.verdict = "accepted";
  record.repository = "team/app";
  record.caller.name = "ada";
  return record;
}

inline StoredRecord stored(const Record& record) {
  return *parse_record(record_line(record));
}

// An empty directory for records.
class RecordsTest : public testing::Test {
 protected:
  RecordsTest() { fs::create_directories(directory_); }

  std::vector<JournalFile> files() const { return *list_journal(directory_); }
  // All that a reader finds, newest first.
  std::vector<StoredRecord> all() const {
    Result<std::vector<StoredRecord>> records =
        list_records(config_, {}, std::numeric_limits<std::size_t>::max());
    if (!records) {
      ADD_FAILURE() << records.error().message;
      return {};
    }
    return std::move(*records);
  }
  std::vector<std::string> ids() const {
    std::vector<std::string> found;
    for (const StoredRecord& one : all()) found.push_back(one.record.id);
    return found;
  }
  // Appends bytes past the journal's own writing.
  void append_raw(const std::string& name, const std::string& bytes) const {
    std::ofstream((directory_ / name).string(), std::ios::app) << bytes;
  }

  test::TempDir temp_;
  fs::path state_{(temp_.path() / "state").string()};
  fs::path directory_ = records_directory(state_);
  Config config_ = [this] {
    Config config = **parse_config((temp_.path() / "rcx.yaml").string(), "roots: [a]\n");
    config.state = state_;
    return config;
  }();
};

}  // namespace rcx::host
