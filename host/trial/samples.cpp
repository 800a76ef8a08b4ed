#include "host/trial/samples.hpp"

#include <limits>

namespace rcx::host {
namespace {

using rcx::testing::FakeCommit;
using rcx::testing::FakePull;
using rcx::testing::FakePush;
using rcx::testing::map;
using rcx::testing::Setting;

constexpr const char* kOdd = "caf\xe9 \xff\xfe \x01\x1b[31m\r\n\"'\\ \xc3\xa9";

FakePush one_commit() {
  FakePush push;
  push.ref("refs/heads/main");
  FakeCommit& commit = push.commit("Mend the parser\n\nIt failed on empty input.\n");
  commit.changes = {{RCX_PATH_MODIFIED, "src/parser.c"},
                    {RCX_PATH_ADDED, "tests/parser_test.c"},
                    {RCX_PATH_DELETED, "old.c"},
                    {RCX_PATH_RETYPED, "link"}};
  commit.changes[0].old_content = "int parse(const char* text) {\n  return text[0];\n}\n";
  commit.changes[0].new_content =
      "int parse(const char* text) {\n  if (!text) return 0;\n  return text[0];\n}\n";
  commit.changes[0].added = {{2, "  if (!text) return 0;\n"}};
  commit.changes[1].new_content = "int main(void) { return parse(0); }";
  commit.changes[1].added = {{1, "int main(void) { return parse(0); }"}};
  commit.changes[2].old_content = "int old;\n";
  commit.files = {{"src/parser.c"}, {"tests/parser_test.c"}, {"link"}};
  push.elsewhere["HEAD"] = std::string(40, '1');
  push.trees[std::string(40, '1')] = {{"README"}, {"CODEOWNERS"}, {"src/parser.c"}};
  push.trees[std::string(40, '1')][1].content = "* @ada\n/src/ @ada ada@example.org\n";
  push.ancestry = {{std::string(40, '2'), std::string(40, '1')}};
  return push;
}

FakePush without_commits(const char* ref, std::uint32_t change) {
  FakePush push;
  push.ref(ref).change = change;
  return push;
}

FakePush forced() {
  FakePush push = one_commit();
  push.refs[0].forced = true;
  push.ancestry.clear();
  push.lost[0] = {std::string(40, '1'), std::string(40, '4')};
  return push;
}

FakePush first_push() {
  FakePush push = one_commit();
  push.refs[0].change = RCX_CHANGE_CREATE;
  push.commits[0].parents.clear();
  push.elsewhere.clear();
  push.trees.clear();
  push.ancestry.clear();
  push.initial = true;
  return push;
}

FakePush signed_push() {
  FakePush push = one_commit();
  push.certificate.emplace();
  for (std::uint32_t result = RCX_SIGNATURE_NONE; result <= RCX_SIGNATURE_UNKNOWN + 1; ++result) {
    FakeCommit& commit = push.commit("Signed, " + std::to_string(result));
    commit.signature.result = result;
    commit.trailers = {{"Signed-off-by", "Ada Lovelace <ada@example.org>"}, {"Fixes", ""}};
    if (result > RCX_SIGNATURE_UNTRUSTED) continue;
    commit.signature.signer = "ada@example.org";
    commit.signature.key = commit.signature.fingerprint = "SHA256:" + std::string(43, 'x');
  }
  return push;
}

FakePush unreadable_contents() {
  FakePush push = one_commit();
  for (rcx::testing::FakeChange& change : push.commits[0].changes) {
    change.old_content.clear();
    change.new_content.clear();
    change.old_size = change.new_size = 5'000'000'000;
  }
  push.trees[std::string(40, '1')][1] = {"CODEOWNERS", 0100644, "", 5'000'000'000, ""};
  return push;
}

FakePush merges() {
  FakePush push = one_commit();
  FakeCommit& octopus = push.commit("Merge branches a, b and c");
  octopus.parents = {std::string(40, '1'), std::string(40, '2'), std::string(40, '3')};
  push.commit("An orphan").parents.clear();
  return push;
}

FakePush empty_fields() {
  FakePush push = one_commit();
  FakeCommit& commit = push.commits[0];
  commit.message.clear();
  commit.author = {"", "", 0, 0};
  commit.committer = {"", "", -1, -720};
  push.caller.name.clear();
  push.caller.source.clear();
  push.caller.auth_method.clear();
  push.repository.fields = {{"key", nullptr}};
  return push;
}

FakePush odd_bytes() {
  FakePush push = one_commit();
  push.refs[0].name = std::string("refs/heads/") + kOdd;
  FakeCommit& commit = push.commits[0];
  commit.message = kOdd;
  commit.author.name = commit.author.email = kOdd;
  commit.changes = {{RCX_PATH_ADDED, kOdd}};
  commit.changes[0].new_content = std::string(kOdd) + std::string(3, '\0');
  commit.changes[0].added = {{1, kOdd}};
  commit.changes.push_back({RCX_PATH_ADDED, "binary"});
  commit.changes.back().binary = true;
  commit.changes.back().new_content = std::string("\0\1\2", 3);
  commit.files = {{kOdd}};
  commit.trailers = {{kOdd, kOdd}, {"", ""}};
  commit.signature = {RCX_SIGNATURE_GOOD, kOdd, kOdd, kOdd, kOdd};
  push.trees[std::string(40, '1')][1].content = kOdd;
  push.certificate = {RCX_SIGNATURE_BAD, "", "", kOdd, "", "UNSOLICITED"};
  push.caller.name = kOdd;
  push.repository.name = kOdd;
  push.push_options = {kOdd, ""};
  return push;
}

FakePush many_refs() {
  FakePush push;
  for (int i = 0; i < 1000; ++i) push.ref("refs/heads/b" + std::to_string(i));
  return push;
}

FakePush many_commits() {
  FakePush push;
  push.ref("refs/heads/main");
  for (int i = 0; i < 1000; ++i) push.commit("Commit " + std::to_string(i));
  return push;
}

FakePush large_commit() {
  FakePush push = one_commit();
  FakeCommit& commit = push.commits[0];
  commit.message = "A long message\n\n" + std::string(1'000'000, 'x');
  for (int i = 0; i < 5000; ++i) {
    commit.changes.push_back(
        {RCX_PATH_ADDED, "d" + std::to_string(i % 7) + "/" + std::to_string(i)});
    commit.changes.back().new_size = 5'000'000'000;
  }
  return push;
}

FakePush sha256() {
  FakePush push = one_commit();
  push.refs[0].old_id = std::string(64, 'a');
  push.refs[0].new_id = std::string(64, 'b');
  push.commits[0].id = std::string(64, 'b');
  push.commits[0].parents = {std::string(64, 'a')};
  return push;
}

FakePush unreadable(rcx_status status) {
  FakePush push = one_commit();
  push.fail_at = 0;
  push.fail_status = status;
  return push;
}

FakePush cancelled() {
  FakePush push = one_commit();
  push.cancel_after = 0;
  return push;
}

FakePush other_system(std::uint32_t vcs) {
  FakePush push = one_commit();
  push.repository.vcs = vcs;
  push.attempt = 2;
  push.depth = 1;
  return push;
}

FakePull fetch() {
  FakePull pull;
  pull.want("refs/heads/main");
  pull.want("refs/tags/v1");
  return pull;
}

FakePull clone(bool shallow, const char* filter) {
  FakePull pull = fetch();
  pull.is_clone = true;
  pull.shallow = shallow;
  pull.filter = filter;
  return pull;
}

FakePull not_told() {
  FakePull pull;
  pull.told = false;
  return pull;
}

FakePull odd_pull() {
  FakePull pull = fetch();
  pull.want("");
  pull.want(std::string("refs/heads/") + kOdd);
  pull.wanted[0].id = std::string(64, 'a');
  pull.caller.name = kOdd;
  pull.repository.name = kOdd;
  return pull;
}

FakePull deserted_pull() {
  FakePull pull = fetch();
  pull.cancel_after = 0;
  return pull;
}

// Text has to be UTF-8, and bytes need not be.
Setting text_for(const catalogue::Field& field, Telling telling) {
  if (telling == Telling::kMuch && field.name == "description") return std::string(1'000'000, 'x');
  if (telling == Telling::kOdd && field.type == catalogue::Type::kBytes) return kOdd;
  if (telling == Telling::kOdd) return "caf\xc3\xa9 \x1b[31m\r\n\"'\\";
  if (field.type == catalogue::Type::kUrl) return "https://example.org/team/app";
  return std::string(field.name) + " of it";
}

// A value for every field.
Setting everything(const catalogue::Struct& type, Telling telling) {
  const std::size_t many = telling == Telling::kMuch ? 1000 : 3;
  Setting all = map({});
  for (std::size_t i = 0; i < type.count; ++i) {
    const catalogue::Field& field = type.fields[i];
    const std::string name(field.name);
    switch (field.type) {
      case catalogue::Type::kOwn:
        break;
      case catalogue::Type::kFlag:
        all = merged(std::move(all), map({{name, true}}));
        break;
      case catalogue::Type::kNumber:
        all = merged(std::move(all), map({{name, INT64_MAX}}));
        break;
      case catalogue::Type::kTime:
        all = merged(std::move(all), map({{name, "2199-12-31T23:59:59.999999999Z"}}));
        break;
      case catalogue::Type::kChoice: {
        const catalogue::Choices& choices = field.choices;
        all = merged(std::move(all), map({{name, std::string(choices.names[choices.count - 1])}}));
        break;
      }
      case catalogue::Type::kTexts:
      case catalogue::Type::kStructs: {
        const bool texts = field.type == catalogue::Type::kTexts;
        const Setting item = texts ? text_for(field, telling) : everything(*field.of, telling);
        // Those in a list of 1000 are short, since the memory of a call is bounded.
        all = merged(std::move(all),
                     map({{name, rcx::testing::repeated(item, texts && many > 3 ? 40 : many)}}));
        break;
      }
      case catalogue::Type::kStruct: {
        Setting part = everything(*field.of, telling);
        all = merged(std::move(all), field.beside ? std::move(part) : map({{name, part}}));
        break;
      }
      default:
        all = merged(std::move(all), map({{name, text_for(field, telling)}}));
    }
  }
  return all;
}

// What somebody may give for a parameter of that kind.
Setting argument(std::uint32_t kind, Telling telling) {
  const bool odd = telling == Telling::kOdd;
  switch (kind) {
    case RCX_VALUE_BOOLEAN:
      return !odd;
    case RCX_VALUE_INTEGER:
      return odd ? std::numeric_limits<std::int64_t>::min() : std::int64_t{3};
    case RCX_VALUE_NUMBER:
      return odd ? -1e300 : 1.5;
    default:
      return odd                         ? Setting(std::string("\0../\xC3\xA9\n", 7))
             : telling == Telling::kMuch ? Setting(std::string(std::size_t{1} << 20U, 'x'))
                                         : Setting("some text");
  }
}

}  // namespace

const std::vector<Sample>& samples() {
  static const std::vector<Sample> kAll = {
      {"an update of a branch by one commit", one_commit()},
      {"a new branch without commits", without_commits("refs/heads/new", RCX_CHANGE_CREATE)},
      {"the deletion of a branch", without_commits("refs/heads/old", RCX_CHANGE_DELETE)},
      {"a new tag", without_commits("refs/tags/v1", RCX_CHANGE_CREATE)},
      {"a reference that is no branch and no tag",
       without_commits("refs/notes/commits", RCX_CHANGE_UPDATE)},
      {"a forced update", forced()},
      {"the first push to a repository", first_push()},
      {"signatures of every kind", signed_push()},
      {"a merge of three, and a commit without parents", merges()},
      {"an empty message and nameless people", empty_fields()},
      {"names, messages and paths that are not UTF-8", odd_bytes()},
      {"1000 references", many_refs()},
      {"1000 commits", many_commits()},
      {"a message of 1 MB and 5000 paths", large_commit()},
      {"contents that the host does not read", unreadable_contents()},
      {"ids of SHA-256", sha256()},
      {"a push of Subversion, asked a second time", other_system(RCX_VCS_SUBVERSION)},
      {"a person who has gone", cancelled()},
      {"commits that the host cannot read", unreadable(RCX_FAILED)},
      {"commits beyond the host's limit", unreadable(RCX_LIMIT)},
      {"an update of a branch by one commit, once more", one_commit()},
      {"a fetch of a branch and a tag", {}, fetch()},
      {"a clone", {}, clone(false, "")},
      {"a shallow clone with a filter", {}, clone(true, "blob:none")},
      {"a client that has not said what it wants", {}, not_told()},
      {"names that are not UTF-8, an object without a name, ids of SHA-256", {}, odd_pull()},
      {"a person who has gone before the pack", {}, deserted_pull()},
      {"an event of which a forge tells the least", {}, {}, Telling::kLeast},
      {"an event of which a forge tells everything", {}, {}, Telling::kAll},
      {"an event that is told in bytes that are not UTF-8", {}, {}, Telling::kOdd},
      {"an event with lists of 1000 and a text of 1 MB", {}, {}, Telling::kMuch},
      {"an event whose forge has gone", {}, {}, Telling::kDeserted},
      {"a call with what it must have", {}, {}, {}, Telling::kLeast},
      {"a call with everything", {}, {}, {}, Telling::kAll},
      {"a call with odd names and numbers", {}, {}, {}, Telling::kOdd},
      {"a call with texts of 1 MB", {}, {}, {}, Telling::kMuch},
      {"a call whose caller has gone", {}, {}, {}, Telling::kDeserted},
  };
  return kAll;
}

bool concerns(const Sample& sample, const EventKind& kind) {
  if (kind.told != nullptr) return sample.told.has_value();
  if (kind.number == RCX_EVENT_CALL) return sample.called.has_value();
  return !sample.told && !sample.called &&
         (kind.action == RCX_ACTION_PULL) == sample.pull.has_value();
}

rcx::testing::FakeEvent told_event(const Sample& sample, const EventKind& kind) {
  rcx::testing::FakeEvent event(std::string(kind.name));
  if (*sample.told != Telling::kLeast) {
    event.fields = everything(*kind.told->fields, *sample.told);
  }
  if (*sample.told == Telling::kDeserted) event.cancel_after = 0;
  if (*sample.told == Telling::kOdd) event.caller.name = kOdd;
  return event;
}

rcx::testing::FakeCall called_hook(const Sample& sample, const HookInfo& hook) {
  rcx::testing::FakeCall call(hook.name);
  for (const ParameterInfo& parameter : hook.parameters) {
    if (*sample.called == Telling::kLeast && !parameter.required) continue;
    call.arguments = merged(std::move(call.arguments),
                            map({{parameter.name, argument(parameter.kind, *sample.called)}}));
  }
  if (hook.of_repository || *sample.called != Telling::kLeast) {
    call.repository = rcx::testing::FakeRepository();
  }
  if (*sample.called == Telling::kOdd) {
    call.repository.name = kOdd;
    call.caller.name = kOdd;
    call.attempt = 2;
  }
  if (*sample.called == Telling::kDeserted) call.cancel_after = 0;
  return call;
}

}  // namespace rcx::host
