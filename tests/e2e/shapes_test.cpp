// Pushes of every shape, as tests/e2e/shapes.yaml lists them: what their events say, beside what
// git itself says of the repository as it stood before.
#include <yaml-cpp/yaml.h>

#include <sstream>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

constexpr const char* kPrelude =
    "set -e\n"
    "seconds=1700000000\n"
    "commit() {\n"
    "  seconds=$((seconds + 1)); export GIT_AUTHOR_DATE=\"$seconds +0000\"\n"
    "  export GIT_COMMITTER_DATE=\"$GIT_AUTHOR_DATE\"\n"
    "  echo \"$1\" > \"$1\"; git add -A; git commit -q -m \"$1\"\n"
    "}\n";

struct Shape {
  YAML::Node node;
  std::string format;
};

void PrintTo(const Shape& shape, std::ostream* out) {
  *out << shape.node["name"].as<std::string>() << " " << shape.format;
}

std::vector<Shape> shapes() {
  std::vector<Shape> all;
  for (const YAML::Node& one : YAML::LoadFile(RCX_TEST_SOURCES "/tests/e2e/shapes.yaml")) {
    for (const char* format : {"sha1", "sha256"}) all.push_back({one, format});
  }
  return all;
}

// YAML is UTF-8; other bytes stand there as %XX.
std::string bytes(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
    i += 2;
  }
  return out;
}

Words lines(const std::string& text) {
  std::istringstream in(text);
  Words all;
  for (std::string line; std::getline(in, line);) all.push_back(line);
  return all;
}

class Shapes : public HostTest, public ::testing::WithParamInterface<Shape> {
 protected:
  void SetUp() override {
    host_.add("recorder");
    // It reads more of an event than every shape has.
    if (shape()["lost"]) host_.add("reader");
    host_.start();
    repository_.emplace(host_, "a.git", false, GetParam().format);
    clone_.emplace(temp_, "c", *repository_);
    Command make{{"sh", "-c", kPrelude + shape()["make"].as<std::string>()}, clone().path()};
    make.variables = {{"server", repository().path().string()}, {"format", GetParam().format}};
    must(make);
  }

  YAML::Node shape() const { return GetParam().node; }

  // What the clone is about to push; a deletion has none.
  Words new_ids() const {
    Words all;
    for (const std::string& word : shape()["push"].as<Words>()) {
      const std::string source = word.substr(0, word.find(':'));
      if (source.empty() || source[0] == '-') continue;
      all.push_back(clone_->id(source[0] == '+' ? source.substr(1) : source));
    }
    return all;
  }

  // On the server, with the objects of the clone at hand.
  Words listed(Words arguments) const {
    arguments.insert(arguments.begin(), {"git", "--no-replace-objects", "rev-list"});
    Command command{arguments, repository_->path()};
    command.variables["GIT_ALTERNATE_OBJECT_DIRECTORIES"] =
        (clone_->path() / ".git/objects").string();
    return lines(must(command));
  }

  void check_refs(const Record& event, const Words& wanted_ids) const {
    Words refs;
    Words ids;
    for (const RefRecord& ref : event.refs) {
      refs.push_back(ref.kind + " " + ref.change + " " + ref.short_name +
                     (ref.forced ? " forced" : ""));
      if (!ref.new_id.empty()) ids.push_back(ref.new_id);
      EXPECT_EQ(ref.new_id.empty(), ref.change == "delete");
      const bool nothing = shape()["nothing"].as<bool>(false);
      EXPECT_EQ(ref.old_id.empty(), ref.change == "create" || nothing);
    }
    EXPECT_THAT(refs, ::testing::UnorderedElementsAreArray(shape()["refs"].as<Words>()));
    EXPECT_THAT(ids, ::testing::UnorderedElementsAreArray(wanted_ids));
  }

  void check_changes(const Record& event) const {
    for (const auto& wanted : shape()["changes"]) {
      const std::string subject = bytes(wanted.first.as<std::string>());
      Words paths;
      for (const std::string& path : wanted.second.as<Words>()) paths.push_back(bytes(path));
      const auto found = std::find_if(event.commits.begin(), event.commits.end(),
                                      [&](const auto& one) { return one.subject == subject; });
      ASSERT_TRUE(found != event.commits.end()) << "no commit " << subject;
      EXPECT_THAT(found->changes, ::testing::UnorderedElementsAreArray(paths)) << subject;
    }
    if (!shape()["longest"]) return;
    std::size_t longest = 0;
    for (const std::string& change : event.commits.at(0).changes) {
      if (change.starts_with("added ")) longest = std::max(longest, change.size() - 6);
    }
    EXPECT_EQ(longest, shape()["longest"].as<std::size_t>());
  }

  // The only reference of the push.
  Words told_as_lost(const std::string& prefix) const {
    Words ids;
    for (const std::string& line : lines(read_file(host_.data("reader") / (prefix + "push")))) {
      if (line.starts_with("lost ")) ids.push_back(line.substr(5));
    }
    return ids;
  }
};

TEST_P(Shapes, AreToldAsGitSeesThem) {
  const std::size_t before = records().size();
  const Words tips = new_ids();
  Words question = tips;
  question.insert(question.end(), {"--not", "--all"});
  const Words wanted = tips.empty() ? Words() : listed(question);
  const Outcome pushed = push(shape()["push"].as<Words>());
  ASSERT_EQ(pushed.status, 0) << pushed.err << host_.log();
  if (!shape()["event"].as<bool>(true)) {
    EXPECT_EQ(records().size(), before);
    return;
  }
  Words kinds = {"pre_push", "push"};
  if (shape()["nothing"].as<bool>(false)) kinds.pop_back();
  ASSERT_EQ(records().size(), before + kinds.size()) << pushed.err << host_.log();
  EXPECT_THAT(wanted, SizeIs(shape()["commits"].as<std::size_t>())) << "the shape is another";
  for (const std::string& kind : kinds) {
    SCOPED_TRACE(kind);
    const Record event = last(kind);
    check_refs(event, tips);
    EXPECT_THAT(ids(event.commits), ::testing::UnorderedElementsAreArray(wanted));
    check_changes(event);
  }
  if (!shape()["lost"]) return;
  const RefRecord ref = last().refs.at(0);
  // By now the references are where the push put them.
  const Words lost = ref.new_id.empty() ? listed({ref.old_id, "--not", "--all"})
                                        : listed({ref.old_id, "^" + ref.new_id});
  EXPECT_THAT(lost, SizeIs(shape()["lost"].as<std::size_t>())) << "the shape is another";
  EXPECT_THAT(told_as_lost("pre-"), ::testing::UnorderedElementsAreArray(lost));
  EXPECT_THAT(told_as_lost("post-"), ::testing::UnorderedElementsAreArray(lost));
}

INSTANTIATE_TEST_SUITE_P(Pushes, Shapes, ::testing::ValuesIn(shapes()), [](const auto& tested) {
  return tested.param.node["name"].template as<std::string>() + "_" + tested.param.format;
});

}  // namespace
}  // namespace rcx::test
