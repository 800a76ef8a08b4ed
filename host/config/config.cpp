#include "host/config/config.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>

#include <algorithm>
#include <boost/filesystem/operations.hpp>
#include <sstream>

#include "host/config/reader.hpp"
#include "host/config/sections.hpp"

namespace rcx::host {
namespace {

constexpr std::size_t kLargestFile = std::size_t{1024} * 1024;
// What one generation of workers may have for those.
constexpr int kMostDedicated = 48;

void read_field(MapReader& reader, std::vector<FieldConfig>& fields) {
  FieldConfig field;
  reader.read("key", field.key);
  reader.read("label", field.label);
  reader.read("description", field.description);
  if (field.key.empty()) {
    reader.problems().add(reader.node().Mark(), reader.path("key") + ": wanted text, got nothing");
  }
  fields.push_back(std::move(field));
}

// `ada` or `@group`, as users alone.
void read_users(const char* key, MapReader& reader, const Config& config,
                std::vector<std::string>& users) {
  std::vector<std::string> names;
  reader.read(key, [&](const YAML::Node&) { users.clear(); });
  reader.read(key, names);
  for (const std::string& name : names) {
    if (!name.starts_with('@')) {
      users.push_back(name);
      continue;
    }
    const auto group = config.groups.find(name.substr(1));
    if (group != config.groups.end()) {
      users.insert(users.end(), group->second.begin(), group->second.end());
      continue;
    }
    reader.problems().add(reader.node().Mark(),
                          fmt::format("{}: wanted a user, or @ and a name that stands in  groups:, "
                                      "got '{}'",
                                      reader.path(key), printable(name)));
  }
}

void read_groups(MapReader& reader, Config& config) {
  reader.read("groups", [&](const YAML::Node& node) {
    if (!node.IsMap()) return reader.wanted(node, "groups", "a map of names and lists of users");
    MapReader groups(node, "groups", reader.problems());
    for (const auto& pair : node) {
      if (!pair.first.IsScalar()) continue;
      const std::string& name = pair.first.Scalar();
      std::vector<std::string>& users = config.groups[name];
      groups.read(name.c_str(), users);
      for (const std::string& user : users) {
        if (user.starts_with('@'))
          groups.wanted(pair.second, name, "users, and no groups in a group");
      }
    }
  });
}

void read_repository(MapReader& reader, std::vector<RepositoryConfig>& all) {
  RepositoryConfig repository;
  reader.read("match", repository.match);
  if (repository.match.empty()) {
    reader.problems().add(reader.node().Mark(),
                          reader.path("match") + ": wanted a glob such as 'team/*', got nothing");
  }
  reader.read("fields", [&](const YAML::Node& node) {
    if (!node.IsMap()) {
      reader.wanted(node, "fields", "a map of field keys and values");
    } else {
      repository.fields = std::make_shared<ValueTree>(node, reader.problems().file());
    }
  });
  reader.read("partial", [&](const YAML::Node& node) {
    if (node.IsScalar() && (node.Scalar() == "true" || node.Scalar() == "false")) {
      repository.partial = node.Scalar() == "true";
    } else {
      reader.wanted(node, "partial", "true or false");
    }
  });
  all.push_back(std::move(repository));
}

void read_extension(MapReader& reader, ExtensionConfig& extension, const Config& config) {
  const std::string& file = reader.problems().file();
  const fs::path base = config.directory();
  extension.bypass = config.bypass;
  read_users("bypass", reader, config, extension.bypass);
  reader.read("unbypassable", extension.unbypassable);
  reader.read_enum("mode", extension.mode, {"enforce", "observe", "off"});
  reader.read_enum("fail", extension.fail, {"closed", "open"});
  reader.read("priority", extension.priority, -1'000'000, 1'000'000);
  reader.read_enum("isolation", extension.isolation, {"shared", "dedicated"});
  std::string canary;
  reader.read("canary", canary);
  if (!canary.empty()) extension.canary = absolute_path(canary, base);
  reader.read("deadline", extension.deadline);
  reader.read("repositories", extension.repositories);
  if (extension.repositories.empty()) {
    reader.problems().add(reader.node().Mark(),
                          reader.path("repositories") +
                              ": wanted a glob such as '*', got an empty list; to switch the "
                              "extension off write  mode: off");
  }
  extension.settings = std::make_shared<ValueTree>(where_text(file, reader.node().Mark()));
  reader.read("settings", [&](const YAML::Node& node) {
    if (!node.IsMap()) {
      reader.wanted(node, "settings", "a map of settings");
    } else {
      extension.settings = std::make_shared<ValueTree>(node, file);
    }
  });
}

// Each has as many processes as the pools that all others share.
void check_dedicated(MapReader& reader, const YAML::Node& node, const Config& config) {
  int many = 0;
  for (const auto& [id, extension] : config.extensions) {
    many += extension.isolation == Isolation::kDedicated ? 1 : 0;
    many += extension.canary.empty() ? 0 : 1;
  }
  const int each = config.pre.processes + config.post.processes;
  if (many * each <= kMostDedicated) return;
  reader.problems().add(
      node.Mark(),
      fmt::format("extensions: wanted at most {} processes for extensions with  "
                  "isolation: dedicated  and for canaries, got {} of them with {} each "
                  "(workers.pre.processes + workers.post.processes)",
                  kMostDedicated, many, each));
}

void read_extensions(MapReader& reader, Config& config) {
  reader.read("extensions", [&](const YAML::Node& node) {
    if (!node.IsMap()) {
      reader.wanted(node, "extensions", "a map of extension ids");
      return;
    }
    for (const auto& pair : node) {
      if (!pair.first.IsScalar()) continue;
      if (is_canary(pair.first.Scalar())) {
        reader.problems().add(pair.first.Mark(),
                              "extensions." + pair.first.Scalar() +
                                  ": a canary has no section; write  canary: FILE  in that of its "
                                  "extension");
      }
      MapReader extension(pair.second, "extensions." + pair.first.Scalar(), reader.problems());
      read_extension(extension, config.extensions[pair.first.Scalar()], config);
      extension.finish();
    }
    check_dedicated(reader, node, config);
  });
}

void read_document(const YAML::Node& root, Config& config, Problems& problems) {
  const fs::path base = config.directory();
  MapReader reader(root, "", problems);
  std::vector<std::string> roots;
  std::string rcextensions = "rcextensions";
  std::string state = "state";
  std::string run = "run";
  reader.read("roots", roots);
  reader.read("user", config.user);
  reader.read("rcextensions", rcextensions);
  reader.read("state", state);
  reader.read("run", run);
  for (const std::string& text : roots) config.roots.push_back(absolute_path(text, base));
  config.rcextensions = absolute_path(rcextensions, base);
  config.state = absolute_path(state, base);
  config.run = absolute_path(run, base);
  if (roots.empty()) {
    problems.add(root.Mark(),
                 "roots: wanted a list of directories that hold repositories, got "
                 "nothing; write for example  roots: [repositories]");
  }
  reader.read("server_url", config.server_url);
  reader.read_map("workers", [&](MapReader& workers) {
    workers.read_map("pre", [&](MapReader& pool) { read_pool(pool, config.pre); });
    workers.read_map("post", [&](MapReader& pool) { read_pool(pool, config.post); });
  });
  reader.read_map("client", [&](MapReader& client) { read_client(client, config.client); });
  reader.read_map("budget", [&](MapReader& budget) { read_budget(budget, config.budget); });
  reader.read_map("breaker", [&](MapReader& breaker) { read_breaker(breaker, config.breaker); });
  reader.read_map("queue", [&](MapReader& queue) { read_queue(queue, config.queue); });
  reader.read_map("trash", [&](MapReader& trash) { trash.read("keep", config.trash.keep); });
  reader.read_map("api", [&](MapReader& api) { read_api(api, config.api, base); });
  reader.read_map("limits", [&](MapReader& limits) {
    read_limits(limits, config.limits);
    check_threads(limits, config);
  });
  reader.read_map("reading", [&](MapReader& reading) { read_reading(reading, config.reading); });
  reader.read_map("signatures", [&](MapReader& signatures) {
    read_signatures(signatures, config.signatures, config.directory());
  });
  if (config.client.timeout <= config.budget.event) {
    problems.add(root.Mark(), "client.timeout: wanted more than budget.event (" +
                                  duration_text(config.budget.event) + "), got " +
                                  duration_text(config.client.timeout) +
                                  "; else pushes are given up while handlers still have time");
  }
  reader.read_map("identity", [&](MapReader& id) { read_identity(id, config.identity); });
  reader.read_map("output", [&](MapReader& output) { read_output(output, config.output); });
  reader.read_map("log", [&](MapReader& log) { read_log(log, config.log, base); });
  reader.read_map("records", [&](MapReader& records) { read_records(records, config.records); });
  reader.read("partial", config.partial);
  read_groups(reader, config);
  read_users("bypass", reader, config, config.bypass);
  reader.read_list("fields", [&](MapReader& field) { read_field(field, config.fields); });
  reader.read_list("repositories",
                   [&](MapReader& rule) { read_repository(rule, config.repositories); });
  read_extensions(reader, config);
  reader.finish();
}

// Where each document begins.
class Documents : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& mark) override { last_ = mark; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}

