// What the tests of the client share: each runs against both builds of it.
#ifndef RCX_TESTS_CLIENT_CLIENT_TEST_HPP
#define RCX_TESTS_CLIENT_CLIENT_TEST_HPP

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/client/client_process.hpp"
#include "tests/client/fake_worker.hpp"
#include "tests/client/sandbox.hpp"

namespace rcx::test {

class ClientTest : public testing::TestWithParam<std::pair<const char*, const char*>> {
 protected:
  static const char* client() { return GetParam().second; }

  Invocation hook(const std::string& name) const {
    Invocation invocation;
    invocation.program = (sandbox_.hooks() / name).string();
    return invocation;
  }
  Invocation pre() const { return hook("pre-receive"); }
  Invocation post() const { return hook("post-receive"); }
  std::filesystem::path pre_socket() const { return sandbox_.socket("pre-receive"); }
  std::filesystem::path post_socket() const { return sandbox_.socket("post-receive"); }

  Sandbox sandbox_{client()};
};

#define RCX_BOTH_CLIENTS(suite)                                                               \
  INSTANTIATE_TEST_SUITE_P(                                                                   \
      Client, suite,                                                                          \
      testing::Values(std::pair<const char*, const char*>("musl", RCX_TEST_CLIENT),           \
                      std::pair<const char*, const char*>("native", RCX_TEST_CLIENT_NATIVE)), \
      [](const auto& build) { return std::string(build.param.first); })

}  // namespace rcx::test

#endif  // RCX_TESTS_CLIENT_CLIENT_TEST_HPP
