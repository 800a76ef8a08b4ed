// The functions of rcx.repository/1, as the fake host of rcx/testing.hpp offers them. Included by
// rcx/testing_call.hpp, whose head says how a call goes and what is recorded of it; a test needs
// nothing from here, and what is here may change with any release.
//
// What they answer is that of rcx/testing_reading.hpp, whose head lists the few things that are
// derived from what the test says. Where an answer differs from the host's, the function says so.
// For all of them holds that nothing takes time, that the bounds of `reading` in rcx.yaml are not
// counted but for the size of one content, and that FakePush::fail_at does not make them fail: an
// extension that goes through the commits has met it before it can ask anything here.
//
// A test that fills in each of them, and what an extension then reads through the C++ layer:
//
//     FakePush push;
//     FakeCommit& commit = push.commit("Add a key");
//     commit.trailers = {{"Signed-off-by", "Ada"}};          // Commit::trailers
//     commit.signature.result = RCX_SIGNATURE_GOOD;          // Commit::signature
//     FakeChange change;
//     change.path = "id_rsa";
//     change.new_content = "first\nkey\n";                   // Change::new_content, new_size
//     change.added = {{2, "key\n"}};                         // Change::added_lines
//     commit.changes = {change};
//     push.elsewhere["HEAD"] = "cafe";                       // PushEvent::resolve
//     push.trees["cafe"] = {{"CODEOWNERS"}};                 // PushEvent::find and entries
//     push.trees["cafe"][0].content = "* @ada";              // Entry::content
//     push.ancestry = {{"cafe", "beef"}};                    // PushEvent::reaches
//     push.lost[0] = {"dead"};                               // PushEvent::lost
//     push.initial = true;                                   // PushEvent::is_initial
//     push.certificate.emplace();                            // PushEvent::certificate
//
// What goes wrong in a repository can be had as well. A content without bytes and with a size above
// 64 MiB is RCX_LIMIT, one whose id the test mentions nowhere RCX_GONE, and so is a commit or a
// reference that is not there. An extension should not pass over any of these in silence: through
// the C++ layer they throw, and Outcome::status of a handler that lets them leave is that status.
//
#ifndef RCX_TESTING_READING_TABLE_HPP
#define RCX_TESTING_READING_TABLE_HPP

#include <rcx/abi.h>
#include <rcx/testing_reading.hpp>
#include <rcx/testing_settings.hpp>
#include <rcx/value.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rcx::testing::detail {

// The service as functions without a state of their own: what they know comes with the call.
// `State` is CallState of rcx/testing_call.hpp, which cannot be named here because that header
// includes this one. Each function first asks it whether this thread may use the call now, as all
// functions of the fake host do, and then the frozen push.
template <class State>
struct ReadingTable {
  // One table for the process, as the host has one, so an extension may keep the pointer that
  // rcx_host.service gave; a second FakeHost gives the same. Every function of this minor release
  // is there, and none is null: that an older host has fewer, or no such service, cannot be had
  // here.
  static const rcx_reading& table() {
    static const rcx_reading kTable{sizeof(rcx_reading),
                                    0,
                                    &content,
                                    &added,
                                    &trailer,
                                    &signature,
                                    &verify,
                                    &resolve,
                                    &reaches,
                                    &find,
                                    &list,
                                    &lost,
                                    &facts,
                                    &certificate,
                                    &changed};
    return kTable;
  }

  // Of rcx.mercurial/1, which every host of this release has, whatever it serves: that a push is
  // none of Mercurial's is the answer of its one function, and not the lack of a table.
  static const rcx_mercurial& mercurial_table() {
    static const rcx_mercurial kTable{sizeof(rcx_mercurial), 0, &changeset};
    return kTable;
  }

