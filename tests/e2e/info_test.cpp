// `rcx extensions info`: what a file is, found out without anybody's constructor running in rcx.
#include <elf.h>
#include <link.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <random>

#include <rcx/abi.h>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

namespace json = boost::json;

class Info : public HostTest {
 protected:
  Outcome info(const Words& arguments) {
    Command command{{(built_programs() / "rcx").string(), "extensions", "info"}, temp_.path()};
    command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
    return run(command);
  }
  Outcome info_of(const fs::path& file) { return info({file.string()}); }
  fs::path put(const std::string& name, const std::string& bytes, unsigned mode = 0755) {
    fs::path file = temp_.path() / name;
    write_file(file, bytes, mode);
    return file;
  }
  fs::path put_fixture(const std::string& id, unsigned mode = 0755) {
    return put(id + ".so", read_file(fixture(id)), mode);
  }
  // One line, which names the file.
  static void expect_line(const Outcome& told, const std::string& file,
                          const std::vector<std::string>& says) {
    EXPECT_EQ(told.status, 1) << told.out;
    EXPECT_EQ(std::count(told.err.begin(), told.err.end(), '\n'), 1) << told.err;
    EXPECT_THAT(told.err, AllOf(StartsWith("rcx: "), HasSubstr(file)));
    for (const std::string& text : says) EXPECT_THAT(told.err, HasSubstr(text));
  }
};

TEST_F(Info, OfAGoodOne) {
  const fs::path file = put_fixture("recorder");
  const Outcome told = info_of(file);
  EXPECT_EQ(told.status, 0) << told.err;
  EXPECT_THAT(told.out, ContainsRegex("id +recorder\n"));
  EXPECT_THAT(told.out, HasSubstr("built with 1." + std::to_string(RCX_ABI_MINOR) +
                                  ", needs 1.0; this host speaks 1."));
  EXPECT_THAT(told.out, ContainsRegex("handles +pre_push on .*, inline\n"));
  EXPECT_THAT(told.out, ContainsRegex("file +" + file.string() + ", [0-9]+ bytes, mode 0755"));
  EXPECT_THAT(told.out, ContainsRegex("needs .*libstdc\\+\\+\\.so"));
  EXPECT_THAT(told.out, ContainsRegex("exports +rcx_plugin_entry\n"));
}

TEST_F(Info, AsJson) {
  const fs::path file = put_fixture("plain");
  const json::value told = json::parse(info({"--json", file.string()}).out);
  EXPECT_EQ(told.at("id").as_string(), "plain");
  EXPECT_EQ(told.at("version").as_string(), "1.0.0");
  EXPECT_TRUE(told.at("abi_accepted").as_bool());
  EXPECT_EQ(told.at("size").to_number<std::uintmax_t>(), fs::file_size(file));
  EXPECT_EQ(told.at("mode").as_string(), "0755");
  EXPECT_EQ(told.at("handlers").at(0).at("event").as_string(), "pre_push");
  EXPECT_EQ(told.at("handlers").at(0).at("actions"), json::value(json::array{"push"}));
  EXPECT_EQ(told.at("handlers").at(0).at("delivery").as_string(), "inline");
  EXPECT_EQ(told.at("exports"), json::value(json::array{"rcx_plugin_entry"}));
  EXPECT_FALSE(told.as_object().contains("refused"));
}

// What the list shortens is the same hash, which is also what sha256sum says.
TEST_F(Info, HashIsThatOfTheList) {
  host_.add("plain");
  host_.start();
  const fs::path file = host_.rcextensions() / "plain.so";
  const std::string sum = must({{"sha256sum", file.string()}}).substr(0, 64);
  EXPECT_THAT(info_of(file).out, ContainsRegex("sha256 +" + sum + "\n"));
  EXPECT_THAT(host_.listed("plain"), HasSubstr("sha256:" + sum.substr(0, 12)));
}

TEST_F(Info, DirectoryThatHoldsOne) {
  put("plain/plain.so", read_file(fixture("plain")));
  EXPECT_THAT(info_of(temp_.path() / "plain").out, ContainsRegex("id +plain\n"));
  EXPECT_THAT(info({(temp_.path() / "plain").string() + "/"}).out, ContainsRegex("id +plain\n"));
}

TEST_F(Info, OfFilesThatAreNone) {
  expect_line(info_of(temp_.path() / "absent.so"), "absent.so", {"No such file"});
  expect_line(info_of(put("text.so", "this is text\n")), "text.so", {"cannot be loaded"});
  expect_line(info_of(put("empty.so", "")), "empty.so", {"copy it again"});
  expect_line(info_of(temp_.path()), temp_.path().string(), {"is a directory that holds no"});
  const fs::path pipe = temp_.path() / "pipe.so";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0644), 0);
  expect_line(info_of(pipe), "pipe.so", {"no regular file"});
  expect_line(info_of(fs::path("/dev/zero")), "/dev/zero", {"no regular file"});
  EXPECT_EQ(info(Words{}).status, 2);
}

