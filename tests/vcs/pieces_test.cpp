#include "host/vcs/git/objects/pieces.hpp"

#include <gtest/gtest.h>

#include <random>

#include "host/vcs/added_lines.hpp"
#include "host/vcs/git/objects/delta.hpp"
#include "host/vcs/git/objects/piece_cache.hpp"

namespace rcx::host::git {
namespace {

// A version of a text, both ways.
struct Version {
  std::string text;
  Pieces pieces;
};

class PiecesTest : public testing::Test {
 protected:
  std::size_t below(std::size_t most) { return random_() % most; }

  static std::string number(std::size_t value) {
    std::string out;
    for (; value >= 0x80U; value >>= 7U) out += static_cast<char>(0x80U | (value & 0x7fU));
    return out + static_cast<char>(value);
  }
  // Fewer than 64 KiB from somewhere in the first 16 MiB.
  static std::string copy(std::size_t from, std::size_t length) {
    std::string out(1, static_cast<char>(0xb7));
    for (const std::size_t value : {from, from >> 8U, from >> 16U, length, length >> 8U}) {
      out += static_cast<char>(value & 0xffU);
    }
    return out;
  }
  static std::string insert(const std::string& bytes) {
    return static_cast<char>(bytes.size()) + bytes;
  }

  std::string lines(std::size_t most) {
    std::string text;
    for (std::size_t i = below(most); i > 0; --i) {
      text += std::string(below(4), "ab"[below(2)]) + (below(20) == 0 ? "" : "\n");
    }
    return text;
  }

  // As a delta from `base`: some of it stays, some goes, something comes.
  std::string delta(const std::string& base, std::string& result) {
    std::string steps;
    for (std::size_t at = 0; at < base.size();) {
      const std::size_t length = std::min(1 + below(200), base.size() - at);
      if (below(6) != 0) {
        steps += copy(at, length);
        result.append(base, at, length);
      }
      if (below(4) == 0) {
        const std::string more = lines(6) + "x";
        steps += insert(more);
        result += more;
      }
      at += length;
    }
    return number(base.size()) + number(result.size()) + steps;
  }

  Version next(const Version& base) {
    Version made;
    const auto bytes = std::make_shared<std::string>(delta(base.text, made.text));
    kept_->push_back(bytes);
    std::string copied;
    EXPECT_TRUE(apply_delta(base.text, *bytes, copied));
    EXPECT_EQ(copied, made.text);
    auto pieces = Pieces::made(base.pieces, *bytes, kept_);
    EXPECT_TRUE(pieces);
    if (pieces) made.pieces = std::move(*pieces);
    return made;
  }

  Version first(const std::string& text) {
    kept_->push_back(std::make_shared<const std::string>(text));
    return {text, Pieces(*kept_->back(), kept_)};
  }

