// What pushes and pulls of Mercurial are to extensions.
#include "tests/systems/mercurial_host.hpp"

namespace rcx::test {
namespace {

class Mercurial : public MercurialTest {
 protected:
  void serve_recorder() {
    host_.add("recorder");
    serve();
  }
};

TEST_F(Mercurial, OnePushIsOneEventBeforeAndOneAfter) {
  serve_recorder();
  clone().hg({"branch", "--quiet", "stable"});
  const std::string first = clone().commit("first\n\nwhy", {{"file", "one\n"}, {"dir/x", "x\n"}});
  fs::permissions(clone().path() / "dir/x", fs::perms::owner_exec, fs::perm_options::add);
  fs::remove(clone().path() / "file");
  const std::string second = clone().commit("second", {{"new", "n\n"}});
  accepted({"--new-branch"});
  ASSERT_THAT(records(), SizeIs(2));
  const Record before = last("pre_push");
  const Record after = last("push");
  EXPECT_EQ(before.push_id, after.push_id);
  EXPECT_NE(before.id, after.id);
  EXPECT_EQ(before.hook_type, "pretxnclose");
  EXPECT_EQ(before.repository, "a");
  EXPECT_EQ(before.path, repository().path());
  for (const Record& one : {before, after}) {
    ASSERT_THAT(one.refs, SizeIs(1));
    EXPECT_EQ(one.refs[0].name, "refs/heads/stable");
    EXPECT_EQ(one.refs[0].short_name, "stable");
    EXPECT_EQ(one.refs[0].old_id, "");
    EXPECT_EQ(one.refs[0].new_id, second);
    EXPECT_THAT(ids(one.commits), ElementsAre(first, second));
    const CommitRecord& commit = one.commits[0];
    EXPECT_THAT(commit.parents, IsEmpty());
    EXPECT_THAT(commit.message, "first\n\nwhy");
    EXPECT_EQ(commit.author.name, "Ada Lovelace");
    EXPECT_EQ(commit.author.email, "ada@example.org");
    EXPECT_EQ(commit.author.time, 1'700'000'001);
    EXPECT_EQ(commit.author.offset, 90);
    EXPECT_THAT(commit.changes, ElementsAre("added dir/x", "added file"));
    EXPECT_THAT(one.commits[1].parents, ElementsAre(first));
    EXPECT_THAT(one.commits[1].changes, ElementsAre("modified dir/x", "deleted file", "added new"));
  }
}

TEST_F(Mercurial, WhatHappensOnTheServerFiresNothing) {
  serve_recorder();
  clone().commit("first", {{"file", "one\n"}});
  repository().hg({"pull", "--quiet", "--update", clone().path().string()});
  write_file(repository().path() / "file", "two\n");
  repository().hg({"commit", "--quiet", "--message", "on the server"});
  repository().hg({"bookmark", "here"});
  EXPECT_THAT(records(), IsEmpty());
}

TEST_F(Mercurial, NewHeadsAreForcedAndNewBranchesAreNot) {
  serve_recorder();
  const std::string first = push_first();
  EXPECT_THAT(refs(), ElementsAre("branch create refs/heads/default"));
  const std::string second = clone().commit("second", {{"file", "two\n"}});
  accepted();
  EXPECT_THAT(refs(), ElementsAre("branch update refs/heads/default"));
  EXPECT_EQ(last().refs[0].old_id, first);
  clone().hg({"update", "--quiet", first});
  const std::string head = clone().commit("another head", {{"other", "1\n"}});
  accepted({"--force"});
  EXPECT_THAT(refs(), ElementsAre("branch update forced refs/heads/default"));
  EXPECT_EQ(last().refs[0].old_id, second);
  EXPECT_EQ(last().refs[0].new_id, head);
  clone().hg({"branch", "--quiet", "stable"});
  clone().commit("on stable", {{"other", "2\n"}});
  accepted({"--new-branch"});
  EXPECT_THAT(refs(), ElementsAre("branch create refs/heads/stable"));
  clone().hg({"commit", "--quiet", "--close-branch", "--message", "closed"});
  accepted();
  EXPECT_THAT(refs(), ElementsAre("branch update refs/heads/stable"));
  EXPECT_EQ(last().commits.at(0).message, "closed");
}

TEST_F(Mercurial, MergesHaveWhatTheyChangedThemselves) {
  serve_recorder();
  const std::string first = push_first();
  clone().commit("left", {{"left", "1\n"}, {"both", "1\n"}});
  const std::string left = clone().id();
  clone().hg({"update", "--quiet", first});
  clone().commit("right", {{"right", "1\n"}, {"both", "2\n"}});
  clone().hg({"merge", "--quiet", "--tool", ":union", left});
  const std::string merge = clone().commit("merge", {{"both", "3\n"}, {"merged", "1\n"}});
  accepted();
  const Record pushed = last();
  ASSERT_THAT(pushed.commits, SizeIs(3));
  EXPECT_THAT(pushed.refs, SizeIs(1));
  EXPECT_THAT(pushed.commits[2].id, merge);
  EXPECT_THAT(pushed.commits[2].parents, SizeIs(2));
  EXPECT_THAT(pushed.commits[2].changes, ElementsAre("modified both", "added merged"));
}

TEST_F(Mercurial, BookmarksPhasesTagsAndObsolescenceAloneArePushes) {
  serve_recorder();
  const std::string first = push_first();
  const std::string second = clone().commit("second", {{"file", "two\n"}});
  accepted();
  clone().hg({"bookmark", "--rev", second, "mark"});
  clone().push({"--bookmark", "mark"});  // hg says 1 where no changeset goes
  EXPECT_THAT(refs(), ElementsAre("other create refs/bookmarks/mark"));
  EXPECT_EQ(last().refs[0].new_id, second);
  EXPECT_THAT(last().commits, IsEmpty());
  clone().hg({"bookmark", "--force", "--rev", first, "mark"});
  const Outcome moved = clone().push({"--bookmark", "mark"});
  EXPECT_THAT(refs(), ElementsAre("other update forced refs/bookmarks/mark")) << moved.err;
  clone().hg({"bookmark", "--delete", "mark"});
  clone().push({"--bookmark", "mark"});
  EXPECT_THAT(refs(), ElementsAre("other delete refs/bookmarks/mark"));

  write_file(repository().path() / ".hg/hgrc",
             read_file(repository().path() / ".hg/hgrc") +
                 "[phases]\npublish = False\n[experimental]\nevolution = all\n");
  const std::string draft = clone().commit("draft", {{"file", "three\n"}});
  accepted();
  EXPECT_THAT(refs(), ElementsAre("branch update refs/heads/default"));
  clone().hg({"phase", "--public", draft});
  clone().push();
  EXPECT_THAT(refs(), ElementsAre("other update refs/phases/public"));
  EXPECT_EQ(last().refs[0].new_id, draft);

  const std::string old = clone().commit("to be amended", {{"file", "four\n"}});
  accepted();
  clone().hg({"commit", "--quiet", "--amend", "--message", "amended"});
  accepted();
  EXPECT_THAT(refs(),
              ElementsAre("branch update refs/heads/default", "other update refs/obsolete"));
  EXPECT_EQ(last().refs[1].new_id, old);

  clone().hg({"tag", "v1"});
  const std::string tagged = clone().id(".^");
  accepted();
  EXPECT_THAT(refs(), ElementsAre("branch update refs/heads/default", "tag create refs/tags/v1"));
  EXPECT_EQ(last().refs[1].new_id, tagged);
  EXPECT_EQ(records("pre_push").size(), records("push").size());
}

TEST_F(Mercurial, ChangesetsHaveWhatOnlyMercurialKnowsAndLackWhatItLacks) {
  host_.add("hg_facts");
  serve();
  write_file(repository().path() / ".hg/hgrc",
             read_file(repository().path() / ".hg/hgrc") + "[phases]\npublish = False\n");
  clone().commit("one", {{"file", "1\n"}});
  clone().hg({"bookmark", "mark"});
  Outcome pushed = clone().push({"--bookmark", "mark"});
  const std::string unsupported = ", unsupported: Mercurial has no signatures of changesets";
  EXPECT_THAT(pushed.err, HasSubstr("one: default draft *mark" + unsupported));
  clone().hg({"branch", "--quiet", "stable"});
  clone().hg({"commit", "--quiet", "--message", "two"});
  clone().hg({"commit", "--quiet", "--close-branch", "--message", "three"});
  pushed = clone().push({"--new-branch"});
  EXPECT_THAT(pushed.err, HasSubstr("two: stable draft" + unsupported));
  EXPECT_THAT(pushed.err, HasSubstr("three: stable draft closes *mark +close" + unsupported));
}

TEST_F(Mercurial, MessagesAreBytes) {
  serve_recorder();
  write_file(clone().path() / "message", "caf\xe9 \xff\n");
  write_file(clone().path() / "file", "1\n");
  clone().set_variable("HGENCODING", "latin-1");
  clone().hg({"commit", "--quiet", "--addremove", "--logfile", "message"});
  accepted();
  // hg stores text as UTF-8, whatever it was given in.
  EXPECT_EQ(last().commits.at(0).message, "caf\xc3\xa9 \xc3\xbf");
}

// hg refuses to store such text, and shows what others have stored.
TEST_F(Mercurial, MessagesThatAreNoUtf8AreBytesToo) {
  serve_recorder();
  const fs::path extension = temp_.path() / "raw.py";
  write_file(
      extension,
      "from mercurial import context, encoding, registrar\n"
      "cmdtable = {}\n"
      "command = registrar.command(cmdtable)\n"
      "@command(b'raw-commit', [])\n"
      "def raw_commit(ui, repo, **opts):\n"
      "    def file(repo, memctx, path):\n"
      "        return context.memfilectx(repo, memctx, path, b'text\\n')\n"
      "    text = b'caf\\xe9 \\xff'\n"
      "    encoding.fromlocal = bytes\n"
      "    parents = [repo[b'.'].node(), repo.nullid]\n"
      "    with repo.wlock(), repo.lock():\n"
      "        repo.commitctx(context.memctx(repo, parents, text, [b'raw'], file, user=text))\n");
  clone().hg({"--config", "extensions.raw=" + extension.string(), "raw-commit"});
  accepted();
  for (const char* kind : {"pre_push", "push"}) {
    const CommitRecord commit = last(kind).commits.at(0);
    EXPECT_EQ(commit.message, "caf\xe9 \xff");
    EXPECT_EQ(commit.author.name, "caf\xe9 \xff");
  }
}

TEST_F(Mercurial, ClientsWithoutBundle2AreHeardForEachThingTheyPush) {
  host_.add("refuser");
  host_.name("refuser", "{settings: {refs: {stable: 'never', 'refs/bookmarks/no': 'no mark'}}}");
  serve_recorder();
  const Words old = {"--config", "devel.legacy.exchange=bundle1"};
  const auto push = [&](const Words& more) {
    Words words = old;
    words.insert(words.end(), more.begin(), more.end());
    return clone().push(words);
  };
  const std::string first = clone().commit("first", {{"file", "1\n"}});
  clone().hg({"bookmark", "mark"});
  EXPECT_EQ(push({"--bookmark", "mark"}).status, 0) << host_.log();
  ASSERT_THAT(records("pre_push"), SizeIs(2));
  EXPECT_EQ(records("push").size(), 2U);
  EXPECT_EQ(records("push")[0].refs.at(0).name, "refs/heads/default");
  EXPECT_THAT(ids(records("push")[0].commits), ElementsAre(first));
  EXPECT_EQ(records("push")[1].refs.at(0).name, "refs/bookmarks/mark");
  EXPECT_THAT(records("push")[1].commits, IsEmpty());
  clone().hg({"bookmark", "no"});
  Outcome pushed = push({"--bookmark", "no"});
  EXPECT_THAT(pushed.err + pushed.out, HasSubstr("no mark [refuser]"));
  EXPECT_THAT(repository().hg({"bookmarks"}), Not(HasSubstr(" no ")));
  clone().hg({"branch", "--quiet", "stable"});
  clone().commit("second", {{"file", "2\n"}});
  pushed = push({"--new-branch"});
  EXPECT_NE(pushed.status, 0);
  EXPECT_THAT(pushed.err + pushed.out, HasSubstr("never [refuser]"));
  EXPECT_THAT(repository().log(), ElementsAre(first));
  EXPECT_EQ(records("push").size(), 2U);
}

// By hooks inside of hg's process, and by those that it executes.
class MercurialReading : public MercurialTest, public ::testing::WithParamInterface<bool> {};

TEST_P(MercurialReading, ContentsAddedLinesAndTreesAreRead) {
  host_.add("reader", "{settings: {signatures: false}}");
  host_.add("files");
  serve();
  if (GetParam()) must(host_.rcx_command({"install", "--shell", repository().path().string()}));
  clone().commit("first\n\nTicket: 1",
                 {{"dir/policy", "open"}, {"dir/sub/x", "x"}, {"a", "one\ntwo\nthree\n"}});
  accepted();
  const fs::path said = host_.data("reader");
  for (const std::string when : {"pre-", "post-"}) {
    EXPECT_EQ(read_file(said / (when + "contents")), "a ne\nt |\ndir/policy pen |\ndir/sub/x  |\n");
    EXPECT_EQ(read_file(said / (when + "commits")), "trailer Ticket=1\n");
    EXPECT_THAT(read_file(said / (when + "push")),
                AllOf(HasSubstr("initial 1\n"), HasSubstr("policy open\n"),
                      HasSubstr("entry policy\nentry sub\n")));
  }
  const std::string id =
      clone().commit("second", {{"a", "one\n2\nthree\nfour"}, {"b", std::string("\0bin", 4)}});
  accepted();
  for (const std::string when : {"pre-", "post-"}) {
    EXPECT_EQ(read_file(said / (when + "added")),
              id + " a 2 2\n" + id + " a 4 four\n" + id + " b binary\n");
    EXPECT_THAT(read_file(said / (when + "push")), HasSubstr("reaches 1\n"));
  }
  EXPECT_EQ(read_file(host_.data("files") / "changes"), "a 14 16\nb 0 4\n");
  EXPECT_THAT(read_file(host_.data("files") / "files"),
              AllOf(HasSubstr(" 16 a\n"), HasSubstr(" 1 dir/sub/x\n")));
}

INSTANTIATE_TEST_SUITE_P(Hooks, MercurialReading, ::testing::Bool(),
                         [](const auto& one) { return one.param ? "shell" : "module"; });

TEST_F(Mercurial, PushOfManyChangesetsIsReadInPieces) {
  serve_recorder();
  constexpr std::size_t kMany = 700;
  clone().hg({"debugbuilddag", "--overwritten-file", "+" + std::to_string(kMany)});
  accepted({"--force"});
  const std::vector<std::string> all = clone().log();
  ASSERT_THAT(all, SizeIs(kMany));
  for (const std::string kind : {"pre_push", "push"}) {
    const Record pushed = last(kind);
    EXPECT_EQ(ids(pushed.commits), all);
    EXPECT_THAT(pushed.commits.front().changes, ElementsAre("added of"));
    EXPECT_THAT(pushed.commits.back().changes, ElementsAre("modified of"));
  }
}

TEST_F(Mercurial, ClonesAndPullsAreHeardAndRefused) {
  host_.add("puller", "{settings: {clones: 'no clones here'}}");
  serve();
  const std::string first = push_first();
  HgClone other(temp_, "other", repository().path().string());
  other.hg({"pull", "--quiet"});
  const std::string pulls = read_file(host_.data("puller") / "pulls");
  EXPECT_THAT(pulls, HasSubstr("kind=pre_pull\ttold=0\tclone=0"));
  EXPECT_THAT(pulls, HasSubstr("kind=pull\ttold=1\tclone=1"));
  EXPECT_THAT(pulls, HasSubstr("wanted=" + first + ":"));
  clone().commit("second", {{"file", "two\n"}});
  accepted();
  other.hg({"pull", "--quiet"});
  EXPECT_THAT(read_file(host_.data("puller") / "pulls"),
              HasSubstr("kind=pull\ttold=1\tclone=0\tshallow=0\tfiltered=0\tfilter=\taction=pull\t"
                        "hook=outgoing\trepository=a"));
}

TEST_F(Mercurial, RefusedPullSaysWhyOverHttpAndNoStreamGoesAround) {
  host_.add("puller", "{settings: {reason: 'closed today'}}");
  serve();
  push_first();
  const HgServer server(repository());
  for (const Words& more : {Words{}, Words{"--stream"}}) {
    Words words = {"hg", "clone", server.url(), (temp_.path() / "copy").string()};
    words.insert(words.begin() + 2, more.begin(), more.end());
    const Outcome cloned = run({words, "/", {{"HGRCPATH", ""}}});
    EXPECT_NE(cloned.status, 0);
    EXPECT_THAT(cloned.out + cloned.err, HasSubstr("closed today"));
    EXPECT_FALSE(fs::exists(temp_.path() / "copy/.hg/store/00changelog.i"));
  }
}

}  // namespace
}  // namespace rcx::test
