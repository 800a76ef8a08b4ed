// What a fake host hands to an extension under test: settings and pushes, written down in the test.
// Included by rcx/testing.hpp, whose head shows a whole test.
//
// Everything here is plain data with sensible defaults: fill in what the test is about. Nothing is
// checked for sense, so a test can also make what no repository holds; nothing is derived either,
// except where it is said. Bytes are std::string, so "caf\xe9" and std::string("a\0b", 3) are fine
// wherever the contract says bytes. Ids are what the test says they are, hexadecimal or not.
#ifndef RCX_TESTING_EVENT_HPP
#define RCX_TESTING_EVENT_HPP

#include <rcx/abi.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace rcx::testing {

// ---- Settings -----------------------------------------------------------------------------------

// One value, as rcx.yaml would hold it. Scalars convert by themselves; map() and list() nest:
//
//     map({{"rules", list({map({{"name", "subject"}, {"max_length", 72}})})}})
//
// Text is always RCX_VALUE_TEXT, as in quotes: write 72 for an integer, true for a boolean, nullptr
// for null. `text` of a number is what C++ prints (`1.5`, `72`), so a spelling such as `1.10`
// cannot be had. An integer that does not fit int64_t wraps around.
//
// The value's `where` is `rcx.yaml:LINE:1`, where LINE counts all values from the top: the map
// itself is on line 1, its first item on line 2, and so on in the order they are written here.
// Messages with a place in the file can so be compared as a whole.
class Setting {
 public:
  using Item = std::pair<std::string, Setting>;

  Setting(std::nullptr_t = nullptr) {}
  Setting(const char* text) : Setting(std::string(text)) {}
  Setting(std::string text) : kind_(RCX_VALUE_TEXT), text_(std::move(text)) {}
  template <class T, std::enable_if_t<std::is_arithmetic_v<T>, int> = 0>
  Setting(T value) : number_(static_cast<double>(value)) {
    if constexpr (std::is_same_v<T, bool>) {
      kind_ = RCX_VALUE_BOOLEAN;
      integer_ = value ? 1 : 0;
      text_ = value ? "true" : "false";
    } else if constexpr (std::is_integral_v<T>) {
      kind_ = RCX_VALUE_INTEGER;
      integer_ = static_cast<std::int64_t>(value);
      text_ = std::to_string(value);
    } else {
      kind_ = RCX_VALUE_NUMBER;
      std::array<char, 40> digits{};
      std::snprintf(digits.data(), digits.size(), "%.15g", number_);
      text_ = digits.data();
    }
  }

  friend Setting map(std::initializer_list<Item> items);
  friend Setting list(std::initializer_list<Setting> items);
  friend Setting repeated(const Setting& item, std::size_t times);
  friend Setting merged(Setting under, const Setting& over);
  friend class SettingTree;

 private:
  std::uint32_t kind_ = RCX_VALUE_NULL;
  std::string text_;
  std::int64_t integer_ = 0;
  double number_ = 0;
  std::vector<Item> items_;
};

// Keys are not checked to be unique; rcx.yaml with a key twice is not loaded at all.
inline Setting map(std::initializer_list<Setting::Item> items) {
  Setting made;
  made.kind_ = RCX_VALUE_MAP;
  made.items_ = items;
  return made;
}

inline Setting list(std::initializer_list<Setting> items) {
  Setting made;
  made.kind_ = RCX_VALUE_LIST;
  for (const Setting& item : items) made.items_.emplace_back("", item);
  return made;
}

// A list of the same item, `times` over.
inline Setting repeated(const Setting& item, std::size_t times) {
  Setting made;
  made.kind_ = RCX_VALUE_LIST;
  made.items_.assign(times, {"", item});
  return made;
}

// Two maps as one: where both have a key, `over` counts, and maps in maps are joined likewise.
inline Setting merged(Setting under, const Setting& over) {
  if (under.kind_ != RCX_VALUE_MAP || over.kind_ != RCX_VALUE_MAP) return over;
  for (const auto& [key, value] : over.items_) {
    bool known = false;
    for (auto& [old_key, old_value] : under.items_) {
      if (old_key != key) continue;
      old_value = merged(std::move(old_value), value);
      known = true;
    }
    if (!known) under.items_.emplace_back(key, value);
  }
  return under;
}

// ---- Pushes -------------------------------------------------------------------------------------

// See rcx_caller for each member. The default is somebody who pushes on the server itself.
struct FakeCaller {
  std::uint32_t name_from = RCX_CALLER_FROM_UID;
  std::string name = "ada";
  std::string source = "uid 1000";
  std::string ip;
  std::string user_agent;
  std::string auth_method = "local";
  std::uint32_t uid = 1000;
};

