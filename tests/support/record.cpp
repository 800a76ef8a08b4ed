#include "tests/support/record.hpp"

#include <boost/json.hpp>
#include <charconv>
#include <sstream>

namespace rcx::test {
namespace {

namespace json = boost::json;

// The recorder writes every byte that is not plain as %XX.
std::string bytes(const json::value& value) {
  const std::string_view text = value.as_string();
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    unsigned code = 0;
    std::from_chars(text.data() + i + 1, text.data() + i + 3, code, 16);
    out += static_cast<char>(code);
    i += 2;
  }
  return out;
}

std::vector<std::string> list(const json::value& value) {
  std::vector<std::string> all;
  for (const json::value& item : value.as_array()) all.push_back(bytes(item));
  return all;
}

PersonRecord person(const json::value& value) {
  return {bytes(value.at("name")), bytes(value.at("email")),
          value.at("time").to_number<std::int64_t>(), value.at("offset").to_number<int>()};
}

RefRecord ref(const json::value& value) {
  return {bytes(value.at("name")),   bytes(value.at("short_name")), bytes(value.at("kind")),
          bytes(value.at("change")), value.at("forced").as_bool(),  bytes(value.at("old_id")),
          bytes(value.at("new_id"))};
}

CommitRecord commit(const json::value& value) {
  return {bytes(value.at("id")),
          list(value.at("parents")),
          bytes(value.at("subject")),
          bytes(value.at("message")),
          value.at("ref").to_number<std::uint64_t>(),
          person(value.at("author")),
          person(value.at("committer")),
          list(value.at("changes"))};
}

Record record(const json::value& value) {
  Record all;
  all.kind = bytes(value.at("kind"));
  all.id = bytes(value.at("id"));
  all.push_id = bytes(value.at("push_id"));
  all.attempt = value.at("attempt").to_number<int>();
  all.remaining_ms = value.at("remaining").to_number<int>();
  all.hook_type = bytes(value.at("hook_type"));
  all.server_url = bytes(value.at("server_url"));
  all.caller = bytes(value.at("caller"));
  all.source = bytes(value.at("source"));
  all.uid = value.at("uid").to_number<std::uint32_t>();
  all.ip = bytes(value.at("ip"));
  all.auth_method = bytes(value.at("auth_method"));
  all.repository = bytes(value.at("repository"));
  all.path = bytes(value.at("path"));
  all.fields = list(value.at("fields"));
  all.settings = json::serialize(value.at("settings"));
  all.options = list(value.at("options"));
  for (const json::value& item : value.at("refs").as_array()) all.refs.push_back(ref(item));
  for (const json::value& item : value.at("commits").as_array())
    all.commits.push_back(commit(item));
  return all;
}

}  // namespace

std::vector<Record> records(const Instance& instance, const std::string& kind) {
  const fs::path file = instance.data("recorder") / "events";
  std::vector<Record> all;
  if (!fs::exists(file)) return all;
  std::istringstream lines(read_file(file));
  for (std::string line; std::getline(lines, line);) {
    Record one = record(json::parse(line));
    if (kind.empty() || one.kind == kind) all.push_back(std::move(one));
  }
  return all;
}

std::vector<std::string> ids(const std::vector<CommitRecord>& commits) {
  std::vector<std::string> all;
  for (const CommitRecord& one : commits) all.push_back(one.id);
  return all;
}

}  // namespace rcx::test
