#include "host/vcs/git/objects/pack_file.hpp"

#include <algorithm>

#include "host/vcs/git/objects/delta.hpp"

namespace rcx::host::git {
namespace {

constexpr std::size_t kFanoutSize = SortedIds::kFanoutSize;
// `\377tOc` and the version stand before the fanout; the first version has neither.
constexpr std::size_t kIndexHeader = 8;
constexpr std::size_t kPackHeader = 12;
constexpr unsigned kOffsetDelta = 6;
constexpr unsigned kNamedDelta = 7;
// git itself makes chains of 50, and at most 4095.
constexpr std::size_t kLongestChain = 10'000;

// Of an entry of that kind, where others are made of it: only contents are ever read that are
// larger than records.
std::uint64_t largest_base(unsigned kind) noexcept {
  const bool record = kind < kOffsetDelta && kind != static_cast<unsigned>(ObjectType::kBlob);
  return record ? kLargestRecord : kLargestObject;
}

}  // namespace

Result<PackFile> PackFile::open(const fs::path& index_path, std::size_t id_size,
                                std::size_t number) {
  Result<MappedFile> index = MappedFile::open(index_path);
  if (!index) return index.error();
  fs::path pack_path = index_path;
  Result<MappedFile> pack = MappedFile::open(pack_path.replace_extension(".pack"));
  if (!pack) return pack.error();
  const std::string_view names = index->bytes();
  const std::string_view objects = pack->bytes();
  const auto bad = [&](const std::string& why) {
    return Error{Code::kUnavailable,
                 "cannot read the pack " + printable(pack_path.string()) + ": " + why};
  };
  const bool has_version = names.size() > kIndexHeader && names.starts_with("\377tOc");
  const std::size_t fanout = has_version ? kIndexHeader : 0;
  if (names.size() < fanout + kFanoutSize || (has_version && big_endian(names, 4) != 2)) {
    return bad("wanted an index of version 1 or 2");
  }
  if (objects.size() < kPackHeader + id_size || !objects.starts_with("PACK")) {
    return bad("it does not begin as a pack");
  }
  SortedIds ids;
  ids.fanout = names.substr(fanout, kFanoutSize);
  // In the first version an offset stands before each id.
  ids.ids = names.data() + fanout + kFanoutSize + (has_version ? 0 : 4);
  ids.step = id_size + (has_version ? 0 : 4);
  ids.id_size = id_size;
  const std::size_t each = id_size + (has_version ? 8 : 4);
  if (names.size() < fanout + kFanoutSize + ids.count() * each + 2 * id_size) {
    return bad("its index ends early");
  }
  if (!ids.in_order()) return bad("its index is not in order");
  return PackFile(std::move(*index), std::move(*pack), ids, fanout, number);
}

std::uint32_t PackFile::number(std::size_t at) const noexcept {
  return big_endian(index_.bytes(), at);
}

std::optional<Offset> PackFile::find(const ObjectId& id) const noexcept {
  const auto place = ids_.find(id);
  return place ? offset(*place) : std::nullopt;
}

std::optional<Offset> PackFile::offset(std::size_t place) const noexcept {
  constexpr std::uint32_t kLarge = 0x80000000U;
  if (fanout_ == 0) return number(kFanoutSize + place * (ids_.id_size + 4));
  const std::size_t small = fanout_ + kFanoutSize + ids_.count() * (ids_.id_size + 4);
  const std::uint32_t value = number(small + place * 4);
  if ((value & kLarge) == 0) return value;
  const std::size_t at = small + ids_.count() * 4 + std::size_t{value & ~kLarge} * 8;
  if (at + 8 > index_.bytes().size()) return std::nullopt;
  return Offset{number(at)} << 32U | number(at + 4);
}

std::optional<PackFile::Entry> PackFile::entry(Offset offset) const {
  const std::string_view all = pack_.bytes();
  if (offset < kPackHeader || offset >= all.size()) return std::nullopt;
  std::size_t at = offset;
  const auto next = [&]() -> unsigned {
    return at < all.size() ? static_cast<unsigned char>(all[at++]) : 0U;
  };
  Entry entry;
  unsigned byte = next();
  entry.kind = (byte >> 4U) & 7U;
  entry.size = byte & 15U;
  for (unsigned shift = 4; (byte & 0x80U) != 0 && shift < 60; shift += 7) {
    byte = next();
    entry.size |= std::uint64_t{byte & 0x7fU} << shift;
  }
  if (entry.kind == kOffsetDelta) {
    byte = next();
    std::uint64_t back = byte & 0x7fU;
    for (int i = 0; (byte & 0x80U) != 0 && i < 8; ++i) {
      byte = next();
      back = (back + 1) << 7U | (byte & 0x7fU);
    }
    if (back == 0 || back > offset) return std::nullopt;
    entry.base = offset - back;
  } else if (entry.kind == kNamedDelta) {
    if (all.size() - at < ids_.id_size) return std::nullopt;
    const auto base = find(ObjectId(all.data() + at, ids_.id_size));
    if (!base) return std::nullopt;
    entry.base = *base;
    at += ids_.id_size;
  } else if (entry.kind < 1 || entry.kind > 4) {
    return std::nullopt;
  }
  entry.data = all.substr(at);
  return entry;
}

Result<ObjectHeader> PackFile::header(Offset offset, const ObjectId& id, PackWork& work) const {
  constexpr std::size_t kLongestHeader = 20;
  // Up to here all of it costs less than its beginning, which only zlib can give.
  constexpr std::size_t kSmall = std::size_t{8} * 1024;
  std::optional<std::uint64_t> size;
  for (std::size_t i = 0; i < kLongestChain; ++i) {
    const std::optional<Entry> found = entry(offset);
    if (!found) return damaged_object(id, "its entry in the pack is damaged");
    if (found->kind < kOffsetDelta) {
      return ObjectHeader{static_cast<ObjectType>(found->kind), size.value_or(found->size)};
    }
    if (!size) {
      std::optional<DeltaSizes> sizes;
      if (found->size > kSmall) {
        const auto head = work.inflate.head(found->data, kLongestHeader);
        if (head) sizes = delta_sizes(*head);
      } else if (work.inflate.whole(found->data, found->size, work.delta)) {
        sizes = delta_sizes(work.delta);
      }
      if (!sizes) return damaged_object(id, "its delta in the pack is damaged");
      size = sizes->result;
    }
    offset = found->base;
  }
  return damaged_object(id, "its chain of deltas is too long");
}

Result<Object> PackFile::read(Offset offset, const ObjectId& id, std::uint64_t most,
                              PackWork& work) const {
  // Down to an entry that stands alone, or to one that is known; then back up.
  std::vector<std::pair<Offset, Entry>> chain;
  Object object;
  while (true) {
    if (const Object* known = work.find({pack_number_, offset})) {
      if (chain.empty() && known->content->size() > most) return large_object(id, most);
      object = *known;
      break;
    }
    std::optional<Entry> found = entry(offset);
    if (!found) return damaged_object(id, "its entry in the pack is damaged");
    // A base may be larger than what is made of it.
    const bool wanted = chain.empty() && found->kind < kOffsetDelta;
    const std::uint64_t room = wanted ? most : largest_base(found->kind);
    if (found->size > room) return large_object(id, room);
    if (found->kind < kOffsetDelta) {
      std::shared_ptr<std::string> content = work.buffers.take();
      if (!work.inflate.whole(found->data, found->size, *content)) {
        return damaged_object(id, "its entry in the pack does not inflate");
      }
      object = {static_cast<ObjectType>(found->kind), std::move(content)};
      // What is asked for itself is kept by who asks, if at all.
      if (!chain.empty()) work.keep({pack_number_, offset}, object);
      break;
    }
    if (chain.size() == kLongestChain) return damaged_object(id, "its chain of deltas is too long");
    const Offset base = found->base;
    chain.emplace_back(offset, *found);
    offset = base;
  }
  const std::uint64_t most_between = largest_base(static_cast<unsigned>(object.type));
  for (auto link = chain.rbegin(); link != chain.rend(); ++link) {
    if (link->second.size > most_between) return large_object(id, most_between);
    const bool inflated = work.inflate.whole(link->second.data, link->second.size, work.delta);
    const auto sizes = inflated ? delta_sizes(work.delta) : std::nullopt;
    const bool wanted = std::next(link) == chain.rend();
    const std::uint64_t room = wanted ? most : most_between;
    if (sizes && sizes->result > room) return large_object(id, room);
    std::shared_ptr<std::string> made = work.buffers.take();
    if (!sizes || !apply_delta(*object.content, work.delta, *made)) {
      return damaged_object(id, "a delta in the pack does not fit its base");
    }
    object.content = std::move(made);
    work.keep({pack_number_, link->first}, object);
  }
  return object;
}

SharedPieces PackFile::pieces(Offset offset, std::uint64_t most, Inflate& inflate,
                              PieceCache& cache) const {
  // Those that are larger are few, and copied at the speed of memory.
  constexpr std::uint64_t kLargest = std::uint64_t{8} * 1024 * 1024;
  most = std::min(most, kLargest);
  if (cache.full()) cache.clear();
  std::vector<std::pair<Offset, Entry>> chain;
  SharedPieces made;
  while (!made) {
    made = cache.find({this, offset});
    if (made) break;
    const std::optional<Entry> found = entry(offset);
    if (!found || found->size > kLargest || chain.size() == kLongestChain) return nullptr;
    if (found->kind >= kOffsetDelta) {
      chain.emplace_back(offset, *found);
      offset = found->base;
      continue;
    }
    if (found->kind != static_cast<unsigned>(ObjectType::kBlob)) return nullptr;
    auto content = std::make_shared<std::string>();
    if (!inflate.whole(found->data, found->size, *content)) return nullptr;
    made = cache.keep({this, offset}, std::move(content));
  }
  for (auto link = chain.rbegin(); link != chain.rend(); ++link) {
    if (cache.full()) {
      // Of what was let go, this is all that is still needed.
      cache.clear();
      auto copy = std::make_shared<const std::string>(made->text(0, made->size()));
      made = std::make_shared<const Pieces>(cache.in_memory(std::move(copy)));
    }
    auto delta = std::make_shared<std::string>();
    if (!inflate.whole(link->second.data, link->second.size, *delta)) return nullptr;
    const auto sizes = delta_sizes(*delta);
    if (!sizes || sizes->result > kLargest) return nullptr;
    auto next = Pieces::made(*made, cache.add(std::move(delta)), cache.memory());
    if (!next) return nullptr;
    made = cache.keep({this, link->first}, std::move(*next));
  }
  return made->size() <= most ? made : nullptr;
}

}  // namespace rcx::host::git
