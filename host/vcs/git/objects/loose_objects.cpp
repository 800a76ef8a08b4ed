#include "host/vcs/git/objects/loose_objects.hpp"

#include <unistd.h>

#include <charconv>

#include "host/vcs/git/objects/mapped_file.hpp"

namespace rcx::host::git {
namespace {

// `TYPE SIZE\0` before the content.
constexpr std::size_t kLongestHeader = 64;

struct Head {
  ObjectHeader header;
  std::size_t length = 0;  // of the text, with its NUL
};

std::optional<Head> parse(std::string_view text) {
  const std::size_t space = text.find(' ');
  const std::size_t end = text.find('\0');
  if (space == std::string_view::npos || end == std::string_view::npos || space > end) {
    return std::nullopt;
  }
  Head head;
  const auto type = object_type(text.substr(0, space));
  const auto [stop, failed] =
      std::from_chars(text.data() + space + 1, text.data() + end, head.header.size);
  if (!type || failed != std::errc() || stop != text.data() + end) return std::nullopt;
  head.header.type = *type;
  head.length = end + 1;
  return head;
}

}  // namespace

std::string LooseObjects::path(const ObjectId& id) const {
  const std::string text = id.text();
  return directory_.string() + "/" + text.substr(0, 2) + "/" + text.substr(2);
}

Result<bool> LooseObjects::contains(const ObjectId& id) {
  return ::access(path(id).c_str(), F_OK) == 0;
}

Result<ObjectHeader> LooseObjects::header(const ObjectId& id) {
  const Result<MappedFile> file = MappedFile::open(path(id));
  if (!file && file.error().code == Code::kNotFound) return missing_object(id);
  if (!file) return file.error();
  const auto text = inflate_.head(file->bytes(), kLongestHeader);
  const auto head = text ? parse(*text) : std::nullopt;
  if (!head) return damaged_object(id, "its file is damaged");
  return head->header;
}

Result<Object> LooseObjects::read(const ObjectId& id, std::uint64_t most) {
  const Result<MappedFile> file = MappedFile::open(path(id));
  if (!file && file.error().code == Code::kNotFound) return missing_object(id);
  if (!file) return file.error();
  const auto text = inflate_.head(file->bytes(), kLongestHeader);
  const auto head = text ? parse(*text) : std::nullopt;
  if (!head) return damaged_object(id, "its file is damaged");
  if (head->header.size > most) {
    return large_object(id);
  }
  auto content = std::make_shared<std::string>();
  if (!inflate_.whole(file->bytes(), head->length + head->header.size, *content)) {
    return damaged_object(id, "its file does not inflate");
  }
  content->erase(0, head->length);
  return Object{head->header.type, std::move(content)};
}

}  // namespace rcx::host::git
