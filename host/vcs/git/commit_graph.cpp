#include "host/vcs/git/commit_graph.hpp"

#include <algorithm>
#include <limits>
#include <queue>

#include "host/vcs/git/objects/buffers.hpp"

namespace rcx::host::git {
namespace {

// Waiting to be looked at.
struct Waiting {
  std::int64_t time = 0;
  ObjectId id;
  const CommitLinks* links = nullptr;
  friend bool operator<(const Waiting& a, const Waiting& b) noexcept { return a.time < b.time; }
};

constexpr unsigned kOfFrom = 1;
constexpr unsigned kOfTo = 2;
constexpr unsigned kOfBoth = kOfFrom | kOfTo;

// Which commits of two histories belong to one, and which to both: those with the latest dates
// first, until all that waits belongs to both. What is found to belong to both is handed on once
// more, so dates may lie.
class Painting {
 public:
  explicit Painting(CommitGraph& graph) : graph_(graph) {}

  Result<void> add(const ObjectId& id, unsigned colour) {
    unsigned& colours = colours_[id];
    if ((colours & colour) == colour) return {};
    if (queued_.contains(id)) {
      if (colours != kOfBoth && (colours | colour) == kOfBoth) --open_;
      colours |= colour;
      return {};
    }
    const Result<const CommitLinks*> links = graph_.old_links(id);
    if (!links) return links.error();
    colours |= colour;
    queued_.insert(id);
    if (colours != kOfBoth) ++open_;
    waiting_.push({(*links)->time, id, *links});
    return {};
  }

  // Whether something waits that does not belong to both.
  bool open() const noexcept { return open_ > 0; }
  std::size_t looked() const noexcept { return looked_; }
  bool has(const ObjectId& id, unsigned colour) { return (colours_[id] & colour) != 0; }

  Result<void> step() {
    const auto [time, id, links] = waiting_.top();
    waiting_.pop();
    queued_.erase(id);
    ++looked_;
    const unsigned colours = colours_[id];
    if (colours != kOfBoth) --open_;
    for (const ObjectId& parent : links->parents) {
      if (Result<void> added = add(parent, colours); !added) return added;
    }
    return {};
  }

