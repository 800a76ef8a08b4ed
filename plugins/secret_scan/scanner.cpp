#include "scanner.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

namespace secret_scan {
namespace {

// Where a match ends, by rule.
using Ends = std::vector<std::pair<std::size_t, unsigned>>;

int note(unsigned id, unsigned long long /*from*/, unsigned long long to, unsigned /*flags*/,
         void* into) {
  static_cast<Ends*>(into)->emplace_back(static_cast<std::size_t>(to), id);
  return 0;
}

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

std::vector<Found> Scanner::scan(std::string_view text) const {
  // Vectorscan counts in 32 bits; pieces end with lines.
  constexpr std::size_t kPiece = std::size_t{1} << 30U;
  std::vector<Found> all;
  Scratch scratch = take();
  for (std::size_t begin = 0; begin < text.size();) {
    std::string_view piece = text.substr(begin, kPiece);
    if (begin + piece.size() < text.size()) piece = piece.substr(0, piece.rfind('\n') + 1);
    if (piece.empty()) piece = text.substr(begin, kPiece);
    Ends ends;
    std::string copy;
    const std::string_view plain = with_plain_ends(piece, copy);
    if (hs_scan(database_.get(), plain.data(), static_cast<unsigned>(plain.size()), 0,
                scratch.get(), &note, &ends) != HS_SUCCESS) {
      throw std::runtime_error("the text could not be searched");
    }
    // Each rule and line once, however often Vectorscan names it.
    std::vector<std::pair<std::size_t, unsigned>> lines;
    for (const auto& [end, rule] : ends) {
      const std::size_t newline = end == 0 ? std::string_view::npos : piece.rfind('\n', end - 1);
      lines.emplace_back(newline == std::string_view::npos ? 0 : newline + 1, rule);
    }
    std::sort(lines.begin(), lines.end());
    lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
    for (const auto& [line, rule] : lines) {
      const auto secret = rules_[rule].find(line_at(piece, line));
      if (secret) all.push_back({&rules_[rule], begin + line, *secret});
    }
    begin += piece.size();
  }
  give_back(std::move(scratch));
  return all;
}

}  // namespace secret_scan
