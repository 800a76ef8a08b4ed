// All rules at once over much text.
#ifndef RCX_PLUGINS_SECRET_SCAN_SCANNER_HPP
#define RCX_PLUGINS_SECRET_SCAN_SCANNER_HPP

#include "rule.hpp"

#include <hs.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

namespace secret_scan {

// One secret in a text.
struct Found {
  const Rule* rule;
  std::size_t offset;  // where the line begins that it stands in
  std::string_view secret;
};

// Whether to give up, asked now and then.
using Stop = std::function<bool()>;

// Vectorscan goes over the text once for all patterns and says in which lines something may be; RE2
// then looks at those lines, and at what exactly it is. Any number of threads may use one.
class Scanner {
 public:
  // `rules` must outlive this. Throws std::runtime_error where Vectorscan cannot take a pattern,
  // which is named.
  explicit Scanner(const std::vector<Rule>& rules);

  // In order of lines; none where it was stopped.
  std::optional<std::vector<Found>> scan(std::string_view text, const Stop& stop) const;

 private:
  struct Free {
    void operator()(hs_database_t* p) const noexcept { hs_free_database(p); }
    void operator()(hs_scratch_t* p) const noexcept { hs_free_scratch(p); }
  };
  using Scratch = std::unique_ptr<hs_scratch_t, Free>;
  Scratch take() const;
  void give_back(Scratch scratch) const;
  // Adds what is in a part of a text, which begins at `begin`; false where it was stopped.
  bool scan_piece(std::string_view piece, std::size_t begin, hs_scratch_t& scratch,
                  const Stop& stop, std::vector<Found>& all) const;

  const std::vector<Rule>& rules_;
  std::unique_ptr<hs_database_t, Free> database_;
  Scratch first_;
  mutable std::mutex mutex_;
  mutable std::vector<Scratch> spare_;  // each serves one thread at a time
};

}  // namespace secret_scan

#endif  // RCX_PLUGINS_SECRET_SCAN_SCANNER_HPP
