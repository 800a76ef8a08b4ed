#include "path_glob.hpp"

#include <cstddef>
#include <stdexcept>

namespace protect_files {
namespace {

// One bit each, and one for the end.
constexpr std::size_t kMostNames = 60;
// As long as a path of a file system; comparing takes as long as the pattern times the path.
constexpr std::size_t kLongest = 4096;

[[noreturn]] void mistake(const std::string& what) {
  throw std::invalid_argument(what);
}

}  // namespace

PathGlob::PathGlob(std::string_view text) {
  if (text.empty() || text == "/") mistake("wanted a pattern such as *.js or /docs/");
  if (text.size() > kLongest) mistake("wanted a pattern of at most 4096 bytes");
  if (text[0] == '!') mistake("a pattern cannot begin with '!'; write \\! for a name that does");
  const bool rooted = text[0] == '/';
  if (rooted) text.remove_prefix(1);
  if (text.back() == '/') {
    itself_ = false;
    text.remove_suffix(1);
  }
  read(text);
  check();
  // A slash in the middle roots a pattern as well.
  if (!rooted && names_.size() == 1) {
    names_.insert(names_.begin(), Name{true, {}});
  } else if (names_.back().any_directories && names_.size() > 1) {
    itself_ = false;
    names_.pop_back();
  } else if (names_.back().tokens.size() == 1 && names_.back().tokens[0].kind == Token::kAny) {
    below_ = !itself_;
  }
  if (names_.size() > kMostNames) mistake("it has more than 60 directories");
}

void PathGlob::read(std::string_view text) {
  names_.emplace_back();
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::vector<Token>& tokens = names_.back().tokens;
    const char c = text[i];
    if (c == '/') {
      names_.emplace_back();
    } else if (c == '\\') {
      if (++i == text.size()) mistake("it ends in a backslash");
      tokens.push_back({Token::kByte, text[i]});
    } else if (c == '[') {
      mistake("it holds '[', which stands for nothing here; write \\[ for the character");
    } else {
      tokens.push_back({c == '*' ? Token::kAny : c == '?' ? Token::kOne : Token::kByte, c});
    }
  }
  for (Name& name : names_) {
    const std::vector<Token>& tokens = name.tokens;
    name.any_directories =
        tokens.size() == 2 && tokens[0].kind == Token::kAny && tokens[1].kind == Token::kAny;
  }
}

void PathGlob::check() const {
  for (const Name& name : names_) {
    std::string plain;
    for (const Token& token : name.tokens) plain += token.byte;
    if (plain.empty() || plain == "." || plain == "..") {
      mistake("it has an empty name, '.' or '..' in it, and matches nothing");
    }
  }
}

std::uint64_t PathGlob::open(std::uint64_t places) const {
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if ((places >> i & 1U) != 0 && names_[i].any_directories) places |= std::uint64_t{2} << i;
  }
  return places;
}

bool PathGlob::matches(std::string_view path) const {
  const std::uint64_t end = std::uint64_t{1} << names_.size();
  std::uint64_t places = open(1);
  while (places != 0) {
    const std::size_t slash = path.find('/');
    const std::string_view name = path.substr(0, slash);
    std::uint64_t next = 0;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if ((places >> i & 1U) == 0) continue;
      if (names_[i].any_directories) {
        next |= std::uint64_t{1} << i;
      } else if (matches(names_[i].tokens, name)) {
        next |= std::uint64_t{2} << i;
      }
    }
    places = open(next);
    const bool last = slash == std::string_view::npos;
    if ((places & end) != 0 && (last ? itself_ : below_)) return true;
    if (last) return false;
    path.remove_prefix(slash + 1);
  }
  return false;
}

// Only the last star is ever tried again, so the time is at most tokens times name.
bool PathGlob::matches(const std::vector<Token>& tokens, std::string_view name) {
  constexpr std::size_t kNone = SIZE_MAX;
  std::size_t t = 0;
  std::size_t n = 0;
  std::size_t star = kNone;
  std::size_t star_end = 0;
  while (n < name.size()) {
    if (t < tokens.size() && tokens[t].kind == Token::kAny) {
      star = t++;
      star_end = n;
    } else if (t < tokens.size() && (tokens[t].kind == Token::kOne || tokens[t].byte == name[n])) {
      ++t;
      ++n;
    } else if (star != kNone) {
      t = star + 1;
      n = ++star_end;
    } else {
      return false;
    }
  }
  while (t < tokens.size() && tokens[t].kind == Token::kAny) ++t;
  return t == tokens.size();
}

}  // namespace protect_files
