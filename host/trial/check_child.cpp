// The process in which an extension is checked. After a crash another one goes on with the step
// that follows.
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <csignal>

#include <boost/dll/library_info.hpp>
#include <cerrno>
#include <thread>

#include "host/event/event.hpp"
#include "host/trial/check.hpp"
#include "host/trial/child.hpp"
#include "host/trial/process_state.hpp"
#include "host/trial/samples.hpp"
#include "host/trial/strict_host.hpp"
#include "host/worker/crash.hpp"

namespace rcx::host {
namespace {

constexpr int kPatienceMilliseconds = 200;
// Of one process: who breaks a rule in a loop need not be told each time.
constexpr std::size_t kMostReports = 1000;

// What a handler of SIGSEGV writes when the fault lies in memory that was taken away.
char retained_line[512];           // NOLINT: prepared here, written by the handler
std::size_t retained_size = 0;     // NOLINT
int retained_fd = -1;              // NOLINT
struct sigaction crash_action {};  // NOLINT: what install_crash_marks had put there

void on_fault(int number, siginfo_t* info, void* context) {
  if (Arena::owns(info->si_addr)) {
    const ssize_t ignored = ::write(retained_fd, retained_line, retained_size);
    ::_exit(ignored >= 0 ? 1 : 2);
  }
  ::sigaction(number, &crash_action, nullptr);
  crash_action.sa_sigaction(number, info, context);
}

class Check {
 public:
  Check(TrialInput& input, Slot& slot) : input_(input), slot_(slot) {}

  Result<void> run() {
    const boost::json::object& json = input_.request;
    from_ = json.at("from").to_number<std::size_t>();
    if (from_ == 0) check_symbols(std::string(json.at("library").as_string()));
    const Descriptor descriptor = descriptor_from_json(json.at("descriptor").as_object());
    Result<TrialInstance> instance = trial_instance(json, descriptor);
    if (!instance) return instance.error();
    const ExtensionConfig own = instance->config->extension(descriptor.id);
    handler_budget_ = own.deadline.count() > 0 ? own.deadline : instance->config->budget.extension;
    load_budget_ = instance->config->budget.load;
    if (Result<void> captured = capture_output(); !captured) return captured;
    // With the first thread, a sanitizer starts one of its own.
    std::thread([] {}).join();
    const ProcessState before = ProcessState::now();
    slot_.enter(Activity::kCreate, descriptor.id, monotonic_ns() + load_budget_.count());
    Result<Library> library = Library::load(std::string(json.at("library").as_string()));
    if (!library) return library.error();
    exercise(*library, own, instance->config->state.string(), before);
    return {};
  }

 private:
  void exercise(const Library& library, const ExtensionConfig& own, const std::string& state,
                const ProcessState& before) {
    StrictHost host(library.plugin(), own.settings->root(), state, slot_,
                    [this](bool error, const std::string& text) { report(error, text); });
    stage("create");
    const StrictOutcome created = host.create(load_budget_);
    after(before, false);
    if (created.status != RCX_OK) {
      if (created.told) return;
      report(true, "create fails: " + created.failure +
                       (own.settings->root().count == 0 ? "; give it settings with --settings FILE"
                                                        : "; mend the settings, or create"));
      return;
    }
    call_handlers(host, library, before);
    stage("destroy");
    host.destroy(load_budget_);
    after(before, false);
    for (int waited = 0; waited < kPatienceMilliseconds; waited += 10) {
      if (ProcessState::now().threads == before.threads) break;
      ::poll(nullptr, 0, 10);
    }
    after(before, true);
    if (::waitpid(-1, nullptr, WNOHANG) >= 0 || errno != ECHILD) {
      report(true, "leaves child processes after destroy; wait for what it starts");
    }
  }

  void call_handlers(StrictHost& host, const Library& library, const ProcessState& before) {
    const rcx_plugin& plugin = library.plugin();
    const auto& infos = library.descriptor().handlers;
    std::size_t step = 0;
    for (const Sample& sample : samples()) {
      for (std::size_t i = 0; i < infos.size(); ++i, ++step) {
        const EventKind* kind = event_kind(infos[i].event);
        if (step < from_ || kind == nullptr || !concerns(sample, *kind)) continue;
        mark(step);
        enter(fmt::format("{} on {}", kind->name, sample.name));
        const rcx_handler& handler =
            *RCX_AT(rcx_handler, plugin.handlers, plugin.handler_stride, i);
        const auto call = [&](auto event) {
          event.action = infos[i].actions & -infos[i].actions;
          judge(host.handle(handler, event, handler_budget_), *kind, event.cancel_after == 0);
        };
        if (sample.called) {
          call(called_hook(sample, *infos[i].hook));
        } else if (sample.told) {
          call(told_event(sample, *kind));
        } else if (sample.pull) {
          call(*sample.pull);
        } else {
          call(sample.push);
        }
        after(before, false);
      }
    }
  }