  const YAML::Mark& last() const noexcept { return last_; }

 private:
  YAML::Mark last_;
};

// Not YAML::LoadAll: after `,{:z` that finds documents without end.
void check_one_document(const std::string& text, Problems& problems) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  Documents documents;
  if (parser.HandleNextDocument(documents) && parser.HandleNextDocument(documents)) {
    problems.add(documents.last(), "wanted one YAML document, got a second");
  }
}

// Hands the one document of `text` to `read`, when it is sound; gathers what is wrong with it.
template <class Read>
void read_yaml(const std::string& text, Problems& problems, const Read& read) {
  // yaml-cpp 0.7 tries UTF-16 and UTF-32 as well, and never comes back from some of it.
  if (!is_utf8(text) || text.find('\0') != std::string::npos) {
    problems.add(YAML::Mark::null_mark(),
                 "wanted text in UTF-8, got other bytes; convert it with:  iconv -t UTF-8");
    return;
  }
  try {
    const YAML::Node root = YAML::Load(text);
    check_one_document(text, problems);
    check_document(root, problems);
    if (problems.empty()) read(root);
  } catch (const YAML::Exception& failed) {
    const bool unquoted = failed.msg == YAML::ErrorMsg::MAP_VALUE;
    problems.add(failed.mark,
                 failed.msg + (unquoted ? "; put text that holds ': ' in quotes" : ""));
  }
}

}  // namespace

