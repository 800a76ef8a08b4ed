// Refusing single references beside hooks of others; putting that in and taking it out.
#include "tests/e2e/partial.hpp"

namespace rcx::test {
namespace {

// git asks `update` about what it does not leave to that hook.
class PartialBesideAnother : public Partial {
 protected:
  void serve_beside_another() {
    serve();
    repository().git({"config", "--unset-all", "receive.procReceiveRefs"});
    repository().git({"config", "receive.procReceiveRefs", "refs/for"});
    fs::remove(repository().hook("proc-receive"));
    // Says yes to everything, and moves nothing.
    write_script(repository().hook("proc-receive"),
                 "#!/usr/bin/env python3\n"
                 "import sys\n"
                 "def read():\n"
                 "    size = int(sys.stdin.buffer.read(4), 16)\n"
                 "    return sys.stdin.buffer.read(size - 4) if size else None\n"
                 "def write(text):\n"
                 "    sys.stdout.write('%04x%s' % (len(text) + 4, text))\n"
                 "while read() is not None: pass\n"
                 "write('version=1')\n"
                 "sys.stdout.write('0000')\n"
                 "sys.stdout.flush()\n"
                 "refs = []\n"
                 "for line in iter(read, None): refs.append(line.decode().split()[2])\n"
                 "for ref in refs: write('ok ' + ref)\n"
                 "sys.stdout.write('0000')\n");
    write_script(repository().hook("update"), "#!/bin/sh\ntest \"$1\" != refs/heads/own\n");
    const Outcome installed = host_.rcx({"install", repository().path().string()});
    ASSERT_EQ(installed.status, 0) << installed.err;
    EXPECT_THAT(installed.out, HasSubstr("/hooks/update, which refuses single references"));
  }
};

TEST_F(PartialBesideAnother, UpdateRefusesThem) {
  serve_beside_another();
  make_branches();
  const Outcome pushed = push({"good", "bad", "good:own", "good:refs/for/main"});
  EXPECT_THAT(pushed.err, HasSubstr("bad -> bad (hook declined)"));
  EXPECT_THAT(pushed.err, HasSubstr("good -> own (hook declined)")) << "by the one before";
  EXPECT_EQ(repository().id("good"), good_);
  EXPECT_EQ(repository().id("bad"), "");
  EXPECT_EQ(repository().id("refs/for/main"), "") << "the other hook takes it";
  EXPECT_EQ(push({"--atomic", "good:same", "bad"}).status, 1);
  EXPECT_EQ(repository().id("same"), "");
}

// Nobody would ask rcx about that reference any more.
TEST_F(PartialBesideAnother, WhatTheOtherHookTakesIsRefusedWithAll) {
  serve_beside_another();
  make_branches();
  EXPECT_THAT(push({"good", "bad:refs/for/main"}).err, HasSubstr("pre-receive hook declined"));
  EXPECT_THAT(push({"good", "bad", "bad:refs/for/main"}).remote(),
              Contains(HasSubstr("push them one by one")));
  EXPECT_EQ(repository().id("good"), "");
}

TEST_F(PartialBesideAnother, UninstallPutsBack) {
  serve_beside_another();
  ASSERT_EQ(host_.rcx({"uninstall", repository().path().string()}).status, 0);
  EXPECT_EQ(repository().git({"config", "receive.procReceiveRefs"}), "refs/for");
  make_branches();
  EXPECT_EQ(push({"bad"}).status, 0);
  EXPECT_EQ(push({"good:own"}).status, 1) << "its own update is back";
}

TEST_F(Partial, InstallAndUninstall) {
  serve();
  repository().git({"config", "--add", "receive.procReceiveRefs", "refs/for"});
  const std::string path = repository().path().string();
  const Outcome again = host_.rcx({"install", path});
  EXPECT_THAT(again.out, Not(HasSubstr("set receive"))) << "it is set already";
  EXPECT_EQ(repository().git({"config", "--get-all", "receive.procReceiveRefs"}), "refs\nrefs/for");
  EXPECT_THAT(host_.rcx({"uninstall", "--dry-run", path}).out,
              HasSubstr("would remove receive.procReceiveRefs = refs"));
  EXPECT_TRUE(fs::exists(repository().hook("proc-receive")));
  const Outcome out = host_.rcx({"uninstall", path});
  EXPECT_THAT(out.out, HasSubstr("removed receive.procReceiveRefs = refs\n"));
  EXPECT_FALSE(fs::exists(repository().hook("proc-receive")));
  EXPECT_EQ(repository().git({"config", "--get-all", "receive.procReceiveRefs"}), "refs/for");
}

TEST_F(Partial, InstallTakesItOutWhereItIsSwitchedOff) {
  serve();
  host_.set("partial", "false");
  host_.write_config();
  const Outcome all = host_.rcx({"install", "--all", host_.root().string()});
  EXPECT_EQ(all.status, 0) << all.err;
  EXPECT_THAT(all.out, HasSubstr("removed receive.procReceiveRefs = refs"));
  EXPECT_FALSE(fs::exists(repository().hook("proc-receive")));
}

TEST_F(Partial, DoctorLooksAtIt) {
  serve();
  const auto doctor = [&] { return host_.rcx({"doctor"}).out; };
  EXPECT_THAT(doctor(), HasSubstr("a.git: hooks are current"));
  repository().git({"config", "--unset-all", "receive.procReceiveRefs"});
  EXPECT_THAT(doctor(), HasSubstr("receive.procReceiveRefs does not name refs"));
  fs::remove(repository().hook("proc-receive"));
  EXPECT_THAT(doctor(), HasSubstr("proc-receive is not there, so its pushes are refused as a "
                                  "whole, never in part; type:  rcx -c "));
  host_.rcx({"install", repository().path().string()});
  host_.set("partial", "false");
  host_.write_config();
  EXPECT_THAT(doctor(), HasSubstr("single references are not refused here (partial: false)"));
}

}  // namespace
}  // namespace rcx::test