TEST_F(Info, OfTruncatedOnes) {
  const std::string whole = read_file(fixture("plain"));
  for (const std::size_t size : {40U, 1000U, 5000U}) {
    expect_line(info_of(put("cut.so", whole.substr(0, size))), "cut.so", {"copy it again"});
  }
}

TEST_F(Info, OfOnesThatDoNotLoad) {
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"no_entry", "exports no rcx_plugin_entry"},
      {"wrong_magic", "wanted magic"},
      {"wrong_major", "built for ABI 99.x, this host speaks 1.x; rebuild it"},
      {"newer_minor", "needs ABI 1.77"},
      {"undefined_symbol", "undefined symbol: nobody_defines_this"},
      {"load_crashes", "signal 11"},
      {"load_throws", "static constructors"},
      {"load_exits", "static constructors"}};
  for (const auto& [id, says] : bad) expect_line(info_of(put_fixture(id)), id + ".so", {says});
}

TEST_F(Info, OfOneThatHangs) {
  const fs::path file = put_fixture("load_hangs");
  expect_line(info({"--timeout", "0.5", file.string()}), "load_hangs.so",
              {"hangs while it is loaded", "500 ms"});
}

// It would run as whoever asks: this one would crash.
TEST_F(Info, WhatOthersCanChangeIsNotLoaded) {
  const fs::path file = put_fixture("load_crashes", 0666);
  const Outcome told = info_of(file);
  expect_line(told, "load_crashes.so",
              {"was not loaded", "can be written by others (mode 0666)", "chmod go-w"});
  EXPECT_THAT(told.out, ContainsRegex("exports +rcx_plugin_entry\n"));
  EXPECT_THAT(told.out, ContainsRegex("sha256 +[0-9a-f]{64}\n"));
  EXPECT_THAT(told.out, Not(HasSubstr("version")));
  const Outcome as_json = info({"--json", file.string()});
  EXPECT_EQ(as_json.status, 1);
  EXPECT_THAT(std::string(json::parse(as_json.out).at("refused").as_string()),
              HasSubstr("chmod go-w"));
}

TEST_F(Info, WhatAnotherUserOwnsIsNotLoaded) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to give files away";
  const fs::path file = put_fixture("load_crashes");
  give_away(file, kNobody);
  expect_line(info_of(file), "load_crashes.so", {"belongs to uid 65534", "chown"});
}

TEST_F(Info, NameThatNoHostLooksFor) {
  const Outcome told = info_of(put("plain.txt", read_file(fixture("plain"))));
  EXPECT_THAT(told.out, ContainsRegex("id +plain\n"));
  expect_line(told, "plain.so", {"no host would find it"});
}

// What reads headers believes them; it is to be the child alone that suffers from it.
TEST_F(Info, HeadersThatLie) {
  const std::string whole = read_file(fixture("plain"));
  std::mt19937 random(20240501);  // NOLINT(bugprone-random-generator-seed): the same every time
  std::uniform_int_distribution<int> byte(0, 255);
  for (int round = 0; round < 60; ++round) {
    std::string bytes = whole;
    const bool sections = round % 3 == 0;
    constexpr std::size_t kSections = std::size_t{64} * 20;
    const std::size_t from = sections ? whole.size() - kSections : 16;
    const std::size_t size = sections ? kSections : round % 3 == 1 ? 48 : 600;
    std::uniform_int_distribution<std::size_t> place(from, from + size - 1);
    for (int i = 0; i < 4; ++i) bytes[place(random)] = static_cast<char>(byte(random));
    const Outcome told = info_of(put("lies.so", bytes, 0666));
    EXPECT_EQ(told.signal, 0) << "round " << round;
    EXPECT_EQ(told.status, 1) << "round " << round;
    EXPECT_EQ(std::count(told.err.begin(), told.err.end(), '\n'), 1) << round << told.err;
  }
}

// A name of a needed library that would stand past the end.
TEST_F(Info, NeededLibraryOutsideOfTheFile) {
  std::string bytes = read_file(fixture("recorder"));
  const auto* header = reinterpret_cast<const ElfW(Ehdr)*>(bytes.data());
  const auto* segments = reinterpret_cast<const ElfW(Phdr)*>(bytes.data() + header->e_phoff);
  for (std::size_t i = 0; i < header->e_phnum; ++i) {
    if (segments[i].p_type != PT_DYNAMIC) continue;
    auto* entries = reinterpret_cast<ElfW(Dyn)*>(bytes.data() + segments[i].p_offset);
    ASSERT_EQ(entries->d_tag, DT_NEEDED);
    entries->d_un.d_val = ~0ULL - 8;
  }
  expect_line(info_of(put("far.so", bytes, 0666)), "far.so", {"shorter than its own headers say"});
}

}  // namespace
}  // namespace rcx::test