  // To fail is right where nothing can be read, or not all, and where no time is left.
  void judge(const StrictOutcome& outcome, const EventKind& kind, bool cancelled) {
    answer({{"took", outcome.took_ns}, {"where", where_}});
    if (outcome.read_failed && outcome.status == RCX_OK && kind.veto && outcome.objections == 0) {
      report(true,
             "lets a push pass whose commits could not be read; return the status that get gave");
    } else if (outcome.status != RCX_OK && !outcome.read_failed && !outcome.limited &&
               !outcome.told && !cancelled) {
      report(false, fmt::format("fails: {}; its fail policy then refuses the {}", outcome.failure,
                                kind.what));
    }
  }

  void stage(const char* name) {
    answer({{"stage", name}});
    enter(name);
  }

  // The fault handler can only write what stands ready.
  void enter(std::string where) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      where_ = std::move(where);
    }
    const std::string line =
        boost::json::serialize(boost::json::object{
            {"error", true},
            {"text",
             "reads what belonged to an earlier call, after that has returned; copy what it needs "
             "longer, pointers are valid until the handler returns, and what rcx_reading.content "
             "gave until it is called again"},
            {"where", shortened(where_, 200)}}) +
        "\n";
    retained_size = std::min(line.size(), sizeof retained_line);
    std::copy_n(line.data(), retained_size, retained_line);
  }

  // The step stands in the slot, where a crash does not reach it.
  void mark(std::size_t step) { slot_.set_event(numbered_id(step + 1), 0); }

  void after(const ProcessState& before, bool ended) {
    for (const std::string& text : differences(before, ProcessState::now(), ended)) {
      if (changed_.insert(text).second) report(true, text);
    }
    std::fflush(stdout);
    std::fflush(stderr);
    if (::lseek(output_.get(), 0, SEEK_END) > 0) {
      report(false, "writes to standard output or error, which nobody reads; use rcx_host.log");
      if (::ftruncate(output_.get(), 0) == 0) ::lseek(output_.get(), 0, SEEK_SET);
    }
  }

  Result<void> capture_output() {
    output_.reset(::memfd_create("rcx-output", MFD_CLOEXEC));
    if (!output_ || ::dup2(output_.get(), STDOUT_FILENO) < 0 ||
        ::dup2(output_.get(), STDERR_FILENO) < 0) {
      return system_error("cannot capture output", errno);
    }
    return {};
  }

  void check_symbols(const std::string& library) {
    try {
      boost::dll::library_info info(library);
      std::string others;
      std::size_t count = 0;
      for (const std::string& symbol : info.symbols()) {
        if (symbol == RCX_ENTRY_NAME || symbol.empty()) continue;
        if (++count <= 3) others += (others.empty() ? "" : ", ") + shortened(printable(symbol), 60);
      }
      if (count > 0) {
        report(false, fmt::format("exports {} symbols besides {} ({}{}); build it with "
                                  "rcx_add_plugin, or link with the SDK's plugin.map",
                                  count, RCX_ENTRY_NAME, others, count > 3 ? ", …" : ""));
      }
    } catch (const std::exception& failed) {
      report(false, std::string("has a table of symbols that cannot be read: ") + failed.what());
    }
  }

  // On any thread, unlike the rest.
  void report(bool error, const std::string& text) {
    std::string where;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (++reports_ > kMostReports) return;
      where = where_;
    }
    answer({{"error", error}, {"text", text}, {"where", where}});
  }

  void answer(const boost::json::object& json) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const Result<void> ignored =
        write_all(input_.answers.get(), boost::json::serialize(json) + "\n", "a finding");
    (void)ignored;
  }

  TrialInput& input_;
  Slot& slot_;
  std::mutex mutex_;
  std::set<std::string> changed_;  // told already: it stays changed
  std::size_t reports_ = 0;
  std::size_t from_ = 0;
  std::string where_;
  std::chrono::nanoseconds handler_budget_{};
  std::chrono::nanoseconds load_budget_{};
  Fd output_;
};

void watch_faults(int answers) {
  retained_fd = answers;
  for (const int number : {SIGSEGV, SIGBUS}) {
    struct sigaction action {};
    action.sa_sigaction = &on_fault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    ::sigaction(number, &action, &crash_action);
  }
}

}  // namespace

int run_check() {
  Result<TrialInput> input = TrialInput::take();
  if (!input) return 1;
  Slot& slot = input->scoreboard.block(0).slots[0];
  install_crash_marks();
  watch_faults(input->answers.get());
  const CrashMark mark(slot);
  const Result<void> done = Check(*input, slot).run();
  slot.leave();
  std::string last;
  if (!done) {
    const boost::json::object error{{"error", true}, {"text", done.error().message}, {"where", ""}};
    last = boost::json::serialize(error) + "\n";
  }
  const Result<void> told =
      write_all(input->answers.get(), last + R"({"end":true})" + "\n", "a finding");
  ::_exit(told ? 0 : 1);
}

}  // namespace rcx::host
