// What rcx_files and rcx_reading ask of a push.
#include <git2.h>

#include <algorithm>
#include <set>
#include <utility>

#include "host/vcs/git/files.hpp"
#include "host/vcs/git/objects/git_command.hpp"
#include "host/vcs/git/other_references.hpp"
#include "host/vcs/git/push_commits.hpp"
#include "host/vcs/git/signatures.hpp"
#include "host/vcs/trailers.hpp"

namespace rcx::host::git {
namespace {

constexpr std::size_t kMostLost = 100'000;
// Signatures that are checked by one git.
constexpr std::size_t kBatch = 64;

}  // namespace

Result<ObjectId> PushCommits::known_object(const std::string& id) {
  if (Result<void> ready = open(); !ready) return ready.error();
  const auto wanted = ObjectId::parse(id);
  if (wanted) return *wanted;
  return Error{Code::kUnavailable, "wanted an object id of 40 or 64 hexadecimal digits, got '" +
                                       shortened(printable(id), 100) + "'"};
}

Result<std::uint64_t> PushCommits::size_of(const std::string& id) {
  const Result<ObjectId> wanted = known_object(id);
  if (!wanted) return wanted.error();
  if (const auto known = sizes_.find(*wanted); known != sizes_.end()) return known->second;
  const Result<ObjectHeader> header = objects_->header(*wanted);
  if (!header) return header.error();
  sizes_.emplace(*wanted, header->size);
  return header->size;
}

Result<std::vector<Entry>> PushCommits::entries(std::size_t index, const std::string& directory) {
  const Result<const CommitLinks*> links = graph_->links(new_[index].id);
  if (!links) return links.error();
  return directory_entries(*objects_, (*links)->tree, directory, entry_budget_);
}

Result<Content> PushCommits::content(const std::string& id) {
  const Result<ObjectId> wanted = known_object(id);
  if (!wanted) return wanted.error();
  return contents_->blob(*wanted);
}

Result<AddedLines> PushCommits::added(std::size_t index, std::size_t change) {
  const Result<const std::vector<Change>*> all = changes(index);
  if (!all) return all.error();
  ++asked_lines_;
  read_ahead(index);
  if (Result<void> taken = take_ahead(index); !taken) return taken.error();
  std::optional<AddedLines> ahead;
  if (const auto here = lines_.find(index); here != lines_.end()) {
    ahead = std::exchange(here->second[change], std::nullopt);
  }
  Result<AddedLines> added = ahead ? Result<AddedLines>(std::move(*ahead))
                                   : contents_->added(new_[index].id, (**all)[change]);
  if (!added) return added;
  if (added->text.size() > line_budget_) {
    return Error{Code::kLimit,
                 "this push adds more lines than reading.lines in rcx.yaml allows to read"};
  }
  line_budget_ -= added->text.size();
  return added;
}

Result<ChangedPart> PushCommits::changed(std::size_t index, std::size_t change) {
  const Result<const std::vector<Change>*> all = changes(index);
  if (!all) return all.error();
  // Who asks for lines as well wants those of a few.
  asked_lines_ = 0;
  ++asked_parts_;
  read_ahead(index);
  if (parts_of_ == index && change < parts_.size()) {
    if (auto part = std::exchange(parts_[change], std::nullopt)) return std::move(*part);
  }
  return contents_->changed((**all)[change]);
}

Result<std::vector<Trailer>> PushCommits::trailers(std::size_t index) {
  const Result<const Commit*> found = commit(index);
  if (!found) return found.error();
  return message_trailers((*found)->message);
}

Result<std::string> PushCommits::signature(std::size_t index) {
  const Result<CommitGraph::Whole> whole = graph_->whole(new_[index].id);
  if (!whole) return whole.error();
  return commit_words(whole->text).signature;
}

Result<const Signature*> PushCommits::verify(std::size_t index) {
  // Starting git costs as much as it does to look for those that there is something to check of.
  std::vector<std::size_t> places;
  std::vector<std::string> ids;
  for (std::size_t i = index; i < new_.size() && ids.size() < kBatch; ++i) {
    if (verified_[i]) continue;
    const Result<std::string> block = signature(i);
    if (!block) return block.error();
    if (block->empty()) {
      verified_[i] = std::make_unique<Signature>();
      if (i == index) return verified_[i].get();
      continue;
    }
    places.push_back(i);
    ids.push_back(new_[i].id.text());
    if (verified_[index]) break;
  }
  if (verified_[index]) return verified_[index].get();
  Result<std::vector<Signature>> results =
      verify_signatures(store_->path(), held_, ids, signatures_);
  if (!results) return results.error();
  for (std::size_t i = 0; i < places.size(); ++i) {
    verified_[places[i]] = std::make_unique<Signature>(std::move((*results)[i]));
  }
  return verified_[index].get();
}

Result<std::string> PushCommits::resolve(const std::string& name) {
  if (Result<void> ready = open(); !ready) return ready.error();
  const Error none{Code::kNotFound,
                   "the repository has no reference " + shortened(printable(name), 200)};
  int valid = 0;
  if (name != "HEAD" && (!name.starts_with("refs/") || name.find('\0') != std::string::npos ||
                         git_reference_name_is_valid(&valid, name.c_str()) != 0 || valid == 0)) {
    return none;
  }
  if (const References* references = store_->references()) {
    const auto id = references->current(name);
    if (!id) return none;
    return id->text();
  }
  // rev-parse would look for one of another name as well.
  const Result<std::string> answer =
      run_git({store_->path(), {"show-ref", "--verify", "--hash", name}});
  const auto id =
      answer ? ObjectId::parse(answer->substr(0, answer->find('\n'))) : std::optional<ObjectId>();
  if (!id) return none;
  return id->text();
}

Result<bool> PushCommits::reaches(const std::string& from, const std::string& to) {
  std::vector<ObjectId> ends;
  for (const std::string& text : {from, to}) {
    const Result<ObjectId> id = known_object(text);
    if (!id) return id.error();
    const Result<std::optional<ObjectId>> end = graph_->peel(*id);
    if (!end) return end.error();
    if (!*end) return Error{Code::kNotFound, "wanted a commit, and " + text + " is none"};
    ends.push_back(**end);
  }
  return descends(ends[0], ends[1]);
}

Result<std::optional<Entry>> PushCommits::find(const std::string& id, const std::string& path) {
  const Result<ObjectId> wanted = known_object(id);
  if (!wanted) return wanted.error();
  const Result<ObjectId> tree = tree_of(*graph_, *wanted);
  if (!tree) return tree.error();
  return entry_at(*objects_, *tree, path);
}

Result<std::vector<Entry>> PushCommits::list(const std::string& id, const std::string& directory) {
  const Result<ObjectId> wanted = known_object(id);
  if (!wanted) return wanted.error();
  const Result<ObjectId> tree = tree_of(*graph_, *wanted);
  if (!tree) return tree.error();
  return directory_entries(*objects_, *tree, directory, entry_budget_);
}

Result<std::vector<std::string>> PushCommits::lost(std::size_t ref) {
  const RefUpdate& update = refs_[ref];
  std::vector<std::string> ids;
  const bool deleted = update.change == RCX_CHANGE_DELETE;
  if (known_ || update.old_id.empty() || (!deleted && !update.forced)) return ids;
  if (Result<void> ready = open(); !ready) return ready.error();
  GitQuestion question{
      store_->path(),
      {"rev-list", "--ignore-missing", "--max-count=" + std::to_string(kMostLost + 1), "--stdin"},
      update.old_id + "\n",
      held_};
  if (deleted) {
    // The other references as they will stand, whether they have moved yet or not. HEAD may name
    // the one that goes.
    const Result<std::string> others = other_references(store_->path(), refs_);
    if (!others) return others.error();
    question.input += *others;
    for (const RefUpdate& other : refs_) {
      if (!other.new_id.empty()) question.input += "^" + other.new_id + "\n";
    }
  } else {
    question.input += "^" + update.new_id + "\n";
  }
  const Result<std::string> answer = run_git(question);
  if (!answer) return answer.error();
  for (const std::string_view line : split(*answer, '\n')) {
    if (!line.empty()) ids.emplace_back(line);
  }
  if (ids.size() > kMostLost) {
    return Error{Code::kLimit, printable(update.name) + " loses more than " +
                                   std::to_string(kMostLost) + " commits"};
  }
  return ids;
}

Result<bool> PushCommits::initial() {
  if (kept_) return kept_->initial;
  // A push that creates nothing meets something. In a history, the first one is told by its commit.
  bool creates = false;
  for (const RefUpdate& ref : refs_) {
    if (!ref.old_id.empty()) return false;
    creates = creates || !ref.new_id.empty();
  }
  if (!creates) return false;
  if (known_) return true;
  if (Result<void> ready = open(); !ready) return ready.error();
  References* const references = store_->references();
  if (references != nullptr && !moved_) {
    if (references->current("HEAD") || references->tips().size() > 0) return false;
    const Result<bool>& whole = references->whole();
    if (!whole) return whole.error();
    if (*whole) return true;
  }
  const Result<std::string> some = run_git(
      {store_->path(),
       {"for-each-ref", "--count=" + std::to_string(refs_.size() + 1), "--format=%(refname)"}});
  if (!some) return some.error();
  // After the push its own references are there.
  std::set<std::string_view> own;
  if (moved_) {
    for (const RefUpdate& ref : refs_) own.insert(ref.name);
  }
  for (const std::string_view name : split(*some, '\n')) {
    if (!name.empty() && !own.contains(name)) return false;
  }
  return true;
}

}  // namespace rcx::host::git
