// The files that a test gives a commit, as the directories that an extension reads. Included by
// rcx/testing_reading.hpp and rcx/testing_frozen.hpp; a test needs nothing from here, and what is
// here may change with any release.
//
// A test writes down files, and only those that it is about:
//
//     push.trees["cafe"] = {{"CODEOWNERS"}, {"src/lib/b.c"}};
//
// The extension may ask for the root, `src` and `src/lib` then, finds each of them in the one
// above, and nothing else. So that it can compare two commits as git does, by going down only where
// the ids of directories differ, these ids follow from what lies below.
#ifndef RCX_TESTING_TREE_HPP
#define RCX_TESTING_TREE_HPP

#include <rcx/abi.h>
#include <rcx/testing_event.hpp>
#include <rcx/testing_settings.hpp>
#include <rcx/value.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace rcx::testing {

// A list of files as the directories that follow from it. The files must outlive it and stay as
// they are. Directories are made when first asked for, and then stay where they are: pointers to
// entries are good as long as the tree. Not for several threads. A path that is a file of one
// FakeFile and a directory of another is what comes last in the list; git holds no such tree.
class FrozenTree {
 public:
  using Entries = std::vector<Padded<rcx_entry>>;
  // Borrows the list, which may be empty: then the root is. Nothing is made before somebody asks
  // for a directory or a path.
  explicit FrozenTree(const std::vector<FakeFile>& files) : files_(&files) {}

  // All files below `directory` (empty: the root), each reduced to the part of its path up to the
  // next slash: a file where nothing follows, else a directory, once however many files it holds.
  // None where no file lies below it.
  //
  //     files:            README, src/a.c, src/lib/b.c, src/lib/c.c
  //     entries of `src`: a.c, lib
  //
  // The map puts them in order of name by bytes; git orders a directory as if its name ended with a
  // slash, so `a.txt` and the directory `a` may stand the other way round there. The id of a
  // directory follows from all that lies below it, paths, modes and ids: two directories are equal
  // where their ids are, as in git, and a file that is not given an id equals no other.
  const Entries& directory(const std::string& directory) const {
    const auto [place, fresh] = directories_.try_emplace(directory);
    if (!fresh) return place->second;
    constexpr std::uint32_t kDirectory = 0040000;
    const std::string prefix = directory.empty() ? "" : directory + "/";
    struct Found {
      std::uint32_t mode;
      std::string id;
      std::map<std::string, std::string> below;
    };
    std::map<std::string, Found> found;
    for (const FakeFile& file : *files_) {
      if (file.path.compare(0, prefix.size(), prefix) != 0) continue;
      const std::size_t end = file.path.find('/', prefix.size());
      const std::string name = file.path.substr(prefix.size(), end - prefix.size());
      if (end == std::string::npos) {
        found[name] = {file.mode, file.id, {}};
        continue;
      }
      Found& child = found[name];
      child.mode = kDirectory;
      child.below[file.path.substr(end)] = std::to_string(file.mode) + " " + file.id;
    }
    Entries& entries = place->second;
    for (const auto& [name, content] : found) {
      entries.push_back({});
      const std::string id = content.below.empty() ? content.id : id_of(content.below);
      entries.back().raw = {sizeof entries.back(), content.mode,
                            bytes_of(names_.emplace_back(name)), bytes_of(names_.emplace_back(id))};
    }
    return entries;
  }
  // The entry at `path`, a file or a directory; null where nothing lies there. The root has none,
  // so an empty path finds nothing. The entry is one of the directory that it lies in, whose name
  // is the last part of the path, as the contract has it. Slashes at either end find nothing.
  const rcx_entry* find(const std::string& path) const {
    const std::size_t slash = path.rfind('/');
    const std::string above = slash == std::string::npos ? "" : path.substr(0, slash);
    const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
    for (const Padded<rcx_entry>& entry : directory(above)) {
      if (rcx::detail::view(entry.raw.name) == name) return &entry.raw;
    }
    return nullptr;
  }

 private:
  // Forty digits from paths and what they hold: two sums, since one alone may be the same for two
  // directories in some test some day. The first digit is 6, which no made-up id of a content has.
  static std::string id_of(const std::map<std::string, std::string>& below) {
    std::uint64_t sum = 14695981039346656037U;  // FNV-1a
    std::uint64_t other = 5381;
    for (const auto& [path, content] : below) {
      for (const char c : path + "\n" + content + "\n") {
        sum = (sum ^ static_cast<unsigned char>(c)) * 1099511628211U;
        other = other * 33 + static_cast<unsigned char>(c);
      }
    }
    std::array<char, 48> digits{};
    std::snprintf(digits.data(), digits.size(), "6%07x%016llx%016llx", 0U,
                  static_cast<unsigned long long>(sum), static_cast<unsigned long long>(other));
    return digits.data();
  }

  // Of the copy of the test's FakePush, in which every file has an id by now.
  const std::vector<FakeFile>* files_;
  mutable std::map<std::string, Entries> directories_;
  // Names and ids of the entries, which no string of the test holds in that form. A deque, so that
  // views of them stay good.
  mutable std::deque<std::string> names_;
};

}  // namespace rcx::testing

#endif  // RCX_TESTING_TREE_HPP
