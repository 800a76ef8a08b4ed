#include "tests/systems/backend.hpp"

#include <optional>
#include <sstream>

#include "tests/support/repository.hpp"
#include "tests/systems/mercurial.hpp"
#include "tests/systems/subversion.hpp"

namespace rcx::test {
namespace {

class GitBackend : public Backend {
 public:
  void open(const Instance& instance, const TempDir& temp) override {
    repository_.emplace(instance, "a.git");
    clone_.emplace(temp, "c", *repository_);
  }
  std::string vcs() const override { return "git"; }
  std::string ref() const override { return "refs/heads/main"; }
  std::string commit(const std::string& message,
                     const std::map<std::string, std::string>& files) override {
    return clone_->commit(message, files);
  }
  void drop() override { clone_->git({"reset", "--quiet", "--hard", "HEAD~1"}); }
  Outcome push() override { return clone_->push({"main"}); }
  std::vector<std::string> stored() const override {
    std::istringstream in(repository_->git({"rev-list", "--all"}));
    std::vector<std::string> ids;
    for (std::string id; in >> id;) ids.push_back(id);
    return ids;
  }
  std::vector<std::string> said(const Outcome& pushed) const override { return pushed.remote(); }

 private:
  std::optional<Repository> repository_;
  std::optional<Clone> clone_;
};

class HgBackend : public Backend {
 public:
  void open(const Instance& instance, const TempDir& temp) override {
    repository_.emplace(instance, "a");
    clone_.emplace(temp, "c", repository_->path().string());
  }
  std::string vcs() const override { return "hg"; }
  std::string ref() const override { return "refs/heads/default"; }
  std::string commit(const std::string& message,
                     const std::map<std::string, std::string>& files) override {
    return clone_->commit(message, files);
  }
  void drop() override {
    clone_->hg({"--config", "extensions.strip=", "strip", "--quiet", "--no-backup", "."});
  }
  Outcome push() override { return clone_->push(); }
  std::vector<std::string> stored() const override { return repository_->log(); }
  std::vector<std::string> said(const Outcome& pushed) const override {
    return rcx::test::said(pushed);
  }

 private:
  std::optional<HgRepository> repository_;
  std::optional<HgClone> clone_;
};

// A commit is a push: what `commit` writes is committed by `push`, as the next revision.
class SvnBackend : public Backend {
 public:
  void open(const Instance& instance, const TempDir& temp) override {
    repository_.emplace(instance, "a");
    copy_.emplace(temp, "c", repository_->url());
  }
  std::string vcs() const override { return "svn"; }
  std::string ref() const override { return "refs/svn/root"; }
  std::string commit(const std::string& message,
                     const std::map<std::string, std::string>& files) override {
    copy_->write(files);
    message_ = message;
    return std::to_string(repository_->youngest() + 1);
  }
  void drop() override { copy_->drop(); }
  Outcome push() override { return copy_->commit(message_); }
  std::vector<std::string> stored() const override { return repository_->stored(); }
  std::vector<std::string> said(const Outcome& pushed) const override {
    return said_by_svn(pushed);
  }

 private:
  std::optional<SvnRepository> repository_;
  std::optional<WorkingCopy> copy_;
  std::string message_;
};

}  // namespace

std::unique_ptr<Backend> make_backend(const std::string& vcs) {
  if (vcs == "git") return std::make_unique<GitBackend>();
  if (vcs == "hg" && has_mercurial()) return std::make_unique<HgBackend>();
  if (vcs == "svn" && has_subversion()) return std::make_unique<SvnBackend>();
  return nullptr;
}

}  // namespace rcx::test
