#include "host/supervisor/status.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <optional>
#include <thread>

#include "host/cli/events.hpp"
#include "host/cli/pull_setup.hpp"
#include "host/cli/system_setup.hpp"
#include "host/supervisor/protections.hpp"
#include "host/vcs/generations.hpp"

namespace rcx::host::cli {
namespace {

// Asks again until the host is ready or the patience ends.
Result<HostStatus> wait_until_ready(const Context& context, double seconds) {
  const std::int64_t deadline = monotonic_ns() + static_cast<std::int64_t>(seconds * 1e9);
  while (true) {
    const Result<HostPlace> place = find_host(context.config_file);
    if (!place) return place.error();
    Result<HostStatus> status = read_status(*place);
    if ((status && status->phase == "ready") || monotonic_ns() >= deadline) return status;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

void print(const ReloadStatus& reload) {
  if (!reload.error.empty()) {
    std::cout << fmt::format("reload         failed {}, the old set serves on: {}\n",
                             utc_text(reload.failed_ns), printable(reload.error));
  }
  for (const std::string& key : reload.needs_restart) {
    std::cout << fmt::format("restart        {} changed and counts after a restart\n", key);
  }
}

void print(const std::vector<Protection>& protections) {
  for (const Protection& one : protections) {
    std::cout << fmt::format("protection     {:<3}  {:<13} {}\n", one.on ? "on" : "off", one.name,
                             printable(one.text));
  }
}

std::string doing(const WorkerStatus& worker, const HostStatus& status) {
  if (worker.generation == status.generation) return {};
  return fmt::format(", {} generation {}",
                     worker.accepts ? "may still judge calls by" : "finishes for",
                     worker.generation);
}

void print(const HostStatus& status) {
  std::cout << fmt::format("rcx {} is {}, pid {}, since {}\nconfiguration  {}\n", status.version,
                           status.phase, status.pid, utc_text(status.since_ns), status.config_file);
  std::cout << fmt::format("generation     {}\n", status.generation);
  for (const WorkerStatus& worker : status.workers) {
    std::cout << fmt::format("worker         {:<4} pid {} {} since {}{}{}\n", worker.pool,
                             worker.pid, worker.ready ? "ready" : "starting",
                             utc_text(worker.since_ns),
                             worker.extension.empty() ? "" : ", for " + worker.extension + " alone",
                             doing(worker, status));
  }
  print(status.reload);
  const auto& all = status.plan.extensions;
  const auto loaded = std::count_if(all.begin(), all.end(), [](const PlannedExtension& planned) {
    return planned.standing == Standing::kLoaded;
  });
  std::cout << fmt::format("workers lost   {}\nextensions     {} of {} loaded", status.workers_lost,
                           loaded, all.size());
  std::cout << (static_cast<std::size_t>(loaded) == all.size() ? "\n"
                                                               : "; see  rcx extensions list\n");
}

void print(const Generations::Counts& counts) {
  std::cout << fmt::format(
      "repositories   opened {} times, found open {} times, changed {} times\n", counts.opens,
      counts.hits, counts.invalidations);
}

boost::json::object to_json(const Generations::Counts& counts) {
  return {{"opens", counts.opens}, {"hits", counts.hits}, {"invalidations", counts.invalidations}};
}

// Nothing where there never was a queue, or it cannot be read.
std::optional<QueueCounts> queue_of(const HostStatus& status) {
  const Result<std::shared_ptr<const Config>> config = load_config(status.config_file);
  if (!config) return std::nullopt;
  const Result<std::unique_ptr<Queue>> queue = open_events(**config);
  if (!queue || *queue == nullptr) return std::nullopt;
  const Result<QueueCounts> counts = (*queue)->counts();
  if (!counts) return std::nullopt;
  return *counts;
}

void print(const QueueCounts& counts) {
  std::cout << fmt::format(
      "post events    {} deliveries wait, {} run{}, {} dead{}\n", counts.waiting, counts.running,
      counts.oldest_ns == 0 ? "" : ", the oldest since " + utc_text(counts.oldest_ns), counts.dead,
      counts.dead == 0 ? "" : "; see  rcx events list --state dead");
}

boost::json::object to_json(const QueueCounts& counts) {
  return {{"waiting", counts.waiting},
          {"running", counts.running},
          {"dead", counts.dead},
          {"oldest_ns", counts.oldest_ns},
          {"bytes", counts.bytes}};
}

PullSight pulls_of(const HostStatus& status) {
  const Result<std::shared_ptr<const Config>> config = load_config(status.config_file);
  if (config) return look_at_pulls(**config);
  return {false, false, true, config.error().message};
}

SystemSight hooks_of(const HostStatus& status) {
  const Result<std::shared_ptr<const Config>> config = load_config(status.config_file);
  if (config) return look_at_system(**config);
  return {false, true, config.error().message};
}

// Without a host the hooks may still serve.
Error no_host(const Config& config, const Error& plain) {
  if (config.client.when_unreachable != Unreachable::kRunOnce) return plain;
  return {plain.code,
          "no host runs, and none is needed: each push starts its own (client.when_unreachable: "
          "run-once in " +
              config.file.string() + "); one that stays answers sooner:  rcxd -c " +
              config.file.string()};
}

}  // namespace

void add_status(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("status", "Whether the host runs, and how it is");
  auto patience = std::make_shared<double>(0);
  command->add_option("--wait", *patience, "Wait up to this many seconds until it is ready")
      ->check(CLI::Range(0.0, 3600.0));
  command->footer(
      "Example:  rcx -c /srv/rcx/rcx.yaml status --wait 10\n"
      "Exit status: 0 it is ready, 1 it runs and is not ready, 3 no host runs.");
  command->callback([patience, &context] {
    const Result<HostStatus> status = wait_until_ready(context, *patience);
    if (!status) {
      if (status.error().code != Code::kUnavailable) return context.fail(status.error());
      const auto config = context.config();
      if (config) context.fail(no_host(*config, status.error()), kNoHost);
      return;
    }
    if (status->phase != "ready") context.status = kFailed;
    const Result<HostPlace> place = find_host(context.config_file);
    const Result<Generations::Counts> counts =
        place ? Generations::read(shared_path(place->run)) : place.error();
    const PullSight pulls = pulls_of(*status);
    const SystemSight hooks = hooks_of(*status);
    const std::optional<QueueCounts> queued = queue_of(*status);
    if (context.json) {
      boost::json::object json = to_json(*status);
      if (counts) json["repositories"] = to_json(*counts);
      if (queued) json["queue"] = to_json(*queued);
      json["protections"] = to_json(read_protections(*status));
      json["pulls"] = boost::json::object{{"seen", pulls.seen}, {"text", pulls.text}};
      json["hooks"] = boost::json::object{{"for_all", hooks.seen}, {"text", hooks.text}};
      std::cout << boost::json::serialize(json) << '\n';
    } else {
      print(*status);
      if (counts) print(*counts);
      if (queued) print(*queued);
      print(read_protections(*status));
      std::cout << fmt::format("pulls          {:<3}  {}\n", pulls.seen ? "on" : "off",
                               printable(pulls.text))
                << fmt::format("hooks          {:<3}  {}\n", hooks.seen ? "all" : "one",
                               printable(hooks.text));
    }
  });
}

}  // namespace rcx::host::cli
