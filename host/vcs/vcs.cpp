#include "host/vcs/vcs.hpp"

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid_io.hpp>

#include "host/event/abi_event.hpp"
#include "host/event/json_tree.hpp"
#include "host/event/wire.h"
#include "host/vcs/emitted.hpp"
#include "host/vcs/fields.hpp"
#include "host/vcs/git/git.hpp"
#include "host/vcs/git/pull.hpp"
#include "host/vcs/git/store_cache.hpp"
#include "host/vcs/place_call.hpp"

namespace rcx::host {
namespace {

// The same for every hook of one push: they share the process that ran them.
std::string push_id(const std::string& repository, const HookCall& call) {
  const boost::uuids::name_generator_sha1 generator(boost::uuids::ns::url());
  return boost::uuids::to_string(generator(repository + '\0' + std::to_string(call.parent_pid()) +
                                           '\0' + std::to_string(call.parent_start())));
}

// Where the references and objects are: a linked worktree has only its own HEAD.
fs::path common_directory(const fs::path& git_directory) {
  constexpr std::size_t kLongest = 8192;
  Result<std::string> common = read_file(git_directory / "commondir", kLongest);
  if (!common) return git_directory;
  while (common->ends_with('\n')) common->pop_back();
  return git_directory / *common;
}

void begin(const HookCall& call, std::uint32_t attempt, Caller caller, const Config& config,
           Event& event) {
  event.id = call.event_id();
  event.id_text = uuid_text(event.id);
  event.attempt = attempt;
  event.time_ns = call.time_ns();
  event.server_url = config.server_url;
  event.caller = std::move(caller);
}

Result<void> read_caller(const rcx_value& input, bool speaks_for_others, Caller& caller) {
  try {
    const std::optional<ToldCaller> told = told_caller(input);
    if (!told) return {};
    if (!speaks_for_others) {
      return Error{Code::kDenied, "user " + caller.name + " may not call for somebody else"};
    }
    set_caller(*told, RCX_WIRE_CALL, caller);
    return {};
  } catch (const catalogue::Misfit& misfit) {
    return Error{Code::kInvalid, printable(misfit.what())};
  }
}

// The one that `input` names, below its root or by its path; nothing where it names none.
Result<std::optional<Placed>> named_repository(const rcx_value& input, const Roots& roots) {
  const rcx_value* value = item_of(input, "repository");
  if (value == nullptr || value->kind == RCX_VALUE_NULL) return std::optional<Placed>();
  if (value->kind != RCX_VALUE_TEXT || value->text.size == 0) {
    return Error{Code::kInvalid, "repository: wanted the name or the path of one"};
  }
  const std::string name(abi_view(value->text));
  if (name.front() == '/') {
    Result<Placed> placed = roots.place(name);
    if (!placed) return placed.error();
    return std::optional<Placed>(std::move(*placed));
  }
  std::optional<Placed> placed = roots.find(name);
  if (placed) return placed;
  return Error{Code::kNotFound, "there is no repository " + shortened(printable(name), 100) +
                                    " below the roots of rcx.yaml"};
}

}  // namespace

Result<PlacedCall> place_call(const HookCall& call, const Roots& roots) {
  const fs::path directory{std::string(call.directory())};
  const std::string git_dir{git::names_directory(call.hook()) ? "" : call.variable("GIT_DIR")};
  Result<Placed> placed =
      roots.place(common_directory(git_dir.empty() ? directory : directory / git_dir));
  if (!placed) return placed.error();
  return PlacedCall{*placed, push_id(placed->path.string(), call)};
}

Repositories::Repositories(Generations* generations)
    : generations_(generations), git_(std::make_unique<git::StoreCache>(generations)) {}

void Repositories::invalidate(const std::string& path) noexcept {
  if (generations_ != nullptr) generations_->invalidate(path);
}

Repositories::~Repositories() = default;

int Repositories::close_idle() {
  constexpr std::int64_t kIdleNs = 30'000'000'000;
  const std::int64_t now = monotonic_ns();
  const std::int64_t oldest = git_->close_idle(now - kIdleNs);
  if (oldest == 0) return -1;
  return static_cast<int>((oldest + kIdleNs - now) / 1'000'000) + 1;
}

Result<void> start_vcs() {
  return git::start();
}

Result<std::unique_ptr<Event>> begin_named_call(const HookCall& call, const rcx_value& input,
                                                std::uint32_t attempt, Caller caller,
                                                bool speaks_for_others, const Roots& roots,
                                                const Config& config) {
  auto event = std::make_unique<Event>();
  begin(call, attempt, std::move(caller), config, *event);
  event->kind = event_kind(RCX_EVENT_CALL);
  event->action = RCX_ACTION_CALLED;
  event->hook_type = RCX_WIRE_CALL;
  if (Result<void> read = read_caller(input, speaks_for_others, event->caller); !read) {
    return read.error();
  }
  Result<std::optional<Placed>> placed = named_repository(input, roots);
  if (!placed) return placed.error();
  if (!*placed) return event;
  event->repository.vcs = RCX_VCS_GIT;
  event->repository.name = (*placed)->name;
  event->repository.path = (*placed)->path.string();
  add_fields(config, *event);
  return event;
}

Result<HookEvent> read_hook_call(const HookCall& call, std::uint32_t attempt, Caller caller,
                                 const Roots& roots, const Config& config,
                                 Repositories& repositories, const std::string* kept) {
  if (call.hook() == RCX_WIRE_EMIT) {
    HookEvent told;
    told.event = std::make_unique<Event>();
    begin(call, attempt, std::move(caller), config, *told.event);
    Result<void> read = read_emitted(call, roots, config, *told.event);
    return read ? Result<HookEvent>(std::move(told)) : read.error();
  }
  const bool pull = git::is_pull(call.hook());
  const Result<PlacedCall> placed = place_call(call, roots);
  // The client is configured for all repositories of the machine, whosever they are.
  if (!placed && pull && placed.error().code == Code::kDenied) return HookEvent{};
  if (!placed) return placed.error();

  HookEvent result;
  result.event = std::make_unique<Event>();
  Event& event = *result.event;
  begin(call, attempt, std::move(caller), config, event);
  event.repository.vcs = RCX_VCS_GIT;
  event.repository.name = placed->repository.name;
  event.repository.path = placed->repository.path.string();
  event.push_id = placed->push_id;
  add_fields(config, event);
  if (pull) {
    if (Result<void> read = git::read_pull(call, event); !read) return read.error();
    return result;
  }
  if (Result<void> read = git::read_push(call, config, repositories.git(), result, kept); !read) {
    return read.error();
  }
  // References have moved, and nobody has been told yet.
  if (event.kind->number == RCX_EVENT_PUSH && kept == nullptr)
    repositories.invalidate(event.repository.path);
  if (event.refs.empty()) result.event.reset();
  return result;
}

Result<void> complete(HookEvent& hook) {
  if (hook.event->told != nullptr) return {};
  return hook.commits ? hook.commits->complete(*hook.event) : git::name_wanted(*hook.event);
}

}  // namespace rcx::host
