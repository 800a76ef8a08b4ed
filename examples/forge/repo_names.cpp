// What a forge does, before and after: `rcx emit` asks before a repository is created or renamed,
// and tells of pull requests that were merged.
//
//     extensions:
//       repo_names:
//         settings:
//           patterns: ["team/*", "tools/*"]
#include <rcx/plugin.hpp>

#include <fnmatch.h>

#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

class RepoNames {
 public:
  explicit RepoNames(const rcx::Setup& setup)
      : merged_(std::string(setup.data_directory()) + "/merged") {
    const rcx::Value settings = setup.settings();
    settings.allow_only({"patterns"});
    patterns_ = settings["patterns"].list<std::string>();
    if (patterns_.empty()) settings["patterns"].fail("a list of patterns, such as [\"team/*\"]");
  }

  // Who may give a repository another name could else get around the rule for new ones.
  void create(const rcx::PreCreateRepo& repo) { check(repo, repo.repo_name()); }
  void rename(const rcx::PreRenameRepo& repo) { check(repo, repo.new_name()); }

  // It has happened, and may be told twice: who reads the file tells by the id. One short line is
  // appended at once, so several processes may do so.
  void merged(const rcx::MergePullRequest& request) {
    std::string line = std::string(request.id()) + " " + std::string(request.pull_request_id()) +
                       " by " + std::string(request.author()) + "\n";
    std::ofstream(merged_, std::ios::app) << line << std::flush;
    request.say("merged into " + std::string(request.repository().name()));
  }

 private:
  // Names are bytes: one with a NUL would look shorter to fnmatch().
  void check(const rcx::PreEvent& event, std::string_view name) const {
    const std::string text(name);
    if (name.find('\0') == name.npos) {
      for (const std::string& pattern : patterns_) {
        if (::fnmatch(pattern.c_str(), text.c_str(), FNM_PATHNAME) == 0) return;
      }
    }
    std::string wanted;
    for (const std::string& pattern : patterns_) wanted += " " + pattern;
    event.reject("the name " + text + " fits none of:" + wanted);
  }

  std::string merged_;
  std::vector<std::string> patterns_;
};

}  // namespace

RCX_PLUGIN(RepoNames, "repo_names", "Names of repositories", "1.0.0", "MIT",
           rcx::on<&RepoNames::create>(), rcx::on<&RepoNames::rename>(),
           rcx::on<&RepoNames::merged>(rcx::kInline))
