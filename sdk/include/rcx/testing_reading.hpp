// What a FakePush says of contents, added lines, trailers, signatures and the repository, as the
// structs of rcx/abi_repository.h that an extension reads. Included by rcx/testing_frozen.hpp,
// whose head says how such structs are made and which mistakes that finds; a test needs nothing
// from here, and what is here may change with any release.
//
// Nothing is derived that the test has not said, with four exceptions, each so that a small test
// needs few words:
//
//  - A content of which only the size is told is that many `x`, and RCX_LIMIT above 64 MiB, which
//    is the host's bound unless rcx.yaml sets another. So `new_size = 100'000'000` tests what an
//    extension makes of a content that nobody will read to it.
//  - A signature that is there and has no block gets one.
//  - A reference of the push points at its old id before the push and at its new one after it,
//    unless FakePush::elsewhere says otherwise. HEAD is nowhere, unless it is there.
//  - An id that the test mentions anywhere as that of a commit is one: its tree is empty unless
//    FakePush::trees or the commit's own files say more, and it reaches itself. All others are
//    RCX_GONE. That an id is no hexadecimal text, which is RCX_FAILED with the host, is not looked
//    at.
//
// What follows from what in a repository, and does not here: ids from contents, so that two
// contents may have one id, of which the first counts, and one content two; added lines from two
// contents; trailers from the message; the result of a signature from its block; ancestry from
// parents; what is lost from ancestry; that a push is initial from its references. A test so says
// the one thing that it is about, and the extension finds nothing in the rest.
//
// Everything but directories and contents that are made up is laid out at once, when the push is
// frozen, as rcx/testing_frozen.hpp does it: what is not asked for costs little in a small push,
// and a struct that is made at once cannot be made differently by the order of questions.
#ifndef RCX_TESTING_READING_HPP
#define RCX_TESTING_READING_HPP

#include <rcx/abi.h>
#include <rcx/testing_event.hpp>
#include <rcx/testing_settings.hpp>
#include <rcx/testing_tree.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace rcx::testing {

// The rest of a push, for one handler. Points into the FakePush, which must outlive it and no
// longer change: every content and every commit has its id there. Neither copied nor moved, as its
// structs point at their neighbours. An index of a commit, a change or a reference must be one that
// the push has; whoever asks for an extension checks that first.
class FrozenReading {
 public:
  // The bound of `reading.content` in rcx.yaml, where nothing is set. A test cannot set another: an
  // extension has no way to ask for it, and must do with what it is told.
  static constexpr std::uint64_t kLargestContent = std::uint64_t{64} << 20U;

  // `event` is RCX_EVENT_PRE_PUSH or RCX_EVENT_PUSH: where references of the push stand depends on
  // it, and nothing else. Commits come first, then what the repository has besides: where both tell
  // a content or the files of one commit, the commit of the push is right.
  FrozenReading(const FakePush& from, std::uint32_t event) : from_(from) {
    for (const FakeCommit& commit : from.commits) {
      freeze_commit(commit);
      add_files(commit.files);
      trees_.try_emplace(commit.id, commit.files);
      commit_ids_.insert(commit.id);
      commit_ids_.insert(commit.parents.begin(), commit.parents.end());
    }
    for (const auto& [id, files] : from.trees) {
      add_files(files);
      trees_.try_emplace(id, files);
      commit_ids_.insert(id);
    }
    freeze_references(event);
    for (const auto& [descendant, ancestor] : from.ancestry) {
      commit_ids_.insert(descendant);
      commit_ids_.insert(ancestor);
    }
    for (const auto& [ref, ids] : from.lost) commit_ids_.insert(ids.begin(), ids.end());
    if (from.certificate) freeze_certificate(*from.certificate);
  }
  FrozenReading(const FrozenReading&) = delete;
  FrozenReading& operator=(const FrozenReading&) = delete;
  ~FrozenReading() = default;

