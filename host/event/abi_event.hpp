// An event as extensions see it: the structs of rcx/abi.h, pointing into an Event.
#pragma once

#include <rcx/abi.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "host/event/event.hpp"

namespace rcx::host {

inline rcx_bytes abi_bytes(std::string_view text) {
  return {text.data(), text.size()};
}

inline std::string_view abi_view(rcx_bytes bytes) {
  return bytes.size == 0 ? std::string_view() : std::string_view(bytes.data, bytes.size);
}

// The structs for one event. Neither copied nor moved: they point at each other.
class AbiEvent {
 public:
  // `event` must outlive this.
  explicit AbiEvent(const Event& event);
  AbiEvent(const AbiEvent&) = delete;
  AbiEvent& operator=(const AbiEvent&) = delete;
  AbiEvent(AbiEvent&&) = delete;
  AbiEvent& operator=(AbiEvent&&) = delete;
  ~AbiEvent() = default;

  const rcx_pre_push& pre_push() const noexcept { return pre_push_; }
  const rcx_push& push() const noexcept { return push_; }
  const rcx_pre_pull& pre_pull() const noexcept { return pre_pull_; }
  const rcx_pull& pull() const noexcept { return pull_; }
  // Its `hook` is null: who calls knows.
  const rcx_called& called() const noexcept { return called_; }
  // The struct of an event that a forge emits; null for others.
  const void* told() const noexcept { return told_.empty() ? nullptr : told_.data(); }

 private:
  rcx_caller caller_{};
  rcx_repository repository_{};
  rcx_event event_{};
  rcx_pre_push pre_push_{};
  rcx_push push_{};
  rcx_pre_pull pre_pull_{};
  rcx_pull pull_{};
  rcx_called called_{};
  std::vector<rcx_field> fields_;
  std::vector<rcx_bytes> options_;
  std::vector<rcx_ref_update> refs_;
  std::vector<rcx_wanted> wanted_;
  std::vector<std::uint64_t> told_;
};

// One directory as extensions see it. Keeps its entries; not moved once filled.
class AbiDirectory {
 public:
  explicit AbiDirectory(std::vector<Entry> entries);
  const std::vector<rcx_entry>& entries() const noexcept { return raw_; }

 private:
  std::vector<Entry> entries_;
  std::vector<rcx_entry> raw_;
};

// One commit as extensions see it; `commit` must outlive this, which is not moved once filled.
class AbiCommit {
 public:
  AbiCommit(const Commit& commit, std::size_t index);
  AbiCommit(const AbiCommit&) = delete;
  AbiCommit& operator=(const AbiCommit&) = delete;
  AbiCommit(AbiCommit&&) = delete;
  AbiCommit& operator=(AbiCommit&&) = delete;
  ~AbiCommit() = default;

  const rcx_commit& raw() const noexcept { return raw_; }
  // The same for its changes, once they were read. They must outlive this.
  bool has_changes() const noexcept { return has_changes_; }
  void set_changes(const std::vector<Change>& changes);
  const std::vector<rcx_change>& changes() const noexcept { return changes_; }
  // Its directories that somebody asked for, by path.
  std::map<std::string, AbiDirectory>& directories() noexcept { return directories_; }

 private:
  rcx_commit raw_{};
  rcx_person author_{};
  rcx_person committer_{};
  boost::container::small_vector<rcx_bytes, 1> parents_;
  std::vector<rcx_change> changes_;
  bool has_changes_ = false;
  std::map<std::string, AbiDirectory> directories_;
};

}  // namespace rcx::host
