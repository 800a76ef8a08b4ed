// What hg's process and a worker say to each other about a push, beside wire.h. The other end is
// host/client/mercurial. Integers have the byte order of the machine.
//
// A list: how many items (uint32), then each behind its size (uint32). Items are bytes, numbers are
// decimal text, ids hexadecimal text.
//
// Hooks and their arguments. `token` is the same for the hooks of one transaction or one pull:
//
//   pretxnclose, txnclose  token, where from (push, serve, pushkey), URL
//   preoutgoing            token, where from (serve, pull, clone)
//   outgoing               token, where from, first changeset that is sent, `clone` or `pull`
//
// The input of the first two is a list:
//
//   references      list of lists: whole name, kind (b, t, o), forced (1 or empty), old, new id
//   count           of changesets that are new; they follow each other in the repository
//   initial         1: the repository had none before
//   first           id of the first of them; empty: none
//   changesets      of the first 64, as the answer to `changesets`
//   paths           of these, as the answer to `paths`
//
// Whoever wants more asks. Each worker makes a pair of sockets and sends one end, with one byte,
// through the door that came with the request. A question is its size (uint32) and a list, an
// answer its size (uint64), a status, and what was asked for or why there is none:
//
//   changesets FROM COUNT  list of lists: node, both parents (20 bytes, or none), phase, flags (o:
//                          obsolete), bookmarks with NUL between, the changelog's text
//   paths FROM COUNT       list of lists: lines of the old and the new manifest that differ from
//                          the first parent's; of a merge, these of the second as well
//   size PATH ID           number of bytes
//   content PATH ID        bytes
//   find COMMIT PATH       list: nothing, or flags (d: directory) and id
//   list COMMIT DIRECTORY  list of lists: name, flags, id
//   resolve NAME           id
//   reaches FROM TO        1 or 0
//   lost OLD NEW           ids with NUL between
//   describe               what would be the input; of readers that the host starts for hooks that
//                          hg executes. It is a push as above, without arguments and input.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/core/core.hpp"

namespace rcx::host::hg {

// Statuses of an answer.
inline constexpr char kAnswered = 0;
inline constexpr char kGone = 1;

inline constexpr std::size_t kInline = 64;

std::string pack(const std::vector<std::string_view>& items);
// Views into `data`; kInvalid where it is no list, or has more than `most` items.
Result<std::vector<std::string_view>> unpack(std::string_view data, std::size_t most = 10'000'000);
// The same where there must be exactly `count`.
Result<std::vector<std::string_view>> unpack_exactly(std::string_view data, std::size_t count);

Result<std::uint64_t> number(std::string_view text);

// Of 20 bytes, hexadecimal; empty of nothing. kInvalid otherwise.
Result<std::string> node_text(std::string_view node);
// Whether `text` is an id as this gives them.
bool is_node_text(std::string_view text);

}  // namespace rcx::host::hg
