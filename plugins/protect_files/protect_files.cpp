// Refuses pushes that change paths which belong to others. README.md lists the settings.
#include "differences.hpp"
#include "people.hpp"
#include "rule.hpp"

#include <policy/exception.hpp>
#include <rcx/plugin.hpp>
#include <text/quote.hpp>
#include <text/utf8.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace protect_files {
namespace {

constexpr std::size_t kLongestMistake = 200;
constexpr std::size_t kLongestOwner = 80;  // characters

// Paths that one line protects, and that the push changes.
struct Touched {
  std::string first;
  std::uint64_t count = 0;

  void add(std::string_view path) {
    if (count++ == 0) first = path;
  }
  std::string title() const {
    return text::quoted_path(first) +
           (count == 1 ? "" : " and " + std::to_string(count - 1) + " more");
  }
};

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    text += (i == 0                  ? ""
             : i + 1 == words.size() ? " or "
                                     : ", ") +
            text::replace_invalid(text::excerpt(words[i], kLongestOwner));
  }
  return text;
}

// Whether the repository's extra field `protect_files.<rule>` leaves the rule on.
bool holds(const rcx::Repository& repository, const Rule& rule) {
  const rcx::Value field = repository.field("protect_files." + rule.name());
  const policy::Exception exception = policy::exception_from(field);
  if (exception == policy::Exception::kAnother) field.fail("off or on");
  return exception == policy::Exception::kNone;
}

// One rule about one branch of a push.
class Check {
 public:
  Check(const rcx::PrePush& push, const rcx::RefUpdate& ref, const Rule& rule, const People& people)
      : push_(push), ref_(ref), rule_(rule), people_(people) {}

  void run() {
    if (!rule_.reads_a_file()) {
      look(rule_.owners());
      tell("line ");
      return;
    }
    // What a new branch comes from is not told; what it is to become part of is the default one.
    const std::string_view before = ref_.created() ? push_.resolve("HEAD") : ref_.old_id();
    if (before.empty() && push_.repository().vcs() == "git" && !push_.is_initial()) {
      reject(
          "HEAD of this repository names a branch that is not there, so nobody knows who may "
          "change what on a new one",
          "", "have it set on the server: git symbolic-ref HEAD refs/heads/BRANCH");
      return;
    }
    const auto file = before.empty() ? std::nullopt : rule_.file_at(push_, before);
    if (file && !file->mistakes.empty()) {
      reject(text::quoted_path(file->path) + " cannot be read" + where(file->mistakes[0]) +
                 ", so nobody knows who may change what",
             "", people_.admins().empty() ? "ask who runs this server" : ask_admins());
      return;
    }
    if (file) {
      look(file->owners);
      tell(file->path + ":");
    }
    check_new_file(file);
  }

 private:
  void look(const Owners& owners) {
    const auto take = [&](std::string_view path) { touch(owners, path); };
    if (!ref_.created()) {
      const auto deep = for_each_difference(push_, ref_.old_id(), ref_.new_id(), take);
      if (deep) {
        reject(text::quoted_path(*deep) + " lies more than " + std::to_string(kDeepest) +
                   " directories deep, where nobody looks for who may change what",
               "", "put it elsewhere");
      }
      return;
    }
    for (const rcx::Commit& commit : push_.commits()) {
      if (!commit.reached_by(ref_.index())) continue;
      for (const rcx::Change& change : commit.changes()) {
        take(change.path());
      }
    }
  }

  void touch(const Owners& owners, std::string_view path) {
    // Many lines and many paths in one directory take long as well.
    const auto look = [&] {
      if (push_.cancelled()) {
        throw rcx::Error(RCX_FAILED, "out of time; not all that changes was looked at");
      }
    };
    look();
    const std::vector<const Claim*> claims = owners.deciding(path, look);
    for (const Claim* claim : claims) {
      if (!people_.is_one(push_.caller().name(), claim->owners)) touched_[claim].add(path);
    }
    // Whoever may write it may write anything, so it is nobody's who is not named for it.
    if (claims.empty() && rule_.is_file(path)) files_.add(path);
  }

