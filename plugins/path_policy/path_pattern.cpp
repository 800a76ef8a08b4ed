#include "path_pattern.hpp"

#include <text/utf8.hpp>

#include <cstddef>
#include <utility>

namespace path_policy {
namespace {

constexpr const char* kAnyDirectories = "(?:.*/)?";

std::string expression_of_name(std::string_view glob) {
  std::string expression;
  std::size_t literal = 0;
  for (std::size_t i = 0; i <= glob.size(); ++i) {
    if (i < glob.size() && glob[i] != '*' && glob[i] != '?') continue;
    expression += RE2::QuoteMeta(re2::StringPiece(glob.data() + literal, i - literal));
    if (i < glob.size()) expression += glob[i] == '*' ? "[^/]*" : "[^/]";
    literal = i + 1;
  }
  return expression;
}

std::vector<std::string_view> names_of(std::string_view glob) {
  std::vector<std::string_view> names;
  for (std::size_t end = 0; end != std::string_view::npos;) {
    end = glob.find('/');
    names.push_back(glob.substr(0, end));
    if (end != std::string_view::npos) glob.remove_prefix(end + 1);
  }
  return names;
}

std::string expression_of_path(const std::vector<std::string_view>& names) {
  std::string expression;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool last = i + 1 == names.size();
    if (names[i] == "**") {
      expression += last ? ".+" : kAnyDirectories;
    } else {
      expression += expression_of_name(names[i]) + (last ? "" : "/");
    }
  }
  return expression;
}

template <class Make>
std::vector<PathPattern> patterns_from(const rcx::Value& setting, const char* wanted, Make make) {
  std::vector<PathPattern> patterns;
  if (!setting.exists()) return patterns;
  if (!setting.is_list()) {
    patterns.push_back(make(setting));
    return patterns;
  }
  for (const rcx::Value& item : setting.items()) patterns.push_back(make(item));
  if (patterns.empty()) setting.fail(wanted);
  return patterns;
}

}  // namespace

PathPattern::PathPattern(const rcx::Value& setting, std::string source,
                         const std::string& expression)
    : source_(std::move(source)) {
  RE2::Options options(RE2::Quiet);
  options.set_case_sensitive(false);
  options.set_dot_nl(true);
  expression_ = std::make_unique<const RE2>(expression, options);
  if (!expression_->ok()) setting.fail("a shorter or simpler one (" + expression_->error() + ")");
}

PathPattern PathPattern::from_glob(const rcx::Value& setting) {
  const auto source = setting.as<std::string>();
  std::string_view glob = source;
  const bool whole = glob.find('/') < glob.size() - 1;
  if (!glob.empty() && glob.front() == '/') glob.remove_prefix(1);
  const bool below = !glob.empty() && glob.back() == '/';
  if (below) glob.remove_suffix(1);
  std::vector<std::string_view> names = names_of(glob);
  for (const std::string_view name : names) {
    if (name.empty() || name == "." || name == "..") {
      setting.fail("a glob such as *.pem, node_modules or docs/**/*.pdf");
    }
  }
  if (below) names.emplace_back("**");
  if (whole) return {setting, source, expression_of_path(names)};
  const char* end = below ? "" : "(?:/.*)?";
  return {setting, source, kAnyDirectories + expression_of_path(names) + end};
}

PathPattern PathPattern::from_extension(const rcx::Value& setting) {
  auto source = setting.as<std::string>();
  if (!source.empty() && source.front() == '.') source.erase(0, 1);
  if (source.empty() || source.find_first_of("/*?") != std::string::npos) {
    setting.fail("an extension such as exe or tar.gz");
  }
  const std::string expression = ".*\\." + RE2::QuoteMeta(source);
  return {setting, "." + source, expression};
}

bool PathPattern::matches(std::string_view path) const {
  const auto full_match = [this](std::string_view utf8) {
    return RE2::FullMatch(re2::StringPiece(utf8.data(), utf8.size()), *expression_);
  };
  return text::is_utf8(path) ? full_match(path) : full_match(text::replace_invalid(path));
}

std::vector<PathPattern> globs_from(const rcx::Value& setting) {
  return patterns_from(setting, "at least one glob", &PathPattern::from_glob);
}

std::vector<PathPattern> extensions_from(const rcx::Value& setting) {
  return patterns_from(setting, "at least one extension", &PathPattern::from_extension);
}

const PathPattern* find_match(const std::vector<PathPattern>& patterns, std::string_view path) {
  for (const PathPattern& pattern : patterns) {
    if (pattern.matches(path)) return &pattern;
  }
  return nullptr;
}

}  // namespace path_policy
