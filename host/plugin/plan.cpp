#include "host/plugin/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/filesystem/exception.hpp>
#include <boost/filesystem/operations.hpp>
#include <functional>
#include <future>
#include <stdexcept>

#include "host/event/event.hpp"

namespace rcx::host {
namespace {

constexpr std::array<std::string_view, 5> kStandings = {"loaded", "refused", "missing", "off",
                                                        "disabled"};

Result<Descriptor> describe_once(const fs::path& program, const fs::path& library,
                                 const Config& config, Descriptions* known) {
  if (known == nullptr) return describe(program, library, config.budget.load);
  if (auto found = known->find(library)) return *found;
  Result<Descriptor> described = describe(program, library, config.budget.load);
  known->remember(library, described);
  return described;
}

PlannedExtension plan_candidate(const Candidate& candidate, const Config& config,
                                const fs::path& program, Descriptions* known) {
  PlannedExtension planned;
  planned.id = candidate.key;
  planned.key = candidate.key;
  planned.file = candidate.path.filename().string();
  planned.reason = candidate.refused;
  if (planned.reason.empty()) {
    Result<Staged> staged = stage(candidate, config.state / "staged");
    if (!staged) {
      planned.reason = staged.error().message;
      return planned;
    }
    planned.hash = staged->hash;
    planned.library = staged->library.string();
    Result<Descriptor> described = describe_once(program, staged->library, config, known);
    if (!described) {
      planned.reason = described.error().message;
      return planned;
    }
    planned.id = described->id;
    planned.descriptor = std::move(*described);
    planned.standing = Standing::kLoaded;
  }
  return planned;
}

// What comes after an action acts on the world, which must not be done twice.
void keep_vetoes(PlannedExtension& canary) {
  std::erase_if(canary.descriptor->handlers, [](const HandlerInfo& handler) {
    const EventKind* kind = event_kind(handler.event);
    return kind == nullptr || !kind->veto;
  });
  if (!canary.descriptor->handlers.empty()) return;
  canary.standing = Standing::kRefused;
  canary.reason = "it handles nothing that it could object to, so there is nothing to compare";
}

// The second version of extension `id`.
PlannedExtension plan_canary(const std::string& id, const ExtensionConfig& configured,
                             const Config& config, const fs::path& program, uid_t service,
                             Descriptions* known) {
  PlannedExtension planned;
  try {
    planned = plan_candidate(candidate_at(configured.canary, service), config, program, known);
  } catch (const fs::filesystem_error& failed) {
    planned.reason = failed.what();
  }
  planned.file = configured.canary.string();
  if (planned.standing == Standing::kLoaded && planned.id != id) {
    planned.standing = Standing::kRefused;
    planned.reason =
        fmt::format("it has the id '{}', wanted '{}', whose canary it is", planned.id, id);
  }
  if (planned.standing == Standing::kLoaded) keep_vetoes(planned);
  planned.id = canary_id(id);
  planned.key = planned.id;
  return planned;
}

// Two files with one id: neither is loaded, because which one was meant cannot be known.
void refuse_duplicates(std::vector<PlannedExtension>& all) {
  std::map<std::string, std::vector<PlannedExtension*>> by_id;
  for (PlannedExtension& planned : all) {
    if (planned.standing == Standing::kLoaded) by_id[planned.id].push_back(&planned);
  }
  for (const auto& [id, same] : by_id) {
    for (PlannedExtension* planned : same) {
      if (same.size() < 2) continue;
      const PlannedExtension* other = same[0] == planned ? same[1] : same[0];
      planned->standing = Standing::kRefused;
      planned->reason =
          fmt::format("{} has the id '{}' as well; remove one of the two files", other->file, id);
    }
  }
}

}  // namespace

std::optional<Result<Descriptor>> Descriptions::find(const fs::path& library) const {
  const std::scoped_lock lock(mutex_);
  const auto found = known_.find(library);
  return found == known_.end() ? std::nullopt : std::optional(found->second);
}

void Descriptions::remember(const fs::path& library, const Result<Descriptor>& described) {
  const std::scoped_lock lock(mutex_);
  known_.emplace(library, described);
}

void Descriptions::forget_failures() {
  const std::scoped_lock lock(mutex_);
  std::erase_if(known_, [](const auto& one) { return !one.second; });
}

Result<Plan> make_plan(const Config& config, const fs::path& program, uid_t service,
                       Descriptions* known) {
  Result<std::vector<Candidate>> candidates = scan(config.rcextensions, service);
  if (!candidates) return candidates.error();
  // Each is read by a process of its own: all at once, because a push may wait for them.
  std::vector<std::future<PlannedExtension>> answers;
  for (const Candidate& candidate : *candidates) {
    answers.push_back(std::async(std::launch::async, plan_candidate, std::cref(candidate),
                                 std::cref(config), std::cref(program), known));
  }
  Plan plan;
  for (auto& answer : answers) plan.extensions.push_back(answer.get());
  refuse_duplicates(plan.extensions);
  for (const auto& [id, extension] : config.extensions) {
    if (extension.canary.empty()) continue;
    plan.extensions.push_back(plan_canary(id, extension, config, program, service, known));
  }
  for (PlannedExtension& planned : plan.extensions) {
    planned.named = config.extensions.contains(planned.id) || is_canary(planned.id);
    if (planned.standing == Standing::kLoaded && config.extension(planned.id).mode == Mode::kOff) {
      planned.standing = Standing::kOff;
      planned.reason = "mode: off in rcx.yaml";
    }
  }
  for (const auto& [id, extension] : config.extensions) {
    const bool there =
        std::any_of(plan.extensions.begin(), plan.extensions.end(),
                    [&id = id](const PlannedExtension& planned) { return planned.id == id; });
    if (there) continue;
    PlannedExtension missing;
    missing.id = id;
    missing.named = true;
    missing.standing = extension.mode == Mode::kOff ? Standing::kOff : Standing::kMissing;
    missing.reason = fmt::format(
        "rcx.yaml names it, {} holds no file with this id; copy it there, or remove "
        "the section",
        config.rcextensions.string());
    plan.extensions.push_back(std::move(missing));
  }
  std::stable_sort(
      plan.extensions.begin(), plan.extensions.end(),
      [](const PlannedExtension& a, const PlannedExtension& b) { return a.id < b.id; });
  return plan;
}

void log_plan(const Plan& plan) {
  for (const PlannedExtension& planned : plan.extensions) {
    const std::string& name = planned.file.empty() ? planned.id : planned.file;
    if (planned.standing == Standing::kLoaded) {
      log("plugin").info("{}: {} {} is accepted", name, planned.id, planned.descriptor->version);
    } else {
      log("plugin").warn("{}: {}: {}", name, standing_name(planned.standing), planned.reason);
    }
  }
}

std::string_view standing_name(Standing standing) {
  return kStandings.at(static_cast<std::size_t>(standing));
}

boost::json::value to_json(const Plan& plan) {
  boost::json::array all;
  for (const PlannedExtension& planned : plan.extensions) {
    boost::json::object one{{"id", planned.id},         {"key", planned.key},
                            {"file", planned.file},     {"status", standing_name(planned.standing)},
                            {"reason", planned.reason}, {"named", planned.named},
                            {"hash", planned.hash},     {"library", planned.library}};
    if (planned.descriptor) one["descriptor"] = to_json(*planned.descriptor);
    all.push_back(std::move(one));
  }
  return all;
}

Plan plan_from_json(const boost::json::value& json) {
  Plan plan;
  for (const boost::json::value& item : json.as_array()) {
    const boost::json::object& one = item.as_object();
    const auto text = [&](const char* key) { return std::string(one.at(key).as_string()); };
    PlannedExtension planned;
    planned.id = text("id");
    planned.key = text("key");
    planned.file = text("file");
    const auto standing = std::find(kStandings.begin(), kStandings.end(), text("status"));
    // It may come from a worker, and so from an extension.
    if (standing == kStandings.end()) throw std::invalid_argument("an unknown status");
    planned.standing = static_cast<Standing>(standing - kStandings.begin());
    planned.reason = text("reason");
    planned.named = one.at("named").as_bool();
    planned.hash = text("hash");
    planned.library = text("library");
    if (const boost::json::value* descriptor = one.if_contains("descriptor")) {
      planned.descriptor = descriptor_from_json(descriptor->as_object());
    }
    plan.extensions.push_back(std::move(planned));
  }
  return plan;
}

}  // namespace rcx::host
