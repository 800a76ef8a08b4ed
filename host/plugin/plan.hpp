// Which extensions a generation of workers serves with, and the one status line of each candidate.
#pragma once

#include <boost/json.hpp>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "host/config/config.hpp"
#include "host/plugin/plugin.hpp"

namespace rcx::host {

enum class Standing {
  kLoaded,
  kRefused,   // it cannot be loaded
  kMissing,   // rcx.yaml names it, and it is not there
  kOff,       // mode: off
  kDisabled,  // it failed too often
};

// One candidate, or one id that rcx.yaml names without a file.
struct PlannedExtension {
  std::string id;    // from the descriptor; the key where none could be read
  std::string key;   // name in rcextensions/; empty when missing
  std::string file;  // in rcextensions/
  Standing standing = Standing::kRefused;
  std::string reason;  // why it is not loaded, and the cure
  bool named = false;  // rcx.yaml has a section for it
  std::string hash;
  std::string library;  // the staged copy
  std::optional<Descriptor> descriptor;
};

// Immutable; written by the supervisor, read by workers and by `rcx extensions list`.
struct Plan {
  std::vector<PlannedExtension> extensions;  // in order of id
};

// Which extensions a process loads.
struct Placement {
  std::string alone;  // the id of the only one; empty: all but those that run apart
  // Where to ask for an extension that runs apart, or may have to: sockets, by id.
  std::map<std::string, std::string> doors = {};
};

// What is known of libraries that were read before, by the place of their staged copy, which is
// named after its content. Any thread.
class Descriptions {
 public:
  std::optional<Result<Descriptor>> find(const fs::path& library) const;
  void remember(const fs::path& library, const Result<Descriptor>& described);
  void forget_failures();

 private:
  mutable std::mutex mutex_;
  std::map<fs::path, Result<Descriptor>> known_;
};

// Scans, stages and describes everything below `config.rcextensions`, but for what stands in
// `known`, which may be null. Fails only when the directory itself cannot be used; each bad
// candidate becomes a refused entry. `program` is rcxd; files may belong to root or to `service`.
Result<Plan> make_plan(const Config& config, const fs::path& program, uid_t service,
                       Descriptions* known = nullptr);

// One line for each.
void log_plan(const Plan& plan);

std::string_view standing_name(Standing standing);
boost::json::value to_json(const Plan& plan);
// Throws std::exception for JSON of another shape.
Plan plan_from_json(const boost::json::value& json);

}  // namespace rcx::host
