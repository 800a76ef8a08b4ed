// What git writes to pre-receive, post-receive and the hook of pulls, as an event. The first byte
// chooses the hook; lines up to one that is `--` are its variables, of pulls its arguments, the
// rest is its input.
#include <fcntl.h>
#include <sys/mman.h>

#include <array>
#include <boost/filesystem.hpp>
#include <cstring>

#include "host/event/abi_event.hpp"
#include "host/event/wire.h"
#include "host/vcs/vcs.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

using rcx::fuzz::require;
using namespace rcx::host;

// A root with a directory that stands for a repository: reading a push opens none.
class Place {
 public:
  Place() {
    require(static_cast<bool>(start_vcs()), "libgit2 starts");
    fs::create_directories(repository_);
    config_.file = root_ / "rcx.yaml";
    config_.roots = {root_};
    config_.state = root_ / "state";
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  Place(Place&&) = delete;
  Place& operator=(Place&&) = delete;
  ~Place() {
    boost::system::error_code ignored;
    fs::remove_all(root_, ignored);
  }

  const Config& config() const { return config_; }
  std::string repository() const { return repository_.string(); }

 private:
  fs::path root_ = fs::temp_directory_path() / fs::unique_path("rcx-fuzz-%%%%%%%%");
  fs::path repository_ = root_ / "a.git";
  Config config_;
};

Result<HookCall> call_of(const std::string& hook, bool pull, const std::string& words,
                         const std::string& directory, const std::string& input) {
  rcx_wire_request head{};
  head.magic = RCX_WIRE_MAGIC;
  head.version = RCX_WIRE_VERSION;
  head.header_size = sizeof head;
  std::string body;
  const auto add = [&](const std::string& bytes) {
    const rcx_wire_section section{sizeof head + body.size(), bytes.size()};
    body += bytes;
    return section;
  };
  head.hook = add(hook);
  head.arguments = add(pull ? words : "");
  head.variables = add(pull ? "" : words);
  head.directory = add(directory);
  head.input = add(input);
  std::string bytes(sizeof head, '\0');
  std::memcpy(bytes.data(), &head, sizeof head);
  Fd fd(::memfd_create("request", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  require(static_cast<bool>(write_all(fd.get(), bytes + body, "a memfd")), "a memfd");
  ::fcntl(fd.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW);
  return HookCall::open(std::move(fd));
}

void check_pull(const Event& event) {
  require(event.pull.told && !event.pull.wanted.empty(), "a pack is of something");
  for (const Wanted& wanted : event.pull.wanted) {
    require(wanted.id.find_first_not_of("0123456789abcdef") == std::string::npos, "ids are ids");
  }
  const AbiEvent seen(event);
  require(seen.pre_pull().wanted_count == event.pull.wanted.size(), "extensions see it");
}

void check(const Event& event) {
  if (event.action == RCX_ACTION_PULL) return check_pull(event);
  require(!event.refs.empty(), "an event is about references");
  for (const RefUpdate& ref : event.refs) {
    require(ref.name.starts_with("refs/"), "a reference has a name");
    require(ref.name.find_first_of(std::string_view("\0\n ~^:?*[\\", 10)) == std::string::npos,
            "a name that git allows");
    require(ref.change != RCX_CHANGE_CREATE || ref.old_id.empty(), "what is created was not there");
    require(ref.change != RCX_CHANGE_DELETE || ref.new_id.empty(), "what is deleted is gone");
  }
  const AbiEvent seen(event);
  require(seen.pre_push().size != 0, "extensions see it");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Place kPlace;
  static const Roots kRoots(kPlace.config());
  static Repositories kRepositories(nullptr);
  if (size == 0) return 0;
  std::string input(rcx::fuzz::text(data + 1, size - 1));
  std::string variables;
  const std::size_t mark = input.find("--\n");
  if (mark != std::string::npos) {
    variables = input.substr(0, mark);
    input.erase(0, mark + 3);
    for (char& c : variables) c = c == '\n' ? '\0' : c;
    if (!variables.empty()) variables += '\0';
  }
  constexpr std::array kHooks = {"pre-receive", "post-receive", RCX_WIRE_PACK_OBJECTS,
                                 RCX_WIRE_PACK_SENT};
  const std::size_t hook = data[0] & 3U;
  const Result<HookCall> call =
      call_of(kHooks.at(hook), hook >= 2, variables, kPlace.repository(), input);
  require(static_cast<bool>(call), "the call keeps the protocol");
  const Result<HookEvent> read =
      read_hook_call(*call, 1, Caller{}, kRoots, kPlace.config(), kRepositories);
  if (read && read->event) check(*read->event);
  return 0;
}
