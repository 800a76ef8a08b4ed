// What requests bring, and what they are answered. Used by host/api alone.
#pragma once

#include <boost/json.hpp>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "host/actions/actions.hpp"

namespace rcx::host::api {

// A field of a request that is not as it must be; 422 with its path.
class Wrong : public std::runtime_error {
 public:
  Wrong(std::string path, const std::string& text)
      : std::runtime_error(text), path_(std::move(path)) {}
  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

// The fields of a request. Each is asked for once; `finish` names those that nobody asked for. All
// throw Wrong.
class Fields {
 public:
  // `text`: a JSON object; nothing is one without fields. Throws Wrong with an empty path where it
  // is no JSON.
  static Fields of_body(const std::string& text);
  explicit Fields(boost::json::object json) : json_(std::move(json)) {}

  std::string text(std::string_view key, bool needed);
  bool flag(std::string_view key, bool otherwise);
  std::optional<bool> flag(std::string_view key);
  std::vector<std::string> texts(std::string_view key);
  // A length of time, such as 90d.
  std::chrono::nanoseconds length(std::string_view key, std::chrono::nanoseconds otherwise);
  // What stands there, of whatever kind; null where nothing does.
  const boost::json::value* value(std::string_view key) { return find(key); }
  void finish() const;

 private:
  const boost::json::value* find(std::string_view key);
  boost::json::object json_;
  std::vector<std::string> asked_;
};

// The field that a message is about, which begins with it; empty where it does not.
std::string path_in(std::string_view message);

struct Reply {
  int status = 200;
  boost::json::value json;
};

// {"error": {"code": …, "message": …}}; `path` is of the field that is wrong.
Reply error_reply(int status, std::string_view code, std::string_view message,
                  std::string_view path = {});
// What an Error means in HTTP. `report`: of the action that failed.
Reply error_reply(const Error& error, const Report& report);

}  // namespace rcx::host::api
