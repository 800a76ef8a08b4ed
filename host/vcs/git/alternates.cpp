#include "host/vcs/git/alternates.hpp"

#include <sys/stat.h>

#include <set>

namespace rcx::host::git {
namespace {

constexpr std::size_t kLargestAlternates = std::size_t{1} << 20U;
// As deep as git follows them.
constexpr int kDeepest = 6;

bool is_octal(char c) {
  return c >= '0' && c <= '7';
}

// What stands between quotes at the beginning of `text`, which goes on behind them; none, and
// `text` as it was, where they are not as git writes them.
std::optional<std::string> take_quoted(std::string_view& text) {
  constexpr std::string_view kLetters = "abfnrtv\"\\";
  constexpr std::string_view kBytes = "\a\b\f\n\r\t\v\"\\";
  std::string path;
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] == '"') {
      text.remove_prefix(at + 1);
      return path;
    }
    if (text[at] != '\\') {
      path += text[at];
      continue;
    }
    if (++at == text.size()) break;
    const std::size_t letter = kLetters.find(text[at]);
    if (letter != std::string_view::npos) {
      path += kBytes[letter];
    } else if (at + 2 < text.size() && text[at] <= '3' && is_octal(text[at]) &&
               is_octal(text[at + 1]) && is_octal(text[at + 2])) {
      const int byte = (text[at] - '0') * 64 + (text[at + 1] - '0') * 8 + (text[at + 2] - '0');
      path += static_cast<char>(byte);
      at += 2;
    } else {
      break;
    }
  }
  return std::nullopt;
}

// The paths in a file `info/alternates`.
std::vector<std::string> parse(std::string_view text) {
  std::vector<std::string> paths;
  text = text.substr(0, text.find('\0'));
  while (!text.empty()) {
    std::optional<std::string> path = text.front() == '"' ? take_quoted(text) : std::nullopt;
    if (!path) {
      path = text.substr(0, text.find('\n'));
      text.remove_prefix(path->size());
      if (path->starts_with('#')) path->clear();
    }
    if (!text.empty()) text.remove_prefix(1);
    if (!path->empty()) paths.push_back(std::move(*path));
  }
  return paths;
}

class Directories {
 public:
  explicit Directories(Stamps& stamps) : stamps_(stamps) {}

  void add(const fs::path& objects, int depth) {
    struct stat found {};
    if (::stat(objects.c_str(), &found) != 0 || !S_ISDIR(found.st_mode)) return;
    // Some borrow from each other.
    if (!seen_.emplace(found.st_dev, found.st_ino).second) return;
    all.push_back(objects);
    stamps_.note((objects / "pack").string());
    const fs::path file = objects / "info/alternates";
    stamps_.note(file.string());
    if (depth == kDeepest) return;
    const Result<std::string> text = read_file(file, kLargestAlternates);
    if (!text) return;
    for (const fs::path path : parse(*text)) {
      add(path.is_absolute() ? path : objects / path, depth + 1);
    }
  }

  std::vector<fs::path> all;

 private:
  Stamps& stamps_;
  std::set<std::pair<dev_t, ino_t>> seen_;
};

}  // namespace

std::vector<fs::path> object_directories(const fs::path& objects, Stamps& stamps) {
  Directories directories(stamps);
  directories.add(objects, 0);
  return std::move(directories.all);
}

}  // namespace rcx::host::git
