#include "host/config/config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/cli/template.hpp"

namespace rcx::host {
namespace {

using testing::HasSubstr;

std::string mistakes(const std::string& text) {
  const auto config = parse_config("/i/rcx.yaml", text);
  return config ? std::string() : config.error().message;
}

std::shared_ptr<const Config> parsed(const std::string& text) {
  auto config = parse_config("/i/rcx.yaml", text);
  EXPECT_TRUE(config) << (config ? "" : config.error().message);
  return config ? *config : std::make_shared<Config>();
}

// The template with every `# key: …` line turned on.
std::string uncommented(std::string_view text) {
  std::string all;
  for (const std::string_view line : split(text, '\n')) {
    const bool code = line.starts_with("# ") && line.find(':') != std::string_view::npos &&
                      !std::isupper(static_cast<unsigned char>(line[2]));
    const bool prose = line.find(". ") != std::string_view::npos || line.ends_with(".") ||
                       line.find("rcx.yaml:") != std::string_view::npos;
    all += std::string(code && !prose ? line.substr(2) : line) + "\n";
  }
  return all;
}

TEST(Config, TheTemplateIsRightWithEveryKeyOnAndOff) {
  const auto plain = parsed(std::string(cli::kConfigTemplate));
  EXPECT_EQ(plain->roots, std::vector<fs::path>{"/i/repositories"});
  EXPECT_TRUE(plain->extensions.empty());
  const auto full = parsed(uncommented(cli::kConfigTemplate));
  EXPECT_EQ(full->extensions.count("commit_policy"), 1U);
  EXPECT_EQ(full->identity.trusted_users, (std::vector<std::string>{"git", "www-data"}));
  EXPECT_EQ(full->budget.drain, plain->budget.drain);
  EXPECT_EQ(full->limits.memory, plain->limits.memory);
  EXPECT_EQ(full->limits.recycle_memory, plain->limits.recycle_memory);
  EXPECT_EQ(full->limits.descriptors, plain->limits.descriptors);
  EXPECT_EQ(full->reading.paths, plain->reading.paths);
  EXPECT_EQ(full->reading.path_bytes, plain->reading.path_bytes);
  EXPECT_EQ(full->reading.messages, plain->reading.messages);
  EXPECT_EQ(full->reading.content, plain->reading.content);
  EXPECT_EQ(full->reading.lines, plain->reading.lines);
  EXPECT_EQ(full->signatures.allowed_signers, fs::path("/i/signers"));
  EXPECT_EQ(full->output.lines, plain->output.lines);
  EXPECT_EQ(full->pre.processes, plain->pre.processes);
  EXPECT_EQ(full->post.threads, plain->post.threads);
  EXPECT_EQ(full->records.keep, plain->records.keep);
  EXPECT_EQ(full->records.max_megabytes, plain->records.max_megabytes);
  EXPECT_EQ(full->queue.attempts, plain->queue.attempts);
  EXPECT_EQ(full->queue.backoff, plain->queue.backoff);
  EXPECT_EQ(full->queue.longest_backoff, plain->queue.longest_backoff);
  EXPECT_EQ(full->queue.order_hold, plain->queue.order_hold);
  EXPECT_EQ(full->queue.keep, plain->queue.keep);
  EXPECT_EQ(full->queue.keep_dead, plain->queue.keep_dead);
  EXPECT_EQ(full->queue.max_megabytes, plain->queue.max_megabytes);
  EXPECT_EQ(full->queue.parallel, plain->queue.parallel);
  EXPECT_EQ(full->queue.when_full, plain->queue.when_full);
}

TEST(Config, PartialIsForAllOrForSomeRepositories) {
  EXPECT_FALSE(parsed("roots: [a]\n")->partial_in("x"));
  EXPECT_TRUE(parsed("roots: [a]\npartial: true\n")->partial_in("x"));
  const auto config = parsed(
      "roots: [a]\nrepositories:\n"
      "  - {match: ['team/*', lib], partial: true}\n"
      "  - {match: 'team/old', partial: false}\n"
      "  - {match: '*', fields: {}}\n");
  EXPECT_TRUE(config->partial_in("team/app"));
  EXPECT_TRUE(config->partial_in("lib"));
  EXPECT_FALSE(config->partial_in("team/old")) << "later rules win";
  EXPECT_FALSE(config->partial_in("other"));
  EXPECT_THAT(mistakes("roots: [a]\nrepositories: [{match: x, partial: maybe}]\n"),
              HasSubstr("repositories[0].partial: wanted true or false, got 'maybe'"));
}

TEST(Config, BypassNamesUsersAndGroups) {
  const auto config = parsed(
      "roots: [a]\ngroups: {release: [ada, grace]}\nbypass: [root, '@release']\n"
      "extensions:\n  one: {}\n  two: {bypass: []}\n"
      "  three: {bypass: '@release', unbypassable: true}\n");
  const std::vector<std::string> all = {"root", "ada", "grace"};
  EXPECT_EQ(config->extension("one").bypass, all);
  EXPECT_EQ(config->extension("not named").bypass, all);
  EXPECT_TRUE(config->extension("two").bypass.empty()) << "nobody";
  EXPECT_EQ(config->extension("three").bypass, (std::vector<std::string>{"ada", "grace"}));
  EXPECT_TRUE(config->extension("three").unbypassable);
  EXPECT_FALSE(config->extension("one").unbypassable);
  EXPECT_TRUE(parsed("roots: [a]\n")->extension("one").bypass.empty());
  EXPECT_THAT(mistakes("roots: [a]\ngroups: {all: ['@release']}\n"),
              HasSubstr("groups.all: wanted users, and no groups in a group"));
  EXPECT_THAT(mistakes("roots: [a]\nbypass: ['@relase']\ngroups: {release: [ada]}\n"),
              HasSubstr("bypass: wanted a user, or @ and a name that stands in  groups:, got "
                        "'@relase'"));
}

TEST(Config, SaysHowLongRecordsAreKept) {
  const auto config = parsed("roots: [a]\nrecords: {keep: 12h, max_megabytes: 5}\n");
  EXPECT_EQ(config->records.keep, std::chrono::hours(12));
  EXPECT_EQ(config->records.max_megabytes, 5);
  EXPECT_THAT(mistakes("roots: [a]\nrecords: {keep: 0d}\n"),
              HasSubstr("records.keep: wanted a length of time above 0"));
  EXPECT_THAT(mistakes("roots: [a]\nrecords: {max_megabytes: 0}\n"),
              HasSubstr("records.max_megabytes: wanted an integer from 1"));
}

TEST(Config, Queue) {
  const auto config = parsed(
      "roots: [a]\nqueue: {attempts: 3, backoff: 2s, longest_backoff: 1m, order_hold: 0s, keep: 1h,"
      " keep_dead: 2h, max_megabytes: 7, parallel: 2, when_full: allow}\n");
  EXPECT_EQ(config->queue.attempts, 3);
  EXPECT_EQ(config->queue.backoff, std::chrono::seconds(2));
  EXPECT_EQ(config->queue.longest_backoff, std::chrono::minutes(1));
  EXPECT_EQ(config->queue.order_hold.count(), 0);
  EXPECT_EQ(config->queue.keep, std::chrono::hours(1));
  EXPECT_EQ(config->queue.keep_dead, std::chrono::hours(2));
  EXPECT_EQ(config->queue.max_megabytes, 7);
  EXPECT_EQ(config->queue.parallel, 2);
  EXPECT_EQ(config->queue.when_full, WhenFull::kAllow);
  EXPECT_THAT(
      mistakes("roots: [a]\nqueue: {attempts: 0, backoff: 0s, parallel: 99, full: x}\n"),
      AllOf(HasSubstr("queue.attempts: wanted an integer from 1"),
            HasSubstr("queue.backoff: wanted a length of time above 0"),
            HasSubstr("queue.parallel: wanted an integer from 1 to 32"), HasSubstr("full")));
}

TEST(Config, ResolvesPathsAgainstItsDirectory) {
  const auto config = parsed("roots: [/srv/git, git]\nrun: /run/rcx\nstate: ../s\n");
  EXPECT_EQ(config->roots, (std::vector<fs::path>{"/srv/git", "/i/git"}));
  EXPECT_EQ(config->run, fs::path("/run/rcx"));
  EXPECT_EQ(config->state, fs::path("/s"));
  EXPECT_EQ(config->rcextensions, fs::path("/i/rcextensions"));
}

TEST(Config, Limits) {
  const auto config = parsed(
      "roots: [a]\nlimits: {memory: 0, recycle_memory: 64MiB, descriptors: 64, core_dumps: "
      "true}\n");
  EXPECT_EQ(config->limits.memory, 0U);
  EXPECT_EQ(config->limits.recycle_memory, std::uint64_t{64} << 20U);
  EXPECT_EQ(config->limits.descriptors, 64);
  EXPECT_TRUE(config->limits.core_dumps);
  EXPECT_EQ(parsed("roots: [a]\nlimits: {memory: 2GiB}\n")->limits.memory, std::uint64_t{2} << 30U);
  EXPECT_THAT(mistakes("roots: [a]\nworkers: {pre: {threads: 8}}\nlimits: {memory: 64MiB}\n"),
              HasSubstr("3:9: limits.memory: wanted at least 16MiB for each of the 8 threads of a "
                        "worker, got 64MiB"));
  for (const char* wrong : {"4", "4GB", "-1GiB", "1KiB", "63MiB", "GiB", "4 GiB", "1.5GiB",
                            "[1GiB]", "99999999999999999999GiB", "9999999999GiB"}) {
    EXPECT_THAT(
        mistakes(std::string("roots: [a]\nlimits: {memory: ") + wrong + "}\n"),
        HasSubstr("limits.memory: wanted a size such as 512MiB or 4GiB, at least 64MiB, or 0"))
        << wrong;
  }
}

TEST(Config, BoundsWhatIsReadOfAPush) {
  const auto defaults = parsed("roots: [a]\n");
  const auto config = parsed(
      "roots: [a]\nreading: {paths: 7, path_bytes: 1KiB, messages: 2MiB, content: 0, lines: "
      "3GiB}\n");
  EXPECT_EQ(config->reading.paths, 7);
  EXPECT_EQ(config->reading.path_bytes, 1024U);
  EXPECT_EQ(config->reading.messages, std::uint64_t{2} << 20U);
  EXPECT_EQ(config->reading.content, 0U);
  EXPECT_EQ(config->reading.lines, std::uint64_t{3} << 30U);
  EXPECT_EQ(parsed("roots: [a]\nreading: {paths: 7}\n")->reading.content,
            defaults->reading.content);
  for (const char* key : {"path_bytes", "messages", "content", "lines"}) {
    for (const char* wrong : {"4", "4GB", "1023", "-1KiB", "KiB", "1 KiB", "[1KiB]", "1.5KiB"}) {
      EXPECT_THAT(mistakes(std::string("roots: [a]\nreading: {") + key + ": " + wrong + "}\n"),
                  HasSubstr(std::string("reading.") + key +
                            ": wanted a size such as 512MiB or 4GiB, at least 1KiB, or 0, got "))
          << key << ": " << wrong;
    }
  }
  for (const char* wrong : {"0", "-1", "many", "1KiB", "1000000001"}) {
    EXPECT_THAT(mistakes(std::string("roots: [a]\nreading: {paths: ") + wrong + "}\n"),
                HasSubstr("reading.paths: wanted an integer from 1 to 1000000000, got '"))
        << wrong;
  }
  EXPECT_THAT(mistakes("roots: [a]\nreading: {pathes: 5}\n"),
              HasSubstr("2:11: unknown key 'reading.pathes'; did you mean 'paths'?"));
  EXPECT_THAT(mistakes("roots: [a]\nreading: 5\n"), HasSubstr("2:10: reading: wanted a map"));
}

TEST(Config, NamesTheKeysOfSignatures) {
  const auto none = parsed("roots: [a]\n");
  EXPECT_EQ(none->signatures.allowed_signers, fs::path());
  EXPECT_EQ(none->signatures.revoked_keys, fs::path());
  EXPECT_EQ(none->signatures.gnupg_home, fs::path());
  const auto config = parsed(
      "roots: [a]\nsignatures: {allowed_signers: signers, revoked_keys: revoked, "
      "gnupg_home: /etc/keys/../gnupg}\n");
  EXPECT_EQ(config->signatures.allowed_signers, fs::path("/i/signers"));
  EXPECT_EQ(config->signatures.revoked_keys, fs::path("/i/revoked"));
  EXPECT_EQ(config->signatures.gnupg_home, fs::path("/etc/gnupg"));
  EXPECT_THAT(mistakes("roots: [a]\nsignatures: {allowed_signers: [a]}\n"),
              HasSubstr("2:31: signatures.allowed_signers: wanted text"));
  EXPECT_THAT(mistakes("roots: [a]\nsignatures: {gnupg_home: {a: b}}\n"),
              HasSubstr("2:26: signatures.gnupg_home: wanted text"));
  EXPECT_THAT(mistakes("roots: [a]\nsignatures: {allowed_signer: a}\n"),
              HasSubstr("unknown key 'signatures.allowed_signer'; did you mean "
                        "'allowed_signers'?"));
  EXPECT_THAT(mistakes("roots: [a]\nsignatures: [a]\n"), HasSubstr("signatures: wanted a map"));
}

TEST(Config, NamesUnknownKeysWithTheirPlaceAndTheNearest) {
  EXPECT_EQ(mistakes("roots: [a]\nserver_urll: x\n"),
            "/i/rcx.yaml:2:1: unknown key 'server_urll'; did you mean 'server_url'?");
  EXPECT_THAT(mistakes("roots: [a]\nbudget:\n  extensoin: 5s\n"),
              HasSubstr("/i/rcx.yaml:3:3: unknown key 'budget.extensoin'; did you mean "
                        "'extension'?"));
  EXPECT_THAT(mistakes("roots: [a]\nclient: {zzzzzzzz: 1}\n"),
              HasSubstr("known here: when_unreachable, timeout, connect_timeout"));
}

TEST(Config, NamesWrongTypes) {
  EXPECT_THAT(mistakes("roots: {a: b}\n"),
              HasSubstr("1:8: roots: wanted a list of texts, got a map"));
  EXPECT_THAT(mistakes("roots: [a]\nbudget: {event: 5}\n"),
              HasSubstr("2:17: budget.event: wanted a length of time such as 500ms, 5s or 2m, got "
                        "'5'"));
  EXPECT_THAT(mistakes("roots: [a]\nworkers: {pre: {processes: 0}}\n"),
              HasSubstr("workers.pre.processes: wanted an integer from 1 to 64, got '0'"));
  EXPECT_THAT(mistakes("roots: [a]\nclient: {when_unreachable: maybe}\n"),
              HasSubstr("wanted one of refuse, allow, run-once, got 'maybe'"));
  EXPECT_THAT(mistakes("roots: [a]\nextensions: {x: {settings: 5}}\n"),
              HasSubstr("extensions.x.settings: wanted a map of settings, got '5'"));
  EXPECT_THAT(mistakes("- a\n"), HasSubstr("wanted a map of keys and values, got a list"));
  EXPECT_THAT(mistakes(""), HasSubstr("roots: wanted a list of directories"));
  EXPECT_THAT(mistakes("roots: [a]\nbudget: {event: 0s}\n"), HasSubstr("above 0"));
}

TEST(Config, AClientMustOutwaitTheHandlers) {
  EXPECT_THAT(mistakes("roots: [a]\nclient: {timeout: 10s}\n"),
              HasSubstr("client.timeout: wanted more than budget.event (30 s), got 10 s"));
  EXPECT_EQ(mistakes("roots: [a]\nclient: {timeout: 10s}\nbudget: {event: 9s}\n"), "");
}

TEST(Config, NamesDuplicateKeysAnywhere) {
  EXPECT_EQ(mistakes("roots: [a]\nrun: x\nrun: y\n"),
            "/i/rcx.yaml:3:1: duplicate key 'run', first given in line 2");
  EXPECT_THAT(mistakes("roots: [a]\nextensions:\n  x:\n    settings:\n      k: 1\n      k: 2\n"),
              HasSubstr("6:7: duplicate key 'k'"));
}

TEST(Config, NamesEveryMistakeAtOnceInOrder) {
  const std::string all = mistakes("budget: {event: x}\nroots: [a]\nnope: 1\nlog: {level: loud}\n");
  const auto lines = split(all, '\n');
  ASSERT_EQ(lines.size(), 3U) << all;
  EXPECT_THAT(std::string(lines[0]), HasSubstr(":1:17:"));
  EXPECT_THAT(std::string(lines[1]), HasSubstr(":3:1:"));
  EXPECT_THAT(std::string(lines[2]), HasSubstr(":4:14:"));
}

TEST(Config, SurvivesHostileFiles) {
  EXPECT_THAT(mistakes("roots: [a\n"), HasSubstr("/i/rcx.yaml:"));
  EXPECT_EQ(mistakes("roots: [a]\nrun: a: b\n"),
            "/i/rcx.yaml:2:7: illegal map value; put text that holds ': ' in quotes");
  EXPECT_THAT(mistakes("roots: [a]\n---\nroots: [b]\n"), HasSubstr("one YAML document"));
  EXPECT_THAT(mistakes("? [a]\n: b\n"), HasSubstr("wanted a word as a key"));
  std::string bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n";
  for (char c = 'b'; c <= 'i'; ++c) {
    const std::string before = std::string("*") + static_cast<char>(c - 1);
    bomb += std::string(1, c) + ": &" + c + " [";
    for (int i = 0; i < 9; ++i) bomb += (i == 0 ? "" : ",") + before;
    bomb += "]\n";
  }
  EXPECT_THAT(mistakes(bomb), HasSubstr("wanted at most 100000 values"));
  EXPECT_THAT(mistakes("roots: " + std::string(200, '[') + std::string(200, ']')),
              HasSubstr("/i/rcx.yaml:"));
  EXPECT_NE(mistakes(std::string("roots: [a]\n\0\n", 13)), "");
  EXPECT_NE(mistakes("roots: [a]\nrun: \xff\xfe\n\x01"), "");
}

// What a fuzzer found: yaml-cpp saw documents without end.
TEST(Config, IsOneDocument) {
  EXPECT_THAT(mistakes("roots: [a]\n---\nroots: [b]\n"),
              HasSubstr("/i/rcx.yaml:2:1: wanted one YAML document, got a second"));
  EXPECT_THAT(mistakes(",{:z"), HasSubstr("/i/rcx.yaml:1:"));
  EXPECT_THAT(mistakes(",oot:[ \x02\a\n"), HasSubstr("/i/rcx.yaml:1:"));
  EXPECT_EQ(mistakes("---\nroots: [a]\n...\n"), "");
}

// What a fuzzer found: yaml-cpp never came back from the second.
TEST(Config, IsTextInUtf8) {
  EXPECT_THAT(mistakes(std::string("\xff\xfer\0o\0o\0t\0s\0:\0", 14)),
              HasSubstr("/i/rcx.yaml: wanted text in UTF-8, got other bytes"));
  EXPECT_THAT(mistakes(std::string(",\0o\0:\0", 6)), HasSubstr("wanted text in UTF-8"));
  EXPECT_THAT(mistakes("roots: [\xe4]\n"), HasSubstr("wanted text in UTF-8"));
  EXPECT_EQ(mistakes("roots: [\xc3\xa4]\n"), "");
}

TEST(Config, KeepsTheDefaultsOfExtensionsThatItDoesNotName) {
  const auto config = parsed("roots: [a]\nextensions: {x: {fail: open, priority: 5}}\n");
  EXPECT_EQ(config->extension("x").fail, FailPolicy::kOpen);
  EXPECT_EQ(config->extension("x").priority, 5);
  EXPECT_EQ(config->extension("y").fail, FailPolicy::kClosed);
  EXPECT_EQ(config->extension("y").settings->root().kind, RCX_VALUE_MAP);
}

}  // namespace
}  // namespace rcx::host
