// What a fake host hands to an extension under test: settings and pushes, written down in the test.
// Included by rcx/testing.hpp, whose head shows a whole test.
//
// Everything here is plain data with sensible defaults: fill in what the test is about. Bytes are
// std::string, so "caf\xe9" and "a\0b"s are fine wherever the contract says bytes.
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
// The value's `where` is `rcx.yaml:LINE:1`, where LINE counts all values from the top: the map
// itself is on line 1, its first item on line 2, and so on in the order they are written here.
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
  friend class SettingTree;

 private:
  std::uint32_t kind_ = RCX_VALUE_NULL;
  std::string text_;
  std::int64_t integer_ = 0;
  double number_ = 0;
  std::vector<Item> items_;
};

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

// ---- Pushes -------------------------------------------------------------------------------------

struct FakeCaller {
  std::uint32_t name_from = RCX_CALLER_FROM_UID;
  std::string name = "ada";
  std::string source = "uid 1000";
  std::string ip;
  std::string user_agent;
  std::string auth_method = "local";
  std::uint32_t uid = 1000;
};

struct FakeField {
  std::string key;
  Setting value;
  std::string label = {};
  std::string description = {};
};

struct FakeRepository {
  std::uint32_t vcs = RCX_VCS_GIT;
  std::string name = "team/app";
  std::string path = "/srv/git/team/app.git";
  std::string id;
  std::vector<FakeField> fields;
};

// One reference. Kind and short name follow from the name.
struct FakeRef {
  std::string name = "refs/heads/main";
  std::uint32_t change = RCX_CHANGE_UPDATE;
  bool forced = false;
  std::string old_id = std::string(40, '1');
  std::string new_id = std::string(40, '2');
};

struct FakePerson {
  std::string name = "Ada Lovelace";
  std::string email = "ada@example.org";
  std::int64_t time = 1700000000;
  std::int32_t offset_minutes = 0;
};

// A changed path. What was added has no old side, what was deleted no new one, whatever stands
// here.
struct FakeChange {
  std::uint32_t kind = RCX_PATH_MODIFIED;
  std::string path;
  std::uint32_t old_mode = 0100644;
  std::uint32_t new_mode = 0100644;
  std::string old_id = {};  // empty: one is made up from the change's place
  std::string new_id = {};
  std::uint64_t old_size = 0;  // of the content
  std::uint64_t new_size = 0;
};

// A file as a commit has it, for Commit::entries. Directories follow from the paths.
struct FakeFile {
  std::string path;
  std::uint32_t mode = 0100644;
  std::string id = {};  // empty: one is made up from the path
  std::uint64_t size = 0;
};

struct FakeCommit {
  std::string message = "Do it";
  std::string id;                              // empty: one is made up from the commit's place
  std::uint64_t ref = 0;                       // index of the first reference that brings it
  std::vector<std::uint64_t> other_refs = {};  // indices of further references that reach it
  FakePerson author = {};
  FakePerson committer = {};
  std::vector<std::string> parents = {std::string(40, '1')};
  std::vector<FakeChange> changes = {};
  std::vector<FakeFile> files = {};  // all that the commit holds, as far as the test cares
};

// A push, for FakeHost::pre_push and FakeHost::push. One that names no reference gets an update of
// `refs/heads/main`, because no push is without one.
struct FakePush {
  std::string id = "018f3c5e-7c1a-7abc-8def-0123456789ab";  // a UUID, which gives both forms
  std::string push_id = "push-1";
  std::uint32_t attempt = 1;
  std::uint32_t depth = 0;
  std::int64_t time_ns = 1700000000123456789;
  std::uint32_t action = RCX_ACTION_PUSH;
  std::string hook_type = "pre_receive";
  std::string server_url;
  FakeCaller caller;
  FakeRepository repository;
  std::vector<std::string> push_options;
  std::map<std::string, std::string> hook_variables;  // what Event::hook_variable finds
  std::deque<FakeRef> refs;
  std::deque<FakeCommit> commits;

  // How the host misbehaves. From commit number `fail_at` on, rcx.commits/1 answers `fail_status`
  // with `fail_reason`; after `cancel_after` questions, cancelled() says yes.
  std::uint64_t fail_at = UINT64_MAX;
  rcx_status fail_status = RCX_FAILED;
  std::string fail_reason = "the fake host fails";
  std::uint64_t cancel_after = UINT64_MAX;

  // Add one and return it, to be filled in: `push.commit("Fix it").author.email = "a@b.c";`
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
