// `rcx doctor`: from rcx.yaml to the hooks of every repository.
#include <unistd.h>

#include <boost/json.hpp>
#include <sstream>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

class Doctor : public HostTest {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) host_.set("user", std::to_string(::geteuid()));
  }
  Outcome examine() const { return host_.rcx({"doctor"}); }
  // The lines about `check`.
  static Words lines(const Outcome& said, const std::string& check) {
    Words found;
    std::istringstream all(said.out);
    for (std::string line; std::getline(all, line);) {
      if (line.find(" " + check + " ") == 5 || line.substr(6).starts_with(check + " ")) {
        found.push_back(line);
      }
    }
    return found;
  }
};

TEST_F(Doctor, FindsNothingWrongWhereNothingIs) {
  host_.add("recorder");
  serve();
  const Outcome said = examine();
  EXPECT_EQ(said.status, 0) << said.out;
  for (const char* check :
       {"configuration", "user", "owners", "programs", "host", "extensions", "sockets", "systems",
        "pulls", "hooks", "post events", "repository", "objects"}) {
    EXPECT_THAT(lines(said, check), ElementsAre(StartsWith("ok "))) << check << "\n" << said.out;
  }
  EXPECT_THAT(said.out,
              AllOf(HasSubstr("ready, generation 1"),
                    ContainsRegex("a.git: hooks are current, asked as .* they are answered "
                                  "by rcx .*, worker [0-9]+")));
  const auto json = boost::json::parse(must(host_.rcx_command({"--json", "doctor"})));
  EXPECT_EQ(json.as_array().size(), 13U);
  EXPECT_EQ(json.at(0).at("health").as_string(), "ok");
}

// Neither an extension nor the hook that was there before hears of it.
TEST_F(Doctor, ItsQuestionLeavesNothing) {
  host_.add("recorder");
  host_.start();
  const fs::path path = host_.root() / "a.git";
  must({{"git", "init", "--quiet", "--bare", path.string()}});
  const fs::path mark = temp_.path() / "mark";
  write_file(path / "hooks/pre-receive", "#!/bin/sh\ntouch " + mark.string() + "\n", 0755);
  open("a.git");
  EXPECT_EQ(examine().status, 0);
  EXPECT_FALSE(fs::exists(mark));
  EXPECT_THAT(records(), IsEmpty());
  push_first();
  EXPECT_TRUE(fs::exists(mark));
  EXPECT_EQ(records("pre_push").size(), 1U);
}

// Who could have a push answered as a question would have it pass unjudged.
TEST_F(Doctor, AQuestionIsNoPush) {
  serve();
  Command asked{{repository().hook("pre-receive").string(), "--probe"}, repository().path()};
  EXPECT_THAT(run(asked).err, StartsWith("rcx: probe: rcx "));
  asked.input = std::string(40, '0') + " " + std::string(40, '1') + " refs/heads/main\n";
  const Outcome pushed = run(asked);
  EXPECT_EQ(pushed.status, 1);
  EXPECT_THAT(pushed.err, HasSubstr("wants no input"));
}

TEST_F(Doctor, AHostThatAllowsWhenItIsAwayIsMissedAllTheSame) {
  host_.set("client", "{when_unreachable: allow, connect_timeout: 0s}");
  serve();
  ASSERT_EQ(host_.stop(), 0);
  const Outcome said = examine();
  EXPECT_EQ(said.status, 1);
  EXPECT_THAT(lines(said, "host"), ElementsAre(AllOf(StartsWith("fail"), HasSubstr("rcxd -c "))));
  EXPECT_THAT(lines(said, "repository"),
              ElementsAre(HasSubstr("pre-receive, asked as"), HasSubstr("post-receive, asked as")));
  EXPECT_THAT(said.out, Not(HasSubstr("the push is allowed")));
}

TEST_F(Doctor, WithoutAServiceEachQuestionStartsAHost) {
  host_.set("client", "{when_unreachable: run-once}");
  host_.write_config();
  open("a.git");
  const Outcome said = examine();
  EXPECT_EQ(said.status, 0) << said.out;
  EXPECT_THAT(said.out, AllOf(HasSubstr("each push starts its own"), HasSubstr("answered by rcx")));
}