  std::mt19937 random_{7};  // NOLINT: the same each time
  std::shared_ptr<std::vector<Content>> kept_ = std::make_shared<std::vector<Content>>();
};

TEST_F(PiecesTest, AreTheTextsThatDeltasMake) {
  for (int round = 0; round < 60; ++round) {
    std::vector<Version> all = {first(lines(2000))};
    while (all.size() < 12) all.push_back(next(all[below(all.size())]));
    for (const Version& one : all) {
      const std::string& text = one.text;
      ASSERT_EQ(one.pieces.size(), text.size());
      ASSERT_EQ(one.pieces.text(0, text.size()), text);
      for (int i = 0; i < 20 && !text.empty(); ++i) {
        const std::size_t from = below(text.size());
        const std::size_t to = from + below(text.size() - from + 1);
        const std::string part = text.substr(from, to - from);
        ASSERT_EQ(one.pieces.at(from), text[from]);
        ASSERT_EQ(one.pieces.text(from, to), part);
        ASSERT_EQ(one.pieces.find('b', from, to), from + std::min(part.find('b'), part.size()));
        const std::size_t last = part.rfind('b');
        ASSERT_EQ(one.pieces.behind_last('b', from, to),
                  last == std::string::npos ? from : from + last + 1);
      }
    }
  }
}

TEST_F(PiecesTest, AreComparedAsTheirTextsAre) {
  std::size_t shared = 0;
  for (int round = 0; round < 60; ++round) {
    std::vector<Version> all = {first(lines(2000)), first(lines(2000))};
    // The same text that lies elsewhere.
    all.push_back(first(all[0].text));
    while (all.size() < 12) all.push_back(next(all[below(all.size())]));
    for (const Version& a : all) {
      for (const Version& b : all) {
        const std::size_t most = std::min(a.text.size(), b.text.size());
        const auto differ = std::mismatch(
            a.text.begin(), a.text.begin() + static_cast<std::ptrdiff_t>(most), b.text.begin());
        const auto head = static_cast<std::size_t>(differ.first - a.text.begin());
        ASSERT_EQ(Pieces::common_prefix(a.pieces, b.pieces), head);
        const std::size_t limit = most - std::min(most, below(10));
        const auto behind = std::mismatch(
            a.text.rbegin(), a.text.rbegin() + static_cast<std::ptrdiff_t>(limit), b.text.rbegin());
        ASSERT_EQ(Pieces::common_suffix(a.pieces, b.pieces, limit),
                  static_cast<std::size_t>(behind.first - a.text.rbegin()));
        const ChangedPart part = changed_part(a.pieces, b.pieces);
        const auto whole = [](const Version& one) {
          return Pieces(std::make_shared<const std::string>(one.text));
        };
        ASSERT_EQ(part.text, changed_part(whole(a), whole(b)).text);
        shared += head;
      }
    }
  }
  EXPECT_GT(shared, 0U);
}

TEST_F(PiecesTest, BeginWithANulWhereTheirTextDoes) {
  const Version text = first("one\ntwo\n");
  const std::string steps = copy(0, 4) + insert(std::string("a\0b", 3)) + copy(4, 4);
  kept_->push_back(std::make_shared<const std::string>(number(8) + number(11) + steps));
  const auto binary = Pieces::made(text.pieces, *kept_->back(), kept_);
  ASSERT_TRUE(binary);
  EXPECT_TRUE(changed_part(text.pieces, *binary).binary);
  EXPECT_EQ(changed_part(*binary, text.pieces).text, text.text);
}

TEST_F(PiecesTest, ADeltaThatDoesNotFitMakesNone) {
  const Version base = first("0123456789");
  const auto makes = [&](const std::string& delta) {
    return Pieces::made(base.pieces, delta, kept_).has_value();
  };
  EXPECT_TRUE(makes(number(10) + number(10) + copy(0, 10)));
  EXPECT_TRUE(makes(number(10) + number(0)));
  EXPECT_FALSE(makes(number(9) + number(9) + copy(0, 9))) << "another base";
  EXPECT_FALSE(makes(number(10) + number(11) + copy(0, 10))) << "too little";
  EXPECT_FALSE(makes(number(10) + number(9) + copy(0, 10))) << "too much";
  EXPECT_FALSE(makes(number(10) + number(3) + insert("four"))) << "too much";
  EXPECT_FALSE(makes(number(10) + number(10) + copy(1, 10))) << "beyond its end";
  EXPECT_FALSE(makes(number(10) + number(10) + copy(20, 10))) << "behind its end";
  EXPECT_FALSE(makes(number(10) + number(4) +
                     "\x04"
                     "abc"))
      << "cut off";
  EXPECT_FALSE(makes(number(10) + number(10) + "\xff")) << "cut off";
  EXPECT_FALSE(makes(number(10) + number(1) + std::string(1, '\0'))) << "no such step";
  EXPECT_FALSE(makes(number(10))) << "no size";
  EXPECT_FALSE(makes(""));
}

// A megabyte of single bytes would take 16.
TEST_F(PiecesTest, NeverTakeMuchMoreThanTheirText) {
  const std::string text(4096, 'x');
  const Version base = first(text);
  std::string steps;
  std::string wanted;
  for (std::size_t i = 0; i < 20'000; ++i) {
    steps += copy((i * 7) % text.size(), 1) + insert("y");
    wanted += "xy";
  }
  const std::string delta = number(text.size()) + number(wanted.size()) + steps;
  const auto made = Pieces::made(base.pieces, delta, kept_);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->text(0, made->size()), wanted);
  EXPECT_LE(made->cost(), wanted.size());
  EXPECT_NE(made->whole(), nullptr) << "made of nothing else";
  // As much of it as there was room for, and no more than the text allows.
  EXPECT_FALSE(Pieces::made(base.pieces, delta + "\x01z", kept_));
}

TEST(PieceCache, LetsGoOfWhatNobodyHolds) {
  PieceCache cache(10'000);
  auto text = std::make_shared<const std::string>(20'000, 'x');
  const std::weak_ptr<const std::string> there = text;
  SharedPieces held = cache.keep({nullptr, 1}, std::move(text));
  EXPECT_TRUE(cache.full());
  EXPECT_EQ(cache.find({nullptr, 1}), held);
  EXPECT_EQ(cache.find({&cache, 1}), nullptr) << "of another pack";
  EXPECT_EQ(cache.find({nullptr, 2}), nullptr);
  cache.clear();
  EXPECT_FALSE(cache.full());
  EXPECT_EQ(cache.find({nullptr, 1}), nullptr);
  EXPECT_EQ(held->text(0, 3), "xxx");
  held.reset();
  EXPECT_TRUE(there.expired());
}

}  // namespace
}  // namespace rcx::host::git
