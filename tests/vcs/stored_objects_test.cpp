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
