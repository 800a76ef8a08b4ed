// What the fixture `recorder` wrote down: the events as an extension saw them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/instance.hpp"

namespace rcx::test {

struct RefRecord {
  std::string name;
  std::string short_name;
  std::string kind;    // branch, tag, other
  std::string change;  // create, update, delete
  bool forced = false;
  std::string old_id;
  std::string new_id;
};

struct PersonRecord {
  std::string name;
  std::string email;
  std::int64_t time = 0;
  int offset = 0;
};

struct CommitRecord {
  std::string id;
  std::vector<std::string> parents;
  std::string subject;
  std::string message;
  std::uint64_t ref = 0;
  PersonRecord author;
  PersonRecord committer;
  std::vector<std::string> changes;  // `added a/path`
};

// Bytes as the extension got them.
struct Record {
  std::string kind;  // pre_push, push
  std::string id;
  std::string push_id;
  int attempt = 0;
  int remaining_ms = 0;  // of the budget, when the handler began
  std::string hook_type;
  std::string server_url;
  std::string caller;
  std::string source;
  std::uint32_t uid = 0;
  std::string ip;
  std::string auth_method;
  std::string repository;
  std::string path;
  std::vector<std::string> fields;  // `key (label): text`
  std::string settings;             // as JSON
  std::vector<std::string> options;
  std::vector<RefRecord> refs;
  std::vector<CommitRecord> commits;
};

// All of them, or those of one kind, in the order in which they were written.
std::vector<Record> records(const Instance& instance, const std::string& kind = {});

// The ids of the commits of a record.
std::vector<std::string> ids(const std::vector<CommitRecord>& commits);

}  // namespace rcx::test
