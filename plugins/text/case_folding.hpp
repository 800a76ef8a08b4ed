// Names that are the same to a file system which ignores case.
#ifndef RCX_PLUGINS_TEXT_CASE_FOLDING_HPP
#define RCX_PLUGINS_TEXT_CASE_FOLDING_HPP

#include <locale.h>

#include <string>
#include <string_view>

namespace text {

// Unicode's simple case folding, character by character, by the tables of the C library. Move-only;
// any number of threads may use one.
class CaseFolding {
 public:
  // Throws std::system_error where this machine has no locale C.UTF-8.
  CaseFolding();
  CaseFolding(CaseFolding&& other) noexcept;
  CaseFolding(const CaseFolding&) = delete;
  CaseFolding& operator=(const CaseFolding&) = delete;
  CaseFolding& operator=(CaseFolding&&) = delete;
  ~CaseFolding();

  // Two names that differ only by case have the same key. Bytes that belong to no character stay as
  // they are. `ß` and `ss` are two, and so are a letter and its accent composed or apart.
  std::string key(std::string_view name) const;

 private:
  locale_t locale_;
};

}  // namespace text

#endif  // RCX_PLUGINS_TEXT_CASE_FOLDING_HPP
