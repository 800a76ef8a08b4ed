#include "host/cli/ssh_command.hpp"

#include <fmt/format.h>

namespace rcx::host::cli {
namespace {

Error no_shell(std::string_view command) {
  return {Code::kInvalid,
          fmt::format("wanted git-upload-pack, git-receive-pack or git-upload-archive and a "
                      "repository, hg -R REPOSITORY serve --stdio, or svnserve -t, got '{}'",
                      shortened(printable(command), 200))};
}

// As clients write it: `/team/app.git`, `~/team/app`, `team/app/`.
std::string name_of(std::string path) {
  if (path.starts_with("~/")) path.erase(0, 2);
  while (path.starts_with('/')) path.erase(0, 1);
  while (path.ends_with('/')) path.pop_back();
  if (path.ends_with("/.git")) path.resize(path.size() - 5);
  if (path.ends_with(".git")) path.resize(path.size() - 4);
  return path;
}

}  // namespace

Result<std::vector<std::string>> shell_words(std::string_view text) {
  std::vector<std::string> words;
  bool in_word = false;
  const auto begin = [&] {
    if (!in_word) words.emplace_back();
    in_word = true;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ' ') {
      in_word = false;
    } else if (c == '\'') {
      const std::size_t end = text.find('\'', i + 1);
      if (end == std::string_view::npos) return no_shell(text);
      begin();
      words.back() += text.substr(i + 1, end - i - 1);
      i = end;
    } else if (c == '\\' && i + 1 < text.size() && (text[i + 1] == '\'' || text[i + 1] == '!')) {
      begin();
      words.back() += text[++i];
    } else if (std::string_view("\"\\$`&|;<>()*?[]#\n\t{}").find(c) != std::string_view::npos ||
               c == '\0') {
      return no_shell(text);
    } else {
      begin();
      words.back() += c;
    }
  }
  return words;
}

std::string shell_quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

Result<SshCommand> read_ssh_command(std::string_view command) {
  Result<std::vector<std::string>> read = shell_words(command);
  if (!read) return read.error();
  std::vector<std::string>& words = *read;
  if (words.size() == 3 && words[0] == "git") {
    words = {"git-" + words[1], words[2]};
  }
  if (words.size() == 2 && (words[0] == "git-upload-pack" || words[0] == "git-receive-pack" ||
                            words[0] == "git-upload-archive")) {
    return SshCommand{"git", words[0], name_of(words[1]), words[0] == "git-receive-pack"};
  }
  if (words.size() == 5 && words[0] == "hg" && words[1] == "-R" && words[3] == "serve" &&
      words[4] == "--stdio") {
    return SshCommand{"hg", {}, name_of(words[2]), false};
  }
  if (words.size() == 2 && words[0] == "svnserve" && words[1] == "-t") {
    return SshCommand{"svn", {}, {}, false};
  }
  return no_shell(command);
}

}  // namespace rcx::host::cli
