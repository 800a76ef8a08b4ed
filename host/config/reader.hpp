// Reading YAML into typed members, so that every mistake is found in one pass and is named with
// file, line and column.
#pragma once

#include <yaml-cpp/yaml.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "host/core/core.hpp"

namespace rcx::host {

// `file:line:column`, counted from 1.
std::string where_text(const std::string& file, const YAML::Mark& mark);

// The mistakes found so far in one file.
class Problems {
 public:
  explicit Problems(std::string file) : file_(std::move(file)) {}
  void add(const YAML::Mark& mark, const std::string& text);
  const std::string& file() const noexcept { return file_; }
  bool empty() const noexcept { return lines_.empty(); }
  // One line for each problem, in the order of the file.
  std::string text() const;

 private:
  struct Line {
    YAML::Mark mark;
    std::string text;
  };
  std::string file_;
  std::vector<Line> lines_;
};

// Finds what yaml-cpp lets through: duplicate keys, keys that are no text, nesting deeper than 64,
// and documents that aliases make larger than 100 000 values.
void check_document(const YAML::Node& root, Problems& problems);

// Reads the keys of one map. Each `read` names a key that is known; `finish` reports the others,
// with the known key that is nearest. Missing keys leave the member as it was.
class MapReader {
 public:
  // `name` is the dotted path of the map, for messages; empty for the document.
  MapReader(const YAML::Node& node, std::string name, Problems& problems);

  void read(const char* key, bool& out);
  void read(const char* key, std::string& out);
  void read(const char* key, std::vector<std::string>& out);  // a scalar counts as a list of one
  void read(const char* key, std::chrono::nanoseconds& out);
  // A number of bytes: an integer and KiB, MiB or GiB, from `least` on; 0 is always allowed.
  void read_size(const char* key, std::uint64_t& out, std::uint64_t least);
  // An integer from `least` to `most`.
  void read(const char* key, int& out, int least, int most);
  // One of `words`; `out` becomes its index.
  void read(const char* key, int& out, const std::vector<std::string>& words);
  template <class Enum>
  void read_enum(const char* key, Enum& out, const std::vector<std::string>& words) {
    int index = static_cast<int>(out);
    read(key, index, words);
    out = static_cast<Enum>(index);
  }
  // Any value; the callback runs when the key is there and not null.
  void read(const char* key, const std::function<void(const YAML::Node&)>& use);
  // The map, or each item of the list, below `key`.
  void read_map(const char* key, const std::function<void(MapReader&)>& use);
  void read_list(const char* key, const std::function<void(MapReader&)>& use);

  // Reports keys that were not read.
  void finish();

  const YAML::Node& node() const noexcept { return node_; }
  const std::string& name() const noexcept { return name_; }
  Problems& problems() noexcept { return problems_; }
  // The dotted path of `key`.
  std::string path(std::string_view key) const;
  void wanted(const YAML::Node& node, std::string_view key, std::string_view what);

 private:
  // The value of `key`, undefined when absent; remembers that the key is known.
  YAML::Node find(const char* key);
  bool scalar(const YAML::Node& node, const char* key, const char* what);

  YAML::Node node_;
  std::string name_;
  Problems& problems_;
  std::vector<std::string> known_;
};

}  // namespace rcx::host
