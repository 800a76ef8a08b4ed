// What a client sends in a push: commits, tags, trees and deltas, and whole packs. git checks much
// of it only where `receive.fsckObjects` is set.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <boost/filesystem/operations.hpp>
#include <fstream>
#include <set>

#include "host/vcs/added_lines.hpp"
#include "host/vcs/git/git.hpp"
#include "host/vcs/git/objects/commit_graph_file.hpp"
#include "host/vcs/git/objects/commit_text.hpp"
#include "host/vcs/git/objects/delta.hpp"
#include "host/vcs/git/objects/pack_file.hpp"
#include "host/vcs/git/objects/tree_entries.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

namespace fs = boost::filesystem;
using namespace rcx::host;
using namespace rcx::host::git;
using rcx::fuzz::require;

const std::string kSomeId(2 * kSha1Size, 'a');

void commit(std::string_view text) {
  const ObjectId id = *ObjectId::parse(kSomeId);
  (void)commit_links(text, id);
  (void)tag_link(text, id);
  const CommitWords words = commit_words(text);
  require(words.message.size() <= text.size(), "a message is part of the commit");
}

void tree(std::string_view text) {
  const Object object{ObjectType::kTree, std::make_shared<std::string>(text)};
  Result<TreeEntries> entries = TreeEntries::of(object, *ObjectId::parse(kSomeId));
  if (!entries) return;
  std::size_t count = 0;
  std::set<std::string_view> names;
  bool twice = false;
  const bool sound = static_cast<bool>(entries->check(*ObjectId::parse(kSomeId)));
  for (; entries->entry() != nullptr; entries->next()) {
    require(!entries->entry()->name.empty(), "an entry has a name");
    twice = !names.insert(entries->entry()->name).second || twice;
    ++count;
  }
  require(count * (kSha1Size + 4) <= text.size(), "an entry has an id");
  require(!sound || (!twice && !entries->damaged()), "a sound tree has each name once");
}

// The first byte says how long the one of two texts is.
std::pair<std::string_view, std::string_view> two(std::string_view text) {
  if (text.empty()) return {};
  const std::size_t size = static_cast<unsigned char>(text[0]);
  text.remove_prefix(1);
  return {text.substr(0, size), text.substr(std::min(size, text.size()))};
}

void delta(std::string_view text) {
  const auto [base, change] = two(text);
  std::string made;
  const bool fits = apply_delta(base, change, made);
  require(!fits || made.size() == delta_sizes(change)->result, "it is as long as it says");
  const auto pieces = Pieces::made(Pieces(base, nullptr), change, nullptr);
  require(pieces.has_value() == fits, "pieces are made of what fits");
  if (!pieces) return;
  require(pieces->text(0, pieces->size()) == made, "and are the same text");
  const Pieces before(base, nullptr);
  const Pieces whole(std::make_shared<const std::string>(made));
  require(changed_part(before, *pieces).text == changed_part(before, whole).text,
          "of which the same part changed");
}

void lines(std::string_view text) {
  const auto [before, after] = two(text);
  if (!start()) return;
  const Result<AddedLines> added = added_lines({before}, after);
  if (added) require(added->text.size() <= after.size(), "what is added is there");
}

// An index and its pack: two bytes say how long the first is.
void pack(std::string_view text) {
  if (text.size() < 2) return;
  const std::size_t size =
      static_cast<unsigned char>(text[0]) * std::size_t{256} + static_cast<unsigned char>(text[1]);
  text.remove_prefix(2);
  static const fs::path kPlace =
      fs::temp_directory_path() / ("rcx-fuzz-" + std::to_string(::getpid()));
  std::ofstream(kPlace.string() + ".idx", std::ios::binary) << text.substr(0, size);
  std::ofstream(kPlace.string() + ".pack", std::ios::binary)
      << text.substr(std::min(size, text.size()));
  const Result<PackFile> file = PackFile::open(kPlace.string() + ".idx", kSha1Size);
  fs::remove(kPlace.string() + ".idx");
  fs::remove(kPlace.string() + ".pack");
  if (!file) return;
  constexpr std::uint64_t kMost = std::uint64_t{16} << 20U;
  PackWork work(std::size_t{1} << 20U);
  PieceCache cache(std::size_t{1} << 16U);
  for (std::size_t at = 0; at + kSha1Size <= size; at += 4) {
    const ObjectId id(text.data() + at, kSha1Size);
    const auto offset = file->find(id);
    if (!offset) continue;
    (void)file->header(*offset, id, work);
    const Result<Object> object = file->read(*offset, id, kMost, work);
    if (object) require(object->content->size() <= kMost, "no more than was allowed");
    const SharedPieces pieces = file->pieces(*offset, kMost, work.inflate, cache);
    if (pieces) {
      require(object && pieces->text(0, pieces->size()) == *object->content, "the same content");
    }
  }
}

// A commit-graph file, and ids that it is asked for.
void graph(std::string_view text) {
  static const fs::path kStore =
      fs::temp_directory_path() / ("rcx-fuzz-graph-" + std::to_string(::getpid()));
  fs::create_directories(kStore / "info");
  const fs::path file = kStore / "info/commit-graph";
  std::ofstream(file.string(), std::ios::binary) << text;
  const CommitGraphFile graph = CommitGraphFile::open(kStore, kSha1Size);
  fs::remove_all(kStore);
  for (std::size_t at = 0; at + kSha1Size <= text.size(); at += 4) {
    (void)graph.find(ObjectId(text.data() + at, kSha1Size));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = rcx::fuzz::text(data, size);
  if (text.empty()) return 0;
  const char what = text[0];
  text.remove_prefix(1);
  if (what == 'c') commit(text);
  if (what == 't') tree(text);
  if (what == 'd') delta(text);
  if (what == 'l') lines(text);
  if (what == 'p') pack(text);
  if (what == 'g') graph(text);
  return 0;
}
