// From the data of rcx/testing_event.hpp to the structs of rcx/abi.h that an extension reads.
// Included by rcx/testing.hpp; a test needs nothing from here, and what is here may change with any
// release.
//
// Three mechanisms find mistakes that a test would else not show:
//
//  - Growth. Arrays are spaced wider than their structs and every struct says that it is larger
//    than it is known to be, as those of a later release would: an extension that writes `array[i]`
//    instead of RCX_AT reads the filler and fails here, and not after an upgrade of the host.
//  - Lifetime. A push is frozen anew for each handler and freed when that returns. Under
//    AddressSanitizer, whatever an extension has kept is reported at the very line that looks at
//    it.
//  - Bytes. Views carry the size of the test's std::string, a NUL inside and all, and an extension
//    that reads one as a C string stops short of it or, in a name that is part of a longer one,
//    runs past it.
//
// What it costs: a push is copied and laid out once for each handler that is called, so time and
// memory grow with the whole push and not with what the handler reads of it. That is the price of
// the second mechanism. The host does it the other way round, once for all handlers and only what
// is asked for: a test that takes long with many commits says nothing about how long a push will.
// Keep pushes in tests small, and let `rcx try` run the extension over a real history to learn how
// much time it takes on what people have really pushed.
//
// Frozen means: all structs point into one object that neither moves nor changes, so that pointers
// between them stay right. Only directories are made later, when they are asked for, because they
// follow from the files by some work.
//
// Who owns what, from the outside in, each outliving the next:
//
//  - FakeHost: the tree of the settings, and every CallState.
//  - FrozenPush: the copy of the FakePush, whose strings are the bytes of all views; the arrays of
//    structs; a tree of values for each field of the repository.
//  - FrozenPush::Commit: the structs of one commit, and what the FakeCommit has no string for:
//  names
//    of directories. FrozenReading: the same for what rcx.repository/1 answers.
//
// When a struct of rcx/abi.h grows, its Fake in rcx/testing_event.hpp gets a member with a default,
// and the function here that fills it one more initialiser at the end. A new struct is wrapped in
// Padded, and a new array gets its stride from stride_of. What is forgotten is a zero, so an
// extension under test sees an empty view and not garbage.
#ifndef RCX_TESTING_FROZEN_HPP
#define RCX_TESTING_FROZEN_HPP

#include <rcx/abi.h>
#include <rcx/detail/fake_json.hpp>
#include <rcx/detail/fake_subversion.hpp>
#include <rcx/testing_event.hpp>
#include <rcx/testing_reading.hpp>
#include <rcx/testing_settings.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rcx::testing {

// A FakePush as the structs of the contract, for one handler. Keeps a copy of it, into which all
// views point, so that what the test does with its own meanwhile or afterwards is not seen; is not
// copied or moved itself. May be read by several threads, except for entries(), which belongs to
// the handler's.
class FrozenPush {
 public:
  // One commit with all that its struct points at. In a deque, so that it never moves.
  struct Commit {
    Padded<rcx_commit> raw;
    Padded<rcx_person> author;
    Padded<rcx_person> committer;
    std::vector<Padded<rcx_bytes>> parents;
    std::vector<Padded<rcx_change>> changes;
    // The directories that somebody asked for.
    FrozenTree tree;
    explicit Commit(const FakeCommit& from) : tree(from.files) {}
  };

  // `event` is RCX_EVENT_PRE_PUSH or RCX_EVENT_PUSH, and only told to the extension: the data are
  // the same for both. The order matters: names and defaults are put into the copy first, then
  // structs are made that point at it, then nothing is added any more.
  FrozenPush(FakePush from, std::uint32_t event) : from_(std::move(from)) {
    if (from_.refs.empty()) from_.refs.emplace_back();
    if (from_.hook_type.empty()) {
      from_.hook_type = event == RCX_EVENT_PRE_PUSH ? "pre_receive" : "post_receive";
    }
    // Before the structs are made, as all that is filled in.
    if (from_.json.empty()) from_.json = detail::least_json(from_, event);
    name_contents();
    freeze_caller();
    freeze_repository();
    freeze_event(event);
    freeze_refs();
    for (const FakeCommit& commit : from_.commits) freeze_commit(commit);
    reading_.emplace(from_, event);
    subversion_.emplace(from_);
  }
  FrozenPush(const FrozenPush&) = delete;
  FrozenPush& operator=(const FrozenPush&) = delete;
  ~FrozenPush() = default;

  // The copy, with its defaults filled in: what the functions of the fake host answer from, such as
  // variables of the hook and the moment at which it misbehaves. A test never sees it.
  const FakePush& from() const { return from_; }
  // The struct that the handler gets, by value: it points into this object, and whoever calls the
  // handler keeps both. `Raw` is rcx_pre_push or rcx_push, whose members are the same.
  template <class Raw>
  Raw raw() const {
    return {sizeof(Raw), stride_of(refs_), &event_.raw, &refs_[0].raw, refs_.size()};
  }
  // What all events carry, for a pull that keeps this object.
  const rcx_event* event() const { return &event_.raw; }
  // One at least. For checks of an index that the extension gives.
  std::uint64_t ref_count() const { return refs_.size(); }
  const std::deque<Commit>& commits() const { return commits_; }

