// A database of accounts for one test.
#pragma once

#include <gtest/gtest.h>

#include <boost/filesystem/operations.hpp>

#include "host/accounts/accounts.hpp"
#include "host/accounts/names.hpp"

namespace rcx::host {

class AccountsTest : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(state_); }
  void TearDown() override {
    accounts_.reset();
    fs::remove_all(state_);
  }
  Accounts& accounts() {
    if (!accounts_) accounts_ = std::make_unique<Accounts>(Accounts::open(state_).value());
    return *accounts_;
  }
  Account add_user(const std::string& name, bool admin = false) {
    Account user;
    user.username = name;
    user.admin = admin;
    return accounts().add_user(user).value();
  }
  Node add_node(NodeKind kind, const std::string& name, const Account* owner = nullptr) {
    Node node;
    node.kind = kind;
    node.name = name;
    node.path = "/srv/" + name;
    node.busy = "create";
    const std::string above = parent_of(name);
    if (!above.empty()) node.parent = accounts().group(above).value().id;
    if (owner != nullptr) node.owner = owner->id;
    Node made = accounts().reserve(node).value();
    accounts().settle(made, {}).value();
    return accounts().find_node(name).value().value();
  }
  Node add_repo(const std::string& name, const Account* owner = nullptr) {
    return add_node(NodeKind::kRepository, name, owner);
  }
  Node add_group(const std::string& name) { return add_node(NodeKind::kGroup, name); }

  const fs::path state_ = fs::temp_directory_path() / fs::unique_path("rcx-%%%%%%");

 private:
  std::unique_ptr<Accounts> accounts_;
};

}  // namespace rcx::host
