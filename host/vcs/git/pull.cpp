#include "host/vcs/git/pull.hpp"

#include <git2.h>

#include <algorithm>
#include <array>
#include <boost/filesystem/directory.hpp>
#include <map>
#include <memory>
#include <set>

#include "host/event/wire.h"
#include "host/vcs/git/objects/git_command.hpp"

namespace rcx::host::git {
namespace {

constexpr std::size_t kMostPacked = std::size_t{256} * 1024 * 1024;
constexpr std::size_t kMostLoose = 4096;
// Symbolic links to directories of references that are followed.
constexpr int kMostLinks = 16;
constexpr std::string_view kHexadecimal = "0123456789abcdef";

bool is_id(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) &&
         text.find_first_not_of(kHexadecimal) == std::string_view::npos;
}

// What upload-pack asks of `git pack-objects`, which tells all that the client has said.
void read_arguments(const HookCall& call, PullRequest& pull) {
  constexpr std::string_view kFilter = "--filter=";
  for (const std::string_view argument : call.arguments()) {
    if (argument == "--shallow") pull.shallow = true;
    if (argument.starts_with(kFilter)) pull.filter = argument.substr(kFilter.size());
  }
}

// Lines of wanted ids, then `--not`, then ids that the client has. `--shallow ID` may stand before.
Result<void> read_input(std::string_view input, PullRequest& pull) {
  bool haves = false;
  pull.is_clone = true;
  for (const std::string_view line : split(input, '\n')) {
    if (line.empty() || line.starts_with("--shallow ")) continue;
    if (line == "--not") {
      haves = true;
    } else if (!is_id(line)) {
      return Error{Code::kInvalid, "wanted ids of objects and  --not  on the input of " +
                                       std::string(RCX_WIRE_PACK_OBJECTS) + ", got '" +
                                       shortened(printable(line), 200) + "'"};
    } else if (haves) {
      pull.is_clone = false;
    } else {
      pull.wanted.push_back({std::string(line), {}});
    }
  }
  if (haves && !pull.wanted.empty()) return {};
  return Error{Code::kInvalid, "wanted at least one id and  --not  on the input of " +
                                   std::string(RCX_WIRE_PACK_OBJECTS)};
}

// The names of references by id, of the ids that are wanted.
class Names {
 public:
  explicit Names(const std::vector<Wanted>& wanted) {
    for (const Wanted& one : wanted) names_[one.id];
  }

  // Loose references first, which also count first: git deletes what went into packed-refs.
  Result<void> read(const fs::path& repository) {
    if (Result<void> read = read_loose(repository / "refs", "refs/"); !read) return read;
    const Result<std::string> packed = read_file(repository / "packed-refs", kMostPacked);
    if (!packed && packed.error().code != Code::kNotFound) return packed.error();
    if (packed) read_packed(*packed);
    return {};
  }

  const std::set<std::string>& of(const std::string& id) { return names_[id]; }

 private:
  void read_packed(std::string_view text) {
    for (const std::string_view line : split(text, '\n')) {
      const std::size_t space = line.find(' ');
      if (space == std::string_view::npos || line.starts_with('#')) continue;
      const auto found = names_.find(line.substr(0, space));
      const std::string_view name = line.substr(space + 1);
      if (found != names_.end() && !loose_.contains(name)) found->second.emplace(name);
    }
  }

  void read_file_of(const fs::path& file, const std::string& name) {
    const Result<std::string> text = read_file(file, kMostLoose);
    if (!text) return;  // it is being deleted
    const auto found = names_.find(std::string_view(*text).substr(0, text->find('\n')));
    if (found != names_.end()) found->second.insert(name);
    loose_.insert(name);
  }

  Result<void> read_loose(const fs::path& directory, const std::string& prefix) {
    boost::system::error_code failed;
    fs::directory_iterator entry(directory, failed);
    for (; !failed && entry != fs::directory_iterator(); entry.increment(failed)) {
      const std::string name = prefix + entry->path().filename().string();
      boost::system::error_code gone;
      if (entry->status(gone).type() == fs::directory_file) {
        // Two that lead back double with each step.
        if (fs::is_symlink(entry->symlink_status(gone)) && ++links_ > kMostLinks) {
          return Error{Code::kLimit,
                       "wanted at most " + std::to_string(kMostLinks) +
                           " symbolic links to directories of references, got more: " +
                           shortened(printable(entry->path().string()), 200)};
        }
        if (Result<void> read = read_loose(entry->path(), name + "/"); !read) return read;
      } else if (!name.ends_with(".lock")) {
        read_file_of(entry->path(), name);
      }
    }
    if (!failed || failed == boost::system::errc::no_such_file_or_directory) return {};
    return system_error("cannot read the references in " + printable(directory.string()),
                        failed.value());
  }

