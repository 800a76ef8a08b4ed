// What can be read of a push beyond its commits and paths: added lines, contents, trailers,
// signatures, and the repository that it came to. Included by rcx/commit.hpp, whose head says what
// holds here too: every class is a view that lives until the method that received the event
// returns, a std::string_view is bytes, and all of it is for that method's thread.
//
//     for (const rcx::Commit& commit : push.commits())
//       for (const rcx::Change& change : commit.changes())
//         if (change.added_lines().text().find("<<<<<<<") != std::string_view::npos)
//           push.reject(std::string(change.path()) + ": a conflict is not resolved");
//
// Nothing is read before somebody asks, what was read serves the other extensions too, and the time
// it takes is not counted against who asked. What goes beyond `reading` in rcx.yaml throws
// Error(RCX_LIMIT), and on a host that is older than this all of it throws Error(RCX_UNAVAILABLE):
// left alone, both fail the method, so that nothing passes unseen.
#ifndef RCX_READING_HPP
#define RCX_READING_HPP

#include <rcx/abi.h>
#include <rcx/value.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace rcx {

namespace detail {

// The table of the service `id`; throws Error(RCX_UNAVAILABLE) where this host has none, which
// means that it is older than the service. The table lives as long as the process.
template <class Table>
const Table* service(const rcx_call* call, const char* id) {
  const void* table = call->host->service(id);
  if (table == nullptr) {
    throw Error(RCX_UNAVAILABLE, std::string("this host does not offer ") + id);
  }
  return static_cast<const Table*>(table);
}

inline const rcx_reading* reading_service(const rcx_call* call) {
  return service<rcx_reading>(call, RCX_SERVICE_REPOSITORY_1);
}

// The content `id` from `offset` on, copied. Empty for no id, as of a path that does not exist.
inline std::string content(const rcx_call* call, const rcx_bytes& id, std::uint64_t offset,
                           std::uint64_t most) {
  if (id.size == 0) return {};
  rcx_bytes found{nullptr, 0};
  check(call, reading_service(call)->content(call, id, offset, most, &found));
  return std::string(view(found));
}

}  // namespace detail

// All of a content, where a number of bytes is asked for. The host reads a content as a whole in
// any case, and keeps those that were read last, up to 64 MiB for each event: asking for it in
// pieces saves the copy and nothing else.
inline constexpr std::uint64_t kWhole = UINT64_MAX;

// Lines of a new content that follow each other: one hunk of a diff without context, as `git diff
// -U0` shows it. A view as everything here, though it is a struct: `text` is the host's.
struct LineRun {
  std::uint64_t number;   // of the first one, counted from 1
  std::string_view text;  // all of them, each with its newline but perhaps the last
};

// What a commit added to one path: the lines that `git diff` marks with a `+` against its first
// parent, and of a merge against every parent. A line that was changed counts as added.
class AddedLines {
 public:
  explicit AddedLines(const rcx_added* raw) noexcept : raw_(raw) {}
  // Bytes: all of them in one piece, for searching at once. Where one run ends and the next begins
  // is not to be seen in it: what a pattern finds across two lines may not stand so in the file.
  std::string_view text() const noexcept {
    return raw_ == nullptr ? std::string_view() : detail::view(raw_->text);
  }
  // The old or the new content is binary, by a NUL among its first 8000 bytes as git decides it:
  // then there are no lines, and whoever must know reads the content.
  bool is_binary() const noexcept {
    return raw_ != nullptr && (raw_->flags & RCX_ADDED_BINARY) != 0;
  }
  std::uint64_t run_count() const noexcept { return raw_ == nullptr ? 0 : raw_->run_count; }
  // Number `index`, which must be below run_count(): it is not checked. In order of lines, and no
  // two touch each other.
  LineRun run(std::uint64_t index) const noexcept {
    const rcx_line_run* here = RCX_AT(rcx_line_run, raw_->runs, raw_->run_stride, index);
    const std::uint64_t end =
        index + 1 < raw_->run_count
            ? RCX_AT(rcx_line_run, raw_->runs, raw_->run_stride, index + 1)->offset
            : raw_->text.size;
    return {here->number, text().substr(static_cast<std::size_t>(here->offset),
                                        static_cast<std::size_t>(end - here->offset))};
  }
  // The number, in the file, of the line that byte `offset` of text() is part of: for a pattern
  // that was searched for in all of them at once. It looks for the run first and counts newlines
  // then, so ask it for what was found and not in a loop over everything.
  std::uint64_t line_at(std::size_t offset) const noexcept {
    std::uint64_t low = 0;
    std::uint64_t high = run_count();
    while (low + 1 < high) {
      const std::uint64_t middle = low + (high - low) / 2;
      const rcx_line_run* at = RCX_AT(rcx_line_run, raw_->runs, raw_->run_stride, middle);
      (at->offset <= offset ? low : high) = middle;
    }
    if (high == 0) return 0;
    const LineRun here = run(low);
    const auto begin = static_cast<std::size_t>(here.text.data() - text().data());
    std::uint64_t number = here.number;
    for (const char c : here.text.substr(0, offset - begin)) number += c == '\n' ? 1 : 0;
    return number;
  }

