// What only Mercurial knows of a changeset: its named branch, its phase, bookmarks, extra data.
// Included by rcx/commit.hpp. As everywhere, a class is a view that lives until the method that
// received the event returns, and a std::string_view is bytes.
//
//     for (const rcx::Commit& commit : push.commits()) {
//       const std::optional<rcx::Changeset> changeset = commit.mercurial();
//       if (changeset && changeset->closes_branch()) push.reject("branches stay open");
//     }
#ifndef RCX_MERCURIAL_HPP
#define RCX_MERCURIAL_HPP

#include <rcx/abi.h>
#include <rcx/value.hpp>

#include <cstdint>
#include <string_view>

namespace rcx {

// One entry of a changeset's extra data, as whoever made it wrote it.
class Extra {
 public:
  Extra(const rcx_hg_extra& raw, std::uint64_t /*index*/) noexcept : raw_(&raw) {}
  // Bytes, such as `rebase_source` or `amend_source`.
  std::string_view key() const noexcept { return detail::view(raw_->key); }
  // Bytes. Nothing of it is proven.
  std::string_view value() const noexcept { return detail::view(raw_->value); }

 private:
  const rcx_hg_extra* raw_;
};

using ExtraList = Array<Extra, rcx_hg_extra>;

// A commit, as Mercurial has it.
class Changeset {
 public:
  explicit Changeset(const rcx_hg_changeset& raw) noexcept : raw_(&raw) {}
  // Bytes: the named branch that it is on for ever, such as `default`.
  std::string_view branch() const noexcept { return detail::view(raw_->branch); }
  // Nobody should rewrite it. In a repository that publishes, all that is pushed is public.
  bool is_public() const noexcept { return raw_->phase == RCX_PHASE_PUBLIC; }
  // It may still be rewritten.
  bool is_draft() const noexcept { return raw_->phase == RCX_PHASE_DRAFT; }
  // Made by `hg commit --close-branch`: its branch has a head less.
  bool closes_branch() const noexcept { return (raw_->flags & RCX_HG_CLOSES_BRANCH) != 0; }
  // Rewritten or pruned, where obsolescence is enabled.
  bool obsolete() const noexcept { return (raw_->flags & RCX_HG_OBSOLETE) != 0; }
  // Bytes: names of the bookmarks that point at it, those of this push among them.
  BytesList bookmarks() const noexcept {
    return {raw_->bookmarks, raw_->bookmark_count, raw_->bookmark_stride};
  }
  // Without the branch, which Mercurial keeps there too.
  ExtraList extras() const noexcept {
    return {raw_->extras, raw_->extra_count, raw_->extra_stride};
  }

 private:
  const rcx_hg_changeset* raw_;
};

}  // namespace rcx

#endif  // RCX_MERCURIAL_HPP
