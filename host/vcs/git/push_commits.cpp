#include "host/vcs/git/push_commits.hpp"

#include <algorithm>
#include <boost/filesystem/operations.hpp>

#include "host/vcs/git/objects/git_command.hpp"
#include "host/vcs/limit.hpp"

namespace rcx::host::git {
namespace {

// From so many commits on git, which may have an index of its history, is asked instead.
constexpr std::size_t kFar = 4096;

// Who asked for what so many commits changed, for so many times added lines, or for parts of so
// many files and of every other one, will ask for the rest of them. A second thread reads these if
// there are so many commits left.
constexpr std::size_t kAskedChanges = 16;
constexpr std::size_t kAskedLines = 8;
constexpr std::size_t kAskedParts = 8;
constexpr std::size_t kLeft = 64;

Result<ObjectId> wanted_id(const std::string& text) {
  const auto id = ObjectId::parse(text);
  if (id) return *id;
  return Error{Code::kUnavailable, "wanted an object id of 40 or 64 hexadecimal digits, got '" +
                                       shortened(printable(text), 100) + "'"};
}

using ReferencesByName = Result<std::map<std::string, ObjectId>>;

// Where those point that are not kept in files.
ReferencesByName list_references(const std::string& path) {
  const Result<std::string> listed =
      run_git({path, {"for-each-ref", "--format=%(objectname) %(refname)"}});
  if (!listed) return listed.error();
  std::map<std::string, ObjectId> all;
  for (const std::string_view line : split(*listed, '\n')) {
    const std::size_t space = line.find(' ');
    const auto id = ObjectId::parse(line.substr(0, space));
    if (id && space != std::string_view::npos) all.emplace(line.substr(space + 1), *id);
  }
  return all;
}

Error stands_elsewhere(const RefUpdate& ref, const ObjectId& now) {
  const std::string claimed =
      ref.old_id.empty() ? "is not there" : "is at " + shortened(printable(ref.old_id), 100);
  return {Code::kInvalid, "cannot delete " + shortened(printable(ref.name), 200) +
                              ": the push says that it " + claimed + ", and it is at " +
                              now.text() + "; fetch, and push again"};
}

}  // namespace

void PushCommits::set_reading(const ReadingConfig& reading, SignaturesConfig signatures) {
  signatures_ = std::move(signatures);
  message_budget_ = limit(reading.messages);
  largest_content_ = limit(reading.content);
  line_budget_ = limit(reading.lines);
  budget_ = {static_cast<std::size_t>(reading.paths), limit(reading.path_bytes)};
  entry_budget_ = budget_;
}

Result<void> PushCommits::open() {
  if (graph_) return {};
  if (store_ == nullptr) {
    Result<StoreCache::Lease> lease = stores_->acquire(path_);
    if (!lease) return lease.error();
    lease_ = std::move(*lease);
    store_ = &*lease_;
  }
  if (!held_.objects.empty()) {
    Result<std::unique_ptr<Quarantine>> opened =
        Quarantine::open(held_.objects, store_->objects_path(), store_->id_size());
    if (!opened) return opened.error();
    quarantine_ = std::move(*opened);
  }
  objects_.emplace(quarantine_.get(), store_->objects());
  if (Result<void> read = read_ends(); !read) return read;
  graph_.emplace(*objects_, held_.shallow.empty() ? store_->shallow() : ends_,
                 &store_->commit_graph(), &store_->old_commits());
  contents_.emplace(*graph_, largest_content_);
  if (known_ || kept_) return {};
  found_.emplace(*store_, *graph_, refs_, held_, moved_);
  return found_->collect();
}

// Who may run the hook may name any file; git makes its own beside that of the repository.
Result<void> PushCommits::read_ends() {
  if (held_.shallow.empty()) return {};
  boost::system::error_code failed;
  const fs::path file = fs::canonical(held_.shallow, failed);
  const fs::path beside = failed ? fs::path() : fs::canonical(store_->path(), failed);
  if (failed || file.parent_path() != beside || !file.filename().string().starts_with("shallow")) {
    return Error{Code::kDenied, "wanted a file of git's in " + printable(store_->path()) +
                                    " as GIT_SHALLOW_FILE, got " + printable(held_.shallow)};
  }
  Result<Ids> read = read_shallow(file);
  if (!read) {
    return Error{read.error().code,
                 read.error().message + "; run rcxd as the user who runs git here"};
  }
  ends_ = std::move(*read);
  return {};
}

Result<void> PushCommits::complete(Event& event) {
  if (known_) return {};
  if (Result<void> honest = check_deletions(); !honest) return honest;
  for (std::size_t i = 0; i < refs_.size(); ++i) {
    RefUpdate& ref = refs_[i];
    if (ref.kind != RCX_REF_BRANCH || ref.change != RCX_CHANGE_UPDATE) continue;
    if (kept_) {
      ref.forced = kept_->forced.contains(ref.name);
    } else {
      const Result<bool> forced = loses_commits(ref);
      if (!forced) return forced.error();
      ref.forced = *forced;
    }
    event.refs[i].forced = ref.forced;
  }
  return {};
}

// git moves a reference only from where the client says that it is. One that is to go it deletes
// all the same, where it has no object of the id that the client made up.
Result<void> PushCommits::check_deletions() {
  const auto goes = [](const RefUpdate& ref) { return ref.change == RCX_CHANGE_DELETE; };
  if (moved_ || std::none_of(refs_.begin(), refs_.end(), goes)) return {};
  if (Result<void> ready = open(); !ready) return ready;
  const References* const references = store_->references();
  const auto listed = references != nullptr ? ReferencesByName() : list_references(store_->path());
  if (!listed) return listed.error();
  for (const RefUpdate& ref : refs_) {
    if (!goes(ref)) continue;
    std::optional<ObjectId> now;
    if (references != nullptr) {
      now = references->current(ref.name);
    } else if (const auto found = listed->find(ref.name); found != listed->end()) {
      now = found->second;
    }
    if (now && now->text() != ref.old_id) return stands_elsewhere(ref, *now);
  }
  return {};
}

Result<bool> PushCommits::loses_commits(const RefUpdate& ref) {
  if (Result<void> ready = open(); !ready) return ready.error();
  const Result<ObjectId> before = wanted_id(ref.old_id);
  const Result<ObjectId> after = wanted_id(ref.new_id);
  if (!before) return before.error();
  if (!after) return after.error();
  if (found_ && found_->met(*before)) return false;
  const Result<bool> keeps = descends(*after, *before);
  if (keeps) return !*keeps;
  return Error{keeps.error().code, "cannot compare " + ref.old_id + " with " + ref.new_id + ": " +
                                       keeps.error().message};
}

Result<bool> PushCommits::descends(const ObjectId& from, const ObjectId& to) {
  const Result<CommitGraph::Answer> reaches = graph_->reaches(from, to, kFar);
  if (!reaches) return reaches.error();
  if (*reaches != CommitGraph::Answer::kTooFar) return *reaches == CommitGraph::Answer::kYes;
  // rev-list would go by dates, which may lie.
  return git_answers_yes(
      {store_->path(), {"merge-base", "--is-ancestor", to.text(), from.text()}, {}, held_});
}

Result<const Commit*> PushCommits::commit(std::size_t index) {
  if (Result<void> ready = list(); !ready) return ready.error();
  if (index >= new_.size()) return nullptr;
  if (commits_[index] == nullptr) {
    const NewCommit& found = new_[index];
    const Result<CommitGraph::Whole> whole =
        found.known != nullptr ? graph_->whole(*found.known) : graph_->whole(found.id);
    if (!whole) return whole.error();
    // Names, parents and signatures are kept as well, and nothing bounds them.
    if (whole->text.size() > message_budget_) {
      return Error{Code::kLimit,
                   "the commits of this push have more bytes than reading.messages in rcx.yaml "
                   "allows to read"};
    }
    CommitWords words = commit_words(whole->text);
    if (!words.twice.empty()) {
      return damaged_object(found.id, "it names its " + std::string(words.twice) +
                                          " twice, and git writes none like that");
    }
    message_budget_ -= whole->text.size();
    Commit& commit = read_.emplace_back();
    commit.id = id_text(found.id);
    commit.ref = found.ref;
    commit.author = std::move(words.author);
    commit.committer = std::move(words.committer);
    commit.message = words.message;
    for (const ObjectId& parent : whole->links->parents) {
      commit.parents.push_back(id_text(parent));
    }
    if (commit.parents.empty()) {
      // It may name some, and the history be cut off there.
      const Result<CommitLinks> named = commit_links(whole->text, found.id);
      if (!named) return named.error();
      for (const ObjectId& parent : named->parents) commit.parents.push_back(id_text(parent));
    }
    commits_[index] = &commit;
  }
  return commits_[index];
}

Result<const std::vector<Change>*> PushCommits::changes(std::size_t index) {
  if (!changes_[index]) {
    ++asked_changes_;
    read_ahead(index);
    if (Result<void> taken = take_ahead(index); !taken) return taken.error();
  }
  if (!changes_[index]) {
    Result<std::vector<Change>> changes = changed_paths(*graph_, new_[index].id, budget_);
    if (!changes) return changes.error();
    changes_[index] = std::make_unique<std::vector<Change>>(std::move(*changes));
    told_changes_ += changes_[index]->size();
  }
  return changes_[index].get();
}

void PushCommits::read_ahead(std::size_t index) {
  using What = ChangesAhead::What;
  const bool parts = asked_parts_ >= kAskedParts && 2 * asked_parts_ >= told_changes_;
  const What wanted = asked_lines_ >= kAskedLines                ? What::kLines
                      : parts || asked_changes_ >= kAskedChanges ? What::kPaths
                                                                 : What::kNothing;
  if (parts && ahead_) ahead_->want_parts();
  if (wanted <= reads_ahead_ || index + kLeft > new_.size()) return;
  reads_ahead_ = wanted;
  ahead_.reset();
  ahead_from_ = index + 1;
  ChangesAhead::Wanted all{{}, wanted, largest_content_, parts};
  for (std::size_t i = ahead_from_; i < new_.size(); ++i) all.commits.push_back(new_[i].id);
  ahead_ = ChangesAhead::of(*graph_, std::move(all));
}

Result<void> PushCommits::take_ahead(std::size_t index) {
  if (!ahead_ || index < ahead_from_) return {};
  std::optional<CommitChanges> found = ahead_->take(index - ahead_from_);
  if (!found) return {};
  if (!found->lines.empty()) lines_.emplace(index, std::move(found->lines));
  if (!found->parts.empty()) {
    parts_of_ = index;
    parts_ = std::move(found->parts);
  }
  if (changes_[index]) return {};
  if (!budget_.take_steps(found->steps)) return too_many_steps();
  for (const Change& change : found->changes) {
    if (!budget_.take(change.path.size())) return too_many_paths();
  }
  changes_[index] = std::make_unique<std::vector<Change>>(std::move(found->changes));
  told_changes_ += changes_[index]->size();
  return {};
}

Result<bool> PushCommits::reached_by(std::size_t index, std::size_t ref) {
  std::vector<bool>& reached = reached_[ref];
  if (reached.empty()) {
    const Result<std::vector<NewCommit>> mine = still_reached(*graph_, new_, {refs_[ref]});
    if (!mine) return mine.error();
    reached.assign(new_.size(), false);
    if (places_.empty()) {
      places_.reserve(new_.size());
      for (std::size_t i = 0; i < new_.size(); ++i) places_.emplace(new_[i].id, i);
    }
    for (const NewCommit& commit : *mine) reached[places_.at(commit.id)] = true;
  }
  return reached[index];
}

Result<std::vector<NewCommit>> PushCommits::find_new() {
  if (!known_ && !kept_) return found_->list();
  std::vector<NewCommit> commits;
  if (known_) {
    for (const ObjectId& id : *known_) commits.push_back({id});
    return commits;
  }
  for (const std::string& text : kept_->ids) {
    const Result<ObjectId> id = wanted_id(text);
    if (!id) return id.error();
    commits.push_back({*id});
  }
  // A kept commit may be of a reference that git then refused to move.
  return still_reached(*graph_, commits, refs_);
}

Result<void> PushCommits::list() {
  if (listed_) return {};
  if (Result<void> ready = open(); !ready) return ready;
  Result<std::vector<NewCommit>> found = find_new();
  if (!found) return found.error();
  new_ = std::move(*found);
  commits_.resize(new_.size());
  changes_.resize(new_.size());
  verified_.resize(new_.size());
  reached_.resize(refs_.size());
  listed_ = true;
  return {};
}

Result<std::vector<IdText>> PushCommits::ids() {
  if (Result<void> ready = list(); !ready) return ready.error();
  std::vector<IdText> texts;
  texts.reserve(new_.size());
  for (const NewCommit& commit : new_) texts.push_back(id_text(commit.id));
  return texts;
}

}  // namespace rcx::host::git
