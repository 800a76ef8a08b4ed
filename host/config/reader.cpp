#include "host/config/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>

namespace rcx::host {
namespace {

constexpr int kDeepest = 64;
constexpr int kLargest = 100'000;

void check_node(const YAML::Node& node, Problems& problems, int depth, int& count) {
  if (++count > kLargest || depth > kDeepest) {
    if (count == kLargest + 1 || depth == kDeepest + 1) {
      problems.add(node.Mark(), fmt::format("wanted at most {} values, nested at most {} deep, got "
                                            "more",
                                            kLargest, kDeepest));
    }
    count = kLargest + 2;
    return;
  }
  if (node.IsSequence()) {
    for (const YAML::Node& item : node) check_node(item, problems, depth + 1, count);
  }
  if (!node.IsMap()) return;
  std::map<std::string, YAML::Mark> seen;
  for (const auto& pair : node) {
    if (!pair.first.IsScalar()) {
      problems.add(pair.first.Mark(), "wanted a word as a key, got a list or a map");
      continue;
    }
    const auto [first, fresh] = seen.emplace(pair.first.Scalar(), pair.first.Mark());
    if (!fresh) {
      problems.add(pair.first.Mark(), fmt::format("duplicate key '{}', first given in line {}",
                                                  first->first, first->second.line + 1));
    }
    check_node(pair.second, problems, depth + 1, count);
  }
}

std::string shown(const YAML::Node& node) {
  if (node.IsMap()) return "a map";
  if (node.IsSequence()) return "a list";
  if (node.IsNull()) return "nothing";
  return "'" + shortened(printable(node.Scalar()), 60) + "'";
}

// `64MiB`; powers of two only, so that nobody has to guess.
std::optional<std::uint64_t> bytes(const std::string& text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc()) return std::nullopt;
  const std::string unit(read.ptr, end);
  static const std::map<std::string, unsigned> kUnits = {{"KiB", 10}, {"MiB", 20}, {"GiB", 30}};
  const auto found = kUnits.find(unit);
  if (number == 0 && unit.empty()) return 0;
  if (found == kUnits.end() || number >= (std::uint64_t{1} << 33U)) return std::nullopt;
  return number << found->second;
}

}  // namespace

std::string where_text(const std::string& file, const YAML::Mark& mark) {
  if (mark.is_null()) return file;
  return fmt::format("{}:{}:{}", file, mark.line + 1, mark.column + 1);
}

void Problems::add(const YAML::Mark& mark, const std::string& text) {
  lines_.push_back({mark, text});
}

std::string Problems::text() const {
  std::vector<Line> sorted = lines_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Line& a, const Line& b) { return a.mark.pos < b.mark.pos; });
  std::string all;
  for (const Line& line : sorted) {
    all += (all.empty() ? "" : "\n") + where_text(file_, line.mark) + ": " + line.text;
  }
  return all;
}

void check_document(const YAML::Node& root, Problems& problems) {
  int count = 0;
  check_node(root, problems, 0, count);
}

MapReader::MapReader(const YAML::Node& node, std::string name, Problems& problems)
    : node_(node), name_(std::move(name)), problems_(problems) {
  if (!node_.IsMap() && !node_.IsNull()) {
    problems_.add(node_.Mark(), fmt::format("{}: wanted a map of keys and values, got {}",
                                            name_.empty() ? "the file" : name_, shown(node_)));
  }
}

std::string MapReader::path(std::string_view key) const {
  return name_.empty() ? std::string(key) : name_ + "." + std::string(key);
}

void MapReader::wanted(const YAML::Node& node, std::string_view key, std::string_view what) {
  problems_.add(node.Mark(), fmt::format("{}: wanted {}, got {}", path(key), what, shown(node)));
}

YAML::Node MapReader::find(const char* key) {
  known_.emplace_back(key);
  if (!node_.IsMap()) return YAML::Node(YAML::NodeType::Undefined);
  // Not operator[]: on a node that is not const it would add the key.
  for (const auto& pair : node_) {
    if (pair.first.IsScalar() && pair.first.Scalar() == key) return pair.second;
  }
  return YAML::Node(YAML::NodeType::Undefined);
}

bool MapReader::scalar(const YAML::Node& node, const char* key, const char* what) {
  if (!node.IsDefined() || node.IsNull()) return false;
  if (!node.IsScalar()) wanted(node, key, what);
  return node.IsScalar();
}

