#include "host/vcs/svn/facts.hpp"

#include "host/vcs/limit.hpp"
#include "host/vcs/svn/adapter.hpp"
#include "host/vcs/svn/failure.hpp"

namespace rcx::host::svn {
namespace {

std::uint32_t kind_of(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::kAdded:
      return RCX_PATH_ADDED;
    case ChangeKind::kDeleted:
      return RCX_PATH_DELETED;
    case ChangeKind::kReplaced:
      return RCX_SVN_REPLACED;
    case ChangeKind::kModified:
      break;
  }
  return RCX_PATH_MODIFIED;
}

SvnPath path_of(const PathChange& change) {
  return {kind_of(change.kind),
          (change.directory ? RCX_SVN_DIRECTORY : 0U) | (change.content ? RCX_SVN_CONTENT : 0U) |
              (change.properties ? RCX_SVN_PROPERTIES : 0U),
          change.path, change.from, change.from_revision};
}

std::optional<std::string> value_of(const std::map<std::string, std::string>& all,
                                    const std::string& name) {
  const auto found = all.find(name);
  return found == all.end() ? std::nullopt : std::optional(found->second);
}

std::uint64_t size_of(const std::optional<std::string>& value) {
  return value ? value->size() : 0;
}

}  // namespace

Facts::Facts(Opened& opened, ToldAction told, bool pre, const ReadingConfig& reading)
    : opened_(opened),
      told_(std::move(told)),
      pre_(pre),
      most_paths_(static_cast<std::uint64_t>(reading.paths)),
      most_bytes_(limit(reading.path_bytes)),
      most_value_(limit(reading.content)),
      budget_(limit(reading.messages)) {}

Result<const std::vector<SvnPath>*> Facts::paths() {
  if (paths_) return &*paths_;
  if (!opened_.after) return &paths_.emplace();
  return guarded<const std::vector<SvnPath>*>([&]() -> Result<const std::vector<SvnPath>*> {
    std::vector<SvnPath> all;
    std::uint64_t bytes = 0;
    for (const PathChange& change : opened_.after->changes()) {
      bytes += change.path.size() + change.from.size();
      if (all.size() == most_paths_ || bytes > most_bytes_) return too_many_paths();
      all.push_back(path_of(change));
    }
    paths_ = std::move(all);
    for (std::size_t i = 0; i < paths_->size(); ++i) places_.emplace((*paths_)[i].path, i);
    return &*paths_;
  });
}

const SvnPath* Facts::copy_around(std::size_t path) const {
  const SvnPath& one = (*paths_)[path];
  if (one.kind == RCX_PATH_ADDED || one.kind == RCX_SVN_REPLACED) {
    return one.copied_revision != 0 ? &one : nullptr;
  }
  for (std::string_view at = one.path; !at.empty();) {
    const std::size_t slash = at.rfind('/');
    at = slash == std::string_view::npos ? std::string_view() : at.substr(0, slash);
    const auto found = places_.find(at);
    if (found == places_.end()) continue;
    const SvnPath& around = (*paths_)[found->second];
    if (around.copied_revision != 0) return &around;
  }
  return nullptr;
}

Facts::Values Facts::values_before(std::size_t path) {
  const SvnPath& one = (*paths_)[path];
  const SvnPath* copy = copy_around(path);
  if (copy == nullptr) {
    return one.kind == RCX_PATH_MODIFIED ? opened_.before->properties_of(one.path) : Values();
  }
  std::unique_ptr<Tree>& source = sources_[copy->copied_revision];
  if (!source) source = opened_.repository->revision(copy->copied_revision);
  return source->properties_of(copy->copied_from + one.path.substr(copy->path.size()));
}

Result<void> Facts::allow(const SvnProperty& property, const std::string& where) const {
  const std::uint64_t bytes = std::max(size_of(property.before), size_of(property.after));
  if (bytes <= most_value_) return {};
  return Error{Code::kLimit,
               "the property " + shortened(printable(property.name), 100) + " of " +
                   shortened(printable(where), 200) + " has " + std::to_string(bytes) +
                   " bytes, and reading.content in rcx.yaml allows " + std::to_string(most_value_)};
}

