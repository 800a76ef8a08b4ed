#include "host/vcs/git/objects/commit_text.hpp"

#include <algorithm>
#include <charconv>

namespace rcx::host::git {
namespace {

// Takes the next line off `text`, without its newline.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

// The id behind `key` at the beginning of `line`; none when something else is there.
std::optional<ObjectId> id_of(std::string_view line, std::string_view key) {
  if (!line.starts_with(key)) return std::nullopt;
  return ObjectId::parse(line.substr(key.size()));
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// `NAME <EMAIL> SECONDS +HHMM`, or what there is of it.
Person person(std::string_view text) {
  Person person;
  const std::size_t open = text.find('<');
  person.name = trimmed(text.substr(0, open));
  if (open == std::string_view::npos) return person;
  const std::size_t close = text.find('>', open);
  person.email = text.substr(open + 1, close == std::string_view::npos ? close : close - open - 1);
  if (close == std::string_view::npos) return person;
  // An address may hold a `>`; what follows the last one is the time.
  std::string_view when = trimmed(text.substr(text.rfind('>') + 1));
  const auto [end, failed] = std::from_chars(when.data(), when.data() + when.size(), person.time);
  if (failed != std::errc()) {
    person.time = 0;
    return person;
  }
  when = trimmed(when.substr(static_cast<std::size_t>(end - when.data())));
  if (when.size() < 2 || (when[0] != '+' && when[0] != '-')) return person;
  int zone = 0;
  std::from_chars(when.data() + 1, when.data() + when.size(), zone);
  constexpr int kWidest = 9999;
  zone = std::clamp(zone, 0, kWidest);
  person.offset_minutes = (zone / 100 * 60 + zone % 100) * (when[0] == '-' ? -1 : 1);
  return person;
}

bool is_signature(std::string_view line) {
  return line.starts_with("gpgsig ") || line.starts_with("gpgsig-sha256 ");
}

}  // namespace

Result<CommitLinks> commit_links(std::string_view text, const ObjectId& id) {
  CommitLinks links;
  const auto tree = id_of(take_line(text), "tree ");
  if (!tree) return damaged_object(id, "it does not begin as a commit");
  links.tree = *tree;
  std::string_view line = take_line(text);
  for (; line.starts_with("parent "); line = take_line(text)) {
    const auto parent = id_of(line, "parent ");
    if (!parent) return damaged_object(id, "it names a parent that is no id");
    links.parents.push_back(*parent);
  }
  for (; !line.empty(); line = take_line(text)) {
    if (!line.starts_with("committer ")) continue;
    const std::string_view when = trimmed(line.substr(line.rfind('>') + 1));
    std::from_chars(when.data(), when.data() + when.size(), links.time);
    break;
  }
  return links;
}

CommitWords commit_words(std::string_view text) {
  CommitWords words;
  bool has_author = false;
  bool has_committer = false;
  const auto take = [&](std::string_view line, std::string_view key, Person& into, bool& has) {
    if (!line.starts_with(key)) return;
    if (has) words.twice = key.substr(0, key.size() - 1);
    if (!has) into = person(line.substr(key.size()));
    has = true;
  };
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (line.empty()) break;
    take(line, "author ", words.author, has_author);
    take(line, "committer ", words.committer, has_committer);
    if (line.starts_with("encoding ")) words.encoding = line.substr(9);
    if (!is_signature(line) || !words.signature.empty()) continue;
    words.signature = line.substr(line.find(' ') + 1);
    while (text.starts_with(' ')) {
      words.signature += '\n';
      words.signature += take_line(text).substr(1);
    }
  }
  words.message = text.substr(0, text.find('\0'));
  return words;
}

IdText id_text(const ObjectId& id) {
  std::array<char, IdText::kMost> text{};
  id.write_text(text.data());
  return IdText({text.data(), 2 * id.size()});
}

Result<TagLink> tag_link(std::string_view text, const ObjectId& id) {
  const auto target = id_of(take_line(text), "object ");
  const std::string_view type = take_line(text);
  const auto kind =
      type.starts_with("type ") ? object_type(type.substr(5)) : std::optional<ObjectType>();
  if (!target || !kind) return damaged_object(id, "it does not begin as a tag");
  return TagLink{*target, *kind};
}

}  // namespace rcx::host::git
