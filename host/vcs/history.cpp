#include "host/vcs/history.hpp"

#include <boost/filesystem/operations.hpp>

#include "host/vcs/adapter.hpp"
#include "host/vcs/fields.hpp"
#include "host/vcs/git/history.hpp"

namespace rcx::host {
namespace {

// The name that the repository has below a root, or else the last part of its path.
std::string name_of(const fs::path& repository, const Config& config) {
  const Result<Placed> placed = Roots(config).place(repository);
  if (placed) return placed->name;
  fs::path path = repository;
  if (path.filename() == ".git") path = path.parent_path();
  const std::string name = path.filename().string();
  return name.ends_with(".git") ? name.substr(0, name.size() - 4) : name;
}

// A work tree is as good as its git directory, which a file may name.
fs::path git_directory(const fs::path& repository) {
  constexpr std::size_t kLongest = 8192;
  constexpr std::string_view kKey = "gitdir: ";
  fs::path inside = repository / ".git";
  if (fs::is_directory(inside)) return inside;
  Result<std::string> named = read_file(inside, kLongest);
  if (!named || !named->starts_with(kKey)) return repository;
  while (named->ends_with('\n')) named->pop_back();
  return repository / named->substr(kKey.size());
}

Result<void> check_ref(const std::string& ref) {
  int valid = 0;
  if (ref.empty() || (ref.starts_with("refs/") &&
                      git_reference_name_is_valid(&valid, ref.c_str()) == 0 && valid != 0)) {
    return {};
  }
  return Error{Code::kInvalid,
               "wanted the whole name of a reference, such as refs/heads/main, got '" +
                   printable(ref) + "'"};
}

}  // namespace

Result<std::unique_ptr<History>> open_history(const fs::path& repository, const HistoryRange& range,
                                              const Config& config) {
  if (Result<void> valid = check_ref(range.ref); !valid) return valid.error();
  const Adapter* adapter = adapter_at(repository);
  if (adapter != nullptr && adapter->vcs() != RCX_VCS_GIT) {
    return adapter->unsupported("history that can be tried here: that is git's alone");
  }
  boost::system::error_code failed;
  const fs::path path = fs::canonical(git_directory(repository), failed);
  if (failed)
    return system_error("cannot open the repository " + repository.string(), failed.value());
  Result<std::unique_ptr<git::Store>> opened = git::Store::open(path.string());
  if (!opened) return opened.error();
  Result<std::vector<git::Step>> steps = git::history_steps(**opened, range);
  if (!steps) return steps.error();
  Event event;
  event.attempt = 1;
  event.time_ns = wall_ns();
  event.server_url = config.server_url;
  event.repository.vcs = RCX_VCS_GIT;
  event.repository.path = path.string();
  event.repository.name = range.name.empty() ? name_of(path, config) : range.name;
  add_fields(config, event);
  event.caller.uid = ::geteuid();
  event.caller.name = range.caller.empty() ? user_name(event.caller.uid) : range.caller;
  event.caller.source =
      range.caller.empty() ? "uid " + std::to_string(event.caller.uid) : "rcx try";
  event.caller.auth_method = "local";
  std::string ref = git::history_ref(**opened, range);
  return std::unique_ptr<History>(std::make_unique<git::GitHistory>(
      std::move(*opened), std::move(*steps), std::move(event), std::move(ref), range.committer));
}

Uuid numbered_id(std::size_t number) noexcept {
  Uuid id{};
  for (std::size_t byte = 0; byte < 8; ++byte) {
    id[15 - byte] = static_cast<std::uint8_t>(number >> (8 * byte));
  }
  return id;
}

std::size_t number_of(const Uuid& id) noexcept {
  std::size_t number = 0;
  for (std::size_t byte = 8; byte < id.size(); ++byte) number = number << 8U | id[byte];
  return number;
}

}  // namespace rcx::host