 private:
  const rcx_added* raw_;
};

// Where the new content of a path differs from the old one: all lines that were added, and those
// between them. Whoever searches for what is rare looks here first, and asks for
// Change::added_lines() where something is found: which lines are new costs several times as much.
class ChangedPart {
 public:
  ChangedPart(std::uint32_t flags, const rcx_bytes& text) noexcept : flags_(flags), text_(text) {}
  // Bytes: whole lines of the new content. All of it for a path that is new, and for a text that
  // was binary before; empty for one that was deleted and for a submodule. Valid until changed_part
  // is asked of another change.
  std::string_view text() const noexcept { return detail::view(text_); }
  // The new content is binary, as AddedLines::is_binary says it: it has no lines.
  bool is_binary() const noexcept { return (flags_ & RCX_CHANGED_BINARY) != 0; }

 private:
  std::uint32_t flags_;
  rcx_bytes text_;
};

// `Key: value` in the last paragraph of a message, such as `Signed-off-by`. Whether that paragraph
// counts is decided as git-interpret-trailers(1) decides it: a message whose last paragraph is
// prose has none. Whoever made the commit wrote them, so they prove as little as its author does.
class Trailer {
 public:
  Trailer(const rcx_call*, const rcx_trailer& raw) noexcept : raw_(&raw) {}
  // Bytes, both without the spaces around them.
  std::string_view key() const noexcept { return detail::view(raw_->key); }
  std::string_view value() const noexcept { return detail::view(raw_->value); }

 private:
  const rcx_trailer* raw_;
};

// What checking a signature came to, as RCX_SIGNATURE_*, in words for people: `none`, `good`,
// `untrusted`, `bad`, `expired`, `by an expired key`, `by a revoked key`, and `unknown` for all
// else, also for what a later release may add.
inline std::string_view signature_word(std::uint32_t result) noexcept {
  switch (result) {
    case RCX_SIGNATURE_NONE:
      return "none";
    case RCX_SIGNATURE_GOOD:
      return "good";
    case RCX_SIGNATURE_UNTRUSTED:
      return "untrusted";
    case RCX_SIGNATURE_BAD:
      return "bad";
    case RCX_SIGNATURE_EXPIRED:
      return "expired";
    case RCX_SIGNATURE_EXPIRED_KEY:
      return "by an expired key";
    case RCX_SIGNATURE_REVOKED_KEY:
      return "by a revoked key";
    default:
      return "unknown";
  }
}

// A signature that git has checked, with the keys that rcx.yaml names below `signatures`: a file of
// allowed signers for SSH, a directory of GnuPG for OpenPGP. Where neither is set, every signature
// there is is `unknown`, and none is good. That a signature is good says that its key is one of
// those; whether the signer may push here, and is who the author claims to be, it does not say.
class Signature {
 public:
  explicit Signature(const rcx_signature& raw) noexcept : raw_(&raw) {}
  // RCX_SIGNATURE_*. A later release may know more of them: take those for not good.
  std::uint32_t result() const noexcept { return raw_->result; }
  bool is_good() const noexcept { return raw_->result == RCX_SIGNATURE_GOOD; }
  bool is_there() const noexcept { return raw_->result != RCX_SIGNATURE_NONE; }
  std::string_view word() const noexcept { return signature_word(raw_->result); }
  // Text, empty where git could not tell.
  std::string_view key() const noexcept { return detail::view(raw_->key); }
  std::string_view fingerprint() const noexcept { return detail::view(raw_->fingerprint); }
  // Bytes: the key's user id, or the principal in the file of allowed signers.
  std::string_view signer() const noexcept { return detail::view(raw_->signer); }

