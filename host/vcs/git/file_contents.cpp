#include "host/vcs/git/file_contents.hpp"

#include <set>

#include "host/vcs/added_lines.hpp"
#include "host/vcs/git/files.hpp"

namespace rcx::host::git {
namespace {

constexpr std::size_t kCacheBytes = std::size_t{64} * 1024 * 1024;
constexpr std::size_t kPieceBytes = std::size_t{192} * 1024 * 1024;

bool has_content(std::uint32_t mode) {
  return S_ISREG(mode) || S_ISLNK(mode);
}

// Whether content came that was not there. A submodule may have had the id of what is a file now.
bool brings_content(const Change& change) {
  return has_content(change.new_mode) &&
         (change.old_id != change.new_id || !has_content(change.old_mode));
}

Buffers* buffers_of(const EventObjects& objects) {
  return objects.pushed() != nullptr ? objects.pushed()->buffers() : objects.own().buffers();
}

}  // namespace

FileContents::FileContents(CommitGraph& graph, std::uint64_t largest)
    : graph_(graph),
      largest_(std::min(largest, kLargestObject)),
      contents_(kCacheBytes, buffers_of(graph.objects())),
      pieces_(kPieceBytes) {}

Result<Content> FileContents::blob(const ObjectId& id) {
  if (const Object* known = contents_.find(id)) return known->content;
  if (last_ != nullptr && last_id_ == id) return last_;
  const Result<Object> object = graph_.objects().read(id, largest_);
  if (!object) return unread(id, object.error());
  keep(id, *object);
  return object->content;
}

void FileContents::keep(const ObjectId& id, const Object& object) {
  if (contents_.keep(id, object)) return;
  last_id_ = id;
  last_ = object.content;
}

Error FileContents::unread(const ObjectId& id, const Error& why) {
  if (why.code != Code::kLimit) return why;
  const Result<ObjectHeader> header = graph_.objects().header(id);
  if (!header) return header.error();
  return {Code::kLimit, "the content " + id.text() + " has " + std::to_string(header->size) +
                            " bytes, and reading.content in rcx.yaml allows " +
                            std::to_string(largest_)};
}

Result<SharedPieces> FileContents::pieces(const ObjectId& id) {
  const Object* const known = contents_.find(id);
  if (known != nullptr) return std::make_shared<const Pieces>(known->content);
  if (last_ != nullptr && last_id_ == id) return std::make_shared<const Pieces>(last_);
  const Result<SharedPieces> found = graph_.objects().pieces(id, largest_, pieces_);
  if (!found) return unread(id, found.error());
  if (const Content& whole = (*found)->whole()) keep(id, {ObjectType::kBlob, whole});
  return found;
}

Result<std::vector<Content>> FileContents::before(const ObjectId& commit, const Change& change,
                                                  const std::atomic<bool>* stopped) {
  const Result<const CommitLinks*> links = graph_.links(commit);
  if (!links) return links.error();
  const auto& parents = (*links)->parents;
  std::vector<Content> contents;
  std::set<std::string> seen;  // ids; empty: no content
  for (std::size_t i = 0; i < parents.size(); ++i) {
    if (stopped != nullptr && *stopped) return nobody_asks();
    Entry old{change.old_mode, {}, std::string(change.old_id)};
    if (i > 0) {
      const Result<const CommitLinks*> parent = graph_.links(parents[i]);
      if (!parent) return parent.error();
      Result<std::optional<Entry>> found = entry_at(graph_.objects(), (*parent)->tree, change.path);
      if (!found) return found.error();
      old = found->value_or(Entry{});
    }
    const std::string key = has_content(old.mode) ? old.id : std::string();
    if (parents.size() > 1 && !seen.insert(key).second) continue;
    const Result<Content> content = old_content(old.id, old.mode);
    if (!content) return content.error();
    contents.push_back(*content);
  }
  return contents;
}

Result<Content> FileContents::old_content(std::string_view id, std::uint32_t mode) {
  static const Content kNone = std::make_shared<const std::string>();
  const auto old = ObjectId::parse(id);
  if (!old || !has_content(mode)) return kNone;
  return blob(*old);
}

Result<ChangedPart> FileContents::changed(const Change& change) {
  const auto id = ObjectId::parse(change.new_id);
  if (!id || !brings_content(change)) return ChangedPart();
  SharedPieces before = std::make_shared<const Pieces>();
  const auto old = ObjectId::parse(change.old_id);
  if (old && has_content(change.old_mode)) {
    Result<SharedPieces> found = pieces(*old);
    if (!found) return found.error();
    before = std::move(*found);
  }
  const Result<SharedPieces> after = pieces(*id);
  if (!after) return after.error();
  return changed_part(*before, **after);
}

Result<AddedLines> FileContents::added(const ObjectId& commit, const Change& change,
                                       const std::atomic<bool>* stopped) {
  const auto id = ObjectId::parse(change.new_id);
  if (!id || !brings_content(change)) return AddedLines();
  const Result<std::vector<Content>> old = before(commit, change, stopped);
  if (!old) return old.error();
  const Result<Content> after = blob(*id);
  if (!after) return after.error();
  std::vector<std::string_view> views;
  for (const Content& one : *old) views.emplace_back(*one);
  return added_lines(views, **after, stopped);
}

}  // namespace rcx::host::git
