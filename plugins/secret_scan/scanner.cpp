#include "scanner.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

namespace secret_scan {
namespace {

// Where lines begin. Asked for one place after the other it looks at each byte once.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) { end_ = text_.find('\n'); }

  // Where the line begins that the byte before `end` is part of; behind a newline, the next one.
  std::size_t begin_at(std::size_t end) {
    if (end < begin_) *this = Lines(text_);
    while (end_ < end) {
      begin_ = end_ + 1;
      end_ = text_.find('\n', begin_);
    }
    return begin_;
  }

 private:
  std::string_view text_;
  std::size_t begin_ = 0;
  std::size_t end_;  // where its newline stands; npos: nowhere
};

// What Vectorscan finds in a text. It names every place where a match may end: in a long line those
// are as many as bytes, so each rule and line is kept once.
class Search {
 public:
  Search(std::string_view text, std::size_t rules, const Stop& stop)
      : lines_(text), last_(rules, std::string_view::npos), stop_(stop) {}

  static int note(unsigned rule, unsigned long long /*from*/, unsigned long long to,
                  unsigned /*flags*/, void* search) {
    return static_cast<Search*>(search)->note(rule, static_cast<std::size_t>(to)) ? 0 : 1;
  }
  // The beginnings of lines and what may be in them, in order and each once.
  std::vector<std::pair<std::size_t, unsigned>> take() {
    std::sort(found_.begin(), found_.end());
    found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
    return std::move(found_);
  }

 private:
  bool note(unsigned rule, std::size_t end) {
    constexpr std::size_t kBetweenLooks = 4096;
    if (noted_++ % kBetweenLooks == 0 && stop_()) return false;
    const std::size_t line = lines_.begin_at(end);
    if (last_[rule] != line) found_.emplace_back(line, rule);
    last_[rule] = line;
    return true;
  }

  Lines lines_;
  std::vector<std::size_t> last_;  // by rule, where the line begins that was kept last
  std::vector<std::pair<std::size_t, unsigned>> found_;
  std::size_t noted_ = 0;
  const Stop& stop_;
};

// A text whose lines end with CR and LF, with each such end as two LF: `$` of Vectorscan stands
// before LF alone, and lines begin where they began. What it returns may be held by `copy`.
std::string_view with_plain_ends(std::string_view text, std::string& copy) {
  std::size_t at = text.find("\r\n");
  if (at == std::string_view::npos) return text;
  copy = text;
  for (; at != std::string_view::npos; at = text.find("\r\n", at + 2)) copy[at] = '\n';
  return copy;
}

// The line that begins there, without its end.
std::string_view line_at(std::string_view text, std::size_t begin) {
  std::string_view line = text.substr(begin, text.find('\n', begin) - begin);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

}  // namespace

Scanner::Scanner(const std::vector<Rule>& rules) : rules_(rules) {
  std::vector<const char*> patterns;
  std::vector<unsigned> flags(rules.size(), HS_FLAG_DOTALL | HS_FLAG_MULTILINE);
  std::vector<unsigned> ids;
  for (const Rule& rule : rules) {
    patterns.push_back(rule.pattern().c_str());
    ids.push_back(static_cast<unsigned>(ids.size()));
  }
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  if (hs_compile_multi(patterns.data(), flags.data(), ids.data(), static_cast<unsigned>(ids.size()),
                       HS_MODE_BLOCK, nullptr, &database, &error) != HS_SUCCESS) {
    const auto at = static_cast<std::size_t>(error->expression);
    const std::string rule = error->expression >= 0 && at < rules.size() ? rules[at].name() : "?";
    const std::string why = error->message;
    hs_free_compile_error(error);
    throw std::runtime_error("the pattern of rule " + rule + " cannot be searched for: " + why);
  }
  database_.reset(database);
  hs_scratch_t* scratch = nullptr;
  if (hs_alloc_scratch(database, &scratch) != HS_SUCCESS) throw std::bad_alloc();
  first_.reset(scratch);
}

Scanner::Scratch Scanner::take() const {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!spare_.empty()) {
      Scratch scratch = std::move(spare_.back());
      spare_.pop_back();
      return scratch;
    }
  }
  hs_scratch_t* scratch = nullptr;
  if (hs_clone_scratch(first_.get(), &scratch) != HS_SUCCESS) throw std::bad_alloc();
  return Scratch(scratch);
}

void Scanner::give_back(Scratch scratch) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  spare_.push_back(std::move(scratch));
}

std::optional<std::vector<Found>> Scanner::scan(std::string_view text, const Stop& stop) const {
  // Vectorscan counts in 32 bits; pieces end with lines.
  constexpr std::size_t kPiece = std::size_t{1} << 30U;
  std::vector<Found> all;
  Scratch scratch = take();
  bool whole = true;
  for (std::size_t begin = 0; whole && begin < text.size();) {
    std::string_view piece = text.substr(begin, kPiece);
    if (begin + piece.size() < text.size()) piece = piece.substr(0, piece.rfind('\n') + 1);
    if (piece.empty()) piece = text.substr(begin, kPiece);
    whole = scan_piece(piece, begin, *scratch, stop, all);
    begin += piece.size();
  }
  give_back(std::move(scratch));
  if (!whole) return std::nullopt;
  return all;
}

bool Scanner::scan_piece(std::string_view piece, std::size_t begin, hs_scratch_t& scratch,
                         const Stop& stop, std::vector<Found>& all) const {
  std::string copy;
  const std::string_view plain = with_plain_ends(piece, copy);
  Search search(piece, rules_.size(), stop);
  const hs_error_t result =
      hs_scan(database_.get(), plain.data(), static_cast<unsigned>(plain.size()), 0, &scratch,
              &Search::note, &search);
  if (result == HS_SCAN_TERMINATED) return false;
  if (result != HS_SUCCESS) throw std::runtime_error("the text could not be searched");
  for (const auto& [line, rule] : search.take()) {
    if (stop()) return false;
    for (const std::string_view secret : rules_[rule].find_all(line_at(piece, line))) {
      all.push_back({&rules_[rule], begin + line, secret});
    }
  }
  return true;
}

}  // namespace secret_scan
