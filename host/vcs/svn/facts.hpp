// What only Subversion knows of an event, read through its module.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/config/config.hpp"
#include "host/event/event.hpp"
#include "host/vcs/svn/module.hpp"

namespace rcx::host::svn {

// What a call of a hook is about, opened. In order of destruction.
struct Opened {
  const Module* module = nullptr;
  std::unique_ptr<Repository> repository;
  std::unique_ptr<Tree> before;  // what the commit stands on, or the revision of a property
  std::unique_ptr<Tree> after;   // null where nothing is committed
  std::string before_id;         // empty: nothing, it is the first
  std::string after_id;
};

// What svn tells the hooks of a property of a revision.
struct ToldProperty {
  std::string name;
  bool there = true;  // whether there is a value, which svn hands over
  std::string value;  // the new one before, the old one afterwards
};

// What it tells those of locks.
struct ToldLock {
  std::string path;
  std::optional<std::string> comment;  // of the one that comes
  std::optional<bool> forced;
};

struct ToldAction {
  std::uint32_t action = RCX_ACTION_PUSH;
  ToldProperty property;
  std::vector<ToldLock> locks;  // in order of references
};

class Facts : public SvnFacts {
 public:
  // `opened` must outlive this.
  Facts(Opened& opened, ToldAction told, bool pre, const ReadingConfig& reading);

  Result<const std::vector<SvnPath>*> paths() override;
  Result<const std::vector<SvnProperty>*> properties(std::size_t path) override;
  Result<const SvnProperty*> revision_property() override;
  Result<const SvnLock*> lock(std::size_t ref) override;

 private:
  using Values = std::map<std::string, std::string>;

  Result<std::vector<SvnProperty>> read_properties(std::size_t path);
  Values values_before(std::size_t path);
  // The nearest of what holds path number `path` and was copied; null where none was.
  const SvnPath* copy_around(std::size_t path) const;
  Result<SvnProperty> read_revision_property();
  Result<SvnLock> read_lock(std::size_t ref);
  Result<void> allow(const SvnProperty& property, const std::string& where) const;

  Opened& opened_;
  ToldAction told_;
  bool pre_;
  std::uint64_t most_paths_;
  std::uint64_t most_bytes_;
  std::uint64_t most_value_;
  std::uint64_t budget_;  // for all properties of paths
  std::optional<std::vector<SvnPath>> paths_;
  std::map<std::string_view, std::size_t> places_;  // of these
  std::map<std::size_t, std::vector<SvnProperty>> properties_;
  std::map<std::uint64_t, std::unique_ptr<Tree>> sources_;  // of copies
  std::optional<SvnProperty> property_;
  std::map<std::size_t, SvnLock> locks_;
};

}  // namespace rcx::host::svn
