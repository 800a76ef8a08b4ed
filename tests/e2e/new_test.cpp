// `rcx new`: what it makes builds, passes its own test and refuses the first bad push.
#include <sys/stat.h>

#include <sstream>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

class New : public HostTest {
 protected:
  Outcome make(const Words& arguments, const fs::path& where) {
    Command command{{(built_programs() / "rcx").string(), "new"}, where};
    command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
    return run(command);
  }
  Outcome make(const Words& arguments) { return make(arguments, temp_.path()); }
  // What lies in the directory, hidden or not.
  static std::vector<std::string> names(const fs::path& directory) {
    std::vector<std::string> all;
    for (const auto& entry : fs::directory_iterator(directory)) {
      all.push_back(entry.path().filename().string());
    }
    return all;
  }
};

struct Project {
  std::string language;
  std::string id;
  std::string source;
};

void PrintTo(const Project& project, std::ostream* out) {
  *out << project.language;
}

class NewProject : public New, public ::testing::WithParamInterface<Project> {
 protected:
  fs::path project() const { return temp_.path() / GetParam().id; }
  // Warnings are errors here, so that one is seen.
  void build() {
    const std::string prefix = (temp_.path() / "prefix").string();
    const std::string built = (project() / "build").string();
    must({{RCX_TEST_CMAKE, "--install", RCX_TEST_BUILD, "--component", "sdk", "--prefix", prefix}});
    must({{RCX_TEST_CMAKE, "-S", project().string(), "-B", built, "-G", "Ninja",
           "-DCMAKE_PREFIX_PATH=" + prefix, "-DCMAKE_BUILD_TYPE=None",
           "-DCMAKE_C_FLAGS=-O0 -Werror", "-DCMAKE_CXX_FLAGS=-O0 -Werror"}});
    must({{RCX_TEST_CMAKE, "--build", built}});
    const std::string tested = must({{RCX_TEST_CTEST, "--test-dir", built, "--no-tests=error"}});
    EXPECT_THAT(tested, HasSubstr("100% tests passed, 0 tests failed out of 4"));
  }
};

