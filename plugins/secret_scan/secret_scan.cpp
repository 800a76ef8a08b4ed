// Refuses pushes that add secrets: tokens of well-known providers, private keys, and what else the
// settings describe. README.md lists them.
#include "allow_list.hpp"
#include "finding.hpp"
#include "scanner.hpp"

#include <policy/exception.hpp>
#include <policy/scope.hpp>
#include <rcx/plugin.hpp>
#include <text/glob.hpp>
#include <text/quote.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace secret_scan {
namespace {

// Read for each reference that brings something.
constexpr std::uint64_t kLargestAllowFile = 1'000'000;

class SecretScan {
 public:
  explicit SecretScan(const rcx::Setup& setup)
      : rules_(rules_from(checked(setup.settings()))),
        scope_(setup.settings()),
        except_(policy::globs_from(setup.settings()["except"])),
        allow_file_(setup.settings()["allow_file"].as<std::string>(".secretallow")),
        initial_(setup.settings()["initial_import"].as<std::string>("check")),
        most_(setup.settings()["findings"].as<std::int64_t>(20)),
        scanner_(rules_) {
    if (initial_ != "check" && initial_ != "skip") {
      setup.settings()["initial_import"].fail("check or skip");
    }
    if (most_ < 1) setup.settings()["findings"].fail("a number from 1 on");
  }

  void check(const rcx::PrePush& push) const {
    const rcx::Value field = push.repository().field("secret_scan");
    if (policy::exception_from(field) == policy::Exception::kOff) return;
    if (!scope_.covers_repository(push.repository().name())) return;
    if (initial_ == "skip" && push.is_initial()) return;
    Run run{push, {}, {}, {}, 0};
    const rcx::Refs refs = push.refs();
    for (const rcx::Commit& commit : push.commits()) {
      const std::vector<std::uint64_t> covered = scope_.covers(refs, commit);
      if (!covered.empty()) check_commit(run, commit, covered);
    }
    for (const auto& [ref, count] : run.hidden) {
      push.reject(ref, "and " + std::to_string(count) + " more secrets like these");
    }
  }

 private:
  struct Run {
    const rcx::PrePush& push;
    std::map<std::uint64_t, AllowList> allowed;    // by reference, read when something is found
    std::set<std::string> told;                    // fingerprint, reference and path, each once
    std::map<std::uint64_t, std::int64_t> hidden;  // by reference, those that are not shown
    std::int64_t shown;
  };

  static const rcx::Value& checked(const rcx::Value& settings) {
    settings.allow_only({"rules", "disable", "except", "repositories", "branches", "merges",
                         "allow_file", "initial_import", "findings"});
    return settings;
  }

  // Where secrets were found, and what brings them.
  struct Place {
    const rcx::Commit& commit;
    const rcx::Change& change;
    const std::vector<std::uint64_t>& refs;
  };
  // The number of the line that begins at an offset.
  using LineAt = std::function<std::uint64_t(std::size_t)>;

  // Returning would let through what was not looked at.
  [[noreturn]] static void out_of_time(const rcx::Commit& commit) {
    throw rcx::Error(RCX_FAILED, "out of time in commit " + std::string(commit.short_id()) +
                                     "; what comes after it was not searched for secrets");
  }

  std::vector<Found> search(const Run& run, const rcx::Commit& commit,
                            std::string_view text) const {
    auto found = scanner_.scan(text, [&] { return run.push.cancelled(); });
    if (!found) out_of_time(commit);
    return std::move(*found);
  }

  void check_commit(Run& run, const rcx::Commit& commit,
                    const std::vector<std::uint64_t>& refs) const {
    for (const rcx::Change& change : commit.changes()) {
      if (run.push.cancelled()) out_of_time(commit);
      if (change.deleted() || excepts(change.path())) continue;
      // Which lines of the part that changed were added matters only where something is in it,
      // which is seldom, and to find out costs several times as much.
      const rcx::ChangedPart part = change.changed_part();
      if (part.is_binary() || search(run, commit, part.text()).empty()) continue;
      check_change(run, {commit, change, refs});
    }
  }