  // The entries of `directory` in commit number `index`, made when first asked for and the same
  // from then on, as pointers to them must stay good while the handler asks for others. A directory
  // that no file lies in is empty, and kept as well. Not checked: `index` must be that of a commit.
  const std::vector<Padded<rcx_entry>>& entries(std::uint64_t index,
                                                const std::string& directory) const {
    return commits_[static_cast<std::size_t>(index)].tree.directory(directory);
  }
  // All else that the push says, for rcx.repository/1; and the sizes of contents, where the push
  // tells one.
  const FrozenReading& reading() const { return *reading_; }
  // The same for rcx.subversion/1: nodes of commits, a property of a revision, locks. What the test
  // has not given is not there, and says so when it is asked for.
  const FrozenSubversion& subversion() const { return *subversion_; }
  std::optional<std::uint64_t> size_of(std::string_view id) const { return reading_->size_of(id); }

 private:
  // Views of the strings, which must be members of the copy. The vector that comes back owns the
  // structs, not the bytes, and its elements stay where they are when it is moved to its place.
  static std::vector<Padded<rcx_bytes>> freeze_list(const std::vector<std::string>& from) {
    std::vector<Padded<rcx_bytes>> all(from.size());
    for (std::size_t i = 0; i < from.size(); ++i) all[i].raw = bytes_of(from[i]);
    return all;
  }

  // An id that no other content of the push has: 40 digits, of which the first says whether it is
  // the old side of a change, its new side, a file of a commit or of FakePush::trees, and the
  // others which one. It is the same in
  // every run, so a test may print it.
  static std::string made_up(char side, std::size_t commit, std::size_t place) {
    std::array<char, 48> digits{};
    std::snprintf(digits.data(), digits.size(), "%c%019zx%020zx", side, commit, place);
    return digits.data();
  }

  // Gives every commit and content an id, and takes away the side of a change that does not exist.
  // Done in the copy and before anything points at it, because a longer string moves its bytes. Ids
  // that the test gave are left alone: contents with one id count as one content, so a change and a
  // file that mean the same may share theirs.
  void name_contents() {
    for (std::size_t i = 0; i < from_.commits.size(); ++i) {
      FakeCommit& commit = from_.commits[i];
      const bool unnamed = commit.id.empty();
      while (unnamed && commit.id.size() < 40) {
        std::array<char, 20> digits{};
        std::snprintf(digits.data(), digits.size(), "%08x", static_cast<unsigned>(0x1a2b3c4du + i));
        commit.id += digits.data();
      }
      for (std::size_t j = 0; j < commit.changes.size(); ++j) {
        FakeChange& change = commit.changes[j];
        if (change.old_id.empty()) change.old_id = made_up('a', i, j);
        if (change.new_id.empty()) change.new_id = made_up('b', i, j);
        if (change.kind == RCX_PATH_ADDED) {
          change.old_id.clear();
          change.old_mode = 0;
        }
        if (change.kind == RCX_PATH_DELETED) {
          change.new_id.clear();
          change.new_mode = 0;
        }
      }
      for (std::size_t j = 0; j < commit.files.size(); ++j) {
        if (commit.files[j].id.empty()) commit.files[j].id = made_up('c', i, j);
      }
    }
    std::size_t tree = 0;
    for (auto& [id, files] : from_.trees) {
      for (std::size_t j = 0; j < files.size(); ++j) {
        if (files[j].id.empty()) files[j].id = made_up('d', tree, j);
      }
      ++tree;
    }
  }

  // Each of these makes one struct, in the order of its members in rcx/abi.h: C++17 has no names in
  // initialisers, so the compiler checks the types and not the order of members of one type.
  void freeze_caller() {
    const FakeCaller& from = from_.caller;
    caller_.raw = {sizeof caller_,
                   from.name_from,
                   bytes_of(from.name),
                   bytes_of(from.source),
                   bytes_of(from.ip),
                   bytes_of(from.user_agent),
                   bytes_of(from.auth_method),
                   from.uid,
                   0};
  }

