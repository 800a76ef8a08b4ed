#include "case_index.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace path_policy {

std::vector<Collision> CaseIndex::find(std::string_view path) {
  std::vector<Collision> collisions;
  std::size_t begin = 0;
  while (begin < path.size()) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view above = path.substr(0, begin);  // with its slash
    const std::string_view name = path.substr(begin, end - begin);
    const Names& names = names_in(above.substr(0, begin == 0 ? 0 : begin - 1));
    std::string key = folding_.key(name);
    const auto same = names.find(key);
    if (same != names.end()) {
      for (const std::string_view other : same->second) {
        if (other == name) continue;
        collisions.push_back({std::string(path.substr(0, end)),
                              std::string(above) + std::string(other), std::string(above) + key});
        break;
      }
    }
    begin = end + 1;
  }
  return collisions;
}

const CaseIndex::Names& CaseIndex::names_in(std::string_view directory) {
  const auto known = directories_.find(std::string(directory));
  if (known != directories_.end()) return known->second;
  Names names;
  for (const rcx::Entry& entry : commit_.entries(directory)) {
    names[folding_.key(entry.name())].push_back(entry.name());
  }
  return directories_.emplace(directory, std::move(names)).first->second;
}

}  // namespace path_policy