TEST_F(Doctor, NamesWhatIsWrongWithHooks) {
  serve();
  const std::string cure = "type:  rcx -c " + host_.file().string() + " install " +
                           fs::canonical(repository().path()).string();
  const auto expect = [&](const std::string& health, const std::string& text) {
    const Outcome said = examine();
    EXPECT_EQ(said.status, health == "fail" ? 1 : 0);
    EXPECT_THAT(lines(said, "repository"),
                ElementsAre(AllOf(StartsWith(health + " "), HasSubstr(text), HasSubstr(cure))))
        << said.out;
    must(host_.rcx_command({"install", repository().path().string()}));
    EXPECT_EQ(examine().status, 0);
  };
  const fs::path hook = repository().hook("post-receive");
  fs::remove(hook);
  expect("fail", "post-receive is not there");
  fs::permissions(hook, fs::perms::none);
  expect("fail", "post-receive is not executable");
  write_file(repository().path() / "hooks/rcx-instance", "/somewhere/else\n");
  expect("fail", "its hooks ask the instance in /somewhere/else");
  write_file(hook, read_file(hook) + " ", 0755);
  expect("warn", "post-receive is of another release");
}

TEST_F(Doctor, NamesAHookThatIsPassedOver) {
  serve();
  write_file(repository().path() / "hooks/pre-receive.before-rcx", "#!/bin/sh\n", 0644);
  EXPECT_THAT(lines(examine(), "repository"),
              ElementsAre(AllOf(StartsWith("warn"), HasSubstr("chmod +x"))));
}

TEST_F(Doctor, SaysWhereNobodyCanPushPastAnExtension) {
  host_.set("bypass", "[ada]");
  serve();
  EXPECT_THAT(lines(examine(), "repository"), ElementsAre(StartsWith("ok ")));
  repository().git({"config", "--unset", "receive.advertisePushOptions"});
  const Outcome said = examine();
  EXPECT_EQ(said.status, 0) << said.out;
  EXPECT_THAT(lines(said, "repository"),
              ElementsAre(AllOf(StartsWith("warn "), HasSubstr("a.git: whom bypass in rcx.yaml "),
                                HasSubstr("receive.advertisePushOptions true"))));
  for (const char* value : {"TRUE", "2", "off", "0", ""}) {
    repository().git({"config", "receive.advertisePushOptions", value});
    const bool on = std::string(value) == "TRUE" || std::string(value) == "2";
    EXPECT_THAT(lines(examine(), "repository"), ElementsAre(StartsWith(on ? "ok " : "warn ")))
        << value;
  }
}

TEST_F(Doctor, RecommendsThatGitChecksObjects) {
  serve();
  const auto objects = [&] { return lines(examine(), "objects"); };
  EXPECT_THAT(
      objects(),
      ElementsAre(AllOf(StartsWith("ok "), HasSubstr("objects in 1 of 1 repositories, such as "),
                        HasSubstr("a.git; to have it refuse them, type:  git config --system "
                                  "receive.fsckObjects true"))));
  repository().git({"config", "transfer.fsckObjects", "true"});
  EXPECT_THAT(objects(), ElementsAre(HasSubstr("git checks what is pushed")));
  repository().git({"config", "receive.fsckObjects", "false"});
  EXPECT_THAT(objects(), ElementsAre(HasSubstr("takes in")));
}

TEST_F(Doctor, NamesRepositoriesThatTheHostCannotRead) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to become somebody else";
  const TempDir temp;
  Instance instance(temp, true);
  instance.start();
  const Repository own(instance, "own.git", true);
  const Repository theirs(instance, "theirs.git", true);
  give_away(theirs.path(), 0);
  Command command = instance.rcx_command({"doctor"});
  command.as_nobody = false;
  const Outcome said = run(command);
  EXPECT_EQ(said.status, 1);
  EXPECT_THAT(
      lines(said, "repository"),
      ElementsAre(AllOf(StartsWith("ok "), HasSubstr("own.git"), HasSubstr("asked as nobody")),
                  AllOf(StartsWith("fail"), HasSubstr("theirs.git belongs to root"),
                        HasSubstr("chown -R nobody"))))
      << said.out;
}