  // How many bytes the content `id` has, for rcx_files.size_of as well: of the first change or file
  // that has this id. None where the push does not mention it.
  std::optional<std::uint64_t> size_of(std::string_view id) const {
    const auto found = contents_.find(id);
    if (found == contents_.end()) return std::nullopt;
    return found->second.size;
  }
  // RCX_OK, and all of that content, valid as long as this; RCX_GONE where the push does not
  // mention it, RCX_LIMIT where it is too large to be read. Its size is always that of size_of:
  // what the test gave as bytes, or else as many `x` as it gave as a number. These are made once,
  // at the first question, since most contents that a test gives a size are never read.
  rcx_status content(std::string_view id, std::string_view* whole) const {
    const auto found = contents_.find(id);
    if (found == contents_.end()) return RCX_GONE;
    const Content& content = found->second;
    if (content.size > kLargestContent) return RCX_LIMIT;
    *whole = *content.bytes;
    if (!whole->empty() || content.size == 0) return RCX_OK;
    std::string& made = made_up_[std::string(id)];
    if (made.empty()) made.assign(static_cast<std::size_t>(content.size), 'x');
    *whole = made;
    return RCX_OK;
  }
  // What that commit added to the path of that change: its pieces as runs in the order of the test,
  // which should be that of the lines.
  const rcx_added& added(std::size_t commit, std::size_t change) const {
    return commits_[commit].added[change].raw.raw;
  }
  // Of that commit, none or more.
  // All of the new content where the test gives it, so that lines are among it which were there
  // before, and else what was added. The host leaves out what both contents begin and end with, and
  // may give less; an extension that depends on how much that is, asks for the wrong thing. None
  // where the new content is binary, and so has no lines at all.
  std::optional<std::string_view> changed(std::size_t commit, std::size_t change) const {
    constexpr std::size_t kLooked = 8000;
    const FakeChange& from = from_.commits[commit].changes[change];
    if (from.new_content.empty() && !from.binary)
      return rcx::detail::view(added(commit, change).text);
    if (from.new_content.empty() || from.new_content.find('\0') < kLooked) return std::nullopt;
    return from.new_content;
  }
  const std::vector<Padded<rcx_trailer>>& trailers(std::size_t commit) const {
    return commits_[commit].trailers;
  }
  // The armoured block, empty where there is none, and what checking it came to. The two are as
  // independent as the test has them: a commit may have a block and the result that it has none.
  std::string_view block(std::size_t commit) const { return commits_[commit].block; }
  const rcx_signature& signature(std::size_t commit) const {
    return commits_[commit].signature.raw;
  }
  // What Mercurial knows of that commit; null where the test gave nothing, as of every commit in a
  // repository of another system. Some commits of a push may have one and others not, which no host
  // brings about: ask for each commit.
  const rcx_hg_changeset* changeset(std::size_t commit) const {
    const Commit& made = commits_[commit];
    return made.changeset.raw.size == 0 ? nullptr : &made.changeset.raw;
  }
  // What a reference points at, at the time of the event; none where there is no such reference.
  // The name is compared as a whole: `main` is no reference, and `refs/heads/main` may be one.
  std::optional<std::string_view> resolve(std::string_view name) const {
    const auto found = references_.find(name);
    if (found == references_.end()) return std::nullopt;
    return found->second;
  }
  // Whether the first is the second or reaches it, by FakePush::ancestry alone; none where one of
  // the ids is none of a commit. Ids are compared as text, so an abbreviated one is another one.
  std::optional<bool> reaches(const std::string& from, const std::string& to) const {
    if (commit_ids_.count(from) == 0 || commit_ids_.count(to) == 0) return std::nullopt;
    return from == to || from_.ancestry.count({from, to}) > 0;
  }
  // The tree of a commit, of the push or of the repository; null where there is no such commit.
  // Empty where the test mentions the commit and no file of it, such as the old id of a reference:
  // a policy that looks for its file there finds none, which most repositories would say as well.
  const FrozenTree* tree(const std::string& id) const {
    static const std::vector<FakeFile> kNone;
    if (commit_ids_.count(id) == 0) return nullptr;
    return &trees_.try_emplace(id, kNone).first->second;
  }
  // Ids that reference number `ref` loses, newest first as far as the test has them so; none for
  // one that the test does not mention.
  const std::vector<std::string>& lost(std::uint64_t ref) const {
    static const std::vector<std::string> kNone;
    const auto found = from_.lost.find(ref);
    return found == from_.lost.end() ? kNone : found->second;
  }
  // RCX_PUSH_* flags, of which FakePush::initial sets the only one that there is so far.
  std::uint32_t facts() const { return from_.initial ? RCX_PUSH_INITIAL : 0; }
  // That of FakePush::certificate, with a view of each of its members; null where the push was not
  // signed.
  const rcx_push_certificate* certificate() const {
    return from_.certificate ? &certificate_.raw : nullptr;
  }

