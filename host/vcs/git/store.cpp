#include "host/vcs/git/store.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <cassert>

#include "host/vcs/git/alternates.hpp"
#include "host/vcs/git/objects/git_command.hpp"
#include "host/vcs/git/objects/library_objects.hpp"
#include "host/vcs/git/objects/process_objects.hpp"
#include "host/vcs/git/objects/stored_objects.hpp"

namespace rcx::host::git {
namespace {

constexpr std::size_t kLargestShallow = std::size_t{64} * 1024 * 1024;

std::uint64_t this_thread() noexcept {
  return static_cast<std::uint64_t>(::syscall(SYS_gettid));
}

}  // namespace

Result<std::unique_ptr<Store>> Store::open(const std::string& path, Reader reader) {
  std::unique_ptr<Store> store(new Store(path));
  store->thread_ = this_thread();
  for (const char* part : {"/packed-refs", "/config", "/shallow"}) {
    store->stamps_.note(path + part);
  }
  const std::vector<fs::path> directories =
      object_directories(store->objects_path(), store->stamps_);
  store->looked_ = store->stamps_;
  Result<void> opened{};
  if (reader != Reader::kProcess) opened = store->open_library(directories);
  if (reader == Reader::kProcess || (reader == Reader::kBest && !opened)) {
    Result<void> second = store->open_process();
    if (!second && !opened)
      second = Error{second.error().code, opened.error().message + "; " + second.error().message};
    opened = std::move(second);
  }
  if (!opened) return opened.error();
  if (reader == Reader::kBest) {
    store->objects_ =
        std::make_unique<StoredObjects>(std::move(store->objects_), directories, store->id_size_);
  }
  if (!Stamp::of(path + "/reftable").there) store->references_.emplace(path);
  Result<Ids> ends = read_shallow(path + "/shallow");
  if (!ends && ends.error().code != Code::kNotFound) return ends.error();
  if (ends) store->shallow_ = std::move(*ends);
  store->commit_graph_ = CommitGraphFile::open(store->objects_path(), store->id_size_);
  return store;
}

Store::~Store() {
  check_thread();
}

void Store::check_thread() const noexcept {
  assert(thread_ == this_thread());
}

Objects& Store::objects() noexcept {
  check_thread();
  return *objects_;
}

References* Store::references() noexcept {
  check_thread();
  return references_ ? &*references_ : nullptr;
}

bool Store::look_again() {
  if (looked_.unchanged()) return false;
  looked_ = looked_.again();
  objects().look_again();
  return true;
}

Result<void> Store::open_library(const std::vector<fs::path>& directories) {
  Result<Handle<git_repository>> repository = open_repository(path_);
  if (!repository) return repository.error();
  Result<std::unique_ptr<LibraryObjects>> objects =
      LibraryObjects::open(repository->get(), directories);
  if (!objects) return objects.error();
  library_ = std::move(*repository);
  objects_ = std::move(*objects);
  return {};
}

Result<void> Store::open_process() {
  const Result<std::string> format = run_git({path_, {"rev-parse", "--show-object-format"}});
  if (!format) return format.error();
  if (*format == "sha256\n") {
    id_size_ = kSha256Size;
  } else if (*format != "sha1\n") {
    return Error{Code::kInvalid, "the repository " + printable(path_) + " names its objects by " +
                                     printable(format->substr(0, 40)) +
                                     ", which rcx does not know"};
  }
  objects_ = std::make_unique<ProcessObjects>(path_);
  return {};
}

Result<Ids> read_shallow(const fs::path& file) {
  const Result<std::string> text = read_file(file, kLargestShallow);
  if (!text) return text.error();
  Ids ids;
  for (const std::string_view line : split(*text, '\n')) {
    if (const auto id = ObjectId::parse(line)) ids.insert(*id);
  }
  return ids;
}

}  // namespace rcx::host::git
