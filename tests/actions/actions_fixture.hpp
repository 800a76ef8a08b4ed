// Actions with a host that is a double, and real repositories.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/filesystem/directory.hpp>
#include <boost/filesystem/operations.hpp>

#include "host/actions/actions.hpp"

namespace rcx::host {

// What extensions would say.
class FakeMessenger : public Messenger {
 public:
  Result<WorkersAnswer> tell(const EventKind& kind, const Uuid& id, std::int64_t /*time_ns*/,
                             const std::string& fields) override {
    if (away) return Error{Code::kUnavailable, "no host listens"};
    told.push_back({std::string(kind.name), uuid_text(id), boost::json::parse(fields).as_object()});
    if (during) during(std::string(kind.name));
    WorkersAnswer answer;
    answer.status = kind.veto && veto ? 1 : 0;
    answer.verdict = kind.veto && veto ? "not today [guard]\n" : "";
    if (!kind.veto) answer.status = post_status;
    return answer;
  }
  Result<WorkersAnswer> call(const std::string& hook, const Uuid& /*id*/, std::int64_t /*time_ns*/,
                             const std::string& input) override {
    if (away) return Error{Code::kUnavailable, "no host listens"};
    WorkersAnswer answer;
    answer.status = 0;
    if (hook.empty()) {
      answer.result_of = RCX_ANSWER_JSON;
      answer.result = hooks;
    } else {
      called.push_back(hook + " " + input);
    }
    return answer;
  }
  Result<void> keep(const EventKind& kind, const Uuid& id, std::int64_t /*time_ns*/,
                    const std::string& fields) override {
    kept.push_back({std::string(kind.name), uuid_text(id), boost::json::parse(fields).as_object()});
    return {};
  }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& one : told) all.push_back(one.event);
    return all;
  }

  struct Told {
    std::string event;
    std::string id;
    boost::json::object fields;
  };
  std::vector<Told> told;
  std::vector<Told> kept;
  std::string hooks = "[]";  // that extensions export, as workers tell of them
  std::vector<std::string> called;
  bool veto = false;
  std::uint32_t post_status = 0;
  bool away = false;
  std::function<void(const std::string&)> during;
};

class ActionsTest : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(top_ / "state");
    fs::create_directories(root());
    config_ = std::make_shared<Config>();
    config_->file = top_ / "rcx.yaml";
    config_->roots = {root()};
    config_->state = top_ / "state";
    config_->fields = {{"ci_url", "CI", ""}};
    accounts_ = std::make_unique<Accounts>(Accounts::open(config_->state).value());
  }
  void TearDown() override {
    accounts_.reset();
    fs::remove_all(top_);
  }
  fs::path root() const { return top_ / "git"; }
  Office office() {
    return {config_, &messenger_, [this](const fs::path& at) -> Result<void> {
              installed_.push_back(at.string());
              if (install_fails_) return Error{Code::kIo, "no hooks today"};
              return {};
            }};
  }
  Actions actions(const Account* user = nullptr) {
    Actor actor;
    if (user != nullptr) {
      actor = as_user(*user);
    } else {
      actor.service = true;
      actor.account.username = "git";
    }
    return {*accounts_, office(), actor};
  }
  Account add_user(const std::string& name) {
    NewUser user;
    user.username = name;
    return actions().create_user(user).value();
  }
  static NewRepo repo(const std::string& name) {
    NewRepo wanted;
    wanted.name = name;
    return wanted;
  }
  // Everything below the root, but for what is in repositories.
  std::vector<std::string> on_disk() const {
    std::vector<std::string> all;
    for (fs::recursive_directory_iterator at(root()), end; at != end; ++at) {
      all.push_back(at->path().lexically_relative(root()).string());
      if (fs::exists(at->path() / "HEAD")) at.disable_recursion_pending();
    }
    std::sort(all.begin(), all.end());
    return all;
  }

  const fs::path top_ = fs::canonical(fs::temp_directory_path()) / fs::unique_path("rcx-%%%%%%");
  std::shared_ptr<Config> config_;
  FakeMessenger messenger_;
  std::unique_ptr<Accounts> accounts_;
  std::vector<std::string> installed_;
  bool install_fails_ = false;
};

}  // namespace rcx::host
