// Who else could change what decides about pushes is seen before the host serves.
#include <unistd.h>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

constexpr fs::perms kByGroup = fs::perms::group_write;
constexpr fs::perms kByAll = fs::perms::others_write;

class Places : public HostTest {
 protected:
  std::string refusal() {
    host_.launch();
    const Outcome ended = host_.host().wait();
    EXPECT_EQ(ended.status, 1);
    return ended.err;
  }
  static void allow(const fs::path& path, fs::perms who) {
    fs::permissions(path, who, fs::perm_options::add);
  }
};

// What it tells to type helps.
TEST_F(Places, EachMustBeWritableByNobodyElse) {
  for (const char* name : {"rcx.yaml", "rcextensions", "state", "run", ""}) {
    for (const fs::perms who : {kByGroup, kByAll}) {
      host_.write_config();
      const fs::path path = *name == '\0' ? host_.directory() : host_.directory() / name;
      allow(path, who);
      // launch() writes rcx.yaml anew, with its mode.
      const Outcome ended =
          run({{(built_programs() / "rcxd").string(), "-c", host_.file().string()}});
      EXPECT_EQ(ended.status, 1) << name;
      const std::string cure = "chmod go-w " + path.string();
      EXPECT_THAT(ended.err, AllOf(HasSubstr("can be written by others"), HasSubstr(cure + "\n")));
      must({{"sh", "-c", cure}});
    }
  }
  host_.start();
}

TEST_F(Places, AParentCounts) {
  allow(temp_.path(), kByAll);
  EXPECT_THAT(refusal(), HasSubstr("chmod go-w " + temp_.path().string()));
  // Nobody can exchange there what is another's.
  allow(temp_.path(), fs::perms::sticky_bit);
  host_.start();
}

TEST_F(Places, LinksAreFollowed) {
  const fs::path weak = temp_.path() / "weak";
  fs::create_directory(weak);
  fs::rename(host_.rcextensions(), weak / "rcextensions");
  fs::create_directory_symlink(weak / "rcextensions", host_.rcextensions());
  allow(weak, kByAll);
  EXPECT_THAT(refusal(), HasSubstr("chmod go-w " + weak.string()));
  // And so does the link itself: who can change its directory decides where it leads.
  fs::permissions(weak, kByAll, fs::perm_options::remove);
  const fs::path links = temp_.path() / "links";
  fs::create_directory(links);
  fs::create_directory_symlink(host_.rcextensions(), links / "rcextensions");
  host_.set("rcextensions", (links / "rcextensions").string());
  allow(links, kByAll);
  EXPECT_THAT(refusal(), HasSubstr("chmod go-w " + links.string()));
}

TEST_F(Places, OfAnotherUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to give a file away";
  give_away(host_.directory() / "run", kNobody);
  EXPECT_THAT(refusal(), HasSubstr("chown -R 0 " + (host_.directory() / "run").string()));
}

TEST_F(Places, AHostOfNobodysIsNoFalseAlarm) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to become somebody else";
  const TempDir temp;
  Instance instance(temp, true);
  instance.start();
  EXPECT_EQ(instance.stop(), 0);
  // What it found it leaves alone.
  allow(instance.rcextensions(), kByGroup);
  instance.launch();
  EXPECT_THAT(instance.host().wait().err,
              HasSubstr("chmod go-w " + instance.rcextensions().string()));
}

TEST_F(Places, AReloadOfAFileThatOthersCanWriteFails) {
  serve();
  const auto status = [this] { return host_.rcx({"status"}).out; };
  allow(host_.file(), kByAll);
  EXPECT_TRUE(
      eventually([&] { return status().find("can be written by others") != std::string::npos; }));
  const Outcome asked = host_.rcx({"reload"});
  EXPECT_EQ(asked.status, 1);
  EXPECT_THAT(asked.err, HasSubstr("chmod go-w " + host_.file().string()));
  push_first();
  fs::permissions(host_.file(), kByAll, fs::perm_options::remove);
  EXPECT_TRUE(eventually([&] { return status().find("reload ") == std::string::npos; }));
}

}  // namespace
}  // namespace rcx::test