 private:
  CommitGraph& graph_;
  std::priority_queue<Waiting> waiting_;
  Ids queued_;
  ById<unsigned> colours_;
  std::size_t open_ = 0;
  std::size_t looked_ = 0;
};

}  // namespace

Result<KnownCommit*> CommitGraph::add(const ObjectId& id, CommitLinks links) {
  // Two have their place in each commit.
  const std::size_t parents = links.parents.size();
  const std::size_t bytes = parents > 2 ? parents * sizeof(ObjectId) : 0;
  if (bytes > parents_room_) {
    return Error{Code::kLimit, "the commits of this push have more parents than the host reads: " +
                                   id.text() + " has " + std::to_string(parents)};
  }
  parents_room_ -= bytes;
  KnownCommit& known = all_.emplace_back();
  known.id = id;
  known.links = std::move(links);
  known_.emplace(id, &known);
  return &known;
}

Result<KnownCommit*> CommitGraph::read(const ObjectId& id, Keep what) {
  if (const auto known = known_.find(id); known != known_.end()) return known->second;
  if (old_ != nullptr) {
    if (const CommitLinks* const links = old_->find(id)) return add(id, *links);
  }
  if (written_ != nullptr) {
    if (std::optional<CommitLinks> links = written_->find(id)) {
      return add(id, std::move(*links));
    }
  }
  Result<KnownCommit*> known = keep(id, objects_.read(id), what);
  if (known && old_ != nullptr && objects_.own().stays(id)) old_->keep(id, (*known)->links);
  return known;
}

Result<KnownCommit*> CommitGraph::keep(const ObjectId& id, Result<Object> object, Keep what) {
  if (!object) return object.error();
  if (object->type != ObjectType::kCommit) return damaged_object(id, "wanted a commit");
  Result<CommitLinks> links = commit_links(*object->content, id);
  if (!links) return links.error();
  if (shallow_.contains(id)) links->parents.clear();
  Result<KnownCommit*> added = add(id, std::move(*links));
  if (!added) return added;
  KnownCommit& known = **added;
  const std::string& text = *object->content;
  if (what == Keep::kText && text.size() <= room_) {
    room_ -= text.size();
    auto* const kept = static_cast<char*>(memory_.allocate(text.size(), 1));
    known.text = {kept, text.copy(kept, text.size())};
  }
  Objects* const from = objects_.pushed() != nullptr ? objects_.pushed() : &objects_.own();
  if (Buffers* const buffers = from->buffers()) buffers->give(std::move(object->content));
  return added;
}

Result<const CommitLinks*> CommitGraph::links(const ObjectId& id) {
  const Result<KnownCommit*> known = read(id);
  if (!known) return known.error();
  return &(*known)->links;
}

Result<const CommitLinks*> CommitGraph::old_links(const ObjectId& id) {
  const Result<KnownCommit*> known = read(id, Keep::kLinks);
  if (!known) return known.error();
  return &(*known)->links;
}

Result<KnownCommit*> CommitGraph::pushed(const ObjectId& id) {
  Objects* const pushed = objects_.pushed();
  if (pushed == nullptr) return nullptr;
  if (const auto known = known_.find(id); known != known_.end()) {
    // A walk says so only of what was pushed. Others may have read it wherever it is.
    if (known->second->standing != KnownCommit::Standing::kUnseen) return known->second;
    const Result<bool> here = pushed->contains(id);
    if (!here) return here.error();
    return *here ? known->second : nullptr;
  }
  if (const auto text = pushed->commit_ahead(id)) {
    Result<CommitLinks> links = commit_links(*text, id);
    if (!links) return links.error();
    if (shallow_.contains(id)) links->parents.clear();
    Result<KnownCommit*> known = add(id, std::move(*links));
    if (known) (*known)->text = *text;
    return known;
  }
  Result<Object> object = pushed->read(id);
  if (!object && object.error().code == Code::kNotFound) return nullptr;
  return keep(id, std::move(object));
}

Result<CommitGraph::Whole> CommitGraph::whole(const ObjectId& id) {
  const Result<KnownCommit*> known = read(id);
  if (!known) return known.error();
  return whole(**known);
}

Result<CommitGraph::Whole> CommitGraph::whole(const KnownCommit& commit) {
  if (!commit.text.empty()) return Whole{&commit.links, commit.text};
  Result<Object> object = objects_.read(commit.id);
  if (!object) return object.error();
  last_ = std::move(object->content);
  return Whole{&commit.links, *last_};
}

Result<std::optional<ObjectId>> CommitGraph::peel(ObjectId id) {
  // git nests no tag in itself; a chain longer than this was made to be long.
  constexpr int kDeepest = 1000;
  for (int i = 0; i < kDeepest; ++i) {
    if (known_.contains(id)) return std::optional(id);
    // A blob may be large, and is never read.
    const Result<ObjectHeader> header = objects_.header(id);
    if (!header) return header.error();
    if (header->type == ObjectType::kCommit) return std::optional(id);
    if (header->type != ObjectType::kTag) return std::optional<ObjectId>();
    const Result<Object> object = objects_.read(id);
    if (!object) return object.error();
    const Result<TagLink> link = tag_link(*object->content, id);
    if (!link) return link.error();
    id = link->target;
  }
  return damaged_object(id, "it is a tag of a tag, and so on, too often");
}

Result<CommitGraph::Answer> CommitGraph::reaches(const ObjectId& from, const ObjectId& to,
                                                 std::size_t most) {
  if (from == to) return Answer::kYes;
  Painting painting(*this);
  if (Result<void> added = painting.add(from, kOfFrom); !added) return added.error();
  if (Result<void> added = painting.add(to, kOfTo); !added) return added.error();
  while (painting.open() && !painting.has(to, kOfFrom)) {
    if (painting.looked() == most) return Answer::kTooFar;
    if (Result<void> stepped = painting.step(); !stepped) return stepped.error();
  }
  return painting.has(to, kOfFrom) ? Answer::kYes : Answer::kNo;
}

Result<void> CommitGraph::remove_reached(const std::vector<ObjectId>& from, Ids& wanted,
                                         std::size_t most) {
  // Clocks differ, and those of some are wrong: so much is gone on for when all is older.
  constexpr std::size_t kBeyond = 256;
  std::int64_t oldest = std::numeric_limits<std::int64_t>::max();
  for (const ObjectId& id : wanted) {
    const Result<const CommitLinks*> found = old_links(id);
    if (!found) return found.error();
    oldest = std::min(oldest, (*found)->time);
  }
  std::priority_queue<Waiting> waiting;
  Ids seen;
  const auto add = [&](const ObjectId& id) -> Result<void> {
    if (!seen.insert(id).second) return {};
    const Result<const CommitLinks*> found = old_links(id);
    if (!found) return found.error();
    waiting.push({(*found)->time, id, *found});
    return {};
  };
  for (const ObjectId& id : from) {
    if (Result<void> added = add(id); !added) return added;
  }
  std::size_t beyond = 0;
  for (std::size_t i = 0; i < most && !waiting.empty() && !wanted.empty(); ++i) {
    const Waiting next = waiting.top();
    waiting.pop();
    if (next.time < oldest && ++beyond > kBeyond) break;
    wanted.erase(next.id);
    for (const ObjectId& parent : next.links->parents) {
      if (Result<void> added = add(parent); !added) return added;
    }
  }
  return {};
}

}  // namespace rcx::host::git
