#include "host/vcs/git/objects/commit_graph_file.hpp"

namespace rcx::host::git {
namespace {

constexpr std::size_t kHeader = 8;
constexpr std::size_t kChunkEntry = 12;
constexpr std::uint32_t kNoParent = 0x70000000U;
constexpr std::uint32_t kMarked = 0x80000000U;
constexpr std::size_t kLargestChain = std::size_t{64} * 1024;
// Bytes behind the id of the tree.
constexpr std::size_t kPlacesAndTime = 16;

// The chunk with that name; empty where the file has none, or says something impossible.
std::string_view chunk(std::string_view file, std::string_view name) {
  const auto chunks = static_cast<unsigned char>(file[6]);
  const auto offset = [&](std::size_t at) {
    return std::uint64_t{big_endian(file, at)} << 32U | big_endian(file, at + 4);
  };
  for (std::size_t i = 0; i < chunks; ++i) {
    const std::size_t at = kHeader + i * kChunkEntry;
    if (at + 2 * kChunkEntry > file.size()) return {};
    if (file.substr(at, 4) != name) continue;
    const std::uint64_t begin = offset(at + 4);
    const std::uint64_t end = offset(at + kChunkEntry + 4);
    if (begin > end || end > file.size()) return {};
    return file.substr(begin, end - begin);
  }
  return {};
}

}  // namespace

CommitGraphFile CommitGraphFile::open(const fs::path& objects, std::size_t id_size) {
  CommitGraphFile graph;
  if (auto only = layer(objects / "info/commit-graph", id_size, 0)) {
    graph.layers_.push_back(std::move(*only));
    return graph;
  }
  const fs::path directory = objects / "info/commit-graphs";
  const Result<std::string> chain = read_file(directory / "commit-graph-chain", kLargestChain);
  if (!chain) return graph;
  std::size_t before = 0;
  for (const std::string_view line : split(*chain, '\n')) {
    const auto name = ObjectId::parse(line);
    if (!name) break;
    auto next = layer(directory / ("graph-" + name->text() + ".graph"), id_size, before);
    // Those above a missing one would be read wrongly.
    if (!next) break;
    before += next->ids.count();
    graph.layers_.push_back(std::move(*next));
  }
  return graph;
}

std::optional<CommitGraphFile::Layer> CommitGraphFile::layer(const fs::path& path,
                                                             std::size_t id_size,
                                                             std::size_t before) {
  Result<MappedFile> file = MappedFile::open(path);
  if (!file) return std::nullopt;
  const std::string_view all = file->bytes();
  const char hash = id_size == kSha1Size ? 1 : 2;
  if (all.size() < kHeader || !all.starts_with("CGPH\1") || all[5] != hash) return std::nullopt;
  Layer layer;
  layer.ids.fanout = chunk(all, "OIDF");
  const std::string_view names = chunk(all, "OIDL");
  layer.data = chunk(all, "CDAT");
  layer.edges = chunk(all, "EDGE");
  if (layer.ids.fanout.size() != SortedIds::kFanoutSize || !layer.ids.in_order()) {
    return std::nullopt;
  }
  layer.ids.ids = names.data();
  layer.ids.step = id_size;
  layer.ids.id_size = id_size;
  const std::size_t count = layer.ids.count();
  if (names.size() != count * id_size || layer.data.size() != count * (id_size + kPlacesAndTime)) {
    return std::nullopt;
  }
  layer.before = before;
  layer.file = std::move(*file);
  return layer;
}

std::optional<CommitLinks> CommitGraphFile::find(const ObjectId& id) const {
  for (const Layer& layer : layers_) {
    if (const auto place = layer.ids.find(id)) return links(layer, *place);
  }
  return std::nullopt;
}

std::optional<CommitLinks> CommitGraphFile::links(const Layer& layer, std::size_t place) const {
  constexpr std::uint64_t kTime = (std::uint64_t{1} << 34U) - 1;
  const std::size_t id_size = layer.ids.id_size;
  const std::string_view data = layer.data.substr(place * (id_size + kPlacesAndTime));
  CommitLinks links;
  links.tree = ObjectId(data.data(), id_size);
  const std::uint32_t first = big_endian(data, id_size);
  const std::uint32_t second = big_endian(data, id_size + 4);
  links.time = static_cast<std::int64_t>(
      (std::uint64_t{big_endian(data, id_size + 8)} << 32U | big_endian(data, id_size + 12)) &
      kTime);
  if (first == kNoParent) return links;
  if (!add_parent(first, links)) return std::nullopt;
  if (second == kNoParent) return links;
  if ((second & kMarked) == 0) {
    return add_parent(second, links) ? std::optional(std::move(links)) : std::nullopt;
  }
  // The others stand in a list of their own, of which the last is marked.
  for (std::size_t at = std::size_t{second & ~kMarked} * 4; at + 4 <= layer.edges.size(); at += 4) {
    const std::uint32_t next = big_endian(layer.edges, at);
    if (!add_parent(next & ~kMarked, links)) return std::nullopt;
    if ((next & kMarked) != 0) return links;
  }
  return std::nullopt;
}

bool CommitGraphFile::add_parent(std::size_t place, CommitLinks& links) const {
  for (const Layer& layer : layers_) {
    if (place < layer.before || place - layer.before >= layer.ids.count()) continue;
    const std::size_t at = (place - layer.before) * layer.ids.step;
    links.parents.emplace_back(layer.ids.ids + at, layer.ids.id_size);
    return true;
  }
  return false;
}

}  // namespace rcx::host::git
