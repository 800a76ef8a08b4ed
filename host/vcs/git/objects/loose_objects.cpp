#include "host/vcs/git/objects/loose_objects.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <limits>

namespace rcx::host::git {
namespace {

// `TYPE SIZE\0` before the content.
constexpr std::size_t kLongestHeader = 64;
// Enough of a file to inflate that: how the bytes of a stream are coded stands before them, and
// takes less than 300 bytes.
constexpr std::size_t kBeginning = 1024;
// Commits, trees and most files are smaller: read at once, which is cheaper than to map them.
constexpr std::size_t kBufferSize = std::size_t{32} * 1024;
// Few files that git compressed have more than so many bytes for each that is left.
constexpr std::size_t kLikely = 6;

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

// Below `objects`.
std::string file_name(const ObjectId& id) {
  std::string text = id.text();
  text.insert(2, 1, '/');
  return text;
}

}  // namespace

Result<std::unique_ptr<LooseObjects>> LooseObjects::open(const fs::path& directory,
                                                         Buffers& buffers) {
  std::unique_ptr<LooseObjects> opened(new LooseObjects(buffers));
  opened->path_ = directory.string();
  opened->directory_.reset(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const auto failed = [&] {
    return system_error("cannot list " + printable(opened->path_), errno);
  };
  if (!opened->directory_) return failed();
  // Takes a descriptor of its own.
  const std::unique_ptr<DIR, int (*)(DIR*)> list(
      ::fdopendir(::fcntl(opened->directory_.get(), F_DUPFD_CLOEXEC, 0)), &::closedir);
  if (!list) return failed();
  while (const dirent* entry = ::readdir(list.get())) {
    const std::string_view name = entry->d_name;
    if (name == "pack") opened->has_packs_ = true;
    unsigned byte = 0;
    const auto [end, wrong] = std::from_chars(name.data(), name.data() + name.size(), byte, 16);
    if (name.size() == 2 && wrong == std::errc() && end == name.data() + 2)
      opened->there_.set(byte);
  }
  return opened;
}

Result<bool> LooseObjects::contains(const ObjectId& id) {
  if (!there_[id.first()]) return false;
  return ::faccessat(directory_.get(), file_name(id).c_str(), F_OK, 0) == 0;
}

Result<LooseObjects::File> LooseObjects::load(const ObjectId& id, std::size_t most) {
  if (!there_[id.first()]) return missing_object(id);
  const std::string name = file_name(id);
  // Where it is a pipe, nobody is waited for.
  const Fd fd(::openat(directory_.get(), name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd && errno == ENOENT) return missing_object(id);
  const std::string path = path_ + "/" + name;
  if (!fd) return system_error("cannot open " + printable(path), errno);
  buffer_.resize(kBufferSize);
  const ssize_t size = ::read(fd.get(), buffer_.data(), std::min(most, buffer_.size()));
  if (size < 0) return system_error("cannot read " + printable(path), errno);
  File file;
  file.bytes = std::string_view(buffer_).substr(0, static_cast<std::size_t>(size));
  if (most <= buffer_.size() || file.bytes.size() < buffer_.size()) return file;
  Result<MappedFile> map = MappedFile::open(path);
  if (!map) return map.error();
  file.map = std::move(*map);
  file.bytes = file.map.bytes();
  return file;
}

Result<ObjectHeader> LooseObjects::header(const ObjectId& id) {
  const Result<File> file = load(id, kBeginning);
  if (!file) return file.error();
  const auto text = inflate_.head(file->bytes, kLongestHeader);
  const auto head = text ? parse(*text) : std::nullopt;
  if (!head) return damaged_object(id, "its file is damaged");
  return head->header;
}

Result<Object> LooseObjects::read(const ObjectId& id, std::uint64_t most) {
  const Result<File> file = load(id, std::numeric_limits<std::size_t>::max());
  if (!file) return file.error();
  std::shared_ptr<std::string> content = buffers_->take();
  // Most are small, and then what the header says need not be known before.
  const bool small = file->bytes.size() < kBufferSize &&
                     inflate_.up_to(file->bytes, kLikely * file->bytes.size() + 256, *content);
  const auto text = small ? std::nullopt : inflate_.head(file->bytes, kLongestHeader);
  const auto head = small ? parse(*content) : text ? parse(*text) : std::nullopt;
  if (!head) return damaged_object(id, "its file is damaged");
  if (head->header.size > most) return large_object(id, most);
  if (small && content->size() != head->length + head->header.size) {
    return damaged_object(id, "its file does not hold what it says");
  }
  if (!small && !inflate_.whole(file->bytes, head->length + head->header.size, *content)) {
    return damaged_object(id, "its file does not inflate");
  }
  content->erase(0, head->length);
  return Object{head->header.type, std::move(content)};
}

}  // namespace rcx::host::git
