// The text of commits and tags, taken apart.
#pragma once

#include <boost/container/small_vector.hpp>
#include <string_view>

#include "host/event/event.hpp"
#include "host/vcs/git/objects/objects.hpp"

namespace rcx::host::git {

// What a commit names. Enough to walk a history.
struct CommitLinks {
  ObjectId tree;
  boost::container::small_vector<ObjectId, 2> parents;  // more than two are rare
  std::int64_t time = 0;                                // of the committer; 0 where it says none
};

// kUnavailable when `text`, that of `id`, is none of a commit.
Result<CommitLinks> commit_links(std::string_view text, const ObjectId& id);

// What people wrote into it; views of the text. Headers that are missing are empty, as git has it:
// only what is needed to walk must be right.
struct CommitWords {
  Person author;
  Person committer;
  std::string_view encoding;
  std::string signature;     // an armoured block of OpenPGP, SSH or X.509, unfolded; empty: none
  std::string_view message;  // up to the first NUL
  // `author` or `committer`, where there are two of that, of which each reader takes another one;
  // above is the first. Empty: none.
  std::string_view twice;
};

CommitWords commit_words(std::string_view text);

// As events hold it.
IdText id_text(const ObjectId& id);

// What a tag points at.
struct TagLink {
  ObjectId target;
  ObjectType type = ObjectType::kCommit;
};

Result<TagLink> tag_link(std::string_view text, const ObjectId& id);

}  // namespace rcx::host::git
