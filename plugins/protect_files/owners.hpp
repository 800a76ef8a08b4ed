// Who owns which paths: a CODEOWNERS file.
#ifndef RCX_PLUGINS_PROTECT_FILES_OWNERS_HPP
#define RCX_PLUGINS_PROTECT_FILES_OWNERS_HPP

#include "path_glob.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace protect_files {

// One line: a pattern and its owners, `@name` or an e-mail. Without owners, what it matches belongs
// to nobody in particular.
struct Claim {
  PathGlob glob;
  std::vector<std::string> owners;
  std::size_t section;
  std::size_t line;  // counted from 1
};

struct Mistake {
  std::size_t line;  // 0: in no line
  std::string what;
};

// Immutable; any number of threads may use one.
class Owners {
 public:
  // Nobody owns anything.
  Owners() = default;
  // Lines with mistakes are left out, and told by mistakes(). After 20 it reads no further.
  explicit Owners(std::string_view text);

  // The claims that decide about a path: of each section the last that matches, where it has
  // owners. In order of sections. Calls `look` now and then, which may throw to end it.
  std::vector<const Claim*> deciding(std::string_view path,
                                     const std::function<void()>& look) const;
  const std::vector<Mistake>& mistakes() const { return mistakes_; }

 private:
  struct Section {
    bool optional;                    // wherever it begins
    std::vector<std::string> owners;  // of lines that name none
  };

  void read_line(std::string_view line);
  void read_section(std::string_view line);
  // Of the section of that name, which is made where there is none.
  std::size_t number_of(const std::string& name, bool optional);

  std::vector<Section> sections_;               // the first has no name
  std::map<std::string, std::size_t> numbers_;  // of sections, by name in lower case
  std::vector<Claim> claims_;
  std::vector<Mistake> mistakes_;
  std::size_t section_ = 0;  // of the line that is read
  std::size_t line_ = 0;
};

}  // namespace protect_files

#endif  // RCX_PLUGINS_PROTECT_FILES_OWNERS_HPP
