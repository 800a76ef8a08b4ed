#include "host/vcs/git/adapter.hpp"

#include <algorithm>
#include <boost/filesystem/operations.hpp>

#include "host/event/wire.h"
#include "host/vcs/git/git.hpp"
#include "host/vcs/git/proc_receive_refs.hpp"
#include "host/vcs/git/pull.hpp"
#include "host/vcs/git/store_cache.hpp"
#include "host/vcs/kept.hpp"

namespace rcx::host::git {
namespace {

// Where the references and objects are: a linked worktree has only its own HEAD.
fs::path common_directory(const fs::path& git_directory) {
  constexpr std::size_t kLongest = 8192;
  Result<std::string> common = read_file(git_directory / "commondir", kLongest);
  if (!common) return git_directory;
  while (common->ends_with('\n')) common->pop_back();
  return git_directory / *common;
}

// In a namespace git tells names of references without it, and in the repository those are others.
Result<void> check_no_namespace(const HookCall& call) {
  const std::string_view name = call.variable("GIT_NAMESPACE");
  if (name.empty()) return {};
  return Error{Code::kInvalid,
               "GIT_NAMESPACE is '" + printable(name) +
                   "', and extensions would read other references than those of that namespace; "
                   "serve it as a repository of its own, or without GIT_NAMESPACE"};
}

class GitSession : public AdapterSession {
 public:
  explicit GitSession(Generations* generations) : generations_(generations), stores_(generations) {}

  Result<void> read(const HookCall& call, const Config& config, HookEvent& result,
                    const std::string* kept) override {
    Event& event = *result.event;
    if (Result<void> plain = check_no_namespace(call); !plain) return plain;
    if (is_pull(call.hook())) return read_pull(call, event);
    if (Result<void> read = read_push(call, config, stores_, result, kept); !read) return read;
    // References have moved, and nobody has been told yet.
    if (generations_ != nullptr && event.kind->number == RCX_EVENT_PUSH && kept == nullptr) {
      generations_->invalidate(event.repository.path);
    }
    return {};
  }

  std::int64_t close_idle(std::int64_t before_ns) override { return stores_.close_idle(before_ns); }

 private:
  Generations* generations_;
  StoreCache stores_;
};

class GitAdapter : public Adapter {
 public:
  std::uint32_t vcs() const noexcept override { return RCX_VCS_GIT; }
  std::string_view title() const noexcept override { return "git"; }
  Result<void> start() const override { return git::start(); }

  bool has_hook(std::string_view hook) const override {
    return hook == "pre-receive" || hook == "post-receive" || hook == "update" ||
           hook == "proc-receive" || git::is_pull(hook);
  }
  bool is_pull(std::string_view hook) const override { return git::is_pull(hook); }

  // The hooks of a push share the process that ran them.
  Result<CallPlace> place(const HookCall& call) const override {
    const fs::path directory{std::string(call.directory())};
    const std::string git_dir{names_directory(call.hook()) ? "" : call.variable("GIT_DIR")};
    return CallPlace{
        common_directory(git_dir.empty() ? directory : directory / git_dir),
        std::to_string(call.parent_pid()) + '\0' + std::to_string(call.parent_start())};
  }

  bool stands_at(const fs::path& path) const override {
    boost::system::error_code failed;
    return fs::exists(path / ".git", failed) ||
           (fs::exists(path / "HEAD", failed) && fs::is_directory(path / "objects", failed));
  }

  std::unique_ptr<AdapterSession> session(Generations* generations) const override {
    return std::make_unique<GitSession>(generations);
  }

  Result<std::string> text_to_keep(const HookEvent& accepted) const override {
    return kept_lines(accepted);
  }

  Result<void> name_wanted(Event& event) const override { return git::name_wanted(event); }

  Result<RefHook> hook_for(const HookCall& call, const Event& event,
                           const std::vector<std::size_t>& refs) const override {
    const auto patterns = proc_receive_refs(call, event.repository.path);
    if (!patterns) return patterns.error();
    const auto named = std::count_if(refs.begin(), refs.end(), [&](std::size_t ref) {
      return named_by(*patterns, event.refs[ref]);
    });
    if (named == 0) return RefHook::kUpdate;
    if (static_cast<std::size_t>(named) == refs.size()) return RefHook::kProcReceive;
    return Error{Code::kUnavailable,
                 "receive.procReceiveRefs sends some of the rejected references to proc-receive "
                 "and others not; push them one by one"};
  }
};

}  // namespace

const Adapter& adapter() {
  static const GitAdapter kAdapter;
  return kAdapter;
}

}  // namespace rcx::host::git