TEST_F(Doctor, NamesWhoIsNotAdmitted) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to become somebody else";
  fs::copy(built_programs(), temp_.path() / "bin", fs::copy_options::recursive);
  host_.use_programs(temp_.path() / "bin");
  serve();
  Command command = host_.rcx_command({"doctor"});
  command.as_nobody = true;
  const Outcome said = run(command);
  EXPECT_THAT(lines(said, "sockets"),
              ElementsAre(AllOf(StartsWith("warn"), HasSubstr("{admitted_users: [nobody]}"))));
  // As root it asks as who owns the repository.
  give_away(repository().path(), kNobody);
  const Outcome asked = examine();
  EXPECT_EQ(asked.status, 1);
  EXPECT_THAT(lines(asked, "repository"),
              Contains(HasSubstr("asked as nobody: rcx: user nobody may not use this host")));
}

TEST_F(Doctor, NamesWhatIsWrongWithTheInstance) {
  write_file(host_.rcextensions() / "no_library.so", "no library");
  serve();
  host_.set("roots", "[repositories, nowhere]");
  host_.write_config();
  ASSERT_TRUE(eventually([this] { return host_.rcx({"reload"}).status == 0; }));
  write_file(host_.file(), read_file(host_.file()) + "no_such_key: 1\n");
  ASSERT_TRUE(eventually(
      [this] { return host_.rcx({"status"}).out.find("no_such_key") != std::string::npos; }));
  Outcome said = examine();
  EXPECT_EQ(said.status, 1);
  EXPECT_THAT(lines(said, "configuration"),
              ElementsAre(AllOf(StartsWith("fail"), HasSubstr("unknown key 'no_such_key'"))));
  host_.write_config();
  fs::permissions(host_.rcextensions(), fs::perms::others_write, fs::perm_options::add);
  said = examine();
  EXPECT_EQ(said.status, 1);
  EXPECT_THAT(lines(said, "owners"),
              ElementsAre(AllOf(StartsWith("fail"), HasSubstr("chmod go-w"))));
  EXPECT_THAT(lines(said, "extensions"),
              ElementsAre(AllOf(StartsWith("fail"), HasSubstr("extensions list"))));
  EXPECT_THAT(lines(said, "roots"), ElementsAre(AllOf(StartsWith("fail"), HasSubstr("nowhere"))));
}

TEST_F(Doctor, WhatIsWrongWithRcxYamlIsSaid) {
  host_.set("rools", "[x]");
  host_.write_config();
  const Outcome said = examine();
  EXPECT_EQ(said.status, 1);
  EXPECT_THAT(said.out,
              AllOf(StartsWith("fail  configuration"), HasSubstr("did you mean 'roots'?")));
}

// What status says of protections is what the kernel says.
TEST_F(Doctor, StatusShowsProtections) {
  host_.set("identity", "{admitted_users: [daemon]}");
  serve();
  const std::string text = must(host_.rcx_command({"status"}));
  EXPECT_THAT(text, AllOf(ContainsRegex("protection     on   no_new_privs  in 2 of 2 workers\n"),
                          ContainsRegex("protection     o[nf]+ +seccomp  "),
                          ContainsRegex("limits        of a worker: memory .*, files [0-9]+, "),
                          ContainsRegex("sockets       admit root.*, daemon\n"),
                          HasSubstr("where no host answers, pushes are refused")));
  const auto json = boost::json::parse(must(host_.rcx_command({"--json", "status"})));
  std::map<std::string, bool> on;
  for (const auto& one : json.at("protections").as_array()) {
    on[std::string(one.at("name").as_string())] = one.at("on").as_bool();
  }
  EXPECT_TRUE(on.at("no_new_privs"));
  EXPECT_EQ(on.at("user"), ::geteuid() != 0);
  EXPECT_EQ(on.size(), 6U);
}

}  // namespace
}  // namespace rcx::test
