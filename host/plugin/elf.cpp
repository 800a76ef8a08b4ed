#include "host/plugin/elf.hpp"

#include <elf.h>
#include <link.h>

#include <cstring>
#include <optional>

namespace rcx::host {
namespace {

using Header = ElfW(Ehdr);
using Segment = ElfW(Phdr);
using Entry = ElfW(Dyn);

constexpr unsigned char kClass = sizeof(void*) == 8 ? ELFCLASS64 : ELFCLASS32;

// A copy, because nothing in a file need be aligned; none where it does not lie within the file.
template <class T>
std::optional<T> at(std::string_view file, std::uint64_t offset) {
  if (offset > file.size() || file.size() - offset < sizeof(T)) return std::nullopt;
  T value{};
  std::memcpy(&value, file.data() + offset, sizeof value);
  return value;
}

std::vector<Segment> segments(std::string_view file, const Header& header) {
  std::vector<Segment> all;
  for (std::uint64_t i = 0; i < header.e_phnum; ++i) {
    const auto segment = at<Segment>(file, header.e_phoff + i * sizeof(Segment));
    if (segment) all.push_back(*segment);
  }
  return all;
}

std::vector<Entry> dynamic_entries(std::string_view file, const std::vector<Segment>& segments) {
  std::vector<Entry> all;
  for (const Segment& segment : segments) {
    if (segment.p_type != PT_DYNAMIC) continue;
    for (std::uint64_t i = 0; i < segment.p_filesz / sizeof(Entry); ++i) {
      const auto entry = at<Entry>(file, segment.p_offset + i * sizeof(Entry));
      if (!entry || entry->d_tag == DT_NULL) return all;
      all.push_back(*entry);
    }
  }
  return all;
}

// Where in the file stands what is loaded at `address`.
std::optional<std::uint64_t> offset_of(std::uint64_t address,
                                       const std::vector<Segment>& segments) {
  for (const Segment& segment : segments) {
    if (segment.p_type == PT_LOAD && address >= segment.p_vaddr &&
        address - segment.p_vaddr < segment.p_filesz) {
      return address - segment.p_vaddr + segment.p_offset;
    }
  }
  return std::nullopt;
}

}  // namespace

Result<std::vector<std::string>> needed_libraries(std::string_view file) {
  const auto header = at<Header>(file, 0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
      header->e_ident[EI_CLASS] != kClass) {
    return Error{Code::kInvalid, "is no shared library for this machine"};
  }
  const std::vector<Segment> loaded = segments(file, *header);
  const std::vector<Entry> entries = dynamic_entries(file, loaded);
  std::optional<std::uint64_t> names;
  for (const Entry& entry : entries) {
    if (entry.d_tag == DT_STRTAB) names = offset_of(entry.d_un.d_ptr, loaded);
  }
  std::vector<std::string> needed;
  for (const Entry& entry : entries) {
    if (entry.d_tag != DT_NEEDED) continue;
    // One by one: their sum may wrap around.
    const bool inside = names && *names < file.size() && entry.d_un.d_val < file.size() - *names;
    if (!inside) return Error{Code::kInvalid, "is shorter than its own headers say"};
    const std::string_view rest = file.substr(*names + entry.d_un.d_val);
    needed.emplace_back(rest.substr(0, rest.find('\0')));
  }
  return needed;
}

}  // namespace rcx::host