void MapReader::read(const char* key, bool& out) {
  const YAML::Node node = find(key);
  if (!scalar(node, key, "true or false")) return;
  if (node.Scalar() == "true" || node.Scalar() == "false") {
    out = node.Scalar() == "true";
  } else {
    wanted(node, key, "true or false");
  }
}

void MapReader::read(const char* key, std::string& out) {
  const YAML::Node node = find(key);
  if (scalar(node, key, "text")) out = node.Scalar();
}

void MapReader::read(const char* key, std::vector<std::string>& out) {
  const YAML::Node node = find(key);
  if (!node.IsDefined() || node.IsNull()) return;
  out.clear();
  if (node.IsScalar()) {
    out.push_back(node.Scalar());
  } else if (!node.IsSequence()) {
    wanted(node, key, "a list of texts");
  } else {
    for (const YAML::Node& item : node) {
      if (item.IsScalar()) {
        out.push_back(item.Scalar());
      } else {
        wanted(item, key, "a list of texts");
      }
    }
  }
}

void MapReader::read(const char* key, std::chrono::nanoseconds& out) {
  const YAML::Node node = find(key);
  constexpr const char* kWhat = "a length of time such as 500ms, 5s or 2m";
  if (!scalar(node, key, kWhat)) return;
  if (const auto length = duration_of(node.Scalar())) {
    out = *length;
  } else {
    wanted(node, key, kWhat);
  }
}

void MapReader::read_size(const char* key, std::uint64_t& out, std::uint64_t least) {
  const YAML::Node node = find(key);
  const bool small = least < std::uint64_t{1} << 20U;
  const std::string what = fmt::format("a size such as 512MiB or 4GiB, at least {}{}, or 0",
                                       least >> (small ? 10U : 20U), small ? "KiB" : "MiB");
  if (!scalar(node, key, what.c_str())) return;
  const auto size = bytes(node.Scalar());
  if (size && (*size == 0 || *size >= least)) {
    out = *size;
  } else {
    wanted(node, key, what);
  }
}

void MapReader::read(const char* key, int& out, int least, int most) {
  const YAML::Node node = find(key);
  const std::string what = fmt::format("an integer from {} to {}", least, most);
  if (!scalar(node, key, what.c_str())) return;
  const std::string& text = node.Scalar();
  int value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size() || value < least ||
      value > most) {
    wanted(node, key, what);
    return;
  }
  out = value;
}

void MapReader::read(const char* key, int& out, const std::vector<std::string>& words) {
  const YAML::Node node = find(key);
  const std::string what = fmt::format("one of {}", fmt::join(words, ", "));
  if (!scalar(node, key, what.c_str())) return;
  const auto found = std::find(words.begin(), words.end(), node.Scalar());
  if (found == words.end()) {
    wanted(node, key, what);
  } else {
    out = static_cast<int>(found - words.begin());
  }
}

void MapReader::read(const char* key, const std::function<void(const YAML::Node&)>& use) {
  const YAML::Node node = find(key);
  if (node.IsDefined() && !node.IsNull()) use(node);
}

void MapReader::read_map(const char* key, const std::function<void(MapReader&)>& use) {
  read(key, [&](const YAML::Node& node) {
    MapReader reader(node, path(key), problems_);
    use(reader);
    reader.finish();
  });
}

void MapReader::read_list(const char* key, const std::function<void(MapReader&)>& use) {
  read(key, [&](const YAML::Node& node) {
    if (!node.IsSequence()) {
      wanted(node, key, "a list of maps");
      return;
    }
    for (std::size_t i = 0; i < node.size(); ++i) {
      MapReader reader(node[i], fmt::format("{}[{}]", path(key), i), problems_);
      use(reader);
      reader.finish();
    }
  });
}

void MapReader::finish() {
  if (!node_.IsMap()) return;
  for (const auto& pair : node_) {
    if (!pair.first.IsScalar()) continue;
    const std::string& key = pair.first.Scalar();
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    const std::string near = nearest(key, known_);
    problems_.add(pair.first.Mark(),
                  fmt::format("unknown key '{}'; {}", path(printable(key)),
                              near.empty() ? fmt::format("known here: {}", fmt::join(known_, ", "))
                                           : fmt::format("did you mean '{}'?", near)));
  }
}

}  // namespace rcx::host
