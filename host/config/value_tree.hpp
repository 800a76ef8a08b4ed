// A part of rcx.yaml as the plain data that extensions see (rcx_value).
#pragma once

#include <rcx/abi.h>
#include <yaml-cpp/yaml.h>

#include <deque>
#include <string>
#include <vector>

namespace rcx::host {

// Owns a tree of rcx_value. Immutable once built, so any thread may read it. Not movable: the
// values point into it; share it by shared_ptr.
class ValueTree {
 public:
  // An empty map, said to stand at `where`.
  explicit ValueTree(std::string where);
  // The tree below `node`, from `file`. `node` was checked by check_document before.
  ValueTree(const YAML::Node& node, const std::string& file);
  ValueTree(const ValueTree&) = delete;
  ValueTree& operator=(const ValueTree&) = delete;
  ValueTree(ValueTree&&) = delete;
  ValueTree& operator=(ValueTree&&) = delete;
  ~ValueTree() = default;

  const rcx_value& root() const noexcept { return root_; }

 private:
  rcx_value build(const YAML::Node& node, const std::string& file);
  rcx_bytes keep(std::string text);

  std::deque<std::string> texts_;
  std::deque<std::vector<rcx_value>> arrays_;
  rcx_value root_{};
};

}  // namespace rcx::host
