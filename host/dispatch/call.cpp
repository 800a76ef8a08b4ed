#include "host/dispatch/call.hpp"

#include <algorithm>

#include "host/event/event_json.hpp"

namespace rcx::host {
namespace {

constexpr const char* kNotInCreate = "create has no event to ask about";

// What an extension is told of an Error.
rcx_status status_of(const Error& error) {
  return error.code == Code::kLimit         ? RCX_LIMIT
         : error.code == Code::kNotFound    ? RCX_GONE
         : error.code == Code::kUnsupported ? RCX_UNAVAILABLE
                                            : RCX_FAILED;
}

}  // namespace

Call::Call(Extension& callee, EventRun* run, Slot& slot, std::int64_t deadline_ns)
    : extension_(callee), run_(run), slot_(slot), deadline_ns_(deadline_ns) {
  handle_.begin({sizeof(rcx_call), 0, &host_table(), callee.handle(),
                 &callee.config.settings->root(), abi_bytes(callee.data_directory)},
                *this);
}

CallHandle& CallHandle::own() {
  thread_local CallHandle handle;  // NOLINT: it has to outlive every call of its thread
  return handle;
}

class Call::InService {
 public:
  explicit InService(Call& call) : call_(call), began_(monotonic_ns()) {
    call_.slot_.enter(Activity::kService, call_.extension_.id(), call_.run_->deadline_ns);
  }
  InService(const InService&) = delete;
  InService& operator=(const InService&) = delete;
  InService(InService&&) = delete;
  InService& operator=(InService&&) = delete;
  ~InService() {
    const std::int64_t pushed_back = call_.deadline_ns_ + (monotonic_ns() - began_);
    call_.deadline_ns_ = std::min(pushed_back, call_.run_->deadline_ns);
    call_.slot_.enter(Activity::kHandler, call_.extension_.id(), call_.deadline_ns_);
  }

