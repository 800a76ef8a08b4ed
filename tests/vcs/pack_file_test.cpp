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
    index(bytes);
  }

  // A pack without the sum at its end.
  void index(const std::string& bytes) const {
    const std::string sum = rcx::test::must({{GetParam().format + "sum"}, top_, {}, bytes});
    git({"index-pack", "--stdin"}, true, bytes + raw(sum.substr(0, tree_.size())));
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

// Of a file that git itself packed: each version is a delta of another, in long chains.
class FilePiecesTest : public PackFileTest {
 protected:
  void pack_versions(std::size_t versions, std::size_t lines) {
    std::vector<std::string> text(lines);
    for (std::size_t i = 0; i < lines; ++i) text[i] = "line " + std::to_string(i * i) + "\n";
    std::string files;
    for (std::size_t i = 0; i < versions; ++i) {
      text[(i * 37) % lines] = "version " + std::to_string(i) + "\n";
      if (i % 5 == 0) text.insert(text.begin() + static_cast<std::ptrdiff_t>(i), "more\n");
      std::string all;
      for (const std::string& line : text) all += line;
      const stdfs::path file = temp_.path() / ("version" + std::to_string(i));
      rcx::test::write_file(file, all);
      files += file.string() + "\n";
    }
    std::string names;
    std::istringstream hashed(git({"hash-object", "-w", "--stdin-paths"}, false, files));
    for (std::string name; std::getline(hashed, name);) {
      names_.push_back(name);
      names += name + " file\n";
    }
    git({"index-pack", "--stdin"}, true, pack_bytes(names));
  }

  // As pack-objects writes it; git() would cut what looks like white space off its end.
  std::string pack_bytes(const std::string& names) const {
    return rcx::test::must({{"git", "pack-objects", "--stdout", "-q"}, top_, {}, names});
  }

  SharedPieces pieces(const PackFile& pack, const std::string& name, PieceCache& cache,
                      std::uint64_t most = kLargestObject) {
    return pack.pieces(*pack.find(id(name)), most, work_.inflate, cache);
  }

  // In the order of `names_` and back, each as it is read.
  void check_all(std::size_t bytes) {
    const PackFile packed = open_pack();
    PieceCache cache(bytes);
    std::vector<std::string> all = names_;
    all.insert(all.end(), names_.rbegin(), names_.rend());
    SharedPieces before;
    for (const std::string& name : all) {
      const SharedPieces found = pieces(packed, name, cache);
      ASSERT_NE(found, nullptr) << name;
      const Result<Object> object = read(packed, name, work_);
      ASSERT_TRUE(object) << object.error().message;
      ASSERT_EQ(found->text(0, found->size()), *object->content);
      // What others hold stays, whatever the cache lets go.
      if (before) {
        ASSERT_EQ(before->text(0, before->size()), last_);
      }
      before = found;
      last_ = *object->content;
    }
  }

  PackWork work_{std::size_t{1} << 20U};
  std::string last_;
};

TEST_P(FilePiecesTest, AreTheContentThatIsRead) {
  pack_versions(120, 400);
  check_all(std::size_t{64} << 20U);
}

TEST_P(FilePiecesTest, MaySeldomFindRoom) {
  pack_versions(120, 400);
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{5'000}, std::size_t{30'000}}) {
    check_all(bytes);
  }
}

TEST_P(FilePiecesTest, AreNotThoseOfWhatIsLargerOrNoContent) {
  pack_versions(20, 400);
  {
    const PackFile packed = open_pack();
    PieceCache cache(std::size_t{1} << 20U);
    const SharedPieces found = pieces(packed, names_[3], cache);
    ASSERT_NE(found, nullptr);
    EXPECT_NE(pieces(packed, names_[3], cache, found->size()), nullptr);
    EXPECT_EQ(pieces(packed, names_[3], cache, found->size() - 1), nullptr);
    EXPECT_EQ(packed.pieces(12345678, kLargestObject, work_.inflate, cache), nullptr);
  }
  stdfs::remove_all(quarantine_ / "pack");
  names_.clear();
  pack("commit", 1000, 2);
  const PackFile packed = open_pack();
  PieceCache cache(std::size_t{1} << 20U);
  EXPECT_EQ(pieces(packed, names_[0], cache), nullptr);
}

// A few bytes that make twenty million.
TEST_P(FilePiecesTest, AreNotThoseOfWhatASmallDeltaMakesLarge) {
  const std::string text(1'000'000, 'x');
  std::string steps;
  for (int i = 0; i < 20; ++i) steps += "\xf0\x40\x42\x0f";  // a million from the beginning
  const std::string base = name("blob", text);
  const std::string large(20 * text.size(), 'x');
  // What is made of that again.
  const std::string small = number(large.size()) + number(10) + "\x90\x0a";
  const std::string bytes =
      std::string("PACK\0\0\0\2\0\0\0\3", 12) + entry(3, text) +
      entry(kNamedDelta, number(text.size()) + number(large.size()) + steps, raw(base)) +
      entry(kNamedDelta, small, raw(name("blob", large)));
  index(bytes);
  const PackFile packed = open_pack();
  PieceCache cache(std::size_t{1} << 20U);
  EXPECT_EQ(pieces(packed, name("blob", large), cache), nullptr);
  EXPECT_EQ(pieces(packed, name("blob", "xxxxxxxxxx"), cache), nullptr);
  ASSERT_NE(pieces(packed, base, cache), nullptr);
}

TEST_P(FilePiecesTest, EachDeltaIsInflatedOnceWhereThereIsRoom) {
  pack_versions(120, 400);
  const PackFile packed = open_pack();
  PieceCache cache(std::size_t{64} << 20U);
  for (const std::string& name : names_) ASSERT_NE(pieces(packed, name, cache), nullptr);
  const SharedPieces first = pieces(packed, names_.front(), cache);
  for (const std::string& name : names_) {
    EXPECT_EQ(pieces(packed, name, cache), pieces(packed, name, cache)) << name;
  }
  EXPECT_EQ(pieces(packed, names_.front(), cache), first);
}

INSTANTIATE_TEST_SUITE_P(Formats, FilePiecesTest, testing::Values(kBest, kBestSha256), kind_name);
INSTANTIATE_TEST_SUITE_P(Formats, PackFileTest, testing::Values(kBest, kBestSha256), kind_name);

}  // namespace
}  // namespace rcx::host::git
