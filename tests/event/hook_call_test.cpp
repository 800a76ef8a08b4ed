#include "host/event/hook_call.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <functional>

#include "host/event/wire.h"

namespace rcx::host {
namespace {

std::string variables() {
  return {"A=1\0AB=2\0EMPTY=\0B=x=y\0", 22};
}

// A request whose sections follow each other; `change` may spoil the header.
std::string request(const std::function<void(rcx_wire_request&)>& change = {}) {
  rcx_wire_request head{};
  head.magic = RCX_WIRE_MAGIC;
  head.version = RCX_WIRE_VERSION;
  head.header_size = sizeof head;
  head.event_id[0] = 0xAB;
  head.parent_pid = 77;
  std::string body;
  const auto add = [&](const std::string& bytes) {
    const rcx_wire_section section{sizeof head + body.size(), bytes.size()};
    body += bytes;
    return section;
  };
  head.hook = add("pre-receive");
  head.arguments = add(std::string("one\0\0", 5));
  head.variables = add(variables());
  head.directory = add("/srv/a b");
  head.input = add("0 1 refs/heads/x\n");
  if (change) change(head);
  return std::string(static_cast<const char*>(static_cast<const void*>(&head)), sizeof head) + body;
}

Fd memfd(const std::string& bytes, int seals = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW) {
  Fd fd(::memfd_create("request", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  EXPECT_TRUE(write_all(fd.get(), bytes, "memfd"));
  EXPECT_EQ(::fcntl(fd.get(), F_ADD_SEALS, seals), 0);
  return fd;
}

std::string refusal(const std::string& bytes) {
  const auto call = HookCall::open(memfd(bytes));
  return call ? "" : call.error().message;
}

TEST(HookCall, ReadsEverySection) {
  const auto call = HookCall::open(memfd(request()));
  ASSERT_TRUE(call);
  EXPECT_EQ(call->hook(), "pre-receive");
  EXPECT_EQ(call->arguments(), (std::vector<std::string_view>{"one", ""}));
  EXPECT_EQ(call->directory(), "/srv/a b");
  EXPECT_EQ(call->input(), "0 1 refs/heads/x\n");
  EXPECT_EQ(call->event_id()[0], 0xAB);
  EXPECT_EQ(call->parent_pid(), 77U);
  EXPECT_EQ(call->variable("A"), "1");
  EXPECT_EQ(call->variable("AB"), "2");
  EXPECT_EQ(call->variable("B"), "x=y");
  EXPECT_EQ(call->variable("EMPTY"), "");
  EXPECT_EQ(call->variable("C"), "");
}

TEST(HookCall, TakesOnlySealedMemory) {
  EXPECT_FALSE(HookCall::open(memfd(request(), F_SEAL_WRITE)));
  EXPECT_FALSE(HookCall::open(memfd(request(), F_SEAL_SHRINK | F_SEAL_GROW)));
  EXPECT_FALSE(HookCall::open(Fd(::open("/dev/zero", O_RDONLY | O_CLOEXEC))));
  EXPECT_FALSE(HookCall::open(Fd(::open("/dev/null", O_RDONLY | O_CLOEXEC))));
}

TEST(HookCall, ChecksEveryOffset) {
  using Head = rcx_wire_request;
  EXPECT_NE(refusal(""), "");
  EXPECT_NE(refusal(request().substr(0, sizeof(Head) - 1)), "");
  EXPECT_NE(refusal(request().substr(0, sizeof(Head) + 3)), "") << "truncated";
  EXPECT_NE(refusal(request([](Head& head) { head.magic = 1; })), "");
  EXPECT_NE(refusal(request([](Head& head) { head.version = 0; })), "");
  EXPECT_NE(refusal(request([](Head& head) { head.header_size = 8; })), "");
  EXPECT_NE(refusal(request([](Head& head) { head.input.size = ~std::uint64_t{0}; })), "");
  EXPECT_NE(refusal(request([](Head& head) { head.hook.offset = ~std::uint64_t{0} - 3; })), "");
  EXPECT_NE(refusal(request([](Head& head) { head.directory.offset = 1U << 30U; })), "");
  EXPECT_NE(refusal(request([](Head& head) { --head.variables.size; })), "") << "last has no end";
}

TEST(HookCall, ServesALaterClient) {
  EXPECT_TRUE(HookCall::open(memfd(request([](rcx_wire_request& head) { head.version = 2; }))));
}

}  // namespace
}  // namespace rcx::host
