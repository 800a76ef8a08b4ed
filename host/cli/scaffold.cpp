#include "host/cli/scaffold.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/algorithm/string/replace.hpp>
#include <string_view>

#include "host/event/event.hpp"
#include "scaffold_texts.hpp"

namespace rcx::host::cli {
namespace {

constexpr std::size_t kLongest = 63;
constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789_-";

// Targets that CMake has of its own.
constexpr std::array<std::string_view, 11> kTaken = {
    "all",     "clean",          "depend",     "edit_cache",    "help", "install",
    "package", "package_source", "preinstall", "rebuild_cache", "test"};

bool is_taken(const std::string& name) {
  return std::find(kTaken.begin(), kTaken.end(), name) != kTaken.end();
}

bool is_name(const std::string& name) {
  return !name.empty() && name.size() <= kLongest && kLetters.find(name.front()) != kLetters.npos &&
         name.find_first_not_of(kAllowed) == std::string::npos;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// As much of `name` as can be kept.
std::string suggestion(const std::string& name) {
  std::string near;
  for (const char c : name) {
    const bool fits = kAllowed.find(lower(c)) != kAllowed.npos;
    if (fits) near += lower(c);
    if (!fits && !near.empty() && near.back() != '_') near += '_';
  }
  near.erase(0, std::min(near.size(), near.find_first_of(kLetters)));
  near.resize(std::min(near.size(), kLongest));
  near.erase(near.find_last_not_of("_-") + 1);
  if (is_taken(near)) near += "_pushes";
  return near.empty() ? "my_extension" : near;
}

// `no_wip` as a class: `NoWip`.
std::string class_name(const std::string& name) {
  std::string made;
  bool begins = true;
  for (const char c : name) {
    const bool letter = kLetters.find(c) != kLetters.npos;
    if (c != '_' && c != '-') made += letter && begins ? static_cast<char>(c - 'a' + 'A') : c;
    begins = !letter;
  }
  return made;
}

}  // namespace

std::string name_fault(const std::string& name) {
  if (is_name(name) && !is_taken(name)) return {};
  return fmt::format(
      "wanted a name of 1 to {} of a-z, 0-9, '_' and '-' that begins with a letter{}, got '{}'; "
      "try:  rcx new {}",
      kLongest, is_taken(name) ? " and that CMake has no use for" : "",
      shortened(printable(name), 80), suggestion(name));
}

namespace {

using Words = std::vector<std::pair<std::string, std::string>>;

void fill(std::vector<ProjectFile>& files, const Words& words) {
  for (ProjectFile& file : files) {
    for (const auto& [word, text] : words) boost::replace_all(file.bytes, word, text);
  }
}

// Which header of the SDK has the class of `kind`.
const char* header_of(const EventKind& kind) {
  if (kind.number == RCX_EVENT_CALL) return "called.hpp";
  if (kind.action == RCX_ACTION_PUSH) return "push.hpp";
  if (kind.action == RCX_ACTION_PULL) return "pull.hpp";
  if (kind.number >= RCX_EVENT_CREATE_PULL_REQUEST) return "review_events.hpp";
  return kind.told->about == catalogue::About::kUser ? "user_events.hpp" : "repo_events.hpp";
}

// How the fake host is told of it.
Words fake_of(const EventKind& kind) {
  const std::string name(kind.name);
  if (kind.action == RCX_ACTION_PUSH) return {{"@Fake@", "FakePush event;"}, {"@run@", name}};
  if (kind.action == RCX_ACTION_PULL) return {{"@Fake@", "FakePull event;"}, {"@run@", name}};
  return {{"@Fake@", "FakeEvent event(\"" + name + "\");"}, {"@run@", "emit"}};
}

struct EventTexts {
  std::string_view source;
  std::string_view test;
  std::string summary;
  std::string setting;
};

EventTexts texts_of(const EventKind& kind) {
  if (kind.number == RCX_EVENT_CALL) {
    return {kCall, kCallTest, "answers when somebody calls its hook `greet`.",
            "greeting: good morning"};
  }
  const std::string name(kind.name);
  if (kind.veto) {
    return {kPreEvent, kPreEventTest, "refuses `" + name + "` to some people.", "denied: [eve]"};
  }
  return {kPostEvent, kPostEventTest, "is told of `" + name + "`.", "greeting: noted"};
}

std::string try_of(const EventKind& kind) {
  if (kind.number == RCX_EVENT_CALL) return "rcx call greet name=Ada";
  if (kind.told == nullptr) return "rcx decisions                # what it has decided since";
  return "rcx emit " + std::string(kind.name) + " event.json     # as a forge does";
}

Result<const EventKind*> kind_called(const std::string& event) {
  std::vector<std::string> names;
  for (const EventKind& kind : event_kinds()) {
    if (kind.name == event) return &kind;
    names.emplace_back(kind.name);
  }
  const std::string near = nearest(event, names);
  return Error{Code::kInvalid,
               fmt::format("there is no event {}; {}", shortened(printable(event), 60),
                           near.empty() ? "there are " + fmt::format("{}", fmt::join(names, ", "))
                                        : "did you mean " + near + "?")};
}

}  // namespace

std::vector<ProjectFile> scaffold(const std::string& name, Language language) {
  const bool c = language == Language::kC;
  const std::string source = name + (c ? ".c" : ".cpp");
  std::vector<ProjectFile> files = {
      {".gitignore", std::string(kGitignore)},
      {"CMakeLists.txt", std::string(kCMakeLists)},
      {"README.md", std::string(kReadme)},
      {source, std::string(c ? kExtensionC : kExtensionCxx)},
      {name + "_test.cpp", std::string(kTest)},
  };
  fill(files, {{"@name@", name}, {"@source@", source}, {"@Class@", class_name(name)}});
  return files;
}

Result<std::vector<ProjectFile>> scaffold_for(const std::string& name, const std::string& event) {
  const Result<const EventKind*> kind = kind_called(event);
  if (!kind) return kind.error();
  const EventTexts texts = texts_of(**kind);
  const std::string source = name + ".cpp";
  std::vector<ProjectFile> files = {
      {".gitignore", std::string(kGitignore)},       {"CMakeLists.txt", std::string(kCMakeLists)},
      {"README.md", std::string(kEventReadme)},      {source, std::string(texts.source)},
      {name + "_test.cpp", std::string(texts.test)},
  };
  Words words = fake_of(**kind);
  words.insert(words.end(), {{"@summary@", texts.summary},
                             {"@setting@", texts.setting},
                             {"@try@", try_of(**kind)},
                             {"@header@", header_of(**kind)},
                             {"@event@", event},
                             {"@Event@", class_name(event)},
                             {"@name@", name},
                             {"@source@", source},
                             {"@Class@", class_name(name)}});
  fill(files, words);
  return files;
}

}  // namespace rcx::host::cli