  void tell(const std::string& place) {
    std::vector<std::pair<const Claim*, const Touched*>> all;
    for (const auto& [claim, paths] : touched_) all.emplace_back(claim, &paths);
    std::sort(all.begin(), all.end(), [](const auto& one, const auto& other) {
      return one.first->line < other.first->line;
    });
    for (const auto& [claim, paths] : all) {
      reject("only " + joined(claim->owners) + " may change " + paths->title() + not_you(),
             place + std::to_string(claim->line) + ", ",
             "ask one of them to push it, or take it out of your push");
    }
    if (files_.count == 0) return;
    const bool any = !people_.admins().empty();
    reject((any ? "only " + joined(people_.admins()) : std::string("nobody")) + " may change " +
               files_.title() + not_you() + ", since no line of it says who may",
           "", any ? ask_admins() : "ask who runs this server");
  }

  // A file with a mistake would keep everybody out.
  void check_new_file(const std::optional<OwnersFile>& before) {
    const auto after = rule_.file_at(push_, ref_.new_id());
    if (!after || after->mistakes.empty() || (before && before->id == after->id)) return;
    for (const Mistake& mistake : after->mistakes) {
      reject(text::quoted_path(after->path) + " would have a mistake" + where(mistake), "",
             "mend it and push again");
    }
  }

  std::string not_you() const { return ", not " + text::quoted_path(push_.caller().name()); }
  std::string ask_admins() const { return "ask " + joined(people_.admins()); }
  static std::string where(const Mistake& mistake) {
    const std::string line =
        mistake.line == 0 ? "" : " (line " + std::to_string(mistake.line) + ")";
    return line + ": " + text::replace_invalid(text::excerpt(mistake.what, kLongestMistake));
  }
  void reject(const std::string& what, const std::string& place, const std::string& cure) const {
    push_.reject(ref_, what + " (" + place + "rule " + rule_.name() +
                           "): " + (rule_.hint().empty() ? cure : rule_.hint()));
  }

  const rcx::PrePush& push_;
  const rcx::RefUpdate& ref_;
  const Rule& rule_;
  const People& people_;
  std::map<const Claim*, Touched> touched_;
  Touched files_;  // of owners, which no line is about
};

class ProtectFiles {
 public:
  explicit ProtectFiles(const rcx::Setup& setup) : people_(setup.settings()) {
    const rcx::Value settings = setup.settings();
    settings.allow_only({"groups", "emails", "admins", "rules"});
    const rcx::Value rules = settings["rules"];
    if (rules.exists() && !rules.is_list()) rules.fail("a list of rules");
    for (const rcx::Value& item : rules.items()) {
      Rule rule(item);
      if (has_rule(rule.name())) item["name"].fail("a name that no other rule has");
      rules_.push_back(std::move(rule));
    }
    if (rules_.empty()) setup.logger().warning("no rules: every path may be changed by everybody");
  }

  void check(const rcx::PrePush& push) const {
    if (people_.is_one(push.caller().name(), people_.admins())) return;
    const rcx::Repository repository = push.repository();
    for (const Rule& rule : rules_) {
      if (!rule.covers_repository(repository.name()) || !holds(repository, rule)) continue;
      for (const rcx::RefUpdate& ref : push.refs()) {
        if (rule.covers(ref)) Check(push, ref, rule, people_).run();
      }
    }
  }

 private:
  bool has_rule(const std::string& name) const {
    return std::any_of(rules_.begin(), rules_.end(),
                       [&](const Rule& rule) { return rule.name() == name; });
  }

  People people_;
  std::vector<Rule> rules_;
};

}  // namespace
}  // namespace protect_files

RCX_PLUGIN_WITH_FLAGS(protect_files::ProtectFiles, RCX_CONCURRENT, "protect_files", "Protect files",
                      "1.0.0", "MIT", rcx::on<&protect_files::ProtectFiles::check>())