 private:
  // Bytes that the test has given, or none; then only their number counts.
  struct Content {
    const std::string* bytes;
    std::uint64_t size;
  };
  // What was added to one path. The text is all pieces in one, as the contract has it, and the runs
  // say where each begins. In a deque, because the struct points at both.
  struct Added {
    std::string text;
    std::vector<Padded<rcx_line_run>> runs;
    Padded<rcx_added> raw;
  };
  // One commit of the push, all that is asked about it here. Its place is its index.
  struct Commit {
    std::deque<Added> added;
    std::vector<Padded<rcx_trailer>> trailers;
    std::string block;
    Padded<rcx_signature> signature;
    std::vector<rcx_bytes> bookmarks;
    std::vector<Padded<rcx_hg_extra>> extras;
    Padded<rcx_hg_changeset> changeset;
  };

  // The first one of an id counts. A submodule's id is that of a commit in another repository, and
  // an empty one that of a side which does not exist: neither is a content of this one.
  void add_content(const std::string& id, std::uint32_t mode, const std::string& bytes,
                   std::uint64_t size) {
    if (id.empty() || (mode & 0170000) == 0160000) return;
    contents_.try_emplace(id, Content{&bytes, bytes.empty() ? size : bytes.size()});
  }
  // Files of a commit and files of the repository are contents alike.
  void add_files(const std::vector<FakeFile>& files) {
    for (const FakeFile& file : files) add_content(file.id, file.mode, file.content, file.size);
  }

  // New sides of changes come before old ones, and both before files. The structs stay where they
  // are made: the commit stands in a deque, and its vectors have their length before they are
  // filled.
  void freeze_commit(const FakeCommit& from) {
    Commit& made = commits_.emplace_back();
    for (const FakeChange& change : from.changes) {
      add_content(change.new_id, change.new_mode, change.new_content, change.new_size);
      add_content(change.old_id, change.old_mode, change.old_content, change.old_size);
      freeze_added(change, made.added.emplace_back());
    }
    made.trailers.resize(from.trailers.size());
    for (std::size_t i = 0; i < made.trailers.size(); ++i) {
      made.trailers[i].raw = {sizeof made.trailers[i], 0, bytes_of(from.trailers[i].first),
                              bytes_of(from.trailers[i].second)};
    }
    const FakeSignature& signature = from.signature;
    made.block = signature.block;
    if (made.block.empty() && signature.result != RCX_SIGNATURE_NONE) {
      made.block = "-----BEGIN SSH SIGNATURE-----\nZmFrZQ==\n-----END SSH SIGNATURE-----";
    }
    if (from.mercurial) freeze_changeset(*from.mercurial, made);
    made.signature.raw = {sizeof made.signature, signature.result, bytes_of(signature.key),
                          bytes_of(signature.fingerprint), bytes_of(signature.signer)};
  }

