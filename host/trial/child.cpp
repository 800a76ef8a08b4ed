#include "host/trial/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <csignal>

#include <cerrno>

namespace rcx::host {
namespace {

constexpr std::size_t kLargest = std::size_t{64} * 1024 * 1024;
constexpr int kTickMilliseconds = 50;
// Of what a child answers.
constexpr std::size_t kLongestLine = std::size_t{16} * 1024 * 1024;
constexpr std::size_t kMostBytes = std::size_t{1024} * 1024 * 1024;
// A handler sees its budget end before its process is ended.
constexpr std::int64_t kGraceNs = 250'000'000;

Fd inherit(TrialFd which) {
  Fd fd(static_cast<int>(which));
  ::fcntl(fd.get(), F_SETFD, FD_CLOEXEC);
  return fd;
}

bool overdue(const Slot& slot) {
  const std::int64_t deadline = slot.deadline_ns.load();
  return deadline != 0 && slot.activity.load() != Activity::kIdle &&
         monotonic_ns() > deadline + kGraceNs;
}

}  // namespace

Result<TrialChild> TrialChild::start(const std::string& role, const boost::json::object& request,
                                     Scoreboard& scoreboard) {
  const Result<fs::path> programs = program_directory();
  if (!programs) return programs.error();
  const fs::path program = *programs / "rcxd";
  Result<Pipe> pipe = Pipe::open();
  if (!pipe) return pipe.error();
  const Fd memory(::memfd_create("rcx-trial", MFD_CLOEXEC));
  if (!memory) return system_error("cannot make a memfd", errno);
  Result<void> put = write_all(memory.get(), boost::json::serialize(request), "a memfd");
  if (!put) return put.error();
  scoreboard.clear(0);
  Result<Process> process = Process::start(program, {program.string(), "--role=" + role},
                                           {scoreboard.fd(), memory.get(), pipe->writer.get()});
  if (!process) return process.error();
  scoreboard.block(0).pid.store(process->pid());
  return TrialChild(std::move(*process), std::move(pipe->reader));
}

Result<TrialChild::End> TrialChild::listen(
    const Interruption& interruption, Scoreboard& scoreboard,
    const std::function<void(std::string_view)>& line) const {
  std::string heard;
  std::size_t total = 0;
  std::string chunk(std::size_t{64} * 1024, '\0');
  bool flooded = false;
  while (!flooded) {
    pollfd ends[] = {
        {answers_.get(), POLLIN, 0}, {process_.pidfd(), POLLIN, 0}, {interruption.fd(), POLLIN, 0}};
    ::poll(ends, 3, kTickMilliseconds);
    // Before what the child says: at Ctrl-C it dies of the signal as well.
    if (ends[2].revents != 0) {
      process_.kill();
      return interrupted();
    }
    // By the clock, and not when it is silent: it may talk without end.
    for (Slot& slot : scoreboard.block(0).slots) {
      if (!overdue(slot)) continue;
      slot.fault.store(kFaultOverrun);
      process_.signal(SIGKILL);
      break;
    }
    // A child of the extension may hold the pipe, and write, longer than the one that was asked
    // lives: of a dead one only what it left behind is read.
    const bool dead = ends[1].revents != 0;
    bool drained = false;
    while (!drained && !flooded) {
      pollfd more{answers_.get(), POLLIN, 0};
      if (::poll(&more, 1, 0) != 1) break;
      const ssize_t got = ::read(answers_.get(), chunk.data(), chunk.size());
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return end();
      total += static_cast<std::size_t>(got);
      heard.append(chunk, 0, static_cast<std::size_t>(got));
      std::size_t begin = 0;
      for (std::size_t stop = 0; (stop = heard.find('\n', begin)) != std::string::npos;
           begin = stop + 1) {
        line(std::string_view(heard).substr(begin, stop - begin));
      }
      heard.erase(0, begin);
      flooded = heard.size() > kLongestLine || total > kMostBytes;
      drained = !dead || total > kMostBytes;
    }
    if (dead) return end();
  }
  process_.signal(SIGKILL);
  return end();
}

TrialChild::End TrialChild::end() const {
  const std::string text = process_.wait();
  return {text == "exit status 0", text};
}

std::size_t last_number(Scoreboard& scoreboard) {
  return number_of(scoreboard.block(0).slots[0].event_id());
}

Result<TrialInput> TrialInput::take() {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  ::signal(SIGPIPE, SIG_IGN);
  Result<Scoreboard> scoreboard = Scoreboard::attach(inherit(TrialFd::kScoreboard));
  if (!scoreboard) return scoreboard.error();
  const Fd memory = inherit(TrialFd::kRequest);
  const Result<std::string> bytes =
      read_file("/proc/self/fd/" + std::to_string(memory.get()), kLargest);
  if (!bytes) return bytes.error();
  try {
    return TrialInput{std::move(*scoreboard), boost::json::parse(*bytes).as_object(),
                      inherit(TrialFd::kAnswers)};
  } catch (const std::exception& failed) {
    return Error{Code::kInvalid, std::string("cannot read what to try: ") + failed.what()};
  }
}

boost::json::object to_json(const TrialConfig& config, const Subject& subject) {
  boost::json::object json{{"library", subject.staged().library.string()},
                           {"key", subject.candidate().key},
                           {"directory", subject.directory().string()},
                           {"settings", config.settings.string()}};
  if (config.instance) {
    json["config_file"] = config.instance->file.string();
    json["config_text"] = config.instance->text;
  }
  return json;
}

Result<TrialInstance> trial_instance(const boost::json::object& json,
                                     const Descriptor& descriptor) {
  const auto text = [&](const char* key) { return std::string(json.at(key).as_string()); };
  const bool defaults = !json.contains("config_file");
  Result<std::shared_ptr<const Config>> parsed =
      defaults ? parse_config(fs::path(text("directory")) / "rcx.yaml", "roots: [repositories]\n")
               : parse_config(text("config_file"), text("config_text"));
  if (!parsed) return parsed.error();
  auto config = std::make_shared<Config>(**parsed);
  config->state = text("directory");
  ExtensionConfig own = config->extension(descriptor.id);
  own.mode = Mode::kEnforce;
  if (defaults) own.settings = std::make_shared<ValueTree>("no settings were given (--settings)");
  if (const std::string file = text("settings"); !file.empty()) {
    Result<std::shared_ptr<const ValueTree>> settings = load_settings(file);
    if (!settings) return settings.error();
    own.settings = *settings;
  }
  config->extensions = {{descriptor.id, own}};
  PlannedExtension planned;
  planned.id = descriptor.id;
  planned.key = text("key");
  planned.standing = Standing::kLoaded;
  planned.named = true;
  planned.library = text("library");
  planned.descriptor = descriptor;
  return TrialInstance{std::move(config), Plan{{planned}}};
}

}  // namespace rcx::host
