// Pushes and pulls on which every extension should hold: the ordinary and the odd.
#pragma once

#include <rcx/testing.hpp>

#include <optional>
#include <string>
#include <vector>

namespace rcx::host {

struct Sample {
  std::string name;  // as in: it crashes on ...
  rcx::testing::FakePush push;
  std::optional<rcx::testing::FakePull> pull = {};  // instead of the push
};

const std::vector<Sample>& samples();

}  // namespace rcx::host
