// What the queue of post events costs, on the disk of a directory.
//
//     bench_queue DIRECTORY
//
// Rates of 64 callers who enqueue over the socket, and of one commit for each event, in turn; and
// listing, delivering and memory with 1000 and with 100 000 events that wait.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <boost/filesystem/operations.hpp>
#include <iostream>
#include <thread>

#include "host/core/unix_socket.hpp"
#include "host/event/order.hpp"
#include "host/queue/client.hpp"
#include "host/queue/sqlite_queue.hpp"
#include "host/supervisor/queue.hpp"

namespace {

using namespace rcx::host;

constexpr int kCallers = 64;
constexpr int kEach = 50;
constexpr int kRounds = 11;
constexpr std::size_t kCallBytes = 2000;
constexpr std::int64_t kNow = 1'700'000'000'000'000'000;

template <class Work>
double seconds(const Work& work) {
  const std::int64_t began = monotonic_ns();
  work();
  return static_cast<double>(monotonic_ns() - began) / 1e9;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void must(bool done, const std::string& what) {
  if (done) return;
  std::cerr << "bench_queue: " << what << '\n';
  std::exit(1);
}

NewEvent event_of(std::uint64_t number) {
  NewEvent event;
  event.id = fmt::format("{:08x}-0000-7000-8000-{:012x}", number >> 32U, number & 0xFFFFFFFFU);
  event.kind = "push";
  event.repository = fmt::format("r{}", number % 1000);
  event.path = "/srv/" + event.repository;
  event.caller = "ada";
  event.time_ns = kNow + static_cast<std::int64_t>(number);
  event.handlers = {"notify"};
  return event;
}

double fsync_ms(const fs::path& directory) {
  const Fd fd(::open((directory / "sync").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  const std::string page(4096, 'x');
  std::vector<double> all;
  for (int i = 0; i < 200; ++i) {
    all.push_back(seconds([&] {
      must(::pwrite(fd.get(), page.data(), page.size(), 0) == 4096 && ::fdatasync(fd.get()) == 0,
           "cannot write");
    }));
  }
  return median(all) * 1e3;
}

// Events a second.
double shared_commits(const fs::path& socket, std::uint64_t& number) {
  const std::string call(kCallBytes, 'x');
  const std::string context = context_text({});
  const std::uint64_t first = number;
  number += kCallers * kEach;
  const double took = seconds([&] {
    std::vector<std::thread> callers;
    for (int caller = 0; caller < kCallers; ++caller) {
      callers.emplace_back([&, caller] {
        const Fd to = connect_to(socket);  // kept, as workers do
        for (int i = 0; i < kEach; ++i) {
          const auto place = static_cast<std::uint64_t>(caller * kEach + i);
          must(static_cast<bool>(enqueue(to.get(), event_of(first + place), call, context,
                                         monotonic_ns() + 60'000'000'000)),
               "cannot enqueue");
        }
      });
    }
    for (std::thread& caller : callers) caller.join();
  });
  return kCallers * kEach / took;
}

double single_commits(Queue& queue, std::uint64_t& number) {
  constexpr int kEvents = 200;
  const double took = seconds([&] {
    for (int i = 0; i < kEvents; ++i) {
      NewEvent event = event_of(number++);
      event.call.assign(kCallBytes, 'x');
      must(static_cast<bool>(queue.enqueue({event}, kNow)), "cannot store");
    }
  });
  return kEvents / took;
}

void compare_commits(const fs::path& directory) {
  auto config = std::make_shared<Config>();
  config->file = directory / "rcx.yaml";
  config->text = "roots: [.]\nqueue: {parallel: 1}\n";
  config->state = directory / "state";
  config->run = directory / "run";
  config->log.file = (directory / "log").string();
  fs::create_directories(queue_directory(config->state));
  fs::create_directories(config->state / "spool");
  fs::create_directories(config->run);
  fs::create_directories(directory / "single");
  QueueProcess process(*program_directory() / "rcxd", config);
  must(static_cast<bool>(process.listen()), "cannot listen");
  process.keep_running();
  const std::unique_ptr<Queue> single = std::move(*SqliteQueue::open(directory / "single"));
  std::uint64_t number = 0;
  std::vector<double> shared;
  std::vector<double> alone;
  std::vector<double> ratios;
  for (int round = 0; round <= kRounds; ++round) {
    const double a = shared_commits(queue_socket(config->run), number);
    const double b = single_commits(*single, number);
    if (round == 0) continue;
    shared.push_back(a);
    alone.push_back(b);
    ratios.push_back(a / b);
  }
  std::cout << fmt::format(
      "64 callers over the socket {:.0f}/s, one commit for each event {:.0f}/s: {:.1f} times\n",
      median(shared), median(alone), median(ratios));
}

std::int64_t resident_kib() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

// In a process of its own, for the memory.
void with_events(const fs::path& directory, std::uint64_t count) {
  fs::create_directories(directory);
  std::unique_ptr<Queue> queue = std::move(*SqliteQueue::open(directory));
  std::vector<NewEvent> events;
  for (std::uint64_t i = 0; i < count; ++i) {
    events.push_back(event_of(i));
    events.back().call.assign(kCallBytes, 'x');
    if (events.size() < 1000) continue;
    must(static_cast<bool>(queue->enqueue(events, kNow)), "cannot store");
    events.clear();
  }
  queue.reset();
  const pid_t child = ::fork();
  if (child != 0) {
    ::waitpid(child, nullptr, 0);
    return;
  }
  const double opening = seconds([&] { queue = std::move(*SqliteQueue::open(directory)); });
  std::vector<double> listing;
  for (int i = 0; i < kRounds; ++i) {
    listing.push_back(seconds([&] {
      int left = 50;
      static_cast<void>(
          queue->list({}, Sort::kNewestFirst, [&](const EventView&) { return --left > 0; }));
    }));
  }
  constexpr int kDelivered = 800;
  const double took = seconds([&] {
    std::vector<Settlement> ends;
    for (int done = 0; done < kDelivered;) {
      const std::vector<Lease> leases = *queue->hand_out(ends, {4, 4, 0, {}}, kNow * 2);
      must(!leases.empty(), "cannot deliver");
      ends.clear();
      for (const Lease& lease : leases) {
        ends.push_back({lease.event, lease.handler, Settlement::End::kDone, 0, {}});
      }
      done += static_cast<int>(ends.size());
    }
  });
  const double counting = seconds([&] { static_cast<void>(queue->counts()); });
  std::cout
      << fmt::format(
             "{:>6} events wait: open {:.1f} ms, list 50 {:.2f} ms, hand out and settle {:.0f}/s, "
             "count {:.2f} ms, {} KiB resident\n",
             count, opening * 1e3, median(listing) * 1e3, kDelivered / took, counting * 1e3,
             resident_kib())
      << std::flush;
  ::_exit(0);
}

}  // namespace

int main(int argc, char** argv) {
  must(argc == 2, "wanted a directory on the disk that is measured");
  const fs::path directory = fs::absolute(argv[1]) / fs::unique_path("queue-%%%%");
  fs::create_directories(directory);
  std::cout << fmt::format("one fsync of this disk: {:.3f} ms\n", fsync_ms(directory))
            << std::flush;
  with_events(directory / "few", 1000);
  with_events(directory / "many", 100'000);
  compare_commits(directory);
  fs::remove_all(directory);
  return 0;
}
