// From the data of rcx/testing_event.hpp to the structs of rcx/abi.h that an extension reads.
// Included by rcx/testing.hpp; a test needs nothing from here.
//
// Arrays are spaced wider than their structs and every struct says that it is larger than it is
// known to be, as those of a later release would: an extension that forgets the stride fails here.
#ifndef RCX_TESTING_FROZEN_HPP
#define RCX_TESTING_FROZEN_HPP

#include <rcx/abi.h>
#include <rcx/testing_event.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rcx::testing {

template <class T>
struct Padded {
  T raw{};
  std::uint64_t from_the_future = UINT64_MAX;
};

template <class T>
constexpr std::uint32_t stride_of(const std::vector<Padded<T>>&) {
  return sizeof(Padded<T>);
}

inline rcx_bytes bytes_of(std::string_view text) {
  return {text.data(), text.size()};
}

// A Setting as the tree of rcx_value that an extension reads. Owns what it points to.
class SettingTree {
 public:
  explicit SettingTree(Setting setting)
      : setting_(std::make_unique<const Setting>(std::move(setting))) {
    fill(root_, *setting_);
  }
  const rcx_value* root() const { return &root_.raw; }

 private:
  void fill(Padded<rcx_value>& out, const Setting& from) {
    wheres_.push_back("rcx.yaml:" + std::to_string(wheres_.size() + 1) + ":1");
    out.raw.size = sizeof out;
    out.raw.kind = from.kind_;
    out.raw.where = bytes_of(wheres_.back());
    out.raw.text = bytes_of(from.text_);
    out.raw.integer = from.integer_;
    out.raw.number = from.number_;
    std::vector<Padded<rcx_value>>& items = arrays_.emplace_back(from.items_.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
      fill(items[i], from.items_[i].second);
      items[i].raw.key = bytes_of(from.items_[i].first);
    }
    out.raw.items = items.empty() ? nullptr : &items[0].raw;
    out.raw.count = items.size();
    out.raw.stride = stride_of(items);
  }

  std::unique_ptr<const Setting> setting_;
  std::deque<std::string> wheres_;
  std::deque<std::vector<Padded<rcx_value>>> arrays_;
  Padded<rcx_value> root_;
};

// A FakePush as the structs of the contract. Keeps a copy; is not copied itself.
class FrozenPush {
 public:
  struct Commit {
    Padded<rcx_commit> raw;
    Padded<rcx_person> author;
    Padded<rcx_person> committer;
    std::vector<Padded<rcx_bytes>> parents;
    std::vector<Padded<rcx_change>> changes;
    std::string id;
    // The directories that somebody asked for, by path.
    std::map<std::string, std::vector<Padded<rcx_entry>>> directories;
    std::deque<std::string> names;
  };

  // `event` is RCX_EVENT_PRE_PUSH or RCX_EVENT_PUSH.
  FrozenPush(FakePush from, std::uint32_t event) : from_(std::move(from)) {
    if (from_.refs.empty()) from_.refs.emplace_back();
    name_contents();
    freeze_caller();
    freeze_repository();
    freeze_event(event);
    freeze_refs();
    for (const FakeCommit& commit : from_.commits) freeze_commit(commit);
  }
  FrozenPush(const FrozenPush&) = delete;
  FrozenPush& operator=(const FrozenPush&) = delete;
  ~FrozenPush() = default;

  const FakePush& from() const { return from_; }
  // `Raw` is rcx_pre_push or rcx_push.
  template <class Raw>
  Raw raw() const {
    return {sizeof(Raw), stride_of(refs_), &event_.raw, &refs_[0].raw, refs_.size()};
  }
  std::uint64_t ref_count() const { return refs_.size(); }
  const std::deque<Commit>& commits() const { return commits_; }

