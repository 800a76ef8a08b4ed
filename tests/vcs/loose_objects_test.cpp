#include "host/vcs/git/objects/loose_objects.hpp"

#include <algorithm>

#include "tests/vcs/store_fixture.hpp"

namespace rcx::host::git {
namespace {

class LooseObjectsTest : public StoreTest {
 protected:
  // Some programs of this machine, none of which is large.
  static std::vector<std::string> programs() {
    constexpr std::uintmax_t kSmall = std::uintmax_t{300} * 1024;
    std::vector<std::string> paths;
    for (const auto& file : stdfs::directory_iterator("/usr/bin")) {
      if (file.is_regular_file() && file.file_size() < kSmall) paths.push_back(file.path());
    }
    std::sort(paths.begin(), paths.end());
    paths.resize(std::min<std::size_t>(paths.size(), 200));
    return paths;
  }

  Buffers buffers_;
};

// How the bytes of such a file are coded takes more room at its beginning than what is asked for.
TEST_P(LooseObjectsTest, SizesOfProgramsAreRead) {
  const std::vector<std::string> paths = programs();
  ASSERT_GT(paths.size(), 50U);
  std::string list;
  for (const std::string& path : paths) list += path + "\n";
  const std::string ids = git({"hash-object", "-w", "--stdin-paths"}, true, list);
  const auto loose = LooseObjects::open(quarantine_.string(), buffers_);
  ASSERT_TRUE(loose) << loose.error().message;
  std::size_t at = 0;
  for (const std::string_view one : split(ids, '\n')) {
    const Result<ObjectHeader> header = (*loose)->header(id(std::string(one)));
    ASSERT_TRUE(header) << paths[at] << ": " << header.error().message;
    EXPECT_EQ(header->type, ObjectType::kBlob);
    EXPECT_EQ(header->size, stdfs::file_size(paths[at])) << paths[at];
    ++at;
  }
  EXPECT_EQ(at, paths.size());
}

INSTANTIATE_TEST_SUITE_P(Formats, LooseObjectsTest, testing::Values(kBest, kBestSha256), kind_name);

}  // namespace
}  // namespace rcx::host::git
