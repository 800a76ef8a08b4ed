#include "host/vcs/fields.hpp"

#include <unistd.h>

#include <algorithm>

#include "host/accounts/own_fields.hpp"

namespace rcx::host {
namespace {

// What was set for this repository alone; null where that is nothing.
std::shared_ptr<const ValueTree> own_fields(const Config& config, const std::string& name) {
  const fs::path file = own_fields_file(config.state, name);
  if (::access(file.c_str(), F_OK) != 0) return nullptr;
  Result<std::shared_ptr<const ValueTree>> fields = load_settings(file);
  if (fields) return std::move(*fields);
  log("worker").error("fields of {} are unreadable: {}", name, fields.error().message);
  return nullptr;
}

void take(const std::shared_ptr<const ValueTree>& from, FieldValue& value, Event& event) {
  if (!from) return;
  const rcx_value* found = rcx_value_get(&from->root(), value.key.c_str());
  if (found == nullptr) return;
  value.value = found;
  event.values.emplace_back(from);
}

bool matches(const RepositoryConfig& rule, const std::string& name) {
  return std::any_of(rule.match.begin(), rule.match.end(),
                     [&](const std::string& glob) { return glob_matches(glob, name); });
}

}  // namespace

void add_fields(const Config& config, Event& event) {
  if (config.fields.empty()) return;
  const std::shared_ptr<const ValueTree> own = own_fields(config, event.repository.name);
  for (const FieldConfig& field : config.fields) {
    FieldValue value{field.key, field.label, field.description, nullptr};
    for (const RepositoryConfig& rule : config.repositories) {
      if (rule.fields && matches(rule, event.repository.name)) take(rule.fields, value, event);
    }
    take(own, value, event);
    if (value.value != nullptr) event.repository.fields.push_back(std::move(value));
  }
}

}  // namespace rcx::host