  void check_change(Run& run, const Place& place) const {
    const rcx::AddedLines added = place.change.added_lines();
    if (!added.is_binary()) {
      tell_all(run, place, added.text(), [&](std::size_t begin) { return added.line_at(begin); });
      return;
    }
    // A text that was binary before: none of its lines was looked at until now.
    const std::string after = place.change.new_content();
    tell_all(run, place, after, [&](std::size_t begin) {
      const auto end = after.begin() + static_cast<std::ptrdiff_t>(begin);
      return static_cast<std::uint64_t>(std::count(after.begin(), end, '\n')) + 1;
    });
  }

  void tell_all(Run& run, const Place& place, std::string_view text, const LineAt& line_at) const {
    for (const Found& found : search(run, place.commit, text)) {
      if (run.push.cancelled()) out_of_time(place.commit);
      tell(run, place, found, line_at);
    }
  }

  bool excepts(std::string_view path) const {
    return std::any_of(except_.begin(), except_.end(),
                       [&](const std::string& glob) { return text::glob_matches(glob, path); });
  }

  // Through whichever of `refs` does not allow it.
  void tell(Run& run, const Place& place, const Found& found, const LineAt& line_at) const {
    const std::string print = fingerprint(found.secret);
    const std::string_view path = place.change.path();
    for (const std::uint64_t ref : place.refs) {
      const AllowList& allowed = allow_list(run, ref);
      const auto look = [&] {
        if (run.push.cancelled()) out_of_time(place.commit);
      };
      if (allowed.allows(found.rule->name(), print) || allowed.allows_path(path, look)) continue;
      const std::string once = print + std::to_string(ref) + " " + std::string(path);
      if (!run.told.insert(once).second) continue;
      if (run.shown == most_) {
        ++run.hidden[ref];
        continue;
      }
      ++run.shown;
      run.push.reject(ref, "this looks like " + found.rule->what() + ": " + masked(found.secret) +
                               " in " + text::quoted_path(path) + ", line " +
                               std::to_string(line_at(found.offset)) + " (commit " +
                               std::string(place.commit.short_id()) + ", rule " +
                               found.rule->name() +
                               "): revoke it and take it out of that commit; if it is no secret, "
                               "have 'fingerprint " +
                               print + "' added to " + allow_file_);
    }
  }

  // As it stood before the push, so that a push cannot allow itself: of the reference, or of HEAD
  // for one that is new.
  const AllowList& allow_list(Run& run, std::uint64_t ref) const {
    const auto known = run.allowed.find(ref);
    if (known != run.allowed.end()) return known->second;
    std::string_view id = run.push.resolve(run.push.refs()[ref].name());
    if (id.empty()) id = run.push.resolve("HEAD");
    AllowList list;
    const auto entry = id.empty() ? std::nullopt : run.push.find(id, allow_file_);
    if (entry && entry->size() > kLargestAllowFile) {
      run.push.say(allow_file_ + " has " + std::to_string(entry->size()) +
                   " bytes, wanted at most " + std::to_string(kLargestAllowFile) +
                   "; it is not read, so nothing is allowed: take out what is not needed any more");
    } else if (entry) {
      list = AllowList(entry->content());
    }
    for (const std::string& mistake : list.mistakes()) {
      run.push.say(allow_file_ + ", " + mistake + "; the line is ignored");
    }
    return run.allowed.emplace(ref, std::move(list)).first->second;
  }

  std::vector<Rule> rules_;
  policy::Scope scope_;
  std::vector<std::string> except_;
  std::string allow_file_;
  std::string initial_;
  std::int64_t most_;
  Scanner scanner_;
};

}  // namespace
}  // namespace secret_scan

RCX_PLUGIN_WITH_FLAGS(secret_scan::SecretScan, RCX_CONCURRENT, "secret_scan", "Secret scan",
                      "1.0.0", "MIT", rcx::on<&secret_scan::SecretScan::check>())