  // Fields of a repository are trees of their own: `where` begins at line 1 in each. `fields_` has
  // its final length before the first struct is made, and no array means a null pointer, as the
  // contract allows. `values_` is a deque, since each tree is pointed at while further ones are
  // added.
  void freeze_repository() {
    const FakeRepository& from = from_.repository;
    fields_.resize(from.fields.size());
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      const FakeField& field = from.fields[i];
      fields_[i].raw = {sizeof fields_[i],           0,
                        bytes_of(field.key),         bytes_of(field.label),
                        bytes_of(field.description), values_.emplace_back(field.value).root()};
    }
    repository_.raw = {
        sizeof repository_,  from.vcs,           bytes_of(from.name),
        bytes_of(from.path), bytes_of(from.id),  fields_.empty() ? nullptr : &fields_[0].raw,
        fields_.size(),      stride_of(fields_), 0};
  }

  // The 16 bytes of `id` come from the hexadecimal digits of the text, whatever stands between
  // them; an id that is no UUID gives what digits it has and zeros for the rest, and an upper-case
  // digit counts as none. `id_text` is the text itself, so the two agree for whatever a uuid
  // generator writes in lower case.
  void freeze_event(std::uint32_t kind) {
    options_ = freeze_list(from_.push_options);
    event_.raw = {sizeof event_,
                  kind,
                  {},
                  bytes_of(from_.id),
                  bytes_of(from_.push_id),
                  from_.attempt,
                  from_.depth,
                  from_.time_ns,
                  from_.action,
                  0,
                  bytes_of(from_.hook_type),
                  bytes_of(from_.server_url),
                  &caller_.raw,
                  &repository_.raw,
                  options_.empty() ? nullptr : &options_[0].raw,
                  options_.size(),
                  stride_of(options_),
                  0};
    std::size_t digit = 0;
    for (const char c : from_.id) {
      const std::size_t value = std::string_view("0123456789abcdef").find(c);
      if (value > 15 || digit == 32) continue;
      std::uint8_t& byte = event_.raw.id[digit++ / 2];
      byte = static_cast<std::uint8_t>(std::size_t{byte} * 16 + value);
    }
  }

  // Kind and short name by the prefix of the name, as the host tells them; a short name is a part
  // of the same bytes. The sides that do not exist become empty views here, while the copy keeps
  // what the test wrote.
  void freeze_refs() {
    refs_.resize(from_.refs.size());
    for (std::size_t i = 0; i < refs_.size(); ++i) {
      const FakeRef& from = from_.refs[i];
      std::string_view short_name = from.name;
      std::uint32_t kind = RCX_REF_OTHER;
      if (short_name.substr(0, 11) == "refs/heads/") {
        kind = RCX_REF_BRANCH;
        short_name.remove_prefix(11);
      } else if (short_name.substr(0, 10) == "refs/tags/") {
        kind = RCX_REF_TAG;
        short_name.remove_prefix(10);
      }
      const bool created = from.change == RCX_CHANGE_CREATE;
      const bool deleted = from.change == RCX_CHANGE_DELETE;
      refs_[i].raw = {sizeof refs_[i],
                      kind,
                      from.change,
                      from.forced ? RCX_REF_FORCED : 0,
                      bytes_of(from.name),
                      bytes_of(short_name),
                      bytes_of(created ? std::string_view() : from.old_id),
                      bytes_of(deleted ? std::string_view() : from.new_id)};
    }
  }

  // The views point into the FakeCommit of the copy, which is why the arguments are references to
  // it.
  static void freeze_person(Padded<rcx_person>& out, const FakePerson& from) {
    out.raw = {sizeof out, from.offset_minutes, bytes_of(from.name), bytes_of(from.email),
               from.time};
  }

  // Its place is its index. Filled where it stands in the deque, because the struct points at its
  // neighbours: a Commit that was made elsewhere and moved in would point back at where it was.
  // Id, parents, message and paths are views into the copy.
  void freeze_commit(const FakeCommit& from) {
    const std::uint64_t index = commits_.size();
    Commit& made = commits_.emplace_back(from);
    made.parents = freeze_list(from.parents);
    freeze_person(made.author, from.author);
    freeze_person(made.committer, from.committer);
    made.changes.resize(from.changes.size());
    for (std::size_t i = 0; i < made.changes.size(); ++i) {
      const FakeChange& change = from.changes[i];
      made.changes[i].raw = {sizeof made.changes[i], change.kind,     bytes_of(change.path),
                             change.old_mode,        change.new_mode, bytes_of(change.old_id),
                             bytes_of(change.new_id)};
    }
    made.raw.raw = {sizeof made.raw,
                    stride_of(made.parents),
                    index,
                    from.ref,
                    bytes_of(from.id),
                    made.parents.empty() ? nullptr : &made.parents[0].raw,
                    made.parents.size(),
                    &made.author.raw,
                    &made.committer.raw,
                    bytes_of(from.message)};
  }

  // First, because everything below points into it and is destroyed before it.
  FakePush from_;
  std::deque<SettingTree> values_;
  std::vector<Padded<rcx_field>> fields_;
  std::vector<Padded<rcx_bytes>> options_;
  std::vector<Padded<rcx_ref_update>> refs_;
  // A deque of structs that point at themselves: what is in it never moves.
  std::deque<Commit> commits_;
  Padded<rcx_caller> caller_;
  Padded<rcx_repository> repository_;
  Padded<rcx_event> event_;
  std::optional<FrozenReading> reading_;
  std::optional<FrozenSubversion> subversion_;
};

}  // namespace rcx::testing

#endif  // RCX_TESTING_FROZEN_HPP
