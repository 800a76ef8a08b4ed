// Fetches and clones from a repository that git itself serves, through uploadpack.packObjectsHook.
#include "tests/e2e/pull.hpp"

namespace rcx::test {
namespace {

class Pull : public PullTest {};

TEST_F(Pull, CloneIsAskedAboutAndTold) {
  serve_pulls("{say: hello}");
  const Outcome cloned = make_clone("one");
  ASSERT_EQ(cloned.status, 0) << cloned.err;
  EXPECT_THAT(cloned.remote(), ElementsAre("hello", "thank you"));
  ASSERT_THAT(pulls(), SizeIs(2));
  Event before = pulls("pre_pull").at(0);
  EXPECT_EQ(before["told"], "1");
  EXPECT_EQ(before["clone"], "1");
  EXPECT_EQ(before["shallow"], "0");
  EXPECT_EQ(before["filtered"], "0");
  EXPECT_EQ(before["action"], "pull");
  EXPECT_EQ(before["hook"], "pack_objects");
  EXPECT_EQ(before["repository"], "a");
  EXPECT_EQ(before["wanted"], second_ + ":refs/heads/main " + second_ + ":refs/tags/v1 ");
  Event after = pulls("pull").at(0);
  EXPECT_EQ(after["clone"], "1");
  EXPECT_EQ(after["push_id"], before["push_id"]);
  EXPECT_NE(after["id"], before["id"]);
  EXPECT_EQ(after["wanted"], before["wanted"]);
}

TEST_F(Pull, FetchIsNoClone) {
  serve_pulls();
  ASSERT_EQ(make_clone("one").status, 0);
  const std::string third = clone().commit("third");
  ASSERT_EQ(push({"main"}).status, 0);
  ASSERT_EQ(fetch("one").status, 0);
  ASSERT_THAT(pulls("pre_pull"), SizeIs(2));
  EXPECT_EQ(pulls("pre_pull").at(1)["clone"], "0");
  EXPECT_EQ(pulls("pre_pull").at(1)["wanted"], third + ":refs/heads/main ");
  EXPECT_EQ(pulls("pull").at(1)["clone"], "0");
  // Nothing new, so no pack, and nobody is asked.
  ASSERT_EQ(fetch("one").status, 0);
  EXPECT_THAT(pulls(), SizeIs(4));
}

TEST_F(Pull, ShallowAndFilteredAreTold) {
  serve_pulls();
  repository().git({"config", "uploadpack.allowFilter", "true"});
  ASSERT_EQ(make_clone("shallow", {"--depth=1"}).status, 0);
  ASSERT_EQ(make_clone("filtered", {"--filter=blob:none", "--no-checkout"}).status, 0);
  ASSERT_THAT(pulls("pre_pull"), SizeIs(2));
  EXPECT_EQ(pulls("pre_pull").at(0)["shallow"], "1");
  EXPECT_EQ(pulls("pre_pull").at(0)["filtered"], "0");
  EXPECT_EQ(pulls("pre_pull").at(1)["shallow"], "0");
  EXPECT_EQ(pulls("pre_pull").at(1)["filtered"], "1");
  EXPECT_EQ(pulls("pre_pull").at(1)["filter"], "blob:none");
  EXPECT_EQ(pulls("pull").at(1)["filter"], "blob:none");
}

// Who has a part of the history asks for more of it.
TEST_F(Pull, DeepeningIsNoClone) {
  serve_pulls();
  ASSERT_EQ(make_clone("one", {"--depth=1"}).status, 0);
  clone().commit("third");
  ASSERT_EQ(push({"main"}).status, 0);
  ASSERT_EQ(fetch("one", {"--deepen=1"}).status, 0);
  ASSERT_EQ(fetch("one", {"--unshallow"}).status, 0);
  ASSERT_THAT(pulls("pre_pull"), SizeIs(3));
  ASSERT_THAT(pulls("pull"), SizeIs(3));
  for (const std::size_t i : {1U, 2U}) {
    EXPECT_EQ(pulls("pre_pull").at(i)["clone"], "0") << i;
    EXPECT_EQ(pulls("pull").at(i)["clone"], "0") << i;
  }
  EXPECT_EQ(pulls("pre_pull").at(0)["clone"], "1");
  EXPECT_EQ(pulls("pre_pull").at(1)["shallow"], "1");
}

// With SHA-256 as well, which libgit2 does not read.
class PartialClone : public Pull, public testing::WithParamInterface<const char*> {};

TEST_P(PartialClone, WhatItAsksForLaterIsNoClone) {
  const std::string format = GetParam();
  serve_pulls("{}", "", format);
  repository().git({"config", "uploadpack.allowFilter", "true"});
  ASSERT_EQ(make_clone("one", {"--filter=blob:none", "--no-checkout"}).status, 0);
  const Outcome shown = run(git({"cat-file", "-p", "v1:file"}, temp_.path() / "one"));
  EXPECT_EQ(shown.out, "two\n") << shown.err;
  ASSERT_THAT(pulls("pre_pull"), SizeIs(2));
  EXPECT_EQ(pulls("pre_pull").at(0)["clone"], "1");
  EXPECT_EQ(pulls("pre_pull").at(1)["clone"], "0");
  EXPECT_EQ(pulls("pull").at(1)["clone"], "0");
  // A commit that no reference names is history all the same.
  const fs::path two = temp_.path() / "two";
  fs::create_directory(two);
  ASSERT_EQ(run(git({"init", "--quiet", "--object-format=" + format}, two)).status, 0);
  ASSERT_EQ(run(git({"fetch", "--quiet", "--filter=blob:none", url(), first_}, two)).status, 0);
  EXPECT_EQ(pulls("pre_pull").back()["wanted"], first_ + ": ");
  EXPECT_EQ(pulls("pre_pull").back()["clone"], "1");
}

INSTANTIATE_TEST_SUITE_P(Formats, PartialClone, testing::Values("sha1", "sha256"),
                         [](const auto& one) { return std::string(one.param); });

TEST_F(Pull, PackedAndLooseReferencesAreNamed) {
  serve_pulls();
  repository().git({"pack-refs", "--all"});
  const std::string third = clone().commit("third");
  ASSERT_EQ(push({"main", "main:topic/a"}).status, 0);
  ASSERT_EQ(make_clone("one").status, 0);
  // The packed `main` is not what `main` is now.
  EXPECT_EQ(
      pulls("pre_pull").at(0)["wanted"],
      third + ":refs/heads/main " + third + ":refs/heads/topic/a " + second_ + ":refs/tags/v1 ");
}

TEST_F(Pull, RefusalNamesTheReasonBeforeGitDoes) {
  serve_pulls("{reason: not on Fridays}");
  const Outcome cloned = make_clone("one");
  EXPECT_NE(cloned.status, 0);
  ASSERT_THAT(pulls("pre_pull"), SizeIs(1));
  const std::string id = pulls("pre_pull").at(0)["id"];
  const std::vector<std::string> lines = cloned.remote();
  ASSERT_GE(lines.size(), 2U) << cloned.err;
  EXPECT_EQ(lines[0], "not on Fridays [puller]");
  EXPECT_EQ(lines[1], "rcx: pull refused, decision " + id);
  EXPECT_THAT(pulls("pull"), IsEmpty());
  const Outcome explained = rcx({"explain", id});
  EXPECT_THAT(explained.out, StartsWith("refused: pre_pull of a by "));
  EXPECT_THAT(explained.out, HasSubstr("Client    clone\n"));
  EXPECT_THAT(explained.out, HasSubstr(second_.substr(0, 10) + " refs/heads/main\n"));
  EXPECT_THAT(rcx({"decisions", "--event", "pre_pull", "--refused"}).out,
              HasSubstr("pre_pull  a  "));
}

TEST_F(Pull, RulesAboutClonesFiltersAndReferences) {
  serve_pulls(
      "{clones: clone elsewhere, shallow: all of it, filtered: no filters, refs: {secret: no}}");
  repository().git({"config", "uploadpack.allowFilter", "true"});
  EXPECT_THAT(make_clone("one").remote(), Contains("clone elsewhere [puller]"));
  EXPECT_THAT(make_clone("two", {"--depth=1"}).remote(), Contains("all of it [puller]"));
  EXPECT_THAT(make_clone("three", {"--filter=blob:none"}).remote(),
              Contains("no filters [puller]"));
  // Who has something may fetch more, and not everything.
  copy("four");
  clone().commit("third");
  ASSERT_EQ(push({"main"}).status, 0);
  EXPECT_EQ(fetch("four", {"origin", "main"}).status, 0);
  clone().commit("hidden");
  ASSERT_EQ(push({"HEAD:secret"}).status, 0);
  EXPECT_THAT(fetch("four", {"origin", "secret"}).remote(), Contains("no [puller]"));
}

TEST_F(Pull, ObservedAndFailingExtensions) {
  host_.add("puller_b", "{mode: observe, settings: {reason: only a thought}}");
  serve_pulls("{act: throw}", ", fail: open");
  EXPECT_EQ(make_clone("one").status, 0);
  EXPECT_THAT(host_.log(), HasSubstr("would object (mode: observe): only a thought"));
  EXPECT_THAT(host_.log(), HasSubstr("puller failed: thrown"));
  host_.name("puller", "{settings: {act: throw}}");
  host_.write_config();
  ASSERT_EQ(rcx({"reload"}).status, 0);
  const Outcome refused = make_clone("two");
  EXPECT_NE(refused.status, 0);
  EXPECT_THAT(refused.remote(), Contains("rcx: the extension puller failed: thrown"))
      << refused.err << host_.log();
}

TEST_F(Pull, CrashIsTheExtensionsAndFollowsItsPolicy) {
  serve_pulls("{act: crash}");
  const Outcome refused = make_clone("one");
  EXPECT_NE(refused.status, 0);
  EXPECT_THAT(refused.err, HasSubstr("the extension puller failed"));
  EXPECT_THAT(refused.err, HasSubstr("rcx: the worker that judged this pull died"));
  host_.name("puller", "{fail: open, settings: {act: crash}}");
  host_.write_config();
  ASSERT_EQ(rcx({"reload"}).status, 0);
  EXPECT_EQ(make_clone("two").status, 0);
}

TEST_F(Pull, DeadlineAndFilterByRepositoryHold) {
  host_.set("budget", "{extension: 200ms}");
  serve_pulls("{act: hang}");
  const Outcome refused = make_clone("one");
  EXPECT_NE(refused.status, 0);
  EXPECT_THAT(refused.err, HasSubstr("the extension puller failed"));
  host_.name("puller", "{repositories: [other], settings: {act: hang}}");
  host_.write_config();
  ASSERT_EQ(rcx({"reload"}).status, 0);
  EXPECT_EQ(make_clone("two").status, 0);
}

TEST_F(Pull, HasNoCommitsAndNoReferencesToObjectTo) {
  serve_pulls("{act: commits}");
  EXPECT_THAT(make_clone("one").err, HasSubstr("puller failed: this event has no commits"));
  host_.name("puller", "{settings: {act: ref}}");
  host_.write_config();
  ASSERT_EQ(rcx({"reload"}).status, 0);
  EXPECT_THAT(make_clone("two").err, HasSubstr("wanted the index of a reference below 0, got 0"));
}

TEST_F(Pull, IsolatedExtensionsAreAskedAsWell) {
  serve_pulls("{reason: alone}", ", isolation: dedicated");
  EXPECT_THAT(make_clone("one").remote(), Contains("alone [puller]"));
}

TEST_F(Pull, VariablesCountFromTrustedUsersOnly) {
  serve_pulls();
  Command command = git({"clone", "--quiet", url(), "one"}, temp_.path());
  command.variables["REMOTE_USER"] = "mallory";
  ASSERT_EQ(run(command).status, 0);
  EXPECT_NE(pulls("pre_pull").at(0)["caller"], "mallory");
  host_.set("identity", "{trusted_users: [" + std::to_string(::geteuid()) + "]}");
  host_.write_config();
  ASSERT_EQ(rcx({"reload"}).status, 0);
  command.argv.back() = "two";
  command.variables["REMOTE_USER"] = "ann";
  command.variables["REMOTE_ADDR"] = "192.0.2.7";
  ASSERT_EQ(run(command).status, 0);
  EXPECT_EQ(pulls("pre_pull").at(1)["caller"], "ann");
  EXPECT_EQ(pulls("pre_pull").at(1)["ip"], "192.0.2.7");
}

// Whoever else's it is: nobody is asked, also where no host runs.
TEST_F(Pull, RepositoriesOutsideOfTheRootsAreLeftAlone) {
  serve_pulls("{reason: never}");
  const fs::path elsewhere = temp_.path() / "elsewhere.git";
  ASSERT_EQ(run(git({"clone", "--quiet", "--bare", clone().path().string(), elsewhere.string()},
                    temp_.path()))
                .status,
            0);
  const auto clone_elsewhere = [&](const std::string& name) {
    return run(git({"clone", "--quiet", "file://" + elsewhere.string(), name}, temp_.path()));
  };
  EXPECT_EQ(clone_elsewhere("one").status, 0);
  EXPECT_THAT(pulls(), IsEmpty());
  ASSERT_EQ(host_.stop(), 0);
  EXPECT_EQ(clone_elsewhere("two").status, 0);
  // A client that does not know the roots asks, and is told that it may.
  host_.start();
  const fs::path conf = host_.directory() / "client.conf";
  const std::string known = read_file(conf);
  const std::size_t root = known.find("root=");
  ASSERT_NE(root, std::string::npos);
  write_file(conf, known.substr(0, root));
  EXPECT_EQ(clone_elsewhere("three").status, 0);
  EXPECT_THAT(make_clone("four").remote(), Contains("never [puller]"));
}

TEST_F(Pull, NewRootsCountAtOnce) {
  serve_pulls("{reason: never}");
  const fs::path other = temp_.path() / "other";
  fs::create_directory(other);
  ASSERT_EQ(
      run(git({"clone", "--quiet", "--bare", clone().path().string(), "b.git"}, other)).status, 0);
  const Command command =
      git({"clone", "--quiet", "file://" + (other / "b.git").string(), "one"}, temp_.path());
  host_.set("roots", "[repositories, " + other.string() + "]");
  host_.write_config();
  ASSERT_EQ(rcx({"reload"}).status, 0);
  const Outcome refused = run(command);
  EXPECT_THAT(refused.remote(), Contains("never [puller]")) << refused.err << host_.log();
}

TEST_F(Pull, WithoutAHostItIsRefusedUnlessConfigured) {
  host_.set("client", "{connect_timeout: 50ms}");
  serve_pulls();
  ASSERT_EQ(host_.stop(), 0);
  const Outcome refused = make_clone("one");
  EXPECT_NE(refused.status, 0);
  EXPECT_THAT(refused.remote(), Contains(StartsWith("rcx: refused: no host is listening at ")));
}

TEST_F(Pull, WithoutAHostItMayPassAndIsToldLater) {
  host_.set("client", "{connect_timeout: 50ms, when_unreachable: allow}");
  serve_pulls("{reason: never}");
  ASSERT_EQ(host_.stop(), 0);
  const Outcome cloned = make_clone("one");
  ASSERT_EQ(cloned.status, 0) << cloned.err;
  EXPECT_THAT(cloned.err, HasSubstr("the pull is allowed nevertheless (when_unreachable=allow)"));
  EXPECT_THAT(cloned.remote(),
              Contains(StartsWith("rcx: the pack was sent; the extensions will be told when")));
  EXPECT_THAT(pulls(), IsEmpty());
  host_.start();
  ASSERT_TRUE(eventually([&] { return pulls("pull").size() == 1; })) << host_.log();
  EXPECT_EQ(pulls("pull").at(0)["clone"], "1");
}

TEST_F(Pull, WithoutAHostOneIsStartedForTheCall) {
  host_.set("client", "{when_unreachable: run-once}");
  serve_pulls("{clones: fetch instead}");
  ASSERT_EQ(host_.stop(), 0);
  EXPECT_THAT(make_clone("one").remote(), Contains("fetch instead [puller]"));
  copy("two");
  clone().commit("third");
  ASSERT_EQ(push({"main"}).status, 0);
  EXPECT_EQ(fetch("two").status, 0);
  EXPECT_THAT(pulls("pull"), SizeIs(1));
}

TEST_F(Pull, GitDaemonServes) {
  serve_pulls("{clones: fetch instead}");
  // inetd's side of it: what a client says on standard input.
  Command command{
      {"git", "daemon", "--inetd", "--export-all", "--base-path=" + host_.root().string()},
      temp_.path(),
      variables()};
  const std::string ask = std::string("git-upload-pack /a.git") + '\0' + "host=localhost" + '\0';
  const auto packet = [](const std::string& text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    const std::size_t size = text.size() + 4;
    return std::string("00") + kHex[size >> 4U & 15U] + kHex[size & 15U] + text;
  };
  command.input =
      packet(ask) + packet("want " + second_ + " side-band-64k\n") + "0000" + packet("done\n");
  const Outcome served = run(command);
  EXPECT_THAT(served.out, HasSubstr("fetch instead [puller]"));
  EXPECT_THAT(pulls("pre_pull"), SizeIs(1));
}

// git's configuration of the system, as root sets it: it counts for every user.
class PullSystem : public PullTest {
 protected:
  PullSystem() {
    for (const fs::path& path : {temp_.path(), host_.directory()}) {
      fs::permissions(path, fs::perms::group_exec | fs::perms::others_exec, fs::perm_options::add);
    }
    host_.add("puller", "{settings: {clones: fetch instead}}");
    serve();
    clone().commit("first");
    push({"main"});
  }
  Outcome with_system(Command command) const {
    command.variables = {{"GIT_CONFIG_NOSYSTEM", "0"}, {"GIT_CONFIG_SYSTEM", config().string()}};
    return run(command);
  }
  Outcome rcx_system(const Words& arguments) const {
    return with_system(host_.rcx_command(arguments));
  }
};

TEST_F(PullSystem, IsPutInAndTakenOut) {
  const Outcome installed = rcx_system({"install", "--pull", "system"});
  ASSERT_EQ(installed.status, 0) << installed.err;
  EXPECT_THAT(installed.out, HasSubstr("set uploadpack.packObjectsHook in git's system"));
  EXPECT_THAT(rcx_system({"status"}).out,
              HasSubstr("pulls          on   fetches and clones are asked about, by git's system"));
  const Command cloned = git({"clone", "--quiet", url(), "one"}, temp_.path());
  EXPECT_THAT(with_system(cloned).remote(), Contains("fetch instead [puller]"));
  EXPECT_FALSE(fs::exists(temp_.path() / "one"));
  ASSERT_EQ(rcx_system({"uninstall", "--pull", "system"}).status, 0);
  EXPECT_EQ(read_file(config()), "");
  EXPECT_EQ(with_system(cloned).status, 0);
}

TEST_F(PullSystem, AnotherHookThatIsSetThereIsKept) {
  write_file(config(), "[uploadpack]\n\tpackObjectsHook = /other\n");
  const Outcome refused = rcx_system({"install", "--pull", "system"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, HasSubstr("git config --system --unset uploadpack.packObjectsHook"));
  EXPECT_FALSE(fs::exists(host_.directory() / "git"));
}

TEST_F(PullSystem, AnInstanceThatIsClosedToOthersIsRefused) {
  fs::permissions(host_.directory(), fs::perms::owner_all);
  const Outcome refused = rcx_system({"install", "--pull", "system"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, HasSubstr("or set the hook for one user, with:  --pull global"));
  EXPECT_EQ(read_file(config()), "");
}

}  // namespace
}  // namespace rcx::test
