#include "host/vcs/git/objects/stored_objects.hpp"

#include <gmock/gmock.h>
#include <malloc.h>

#include <fstream>

#include "tests/vcs/store_fixture.hpp"

namespace rcx::host::git {
namespace {

class StoredObjectsTest : public StoreTest {
 protected:
  static std::string text(Store& store, const std::string& object) {
    const Result<Object> read = store.objects().read(id(object));
    return read ? *read->content : read.error().message;
  }
  // Its two objects packed, and nothing loose.
  std::string packed(const std::string& content) {
    const std::string blob = git({"hash-object", "-w", "--stdin"}, false, content);
    git({"update-ref", "refs/tags/keep-" + blob, blob});
    git({"repack", "-adq"});
    git({"prune-packed"});
    return blob;
  }
  stdfs::path pack() const {
    for (const auto& file : stdfs::directory_iterator(objects_ / "pack")) {
      if (file.path().extension() == ".pack") return file.path();
    }
    throw std::runtime_error("there is no pack");
  }
};

TEST_P(StoredObjectsTest, ReadsWhatWasPackedAndWhatCameSince) {
  const std::string blob = packed("packed\n");
  const std::unique_ptr<Store> store = open();
  EXPECT_EQ(text(*store, blob), "packed\n");
  const std::string loose = git({"hash-object", "-w", "--stdin"}, false, "loose\n");
  EXPECT_EQ(text(*store, loose), "loose\n");
  const std::string later = packed("packed later\n");
  EXPECT_EQ(text(*store, later), "packed later\n") << "in a pack that came after it was opened";
  EXPECT_EQ(text(*store, blob), "packed\n") << "whose old pack is gone";
  EXPECT_EQ(store->objects().read(id(std::string(later.size(), 'e'))).error().code,
            Code::kNotFound);
}

TEST_P(StoredObjectsTest, ReadsWhatAlternatesHave) {
  const std::string blob = packed("of the parent\n");
  set_branch("main", commit({}, false));
  const stdfs::path fork = top_ / "fork.git";
  git({"clone", "-q", "--bare", "--shared", top_.string(), fork.string()});
  Result<std::unique_ptr<Store>> store = Store::open(fork.string(), GetParam().reader);
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_EQ(text(**store, blob), "of the parent\n");
}

// One that has an object, below `temp_`; packed or not, by its name.
TEST_P(StoredObjectsTest, AlternatesAreFoundAsGitFindsThem) {
  const auto repository = [&](const std::string& name, const std::string& alternates) {
    const stdfs::path path = temp_.path() / name;
    git({"init", "-q", "--bare", "--object-format=" + GetParam().format, path.string()});
    const std::string blob =
        git({"--git-dir=" + path.string(), "hash-object", "-w", "--stdin"}, false, name);
    rcx::test::write_file(path / "objects/info/alternates", alternates);
    return blob;
  };
  const std::string odd = "a \"b\"\n\\c";
  const std::string last = repository("last.git", "# nothing\n\n../../first.git/objects\n");
  const std::string relative = repository("relative.git", "../../last.git/objects\n");
  const std::string quoted = repository(odd, "");
  const std::string dotless = repository("first.git", "info/nested\n");
  stdfs::create_directory_symlink(temp_.path() / "relative.git/objects",
                                  temp_.path() / "first.git/objects/info/nested");
  rcx::test::write_file(objects_ / "info/alternates", "../../../first.git/objects\nnot there\n\"" +
                                                          temp_.path().string() +
                                                          "/a \\\"b\\\"\\012\\\\c/objects\"\n");
  const std::unique_ptr<Store> store = open();
  EXPECT_EQ(text(*store, dotless), "first.git");
  EXPECT_EQ(text(*store, relative), "relative.git") << "named without a dot";
  EXPECT_EQ(text(*store, last), "last.git")
      << "by a relative path in one of one, which names first";
  EXPECT_EQ(text(*store, quoted), odd);
  for (const std::string& blob : {dotless, relative, last, quoted}) {
    EXPECT_NO_THROW(git({"cat-file", "-e", blob})) << "git finds less";
  }
}

TEST_P(StoredObjectsTest, AlternatesAreFollowedAsDeepAsGitDoes) {
  std::vector<std::string> blobs;
  for (int i = 9; i >= 0; --i) {
    const std::string name = "n" + std::to_string(i) + ".git";
    const stdfs::path path = i == 0 ? top_ / ".git" : temp_.path() / name;
    if (i > 0) git({"init", "-q", "--bare", "--object-format=" + GetParam().format, path.string()});
    blobs.insert(blobs.begin(),
                 git({"--git-dir=" + path.string(), "hash-object", "-w", "--stdin"}, false, name));
    if (i == 9) continue;
    const stdfs::path next = temp_.path() / ("n" + std::to_string(i + 1) + ".git/objects");
    rcx::test::write_file(path / "objects/info/alternates", next.string() + "\n");
  }
  const std::unique_ptr<Store> store = open();
  for (const std::string& blob : blobs) {
    const bool known = rcx::test::run({{"git", "cat-file", "-e", blob}, top_}).status == 0;
    EXPECT_EQ(static_cast<bool>(store->objects().read(id(blob))), known) << blob;
  }
}

// git looks for another copy, libgit2 does not.
TEST_P(StoredObjectsTest, WhatIsDamagedInOnePackGitReadsElsewhere) {
  const std::string content(3000, 'x');
  const std::string blob = packed(content);
  const stdfs::path damaged = pack();
  const auto size = stdfs::file_size(damaged);
  stdfs::permissions(damaged, stdfs::perms::owner_all);
  std::fstream file(damaged, std::ios::in | std::ios::out | std::ios::binary);
  for (std::size_t at = 16; at < size - 20; ++at) {
    file.seekp(static_cast<std::streamoff>(at));
    file.put('\x55');
  }
  file.close();
  EXPECT_TRUE(text(*open(), blob) != content);
  // Another copy, as `git hash-object -w` writes none of what it thinks is there.
  const std::string name = git({"hash-object", "--stdin"}, false, content);
  ASSERT_EQ(name, blob);
  const stdfs::path spare = top_ / "spare.git";
  git({"init", "-q", "--bare", "--object-format=" + GetParam().format, spare.string()});
  git({"--git-dir=" + spare.string(), "hash-object", "-w", "--stdin"}, false, content);
  const std::string file_name = blob.substr(0, 2) + "/" + blob.substr(2);
  stdfs::create_directories(objects_ / blob.substr(0, 2));
  stdfs::copy_file(spare / "objects" / file_name, objects_ / file_name);
  if (GetParam().format == "sha256") {
    EXPECT_TRUE(text(*open(), blob) == content);
  }
}

// A worker opens a repository anew after each push.
TEST_P(StoredObjectsTest, OpeningItAgainTakesNoMemory) {
  for (int i = 0; i < 20; ++i) git({"config", "x.y" + std::to_string(i), "z"});
  static_cast<void>(open());
  const std::size_t before = ::mallinfo2().uordblks;
  for (int i = 0; i < 10; ++i) static_cast<void>(open());
  EXPECT_LT(::mallinfo2().uordblks, before + 100'000);
}

INSTANTIATE_TEST_SUITE_P(Readers, StoredObjectsTest,
                         testing::Values(kBest, kLibrary, kProcess, kSha256, kBestSha256),
                         kind_name);

}  // namespace
}  // namespace rcx::host::git