TEST_P(NewProject, RefusesItsFirstPush) {
  const Outcome made = make({GetParam().id, "--lang", GetParam().language});
  ASSERT_EQ(made.status, 0) << made.err;
  EXPECT_THAT(made.out, HasSubstr("cmake -S . -B build"));
  const std::string source = read_file(project() / GetParam().source);
  EXPECT_LT(std::count(source.begin(), source.end(), '\n'), 60);
  for (const std::string& name : names(project())) {
    EXPECT_THAT(read_file(project() / name), Not(ContainsRegex("@[A-Za-z]+@"))) << name;
  }

  build();
  const fs::path library = project() / "build" / (GetParam().id + ".so");
  const Outcome info = host_.rcx({"extensions", "info", library.string()});
  EXPECT_EQ(info.status, 0) << info.err;
  EXPECT_THAT(info.out, ContainsRegex("exports +rcx_plugin_entry\n"));

  write_file(host_.rcextensions() / library.filename(), read_file(library), 0755);
  host_.name(GetParam().id, "{settings: {words: [WIP, draft]}}");
  serve();
  clone().commit("WIP: first");
  const Outcome refused = push({"main"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.remote(),
              Contains(ContainsRegex("commit [0-9a-f]+ begins with .WIP.; finish it first")));
  clone().git({"commit", "--amend", "--allow-empty", "--quiet", "--message", "Say hello"});
  const Outcome accepted = push({"main"});
  EXPECT_EQ(accepted.status, 0) << accepted.err << host_.log();
  EXPECT_THAT(accepted.remote(), ElementsAre(StartsWith("thank you")));
}

INSTANTIATE_TEST_SUITE_P(Languages, NewProject,
                         ::testing::Values(Project{"c++", "no_wip", "no_wip.cpp"},
                                           Project{"c", "no-wip-2", "no-wip-2.c"}),
                         [](const auto& tested) {
                           return std::string(tested.param.language == "c" ? "C" : "Cxx");
                         });

// One of each kind; the sources of the others differ by names alone.
class NewEvent : public New, public ::testing::WithParamInterface<const char*> {};

TEST_P(NewEvent, BuildsAndPassesItsTests) {
  const fs::path project = temp_.path() / "first-one";
  const Outcome made = make({"first-one", "--event", GetParam()});
  ASSERT_EQ(made.status, 0) << made.err;
  for (const std::string& name : names(project)) {
    EXPECT_THAT(read_file(project / name), Not(ContainsRegex("@[A-Za-z]+@"))) << name;
  }
  const std::string prefix = (temp_.path() / "prefix").string();
  const std::string built = (project / "build").string();
  must({{RCX_TEST_CMAKE, "--install", RCX_TEST_BUILD, "--component", "sdk", "--prefix", prefix}});
  must({{RCX_TEST_CMAKE, "-S", project.string(), "-B", built, "-G", "Ninja",
         "-DCMAKE_PREFIX_PATH=" + prefix, "-DCMAKE_BUILD_TYPE=None",
         "-DCMAKE_CXX_FLAGS=-O0 -Wall -Wextra -Werror"}});
  must({{RCX_TEST_CMAKE, "--build", built}});
  const std::string tested = must({{RCX_TEST_CTEST, "--test-dir", built, "--no-tests=error"}});
  EXPECT_THAT(tested, HasSubstr("100% tests passed"));
  const Outcome checked =
      host_.rcx({"extensions", "check", (project / "build/first-one.so").string()});
  EXPECT_EQ(checked.status, 0) << checked.out << checked.err;
  EXPECT_THAT(host_.rcx({"extensions", "info", (project / "build/first-one.so").string()}).out,
              HasSubstr(std::string("handles   ") + GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Events, NewEvent,
                         ::testing::Values("pre_push", "pull", "pre_create_repo", "delete_user",
                                           "pre_merge_pull_request", "comment_commit", "call"),
                         [](const auto& tested) { return std::string(tested.param); });

TEST_F(New, EventsThatThereAreNot) {
  const Outcome near = make({"x", "--event", "pre_creat_repo"});
  EXPECT_EQ(near.status, 2);
  EXPECT_EQ(near.err, "rcx: there is no event pre_creat_repo; did you mean pre_create_repo?\n");
  EXPECT_THAT(make({"x", "--event", "zzzzzzzzzzzz"}).err, HasSubstr("there are pre_push, push, "));
  EXPECT_THAT(make({"x", "--event", "push", "--lang", "c"}).err, HasSubstr("leave --lang c out"));
  EXPECT_THAT(names(temp_.path()), ElementsAre("i"));
}

TEST_F(New, NamesThatCannotBe) {
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"", "my_extension"},
      {"No WIP!", "no_wip"},
      {"9lives", "lives"},
      {"a/b", "a_b"},
      {"__", "my_extension"},
      {"caf\xC3\xA9", "caf"},
      {"../up", "up"},
      {"test", "test_pushes"},
      {"a\nb", "a_b"},
      {"-x", "x"},
      {"install", "install_pushes"},
      {std::string(64, 'a'), std::string(63, 'a')}};
  for (const auto& [name, better] : bad) {
    const Outcome wrong = make({"--", name});
    EXPECT_EQ(wrong.status, 2) << name;
    EXPECT_THAT(wrong.err, AllOf(HasSubstr("wanted a name of 1 to 63"),
                                 HasSubstr("try:  rcx new " + better + "\n")));
    EXPECT_EQ(make({better, "--directory", temp_.path() / "better" / better}).status, 0) << better;
    fs::remove_all(temp_.path() / "better");
  }
  EXPECT_EQ(make({"ok", "--lang", "cobol"}).status, 2);
  EXPECT_THAT(names(temp_.path()), ElementsAre("i"));
}

TEST_F(New, ElsewhereWithParents) {
  EXPECT_EQ(make({"x", "--directory", "some/where/else"}).status, 0);
  EXPECT_TRUE(fs::exists(temp_.path() / "some/where/else/x.cpp"));
  EXPECT_THAT(names(temp_.path() / "some/where"), ElementsAre("else"));
  EXPECT_EQ(make({"x", "--directory", "slash/"}).status, 0);
  EXPECT_TRUE(fs::exists(temp_.path() / "slash/x.cpp"));
}

// Who stands in it goes on standing in it.
TEST_F(New, EmptyDirectoryIsFilled) {
  const fs::path here = temp_.path() / "here";
  fs::create_directory(here);
  fs::permissions(here, fs::perms::owner_all);
  const Outcome made = make({"x", "--directory", "."}, here);
  EXPECT_EQ(made.status, 0) << made.err;
  EXPECT_THAT(names(here), UnorderedElementsAre(".gitignore", "CMakeLists.txt", "README.md",
                                                "x.cpp", "x_test.cpp"));
  EXPECT_EQ(fs::status(here).permissions(), fs::perms::owner_all);
}

TEST_F(New, NothingIsOverwritten) {
  write_file(temp_.path() / "full/mine", "mine\n");
  write_file(temp_.path() / "file", "mine\n");
  fs::create_symlink("nowhere", temp_.path() / "link");
  for (const char* name : {"full", "file", "link"}) {
    const Outcome refused = make({name});
    EXPECT_EQ(refused.status, 1) << name;
    EXPECT_THAT(refused.err, HasSubstr("is there already")) << name;
  }
  EXPECT_THAT(names(temp_.path() / "full"), ElementsAre("mine"));
  EXPECT_EQ(read_file(temp_.path() / "file"), "mine\n");
  EXPECT_THAT(names(temp_.path()), UnorderedElementsAre("i", "full", "file", "link"));
}

// A limit on the size of files stops it halfway.
TEST_F(New, FailureLeavesNothing) {
  fs::create_directory(temp_.path() / "empty");
  for (const char* directory : {"fresh", "empty"}) {
    const std::string rcx = (built_programs() / "rcx").string();
    const Outcome failed =
        run({{"bash", "-c",
              "trap '' XFSZ; ulimit -f 1; exec " + rcx + " new x --directory " + directory},
             temp_.path()});
    EXPECT_EQ(failed.status, 1) << failed.out;
    EXPECT_THAT(failed.err, HasSubstr("cannot write"));
  }
  EXPECT_THAT(names(temp_.path()), UnorderedElementsAre("i", "empty"));
  EXPECT_TRUE(fs::is_empty(temp_.path() / "empty"));
}

// An author without GoogleTest still gets an extension, and hears what to install.
TEST_F(New, WithoutGoogleTest) {
  ASSERT_EQ(make({"x"}).status, 0);
  const std::string prefix = (temp_.path() / "prefix").string();
  must({{RCX_TEST_CMAKE, "--install", RCX_TEST_BUILD, "--component", "sdk", "--prefix", prefix}});
  const std::string built = (temp_.path() / "b").string();
  const std::string source = (temp_.path() / "x").string();
  const Outcome without =
      run({{RCX_TEST_CMAKE, "-S", source, "-B", built, "-G", "Ninja",
            "-DCMAKE_PREFIX_PATH=" + prefix, "-DCMAKE_DISABLE_FIND_PACKAGE_GTest=ON"}});
  EXPECT_EQ(without.status, 0) << without.err;
  EXPECT_THAT(without.out, HasSubstr("GoogleTest is missing, so no test; install it: apt install"));
  const Outcome no_sdk = run({{RCX_TEST_CMAKE, "-S", source, "-B", built + "2", "-G", "Ninja",
                               "-DCMAKE_DISABLE_FIND_PACKAGE_rcx-sdk=ON"}});
  EXPECT_EQ(no_sdk.status, 1);
  EXPECT_THAT(no_sdk.err, HasSubstr("rcx-sdk is missing: install that package"));
}

}  // namespace
}  // namespace rcx::test