// One extra field of the repository, in the order of the list.
//
//     push.repository.fields = {{"frozen", true}, {"commit_policy.ticket", "off"}};
struct FakeField {
  std::string key;
  Setting value;
  std::string label = {};
  std::string description = {};
};

// See rcx_repository. `path` need not exist, as long as the extension starts no programs there.
struct FakeRepository {
  std::uint32_t vcs = RCX_VCS_GIT;
  std::string name = "team/app";
  std::string path = "/srv/git/team/app.git";
  // Empty, as in this release of the host.
  std::string id;
  std::vector<FakeField> fields;
};

// One reference. Kind and short name follow from the name. What is created has no old id, what is
// deleted no new one, whatever stands here; `forced` is not derived from the commits.
struct FakeRef {
  std::string name = "refs/heads/main";
  std::uint32_t change = RCX_CHANGE_UPDATE;
  bool forced = false;
  std::string old_id = std::string(40, '1');
  std::string new_id = std::string(40, '2');
};

// A commit has two, author and committer; setting one leaves the other at these defaults.
struct FakePerson {
  std::string name = "Ada Lovelace";
  std::string email = "ada@example.org";
  // Seconds since 1970-01-01 UTC; the zone is in minutes east of UTC.
  std::int64_t time = 1700000000;
  std::int32_t offset_minutes = 0;
};

// A changed path. What was added has no old side, what was deleted no new one, whatever stands
// here. Listed in the order of the test, where the host sorts by path.
struct FakeChange {
  std::uint32_t kind = RCX_PATH_MODIFIED;
  std::string path;
  std::uint32_t old_mode = 0100644;
  std::uint32_t new_mode = 0100644;
  // Empty: one is made up that no other content of the push has. Set both alike for a change of
  // mode.
  std::string old_id = {};
  std::string new_id = {};
  // Bytes of the content, for Change::old_size and new_size.
  std::uint64_t old_size = 0;
  std::uint64_t new_size = 0;
  // The contents, for Change::old_content and new_content; where one is not empty, its size counts
  // and not the number above. Not compared with each other: what was added is said apart.
  std::string old_content = {};
  std::string new_content = {};
  // For Change::added_lines: the first line of each piece, counted from 1, and its text with all
  // newlines.
  std::vector<std::pair<std::uint64_t, std::string>> added = {};
  bool binary = false;
};

// A file as a commit has it, for Commit::entries. Directories follow from the paths, which have no
// slash at either end. The files of a commit and its changes know nothing of each other: a test
// that needs both says both.
struct FakeFile {
  std::string path;
  std::uint32_t mode = 0100644;
  // Empty: one is made up from the file's place, so equal files differ unless they are given one.
  std::string id = {};
  // Bytes, for Entry::size.
  std::uint64_t size = 0;
  // For Entry::content; where it is not empty, its size counts and not the number above.
  std::string content = {};
};

// See rcx_signature. `block` is what stands in the commit: where it is empty and `result` says that
// there is a signature, one is made up.
struct FakeSignature {
  std::uint32_t result = RCX_SIGNATURE_NONE;
  std::string key = {};
  std::string fingerprint = {};
  std::string signer = {};
  std::string block = {};
};

// See rcx_push_certificate.
struct FakeCertificate {
  std::uint32_t result = RCX_SIGNATURE_GOOD;
  std::string id = std::string(40, '3');
  std::string key = "1234567890ABCDEF";
  std::string signer = "Ada Lovelace <ada@example.org>";
  std::string nonce = "1700000000-0123456789abcdef";
  std::string nonce_status = "OK";
};

// What Mercurial knows of a commit besides; see rcx_hg_changeset. A test that gives one should give
// the push the system RCX_VCS_MERCURIAL: neither follows from the other here.
struct FakeChangeset {
  std::string branch = "default";
  std::uint32_t phase = RCX_PHASE_PUBLIC;
  std::uint32_t flags = 0;
  std::vector<std::string> bookmarks = {};
  std::vector<std::pair<std::string, std::string>> extras = {};
};

// A property of a path or of a revision that differs; none on a side where it is not. See
// rcx_svn_property, whose `change` follows.
struct FakeProperty {
  std::string name;
  std::optional<std::string> old_value = {};
  std::optional<std::string> new_value = {};
};

// One path of a commit of Subversion; see rcx_svn_path. It and FakeCommit::changes know nothing of
// each other: a test that needs both says both.
struct FakeNode {
  std::string path;
  std::uint32_t kind = RCX_PATH_MODIFIED;
  std::uint32_t flags = 0;
  std::string copied_from = {};
  std::uint64_t copied_revision = 0;
  std::vector<FakeProperty> properties = {};
};