 private:
  // The state where `function` may answer, else null, which the caller turns into RCX_MISUSED. What
  // was wrong is in Outcome::misuses then, under the name of the service and the function, such as
  // `rcx.repository/1 content on another thread`.
  static const State* asking(const rcx_call* call, const char* function) {
    const State& state = State::of(call);
    const std::string whole = std::string("rcx.repository/1 ") + function;
    if (!state.usable(whole.c_str())) return nullptr;
    if (state.push != nullptr) return &state;
    state.misused(whole + " in create");
    return nullptr;
  }
  // The same for a function about a commit, which is known by its index, where the host knows it by
  // its address: a copied rcx_commit is not noticed here and is RCX_MISUSED there.
  static const State* asking_of(const rcx_call* call, const rcx_commit* commit,
                                const char* function) {
    const State* state = asking(call, function);
    if (state == nullptr || commit->index < state->push->commits().size()) return state;
    state->misused(std::string("rcx.repository/1 ") + function +
                   " of a commit that is none of this push");
    return nullptr;
  }
  // What is said here was written down by a test, or made up by it, and no function here reads a
  // repository. Of pulls and of what forges emit there is nothing at all to read, and each function
  // that is not about a commit says so by itself: RCX_UNAVAILABLE, as the host itself has it. No
  // commit of such an event can be at hand, so functions about one need not ask for that.
  //
  // A status and its reason, for rcx_host.error; the C++ layer throws it as the text of rcx::Error.
  // Only for what is a failure: that a list has ended and that nothing lies at a path are RCX_END,
  // which has no reason.
  static rcx_status because(const State& state, rcx_status status, std::string why) {
    state.errors.back() = std::move(why);
    return status;
  }
  // A copy, for what looks things up by std::string, and for reasons, which outlive what the
  // extension passed in. Bytes stay as they are, a NUL and all.
  static std::string text(rcx_bytes bytes) { return std::string(rcx::detail::view(bytes)); }