std::string canary_id(const std::string& id) {
  return id + std::string(kCanarySuffix);
}

bool is_canary(std::string_view id) {
  return id.ends_with(kCanarySuffix);
}

bool Config::partial_in(const std::string& repository) const {
  bool counts = partial;
  for (const RepositoryConfig& rule : repositories) {
    if (!rule.partial || *rule.partial == counts) continue;
    for (const std::string& glob : rule.match) {
      if (glob_matches(glob, repository)) counts = *rule.partial;
    }
  }
  return counts;
}

ExtensionConfig Config::extension(const std::string& id) const {
  if (is_canary(id)) {
    ExtensionConfig canary = extension(id.substr(0, id.size() - kCanarySuffix.size()));
    if (canary.mode == Mode::kEnforce) canary.mode = Mode::kObserve;
    canary.fail = FailPolicy::kOpen;
    canary.isolation = Isolation::kDedicated;
    canary.canary.clear();
    return canary;
  }
  const auto found = extensions.find(id);
  if (found != extensions.end()) return found->second;
  ExtensionConfig defaults;
  defaults.settings = std::make_shared<ValueTree>(file.string());
  defaults.bypass = bypass;
  return defaults;
}

Result<std::shared_ptr<const Config>> load_config(const fs::path& file) {
  Result<std::string> text = read_file(file, kLargestFile);
  if (!text) {
    Error error = text.error();
    error.message += "\nmake an instance with:  rcx init DIRECTORY";
    return error;
  }
  return parse_config(file, std::move(*text));
}

Result<std::shared_ptr<const Config>> parse_config(const fs::path& file, std::string text) {
  auto config = std::make_shared<Config>();
  config->file = fs::absolute(file).lexically_normal();
  config->text = std::move(text);
  Problems problems(config->file.string());
  read_yaml(config->text, problems,
            [&](const YAML::Node& root) { read_document(root, *config, problems); });
  if (!problems.empty()) return Error{Code::kInvalid, problems.text()};
  return std::shared_ptr<const Config>(std::move(config));
}

Result<std::shared_ptr<const ValueTree>> load_settings(const fs::path& file) {
  const Result<std::string> text = read_file(file, kLargestFile);
  if (!text) return text.error();
  Problems problems(file.string());
  std::shared_ptr<const ValueTree> settings;
  read_yaml(*text, problems, [&](const YAML::Node& root) {
    if (root.IsNull()) {
      settings = std::make_shared<ValueTree>(file.string());
    } else if (root.IsMap()) {
      settings = std::make_shared<ValueTree>(root, file.string());
    } else {
      problems.add(root.Mark(), "wanted a map of settings, as below  settings:  in rcx.yaml");
    }
  });
  if (!problems.empty()) return Error{Code::kInvalid, problems.text()};
  return settings;
}

}  // namespace rcx::host