Result<std::vector<SvnProperty>> Facts::read_properties(std::size_t path) {
  const SvnPath& one = (*paths_)[path];
  std::vector<SvnProperty> all;
  if (one.kind == RCX_PATH_DELETED || (one.flags & RCX_SVN_PROPERTIES) == 0) return all;
  const Values before = values_before(path);
  const Values after = opened_.after->properties_of(one.path);
  Values names = after;
  names.insert(before.begin(), before.end());
  for (const auto& [name, ignored] : names) {
    SvnProperty property{name, value_of(before, name), value_of(after, name)};
    if (property.before == property.after) continue;
    if (Result<void> allowed = allow(property, one.path); !allowed) return allowed.error();
    const std::uint64_t bytes = name.size() + size_of(property.before) + size_of(property.after);
    if (bytes > budget_) {
      return Error{Code::kLimit,
                   "the properties of this commit have more bytes than reading.messages in "
                   "rcx.yaml allows to read"};
    }
    budget_ -= bytes;
    all.push_back(std::move(property));
  }
  return all;
}

Result<const std::vector<SvnProperty>*> Facts::properties(std::size_t path) {
  const auto known = properties_.find(path);
  if (known != properties_.end()) return &known->second;
  Result<std::vector<SvnProperty>> read =
      guarded<std::vector<SvnProperty>>([&] { return read_properties(path); });
  if (!read) return read.error();
  return &properties_.emplace(path, std::move(*read)).first->second;
}

Result<SvnProperty> Facts::read_revision_property() {
  const ToldProperty& told = told_.property;
  std::optional<std::string> given;
  if (told.there) given = told.value;
  std::optional<std::string> stored = value_of(opened_.before->properties(), told.name);
  SvnProperty property{told.name, stored, given};
  if (!pre_) std::swap(property.before, property.after);
  if (Result<void> allowed = allow(property, "revision " + opened_.before_id); !allowed) {
    return allowed.error();
  }
  return property;
}

Result<const SvnProperty*> Facts::revision_property() {
  if (property_) return &*property_;
  if (told_.action != RCX_ACTION_REVISION_PROPERTY) {
    return Error{Code::kUnsupported, "unsupported: no property of a revision changes here"};
  }
  Result<SvnProperty> read = guarded<SvnProperty>([&] { return read_revision_property(); });
  if (!read) return read.error();
  property_ = std::move(*read);
  return &*property_;
}

Result<SvnLock> Facts::read_lock(std::size_t ref) {
  const ToldLock& told = told_.locks[ref];
  const std::optional<LockInfo> held = opened_.repository->lock(told.path);
  SvnLock lock;
  if (pre_ && held) lock.holder = held->holder;
  lock.forced = told.forced.value_or(false);
  if (told.comment) {
    lock.comment = *told.comment;
  } else if (held) {
    lock.comment = held->comment;
  } else if (!pre_) {
    return Error{Code::kNotFound, "the lock is no longer there"};
  }
  return lock;
}

Result<const SvnLock*> Facts::lock(std::size_t ref) {
  const auto known = locks_.find(ref);
  if (known != locks_.end()) return &known->second;
  if (ref >= told_.locks.size()) {
    return Error{Code::kUnsupported, "unsupported: nothing is locked or unlocked here"};
  }
  if (!pre_ && told_.action == RCX_ACTION_UNLOCK) {
    return adapter().unsupported("more to tell of a lock that is gone than its path");
  }
  if (pre_ && !told_.locks[ref].forced) {
    return Error{Code::kUnsupported,
                 "unsupported: svn before 1.7 tells nothing of a lock but its path"};
  }
  Result<SvnLock> read = guarded<SvnLock>([&] { return read_lock(ref); });
  if (!read) return read.error();
  return &locks_.emplace(ref, std::move(*read)).first->second;
}

}  // namespace rcx::host::svn