 private:
  Call& call_;
  std::int64_t began_;
};

rcx_status Call::failed(rcx_status status, std::string reason) {
  error_ = std::move(reason);
  return status;
}

rcx_status Call::host_failed(const char* what) noexcept {
  host_failed_ = true;
  try {
    log("dispatch").error("in a function of the host: {}", what);
    return failed(RCX_FAILED, std::string("the host failed: ") + what);
  } catch (...) {
    return RCX_FAILED;
  }
}

rcx_status Call::unread(const Error& error) {
  unread_ = error.message;
  return failed(status_of(error), error.message);
}

rcx_status Call::unread_by_name(const Error& error) {
  const auto names = [&](const std::string& id) {
    return !id.empty() && error.message.find(id) != std::string::npos;
  };
  const auto& refs = run_->event.refs;
  if (error.code != Code::kNotFound || std::any_of(refs.begin(), refs.end(), [&](const auto& ref) {
        return names(ref.new_id) || names(ref.old_id);
      })) {
    return unread(error);
  }
  return failed(status_of(error), error.message);
}

rcx_status Call::say(std::string_view text) {
  if (run_ == nullptr) return failed(RCX_MISUSED, "nobody listens while create runs");
  const OutputConfig& output = run_->config.output;
  std::string lines;
  const std::string safe = printable(text.substr(0, std::size_t{1024} * 1024), true);
  for (const std::string_view line : split(safe, '\n')) {
    if (line.empty()) continue;
    if (++lines_said_ > output.lines) break;
    lines += shortened(line, static_cast<std::size_t>(output.line_length)) + "\n";
  }
  if (queued_) {
    if (!lines.empty()) lines.pop_back();
    log("extension").info("{} says, event {}: {}", extension_.id(), run_->event.id_text, lines);
  } else if (!lines.empty()) {
    run_->listener.say(lines);
  }
  if (lines_said_ > output.lines) {
    return failed(RCX_LIMIT, "output.lines in rcx.yaml allows " + std::to_string(output.lines) +
                                 " lines for one call of a handler");
  }
  return RCX_OK;
}

rcx_status Call::object(std::optional<std::size_t> ref, std::string_view reason) {
  if (run_ == nullptr || !run_->event.kind->veto) {
    return failed(RCX_MISUSED, "objections are for events that come before an action");
  }
  if (const rcx_status status = ref ? check_ref(*ref) : RCX_OK; status != RCX_OK) return status;
  if (objections_.size() >= kMostObjections) {
    count_objection(ref);
    return RCX_OK;
  }
  objections_.push_back(
      {extension_.id(), ref,
       reason.empty() ? "no reason given" : std::string(reason.substr(0, kLongestReason)),
       run_->readers.contains(&extension_)});
  return RCX_OK;
}

// Not one by one, since whoever pushes says how many there are to be. What they were about is to be
// refused all the same: one reference, or else the whole event.
void Call::count_objection(std::optional<std::size_t> ref) {
  if (not_kept_++ == 0) {
    objections_.push_back({extension_.id(), ref, {}, run_->readers.contains(&extension_)});
  }
  Objection& last = objections_.back();
  if (last.ref != ref) last.ref.reset();
  last.reason = "and " + std::to_string(not_kept_) + " more, whose reasons are not kept";
}

void Call::fail(std::string_view reason) {
  failure_ = std::string(reason.substr(0, kLongestReason));
}

std::uint64_t Call::remaining() const noexcept {
  const std::int64_t left = deadline_ns_.load() - monotonic_ns();
  return left > 0 ? static_cast<std::uint64_t>(left) : 0;
}

bool Call::cancelled() const noexcept {
  const bool stop = remaining() == 0 || deserted();
  if (stop) told_to_stop_ = true;
  return stop;
}

bool Call::deserted() const noexcept {
  // It takes a system call to look, and extensions ask for each file.
  constexpr std::int64_t kEachNs = 5'000'000;
  if (run_ == nullptr || !run_->event.kind->veto) return false;
  const std::int64_t now = monotonic_ns();
  if (!deserted_ && now >= look_next_ns_) {
    look_next_ns_ = now + kEachNs;
    if (run_->listener.gone()) deserted_ = true;
  }
  return deserted_;
}

rcx_status Call::commit(std::uint64_t index, const rcx_commit** out) {
  if (run_ == nullptr) return failed(RCX_MISUSED, kNotInCreate);
  if (run_->commits == nullptr) return failed(RCX_UNAVAILABLE, "this event has no commits");
  run_->readers.insert(&extension_);
  if (index >= run_->seen.size()) {
    if (const rcx_status status = read_commits(index); status != RCX_OK) return status;
  }
  *out = &run_->seen[index].raw();
  return RCX_OK;
}

rcx_status Call::read_commits(std::uint64_t index) {
  // Who looked at many will look at more, and what is around reading one costs a part of it. What
  // fails ahead fails when it is asked for.
  constexpr std::uint64_t kMostAhead = 64;
  const std::uint64_t last = index + std::min(index / 8, kMostAhead);
  std::pmr::deque<AbiCommit>& seen = run_->seen;
  const InService busy(*this);
  while (seen.size() <= last) {
    const Result<const Commit*> commit = run_->commits->commit(seen.size());
    const bool ahead = seen.size() > index;
    if (!commit) return ahead ? RCX_OK : unread(commit.error());
    if (*commit == nullptr) return ahead ? RCX_OK : RCX_END;
    seen.emplace_back(**commit, seen.size());
  }
  return RCX_OK;
}

bool Call::knows(const rcx_commit* commit) const noexcept {
  return run_ != nullptr && commit != nullptr && commit->index < run_->seen.size() &&
         commit == &run_->seen[static_cast<std::size_t>(commit->index)].raw();
}

rcx_status Call::reached_by(const rcx_commit* commit, std::uint64_t ref, std::uint32_t* out) {
  if (!knows(commit)) return failed(RCX_MISUSED, "wanted a commit of this event");
  if (const rcx_status status = check_ref(ref); status != RCX_OK) return status;
  const InService busy(*this);
  const Result<bool> reached = run_->commits->reached_by(static_cast<std::size_t>(commit->index),
                                                         static_cast<std::size_t>(ref));
  if (!reached) return unread(reached.error());
  *out = *reached ? 1 : 0;
  return RCX_OK;
}

rcx_status Call::change(const rcx_commit* commit, std::uint64_t index, const rcx_change** out) {
  if (!knows(commit)) return failed(RCX_MISUSED, "wanted a commit of this event");
  const auto place = static_cast<std::size_t>(commit->index);
  AbiCommit& seen = run_->seen[place];
  if (!seen.has_changes()) {
    const InService busy(*this);
    const Result<const std::vector<Change>*> changes = run_->commits->changes(place);
    if (!changes) return unread(changes.error());
    seen.set_changes(**changes);
  }
  if (index >= seen.changes().size()) return RCX_END;
  *out = &seen.changes()[static_cast<std::size_t>(index)];
  return RCX_OK;
}

rcx_status Call::size_of(std::string_view id, std::uint64_t* out) {
  if (run_ == nullptr) return failed(RCX_MISUSED, kNotInCreate);
  if (run_->commits == nullptr) {
    return failed(RCX_UNAVAILABLE, "this event has no repository to read");
  }
  const InService busy(*this);
  const Result<std::uint64_t> found = run_->commits->size_of(std::string(id));
  if (!found) return unread_by_name(found.error());
  *out = *found;
  return RCX_OK;
}

rcx_status Call::entry(const rcx_commit* commit, std::string_view directory, std::uint64_t index,
                       const rcx_entry** out) {
  if (!knows(commit)) return failed(RCX_MISUSED, "wanted a commit of this event");
  const auto place = static_cast<std::size_t>(commit->index);
  auto& directories = run_->seen[place].directories();
  auto found = directories.find(std::string(directory));
  if (found == directories.end()) {
    const InService busy(*this);
    Result<std::vector<Entry>> read = run_->commits->entries(place, std::string(directory));
    if (!read) return unread_by_name(read.error());
    found = directories.emplace(std::string(directory), std::move(*read)).first;
  }
  const std::vector<rcx_entry>& entries = found->second.entries();
  if (index >= entries.size()) return RCX_END;
  *out = &entries[static_cast<std::size_t>(index)];
  return RCX_OK;
}

rcx_status Call::check_ref(std::uint64_t ref) {
  if (run_ == nullptr) return failed(RCX_MISUSED, kNotInCreate);
  if (ref < run_->event.refs.size()) return RCX_OK;
  return failed(RCX_MISUSED, "wanted the index of a reference below " +
                                 std::to_string(run_->event.refs.size()) + ", got " +
                                 std::to_string(ref));
}

rcx_status Call::read(const std::function<Result<bool>(Reading&)>& ask) {
  if (run_ == nullptr) return failed(RCX_MISUSED, kNotInCreate);
  if (!run_->reading) return failed(RCX_UNAVAILABLE, "this event has no repository to read");
  run_->readers.insert(&extension_);
  const InService busy(*this);
  const Result<bool> found = ask(*run_->reading);
  if (!found) return unread_by_name(found.error());
  return *found ? RCX_OK : RCX_END;
}

rcx_status Call::read_of(const rcx_commit* commit,
                         const std::function<Result<bool>(Reading&, std::size_t)>& ask) {
  if (!knows(commit)) return failed(RCX_MISUSED, "wanted a commit of this event");
  return read(
      [&](Reading& reading) { return ask(reading, static_cast<std::size_t>(commit->index)); });
}

rcx_status Call::json(rcx_bytes* out) {
  if (run_ == nullptr) return failed(RCX_MISUSED, kNotInCreate);
  if (!run_->json) {
    boost::json::object json = event_json(run_->event);
    if (run_->commits != nullptr) {
      const InService busy(*this);
      if (Result<void> added = add_commit_ids(*run_->commits, json); !added) {
        return unread(added.error());
      }
    }
    run_->json = boost::json::serialize(json);
  }
  if (run_->commits != nullptr) run_->readers.insert(&extension_);
  *out = abi_bytes(*run_->json);
  return RCX_OK;
}

rcx_status Call::give(std::uint32_t kind, std::string_view content) {
  if (run_ == nullptr || !run_->event.called) {
    return failed(RCX_MISUSED, "an answer is for a hook that is called by name");
  }
  if (kind != RCX_ANSWER_BYTES && kind != RCX_ANSWER_JSON) {
    return failed(RCX_MISUSED, "wanted a kind of RCX_ANSWER_*, got " + std::to_string(kind));
  }
  if (content.size() > kLongestHookAnswer) {
    return failed(RCX_LIMIT, "an answer may have " + std::to_string(kLongestHookAnswer) +
                                 " bytes, got " + std::to_string(content.size()));
  }
  if (kind == RCX_ANSWER_JSON) {
    boost::json::error_code failure;
    boost::json::parse({content.data(), content.size()}, failure);
    if (failure) return failed(RCX_MISUSED, "the answer is no JSON: " + failure.message());
  }
  answer_ = {kind, std::string(content)};
  return RCX_OK;
}

rcx_status Call::variable(std::string_view name, rcx_bytes* out) {
  if (run_ == nullptr) return failed(RCX_MISUSED, kNotInCreate);
  for (const auto& [known, value] : run_->event.hook_variables) {
    if (known != name) continue;
    *out = abi_bytes(value);
    return RCX_OK;
  }
  return failed(RCX_UNAVAILABLE, "the hook was not given " + shortened(printable(name), 100) +
                                     ", or it is kept back");
}

}  // namespace rcx::host
