#include "environment.hpp"

#include <array>
#include <map>
#include <stdexcept>

namespace run_hooks {
namespace {

constexpr const char* kPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr std::array<const char*, 3> kQuarantine = {"GIT_QUARANTINE_PATH", "GIT_OBJECT_DIRECTORY",
                                                    "GIT_ALTERNATE_OBJECT_DIRECTORIES"};
// Those that a setting must not replace: they say which push this is.
constexpr std::array<std::string_view, 5> kOfTheEvent = {
    "GIT_DIR", "GIT_QUARANTINE_PATH", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "REMOTE_USER"};
constexpr std::array<std::string_view, 2> kOfTheEventBegin = {"RCX_", "GIT_PUSH_OPTION_"};

struct Placeholder {
  std::string_view name;
  std::string_view (*value)(const rcx::Event& event);
};

constexpr std::array kPlaceholders = {
    Placeholder{"caller", [](const rcx::Event& event) { return event.caller().name(); }},
    Placeholder{"caller_ip", [](const rcx::Event& event) { return event.caller().ip(); }},
    Placeholder{"event_id", [](const rcx::Event& event) { return event.id(); }},
    Placeholder{"push_id", [](const rcx::Event& event) { return event.push_id(); }},
    Placeholder{"repository", [](const rcx::Event& event) { return event.repository().name(); }},
    Placeholder{"repository_path",
                [](const rcx::Event& event) { return event.repository().path(); }},
    Placeholder{"server_url", [](const rcx::Event& event) { return event.server_url(); }},
};

const Placeholder* find_placeholder(std::string_view name) {
  for (const Placeholder& known : kPlaceholders) {
    if (known.name == name) return &known;
  }
  return nullptr;
}

// Calls `literal` and `placeholder` (null for an unknown one) for each part of `text`; `{{` and
// `}}` are literal braces. False where a brace stands alone.
template <class Literal, class Placed>
bool for_each_part(std::string_view text, const Literal& literal, const Placed& placed) {
  while (!text.empty()) {
    const std::size_t brace = text.find_first_of("{}");
    literal(text.substr(0, brace));
    if (brace == std::string_view::npos) return true;
    text.remove_prefix(brace);
    if (text.size() > 1 && text[0] == text[1]) {
      literal(text.substr(0, 1));
      text.remove_prefix(2);
      continue;
    }
    const std::size_t end = text.find('}');
    if (text[0] == '}' || end == std::string_view::npos) return false;
    placed(find_placeholder(text.substr(1, end - 1)));
    text.remove_prefix(end + 1);
  }
  return true;
}

void check_name(const rcx::Value& setting) {
  const std::string_view name = setting.key();
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
  if (name.empty() || name.find_first_not_of(kLetters) != std::string_view::npos ||
      (name[0] >= '0' && name[0] <= '9')) {
    setting.fail("a variable whose name is letters, digits and _");
  }
  bool taken = false;
  for (const std::string_view known : kOfTheEvent) taken = taken || name == known;
  for (const std::string_view begin : kOfTheEventBegin) {
    taken = taken || name.substr(0, begin.size()) == begin;
  }
  if (taken) setting.fail("a variable that run_hooks does not set itself");
}

void check_value(const rcx::Value& setting, const std::string& value) {
  bool known = value.find('\0') == std::string::npos;
  const bool whole = for_each_part(
      value, [](std::string_view) {}, [&](const Placeholder* found) { known = known && found; });
  if (whole && known) return;
  std::string names;
  for (const Placeholder& one : kPlaceholders) {
    names += (names.empty() ? "{" : ", {") + std::string(one.name) + "}";
  }
  setting.fail("text in which braces are doubled or one of " + names);
}

}  // namespace

Environment::Environment(const rcx::Value& setting, std::string_view data_directory)
    : home_(data_directory) {
  if (setting.exists() && !setting.is_map()) setting.fail("a map of variables");
  for (const rcx::Value& item : setting.items()) {
    check_name(item);
    own_.push_back({std::string(item.key()), item.as<std::string>()});
    check_value(item, own_.back().value);
  }
}

std::vector<std::string> Environment::of(const rcx::Event& event) const {
  std::map<std::string, std::string> all = {{"PATH", kPath}, {"HOME", home_}, {"LANG", "C.UTF-8"}};
  for (const Variable& variable : own_) {
    std::string value;
    for_each_part(
        variable.value, [&](std::string_view part) { value += part; },
        [&](const Placeholder* found) { value += found->value(event); });
    all[variable.name] = std::move(value);
  }
  all["GIT_DIR"] = event.repository().path();
  for (const char* name : kQuarantine) {
    const std::string_view value = event.hook_variable(name);
    if (!value.empty()) all[name] = value;
  }
  const rcx::BytesList options = event.push_options();
  all["GIT_PUSH_OPTION_COUNT"] = std::to_string(options.size());
  for (std::uint64_t i = 0; i < options.size(); ++i) {
    all["GIT_PUSH_OPTION_" + std::to_string(i)] = options[i];
  }
  all["RCX_EVENT_ID"] = event.id();
  all["RCX_PUSH_ID"] = event.push_id();
  all["RCX_REPOSITORY"] = event.repository().name();
  all["RCX_CALLER"] = event.caller().name();
  all["REMOTE_USER"] = event.caller().name();

  std::vector<std::string> environment;
  environment.reserve(all.size());
  for (const auto& [name, value] : all) {
    // It would end the value early, and the hook would judge something else.
    if (value.find('\0') != std::string::npos) {
      throw std::runtime_error("the value of " + name + " for hooks holds a NUL");
    }
    std::string& variable = environment.emplace_back(name);
    variable += '=';
    variable += value;
  }
  return environment;
}

}  // namespace run_hooks