 private:
  const rcx_signature* raw_;
};

// The certificate of `git push --signed`; `receive.certNonceSeed` must be set in the repository for
// git to take any. One of OpenPGP or X.509 is checked as a commit is, with the keys that rcx.yaml
// names; one of SSH git has checked, with the keys of the user whom it runs as.
class PushCertificate {
 public:
  explicit PushCertificate(const rcx_push_certificate& raw) noexcept : raw_(&raw) {}
  std::uint32_t result() const noexcept { return raw_->result; }
  std::string_view word() const noexcept { return signature_word(raw_->result); }
  // Good, about every reference of the push as it moves (else the host calls it bad: git itself
  // takes what comes beside a certificate), and with a nonce that git calls `OK`: made for this
  // very push. Over HTTP, where another process of git receives the push than the one that gave out
  // the nonce, `OK` says that this was at most `receive.certNonceSlop` seconds ago, so that a
  // certificate can be sent again as long as that where its references still are what it says.
  // Without that setting it must have been the same second; a nonce of the repository that is older
  // is `SLOP`.
  bool proves_the_push() const noexcept {
    return raw_->result == RCX_SIGNATURE_GOOD && nonce_status() == "OK";
  }
  // Text: the blob in the repository that holds the certificate.
  std::string_view id() const noexcept { return detail::view(raw_->id); }
  std::string_view key() const noexcept { return detail::view(raw_->key); }
  std::string_view signer() const noexcept { return detail::view(raw_->signer); }
  // Text: `OK`, `SLOP`, `BAD`, `MISSING`, `UNSOLICITED`, or empty where no nonce was asked for.
  std::string_view nonce_status() const noexcept { return detail::view(raw_->nonce_status); }

 private:
  const rcx_push_certificate* raw_;
};

// A small file that stands for a large one, which Git LFS keeps elsewhere. A pointer is what a
// commit holds; the large file is sent to another server before the push, and git does not know
// whether it arrived.
struct LfsPointer {
  std::string oid;     // `sha256:` and 64 hexadecimal digits
  std::uint64_t size;  // bytes of the large one, as the pointer says
};

namespace detail {

// What stands behind `oid ` and `size ` in a pointer; none where it is neither.
inline std::optional<std::string> lfs_oid(std::string_view text) {
  constexpr std::string_view kBegin = "sha256:";
  const bool hash = text.size() == kBegin.size() + 64 && text.substr(0, kBegin.size()) == kBegin &&
                    text.find_first_not_of("0123456789abcdefABCDEF", kBegin.size()) == text.npos;
  return hash ? std::optional<std::string>(text) : std::nullopt;
}
inline std::optional<std::uint64_t> lfs_size(std::string_view text) {
  const bool number = !text.empty() && text.size() < 20 &&
                      text.find_first_not_of("0123456789") == std::string_view::npos;
  if (!number) return std::nullopt;
  std::uint64_t size = 0;
  for (const char c : text) size = size * 10 + static_cast<std::uint64_t>(c - '0');
  return size;
}

}  // namespace detail

// What `content` points at; none where it is no pointer by the specification of Git LFS, version 1:
// at most 1024 bytes, the version first, then `oid` and `size`, each once.
inline std::optional<LfsPointer> lfs_pointer(std::string_view content) {
  constexpr std::string_view kBegin = "version https://git-lfs.github.com/spec/v1\n";
  if (content.size() > 1024 || content.substr(0, kBegin.size()) != kBegin) return std::nullopt;
  std::optional<std::string> oid;
  std::optional<std::uint64_t> size;
  while (!content.empty()) {
    const std::size_t end = content.find('\n');
    const std::string_view line = content.substr(0, end);
    content.remove_prefix(end == std::string_view::npos ? content.size() : end + 1);
    if (line.substr(0, 4) == "oid ") {
      if (oid) return std::nullopt;
      oid = detail::lfs_oid(line.substr(4));
      if (!oid) return std::nullopt;
    } else if (line.substr(0, 5) == "size ") {
      if (size) return std::nullopt;
      size = detail::lfs_size(line.substr(5));
      if (!size) return std::nullopt;
    }
  }
  if (!oid || !size) return std::nullopt;
  return LfsPointer{std::move(*oid), *size};
}

}  // namespace rcx

#endif  // RCX_READING_HPP