// See rcx_svn_lock.
struct FakeLock {
  bool forced = false;
  std::string comment = {};
  std::string holder = {};
};

// A new commit. They are handed out in the order of FakePush::commits; the host would have parents
// first.
struct FakeCommit {
  std::string message = "Do it";
  // Empty: 40 digits are made up from the commit's place. The first is 1a2b3c4d1a2b3c4d..., so that
  // a test can compare short_id().
  std::string id;
  // Index in FakePush::refs of the first reference that brings it; `other_refs` are those of
  // further references that reach it.
  std::uint64_t ref = 0;
  std::vector<std::uint64_t> other_refs = {};
  FakePerson author = {};
  FakePerson committer = {};
  // Ids. The default is the old id of a FakeRef; later commits are not linked to earlier ones by
  // themselves. `{}` makes a root, two elements a merge.
  std::vector<std::string> parents = {std::string(40, '1')};
  std::vector<FakeChange> changes = {};
  // All that the commit holds, as far as the test cares.
  std::vector<FakeFile> files = {};
  // Not read from the message.
  std::vector<std::pair<std::string, std::string>> trailers = {};
  FakeSignature signature = {};
  // For Commit::mercurial, which finds nothing where there is none, as in git.
  std::optional<FakeChangeset> mercurial = {};
  // For Commit::subversion, which finds nothing where there is none; its paths in the order of the
  // test.
  std::optional<std::vector<FakeNode>> subversion = {};
};

// A push, for FakeHost::pre_push and FakeHost::push. One that names no reference gets an update of
// `refs/heads/main`, because no push is without one. It is copied when it is used, so that one may
// serve for several calls, changed in between.
struct FakePush {
  // A UUID, which gives both forms of rcx_event.id. Handed on for every call: the host gives the
  // pre_push and the push of one push different ids, and one `push_id`.
  std::string id = "018f3c5e-7c1a-7abc-8def-0123456789ab";
  std::string push_id = "push-1";
  // See rcx_event for these. An empty `hook_type` becomes the one that belongs to the event.
  std::uint32_t attempt = 1;
  std::uint32_t depth = 0;
  std::int64_t time_ns = 1700000000123456789;
  std::uint32_t action = RCX_ACTION_PUSH;
  std::string hook_type;
  std::string server_url;
  FakeCaller caller;
  FakeRepository repository;
  std::vector<std::string> push_options;
  // What Event::json says. Empty: the event's name and id, the names of caller and repository. Not
  // made from what else stands here, as the host would.
  std::string json;
  // What Event::hook_variable finds, by name. Empty in a push event of the host.
  std::map<std::string, std::string> hook_variables;
  // Deques, so that the references which ref() and commit() return stay valid as more are added.
  std::deque<FakeRef> refs;
  std::deque<FakeCommit> commits;
  // What the repository has besides: what references point at, by name, and the files of commits,
  // by id, for PushEvent::resolve, find and entries. New commits have those of FakeCommit::files.
  std::map<std::string, std::string> elsewhere;
  std::map<std::string, std::vector<FakeFile>> trees;
  // Pairs of ids of which the first reaches the second. Each reaches itself.
  std::set<std::pair<std::string, std::string>> ancestry;
  // Ids that a reference loses, by its index.
  std::map<std::uint64_t, std::vector<std::string>> lost;
  bool initial = false;
  std::optional<FakeCertificate> certificate;
  // Of Subversion: for PushEvent::revision_property, and for PushEvent::lock by the index of the
  // reference. Neither action nor references follow from them.
  std::optional<FakeProperty> revision_property;
  std::map<std::uint64_t, FakeLock> locks;

  // How the host misbehaves. From commit number `fail_at` on (0: from the first), rcx.commits/1
  // answers `fail_status` with `fail_reason`: as when the repository is damaged. Never, unless set.
  std::uint64_t fail_at = UINT64_MAX;
  rcx_status fail_status = RCX_FAILED;
  std::string fail_reason = "the fake host fails";
  // After that many questions in one call of a handler, cancelled() says yes and remaining() 0;
  // questions to remaining() count. 0 says yes at once: the test for "what is left unchecked is not
  // let through".
  std::uint64_t cancel_after = UINT64_MAX;

  // Add one and return it, to be filled in: `push.commit("Fix it").author.email = "a@b.c";` The
  // result refers into the FakePush, and not into a copy of it.
  FakeRef& ref(std::string name) {
    refs.emplace_back();
    refs.back().name = std::move(name);
    return refs.back();
  }
  FakeCommit& commit(std::string message) {
    commits.emplace_back();
    commits.back().message = std::move(message);
    return commits.back();
  }
};

}  // namespace rcx::testing

#endif  // RCX_TESTING_EVENT_HPP
