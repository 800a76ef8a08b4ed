#include "host/vcs/git/objects/pack_file.hpp"

#include <gmock/gmock.h>
#include <zlib.h>

#include "tests/vcs/store_fixture.hpp"

namespace rcx::host::git {
namespace {

constexpr unsigned kNamedDelta = 7;

// Packs as a client may make them, which git itself does not.
class PackFileTest : public StoreTest {
 protected:
  static std::string deflated(const std::string& text) {
    uLongf size = compressBound(text.size());
    std::string out(size, '\0');
    compress2(reinterpret_cast<Bytef*>(out.data()), &size,
              reinterpret_cast<const Bytef*>(text.data()), text.size(), 1);
    out.resize(size);
    return out;
  }

  // A number as deltas begin with.
  static std::string number(std::size_t value) {
    std::string out;
    for (; value >= 0x80U; value >>= 7U) out += static_cast<char>(0x80U | (value & 0x7fU));
    return out + static_cast<char>(value);
  }

  static std::string entry(unsigned kind, const std::string& content,
                           const std::string& base = {}) {
    std::size_t size = content.size();
    std::string out(1, static_cast<char>(kind << 4U | (size & 15U)));
    for (size >>= 4U; size > 0; size >>= 7U) {
      out.back() = static_cast<char>(out.back() | 0x80);
      out += static_cast<char>(size & 0x7fU);
    }
    return out + base + deflated(content);
  }

  // Of the first `kept` bytes of a text, and `more`.
  static std::string delta(const std::string& text, std::size_t kept, const std::string& more) {
    std::string out = number(text.size()) + number(kept + more.size());
    out += static_cast<char>(0x80U | 0x10U);
    out += static_cast<char>(kept);
    return out + static_cast<char>(more.size()) + more;
  }

  // An object of that kind above `size` bytes, and `count` small ones that are made of it.
  void pack(const std::string& kind, std::size_t size, std::size_t count) {
    const std::string head =
        "tree " + tree_ + "\nauthor a <a@b> 1 +0000\ncommitter a <a@b> 1 +0000\n\n";
    const std::string text = head + std::string(size, 'x');
    const std::string base = name(kind, text);
    std::string bytes{"PACK\0\0\0\2\0\0\0", 11};
    bytes += static_cast<char>(count + 1);
    bytes += entry(static_cast<unsigned>(*object_type(kind)), text);
    for (std::size_t i = 0; i < count; ++i) {
      const std::string more = std::to_string(i) + "\n";
      bytes += entry(kNamedDelta, delta(text, head.size(), more), raw(base));
      names_.push_back(name(kind, head + more));
    }
    const std::string sum =
        rcx::test::must({{GetParam().format + "sum"}, top_, {}, bytes}).substr(0, base.size());
    git({"index-pack", "--stdin"}, true, bytes + raw(sum));
  }

  // The bytes of an id.
  static std::string raw(const std::string& text) {
    const ObjectId named = id(text);
    return {reinterpret_cast<const char*>(named.data()), named.size()};
  }

  std::string name(const std::string& kind, const std::string& text) const {
    return git({"hash-object", "-t", kind, "--stdin"}, false, text);
  }

  PackFile open_pack() const {
    for (const auto& file : stdfs::directory_iterator(quarantine_ / "pack")) {
      if (file.path().extension() != ".idx") continue;
      Result<PackFile> opened = PackFile::open(file.path().string(), id(tree_).size());
      if (opened) return std::move(*opened);
    }
    throw std::runtime_error("there is no pack");
  }

  static Result<Object> read(const PackFile& pack, const std::string& name, PackWork& work) {
    return pack.read(*pack.find(id(name)), id(name), kLargestRecord, work);
  }

  std::vector<std::string> names_;
};

// It would be inflated for each small commit that is made of it.
TEST_P(PackFileTest, ACommitIsMadeOfNothingThatIsTooLargeForOne) {
  pack("commit", kLargestRecord, 1);
  PackWork work(1 << 20);
  const PackFile packed = open_pack();
  const Result<Object> object = read(packed, names_[0], work);
  ASSERT_FALSE(object);
  EXPECT_EQ(object.error().code, Code::kLimit) << object.error().message;
}

TEST_P(PackFileTest, AContentMayBe) {
  pack("blob", kLargestRecord, 1);
  PackWork work(1 << 20);
  const PackFile packed = open_pack();
  const Result<Object> object = read(packed, names_[0], work);
  ASSERT_TRUE(object) << object.error().message;
  EXPECT_EQ(object->type, ObjectType::kBlob);
}

TEST_P(PackFileTest, WhatIsTooLargeToKeepIsInflatedOnceForAllThatIsMadeOfIt) {
  pack("commit", std::size_t{1} << 20U, 100);
  PackWork work(std::size_t{1} << 20U);
  const PackFile packed = open_pack();
  ASSERT_TRUE(read(packed, names_[0], work));
  ASSERT_NE(work.large.content, nullptr);
  // As long as it is held, another copy lies elsewhere.
  const Content held = work.large.content;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const Result<Object> object = read(packed, names_[i], work);
    ASSERT_TRUE(object) << object.error().message;
    EXPECT_TRUE(object->content->ends_with("\n\n" + std::to_string(i) + "\n"));
    ASSERT_EQ(work.large.content, held) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, PackFileTest, testing::Values(kBest, kBestSha256), kind_name);

}  // namespace
}  // namespace rcx::host::git