  // From FakeChange::old_content and new_content, and FakeFile::content, of commits and of
  // FakePush::trees alike: a content is known by its id, whoever mentions it. Offset and number of
  // bytes beyond its end are cut, as with the host.
  //
  // What comes back is freed at the next question, so that under AddressSanitizer an extension that
  // keeps it longer is found, as in other calls one that keeps it until after the handler. Through
  // the C++ layer, which copies, nobody can.
  static rcx_status content(const rcx_call* call, rcx_bytes id, std::uint64_t offset,
                            std::uint64_t most, rcx_bytes* bytes) {
    const State* state = asking(call, "content");
    if (state == nullptr) return RCX_MISUSED;
    if (state->bare()) return state->without_commits();
    state->content.reset();
    std::string_view whole;
    const rcx_status status = state->push->reading().content(rcx::detail::view(id), &whole);
    if (status == RCX_LIMIT) {
      return because(*state, status, "the content " + text(id) + " has more than 64 MiB");
    }
    if (status != RCX_OK) {
      return because(*state, status, "no change or file of this push has the content " + text(id));
    }
    whole.remove_prefix(static_cast<std::size_t>(std::min<std::uint64_t>(offset, whole.size())));
    whole = whole.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(most, whole.size())));
    state->content = std::make_unique<const std::vector<char>>(whole.begin(), whole.end());
    *bytes = {state->content->data(), state->content->size()};
    return RCX_OK;
  }

  // From FakeChange::added and `binary`. The contents are not compared, so a test of a rule about
  // added lines need not write down contents, and one that says both should take care that they
  // agree. Of a deleted path, for which the host has none, it is what the test says as well.
  static rcx_status added(const rcx_call* call, const rcx_commit* commit, std::uint64_t index,
                          const rcx_added** out) {
    const State* state = asking_of(call, commit, "added");
    if (state == nullptr) return RCX_MISUSED;
    const auto place = static_cast<std::size_t>(commit->index);
    if (index >= state->push->commits()[place].changes.size()) return RCX_END;
    *out = &state->push->reading().added(place, static_cast<std::size_t>(index));
    return RCX_OK;
  }

  // From FakeChange::new_content, all of it, or from FakeChange::added where the test gives no
  // content. So a rule that takes for added what lies between added lines is found, where the test
  // says both: let the content hold what the rule looks for, and do not let `added` hold it. A
  // content is binary by a NUL among its first 8000 bytes, as with the host; one that the test does
  // not give is where FakeChange::binary says so. Where that says so and the content is text, it
  // was binary before, and all of it is the changed part. of a deleted path it is what the test
  // says it is, as well. Freed at the next question, as each content is, so that whoever keeps it
  // longer is found by AddressSanitizer.
  static rcx_status changed(const rcx_call* call, const rcx_commit* commit, std::uint64_t index,
                            std::uint32_t* flags, rcx_bytes* part) {
    const State* state = asking_of(call, commit, "changed");
    if (state == nullptr) return RCX_MISUSED;
    const auto place = static_cast<std::size_t>(commit->index);
    if (index >= state->push->commits()[place].changes.size()) return RCX_END;
    const std::optional<std::string_view> found =
        state->push->reading().changed(place, static_cast<std::size_t>(index));
    const std::string_view text = found.value_or(std::string_view());
    state->changed = std::make_unique<const std::vector<char>>(text.begin(), text.end());
    *flags = found ? 0 : RCX_CHANGED_BINARY;
    *part = {state->changed->data(), state->changed->size()};
    return RCX_OK;
  }

  // From FakeCommit::trailers, in that order. The message is not read: where git finds them is
  // git's business, and an extension that searches the message itself is not what this tests.
  static rcx_status trailer(const rcx_call* call, const rcx_commit* commit, std::uint64_t index,
                            const rcx_trailer** out) {
    const State* state = asking_of(call, commit, "trailer");
    if (state == nullptr) return RCX_MISUSED;
    const auto& all = state->push->reading().trailers(static_cast<std::size_t>(commit->index));
    if (index >= all.size()) return RCX_END;
    *out = &all[static_cast<std::size_t>(index)].raw;
    return RCX_OK;
  }

  // From FakeCommit::signature, both; nothing is checked, so a test says what checking comes to,
  // also something that no key could bring about. A commit without one has the result
  // RCX_SIGNATURE_NONE and an empty block, which is what a FakeCommit begins with.
  static rcx_status signature(const rcx_call* call, const rcx_commit* commit, rcx_bytes* block) {
    const State* state = asking_of(call, commit, "signature");
    if (state == nullptr) return RCX_MISUSED;
    *block = bytes_of(state->push->reading().block(static_cast<std::size_t>(commit->index)));
    return RCX_OK;
  }
  static rcx_status verify(const rcx_call* call, const rcx_commit* commit,
                           const rcx_signature** out) {
    const State* state = asking_of(call, commit, "verify");
    if (state == nullptr) return RCX_MISUSED;
    *out = &state->push->reading().signature(static_cast<std::size_t>(commit->index));
    return RCX_OK;
  }

  // From FakeCommit::mercurial. It decides alone: FakePush's system is not looked at, so a test
  // that is about an extension which asks for the system first should set that too. The struct
  // lives as long as the frozen push, while the host's ends with the handler: what shall stay
  // longer than that, an extension copies first.
  static rcx_status changeset(const rcx_call* call, const rcx_commit* commit,
                              const rcx_hg_changeset** out) {
    const State* state = asking_of(call, commit, "mercurial");
    if (state == nullptr) return RCX_MISUSED;
    const auto* found = state->push->reading().changeset(static_cast<std::size_t>(commit->index));
    if (found == nullptr)
      return because(*state, RCX_UNAVAILABLE, "it is no changeset of Mercurial");
    *out = found;
    return RCX_OK;
  }

  // From FakePush::elsewhere, and else from the references of the push: before it in a pre_push and
  // after it in a push. Symbolic references are not followed: give HEAD the id that it stands for.
  static rcx_status resolve(const rcx_call* call, rcx_bytes name, rcx_bytes* id) {
    const State* state = asking(call, "resolve");
    if (state == nullptr) return RCX_MISUSED;
    if (state->bare()) return state->without_commits();
    const std::optional<std::string_view> found =
        state->push->reading().resolve(rcx::detail::view(name));
    if (!found) return because(*state, RCX_GONE, "there is no reference " + text(name));
    *id = bytes_of(*found);
    return RCX_OK;
  }

  // From FakePush::ancestry, whose pairs are not joined: that a reaches b and b reaches c does not
  // say that a reaches c. Neither are the parents of commits looked at. RCX_GONE is for an id that
  // the test mentions nowhere as that of a commit.
  static rcx_status reaches(const rcx_call* call, rcx_bytes from, rcx_bytes to,
                            std::uint32_t* reached) {
    const State* state = asking(call, "reaches");
    if (state == nullptr) return RCX_MISUSED;
    if (state->bare()) return state->without_commits();
    const std::optional<bool> found = state->push->reading().reaches(text(from), text(to));
    if (!found) {
      return because(*state, RCX_GONE, text(from) + " or " + text(to) + " is no commit");
    }
    *reached = *found ? 1 : 0;
    return RCX_OK;
  }

  // In FakePush::trees, or in FakeCommit::files for a new commit. An old or new id of a reference
  // may be that of a tag for the extension: give its files below the tag's id in FakePush::trees.
  // Ids of directories, which the host knows as trees, are not known here. An empty path, which is
  // the root for the host, is nothing here; for `list` it is the root here and there.
  static rcx_status find(const rcx_call* call, rcx_bytes id, rcx_bytes path,
                         const rcx_entry** entry) {
    const State* state = asking(call, "find");
    if (state == nullptr) return RCX_MISUSED;
    if (state->bare()) return state->without_commits();
    const FrozenTree* tree = state->push->reading().tree(text(id));
    if (tree == nullptr) return because(*state, RCX_GONE, text(id) + " is no commit");
    const rcx_entry* found = tree->find(text(path));
    if (found == nullptr) return RCX_END;
    *entry = found;
    return RCX_OK;
  }
  static rcx_status list(const rcx_call* call, rcx_bytes id, rcx_bytes directory,
                         std::uint64_t index, const rcx_entry** entry) {
    const State* state = asking(call, "list");
    if (state == nullptr) return RCX_MISUSED;
    if (state->bare()) return state->without_commits();
    const FrozenTree* tree = state->push->reading().tree(text(id));
    if (tree == nullptr) return because(*state, RCX_GONE, text(id) + " is no commit");
    const FrozenTree::Entries& all = tree->directory(text(directory));
    if (index >= all.size()) return RCX_END;
    *entry = &all[static_cast<std::size_t>(index)].raw;
    return RCX_OK;
  }

  // From FakePush::lost, also where the reference is not said to be forced or deleted, and however
  // many they are. An index of a reference beyond the push is a misuse here and there.
  static rcx_status lost(const rcx_call* call, std::uint64_t ref, std::uint64_t index,
                         rcx_bytes* id) {
    const State* state = asking(call, "lost");
    if (state == nullptr) return RCX_MISUSED;
    if (state->bare()) return state->without_commits();
    if (ref >= state->push->ref_count()) {
      return state->misused("rcx.repository/1 lost of a reference that is none of this push");
    }
    const std::vector<std::string>& all = state->push->reading().lost(ref);
    if (index >= all.size()) return RCX_END;
    *id = bytes_of(all[static_cast<std::size_t>(index)]);
    return RCX_OK;
  }

  // From FakePush::initial; whether references that the test mentions were there before is not
  // compared with it.
  static rcx_status facts(const rcx_call* call, std::uint32_t* flags) {
    const State* state = asking(call, "facts");
    if (state == nullptr) return RCX_MISUSED;
    if (state->bare()) return state->without_commits();
    *flags = state->push->reading().facts();
    return RCX_OK;
  }

  // From FakePush::certificate, the same in a pre_push and in a push. A push that is not signed,
  // which is what a FakePush begins with, has none: RCX_END, and an empty optional in C++.
  static rcx_status certificate(const rcx_call* call, const rcx_push_certificate** out) {
    const State* state = asking(call, "certificate");
    if (state == nullptr) return RCX_MISUSED;
    if (state->bare()) return state->without_commits();
    const rcx_push_certificate* found = state->push->reading().certificate();
    if (found == nullptr) return RCX_END;
    *out = found;
    return RCX_OK;
  }
};

}  // namespace rcx::testing::detail

#endif  // RCX_TESTING_READING_TABLE_HPP
