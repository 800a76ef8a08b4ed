#include "host/vcs/fields.hpp"

namespace rcx::host {

void add_fields(const Config& config, Event& event) {
  for (const FieldConfig& field : config.fields) {
    FieldValue value{field.key, field.label, field.description, nullptr};
    for (const RepositoryConfig& rule : config.repositories) {
      bool matches = false;
      for (const std::string& glob : rule.match) {
        matches = matches || glob_matches(glob, event.repository.name);
      }
      if (!matches || !rule.fields) continue;
      if (const rcx_value* found = rcx_value_get(&rule.fields->root(), field.key.c_str())) {
        value.value = found;
        event.values.emplace_back(rule.fields);
      }
    }
    if (value.value != nullptr) event.repository.fields.push_back(std::move(value));
  }
}

}  // namespace rcx::host