  // All as the test has it. A host takes bookmarks from the repository, the branch and what is in
  // the extra data from the changeset, and phases from both, so that there they fit the references
  // of the push: that what a push of `refs/heads/stable` brings is on the branch `stable`, for
  // one. Here nothing is compared, and a test may ask what becomes of what cannot be. A changeset
  // with nothing in it is still one of Mercurial's: its struct has a size, which one that the test
  // did not give lacks. Bookmarks are bytes without a struct of their own and do not grow; extras
  // are padded as all other elements are.
  static void freeze_changeset(const FakeChangeset& from, Commit& made) {
    for (const std::string& one : from.bookmarks) made.bookmarks.push_back(bytes_of(one));
    made.extras.resize(from.extras.size());
    for (std::size_t i = 0; i < made.extras.size(); ++i) {
      made.extras[i].raw = {sizeof made.extras[i], 0, bytes_of(from.extras[i].first),
                            bytes_of(from.extras[i].second)};
    }
    made.changeset.raw = {sizeof made.changeset,
                          from.phase,
                          from.flags,
                          sizeof(rcx_bytes),
                          bytes_of(from.branch),
                          made.bookmarks.data(),
                          made.bookmarks.size(),
                          made.extras.empty() ? nullptr : &made.extras[0].raw,
                          made.extras.size(),
                          stride_of(made.extras),
                          0};
  }

  // The line that a piece begins with is what the test says, also where two pieces overlap then.
  // A binary content has no lines, whatever the test has listed. How many lines a piece has follows
  // from its newlines, and the last line of all may have none.
  static void freeze_added(const FakeChange& from, Added& made) {
    if (!from.binary) {
      for (const auto& [number, text] : from.added) {
        const auto newlines = std::count(text.begin(), text.end(), '\n');
        const bool open_end = !text.empty() && text.back() != '\n';
        made.runs.push_back({});
        made.runs.back().raw = {sizeof made.runs.back(), 0, number,
                                static_cast<std::uint64_t>(newlines) + (open_end ? 1 : 0),
                                made.text.size()};
        made.text += text;
      }
    }
    made.raw.raw = {sizeof made.raw,
                    from.binary ? RCX_ADDED_BINARY : 0,
                    bytes_of(made.text),
                    made.runs.empty() ? nullptr : &made.runs[0].raw,
                    made.runs.size(),
                    stride_of(made.runs),
                    0};
  }

  // Where references stand, and which ids are those of commits by that. What `elsewhere` says comes
  // first, so that a test can tell of a reference that somebody else has moved meanwhile. A
  // reference that the push creates is not there before it, and one that it deletes not after it.
  void freeze_references(std::uint32_t event) {
    for (const auto& [name, id] : from_.elsewhere) {
      references_.try_emplace(name, id);
      commit_ids_.insert(id);
    }
    const bool before = event == RCX_EVENT_PRE_PUSH;
    for (const FakeRef& ref : from_.refs) {
      if (ref.change != RCX_CHANGE_CREATE) commit_ids_.insert(ref.old_id);
      if (ref.change != RCX_CHANGE_DELETE) commit_ids_.insert(ref.new_id);
      if (ref.change == (before ? RCX_CHANGE_CREATE : RCX_CHANGE_DELETE)) continue;
      references_.try_emplace(ref.name, before ? ref.old_id : ref.new_id);
    }
  }

  // Each member as the test has it, also a nonce status that git does not know.
  void freeze_certificate(const FakeCertificate& from) {
    certificate_.raw = {sizeof certificate_,        from.result,           bytes_of(from.id),
                        bytes_of(from.key),         bytes_of(from.signer), bytes_of(from.nonce),
                        bytes_of(from.nonce_status)};
  }

  const FakePush& from_;
  // By id and by name. All views are of strings in the FakePush, which stand where they are while
  // it lives.
  std::map<std::string_view, Content> contents_;
  std::map<std::string_view, std::string_view> references_;
  // Every id that the test mentions as that of a commit.
  std::set<std::string> commit_ids_;
  std::deque<Commit> commits_;
  Padded<rcx_push_certificate> certificate_;
  // Filled when asked for, so const functions add to them; elements stay where they are.
  mutable std::map<std::string, FrozenTree> trees_;
  mutable std::map<std::string, std::string> made_up_;
};

}  // namespace rcx::testing

#endif  // RCX_TESTING_READING_HPP