  // The entries of `directory` in commit number `index`, made when first asked for.
  const std::vector<Padded<rcx_entry>>& entries(std::uint64_t index,
                                                const std::string& directory) const {
    Commit& commit = commits_[static_cast<std::size_t>(index)];
    const auto [place, fresh] = commit.directories.try_emplace(directory);
    if (fresh) freeze_directory(from_.commits[static_cast<std::size_t>(index)], directory, commit);
    return place->second;
  }
  // The size of the content `id`, where the push tells one.
  std::optional<std::uint64_t> size_of(std::string_view id) const {
    for (const FakeCommit& commit : from_.commits) {
      for (const FakeChange& change : commit.changes) {
        if (id == change.new_id) return change.new_size;
        if (id == change.old_id) return change.old_size;
      }
      for (const FakeFile& file : commit.files) {
        if (id == file.id) return file.size;
      }
    }
    return std::nullopt;
  }

 private:
  static std::vector<Padded<rcx_bytes>> freeze_list(const std::vector<std::string>& from) {
    std::vector<Padded<rcx_bytes>> all(from.size());
    for (std::size_t i = 0; i < from.size(); ++i) all[i].raw = bytes_of(from[i]);
    return all;
  }

  // An id that no other content of the push has.
  static std::string made_up(char side, std::size_t commit, std::size_t place) {
    std::array<char, 48> digits{};
    std::snprintf(digits.data(), digits.size(), "%c%019zx%020zx", side, commit, place);
    return digits.data();
  }

  void name_contents() {
    for (std::size_t i = 0; i < from_.commits.size(); ++i) {
      FakeCommit& commit = from_.commits[i];
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
  }

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

  static void freeze_person(Padded<rcx_person>& out, const FakePerson& from) {
    out.raw = {sizeof out, from.offset_minutes, bytes_of(from.name), bytes_of(from.email),
               from.time};
  }

  static void freeze_directory(const FakeCommit& from, const std::string& directory,
                               Commit& commit) {
    constexpr std::uint32_t kDirectory = 0040000;
    const std::string prefix = directory.empty() ? "" : directory + "/";
    std::map<std::string, std::pair<std::uint32_t, std::string>> found;
    for (const FakeFile& file : from.files) {
      if (file.path.compare(0, prefix.size(), prefix) != 0) continue;
      const std::size_t end = file.path.find('/', prefix.size());
      const std::string name = file.path.substr(prefix.size(), end - prefix.size());
      found[name] = end == std::string::npos ? std::pair(file.mode, file.id)
                                             : std::pair(kDirectory, std::string(40, '6'));
    }
    std::vector<Padded<rcx_entry>>& entries = commit.directories[directory];
    for (const auto& [name, content] : found) {
      entries.push_back({});
      entries.back().raw = {sizeof entries.back(), content.first,
                            bytes_of(commit.names.emplace_back(name)),
                            bytes_of(commit.names.emplace_back(content.second))};
    }
  }

  void freeze_commit(const FakeCommit& from) {
    const std::uint64_t index = commits_.size();
    Commit& made = commits_.emplace_back();
    made.id = from.id;
    while (made.id.size() < 40 && from.id.empty()) {
      std::array<char, 20> digits{};
      std::snprintf(digits.data(), digits.size(), "%08x",
                    static_cast<unsigned>(0x1a2b3c4du + index));
      made.id += digits.data();
    }
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
                    bytes_of(made.id),
                    made.parents.empty() ? nullptr : &made.parents[0].raw,
                    made.parents.size(),
                    &made.author.raw,
                    &made.committer.raw,
                    bytes_of(from.message)};
  }

  FakePush from_;
  std::deque<SettingTree> values_;
  std::vector<Padded<rcx_field>> fields_;
  std::vector<Padded<rcx_bytes>> options_;
  std::vector<Padded<rcx_ref_update>> refs_;
  mutable std::deque<Commit> commits_;
  Padded<rcx_caller> caller_;
  Padded<rcx_repository> repository_;
  Padded<rcx_event> event_;
};

}  // namespace rcx::testing

#endif  // RCX_TESTING_FROZEN_HPP