  std::map<std::string, std::set<std::string>, std::less<>> names_;
  std::set<std::string, std::less<>> loose_;
  int links_ = 0;
};

std::uint32_t kind_of(std::string_view name) {
  return name.starts_with("refs/heads/")  ? RCX_REF_BRANCH
         : name.starts_with("refs/tags/") ? RCX_REF_TAG
                                          : RCX_REF_OTHER;
}

struct FreeOdb {
  void operator()(git_odb* odb) const noexcept { git_odb_free(odb); }
};

bool is_content(std::string_view type) {
  return type == "blob" || type == "tree";
}

// What this library cannot read, objects named by SHA-256 among them, git is asked about.
bool git_finds_history(const Event& event) {
  GitQuestion question{event.repository.path, {"cat-file", "--batch-check=%(objecttype)"}};
  for (const Wanted& wanted : event.pull.wanted) question.input += wanted.id + "\n";
  const Result<std::string> types = run_git(question);
  if (!types) return true;
  const std::vector<std::string_view> lines = split(*types, '\n');
  return std::any_of(lines.begin(), lines.end(),
                     [](std::string_view line) { return !line.empty() && !is_content(line); });
}

// Whether something that is wanted is no mere content: what cannot be told may be.
bool wants_history(const Event& event) {
  const std::vector<Wanted>& all = event.pull.wanted;
  git_odb* raw = nullptr;
  if (all[0].id.size() != GIT_OID_HEXSZ ||
      git_odb_open(&raw, (event.repository.path + "/objects").c_str()) != 0) {
    return git_finds_history(event);
  }
  const std::unique_ptr<git_odb, FreeOdb> odb(raw);
  return std::any_of(all.begin(), all.end(), [&](const Wanted& wanted) {
    git_oid id{};
    std::size_t size = 0;
    git_object_t type = GIT_OBJECT_INVALID;
    return git_oid_fromstr(&id, wanted.id.c_str()) != 0 ||
           git_odb_read_header(&size, &type, raw, &id) != 0 ||
           !is_content(git_object_type2string(type));
  });
}

}  // namespace

bool is_pull(std::string_view hook) {
  constexpr std::array<std::string_view, 5> kHooks = {RCX_WIRE_PACK_OBJECTS, RCX_WIRE_PACK_SENT,
                                                      RCX_WIRE_UPLOAD_PACK, RCX_WIRE_UPLOAD_ARCHIVE,
                                                      RCX_WIRE_HTTP_BACKEND};
  return std::find(kHooks.begin(), kHooks.end(), hook) != kHooks.end();
}

bool names_directory(std::string_view hook) {
  return is_pull(hook) && hook.starts_with("git-");
}

Result<void> read_pull(const HookCall& call, Event& event) {
  event.kind = event_kind_of(call.hook());
  event.action = RCX_ACTION_PULL;
  const bool pack = call.hook() == RCX_WIRE_PACK_OBJECTS || call.hook() == RCX_WIRE_PACK_SENT;
  event.hook_type = pack ? std::string_view(RCX_WIRE_PACK_OBJECTS) : call.hook();
  if (event.hook_type.starts_with("git-")) event.hook_type.erase(0, 4);
  std::replace(event.hook_type.begin(), event.hook_type.end(), '-', '_');
  if (!pack) return {};
  event.pull.told = true;
  read_arguments(call, event.pull);
  return read_input(call.input(), event.pull);
}

Result<void> name_wanted(Event& event) {
  if (event.pull.wanted.empty()) return {};
  Names names(event.pull.wanted);
  if (Result<void> read = names.read(event.repository.path); !read) return read;
  std::vector<Wanted> named;
  for (const Wanted& wanted : event.pull.wanted) {
    const std::set<std::string>& all = names.of(wanted.id);
    if (all.empty()) named.push_back(wanted);
    for (const std::string& name : all) named.push_back({wanted.id, name, kind_of(name)});
  }
  event.pull.wanted = std::move(named);
  // A partial clone asks for what it left out without saying what it has.
  const bool unnamed = std::all_of(event.pull.wanted.begin(), event.pull.wanted.end(),
                                   [](const Wanted& wanted) { return wanted.name.empty(); });
  if (event.pull.is_clone && unnamed && !event.pull.filter.empty()) {
    event.pull.is_clone = wants_history(event);
  }
  return {};
}

}  // namespace rcx::host::git
