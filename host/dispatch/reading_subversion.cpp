// What Reading keeps of rcx.subversion/1.
#include "host/dispatch/reading.hpp"

namespace rcx::host {
namespace {

rcx_svn_property raw_of(const SvnProperty& property) {
  return {sizeof(rcx_svn_property),
          !property.before  ? RCX_CHANGE_CREATE
          : !property.after ? RCX_CHANGE_DELETE
                            : RCX_CHANGE_UPDATE,
          abi_bytes(property.name),
          property.before ? abi_bytes(*property.before) : rcx_bytes{"", 0},
          property.after ? abi_bytes(*property.after) : rcx_bytes{"", 0}};
}

}  // namespace

Reading::Found<const rcx_svn_path*> Reading::svn_path(std::uint64_t index) {
  if (!svn_paths_) {
    const Result<SvnFacts*> facts = source_.subversion();
    if (!facts) return facts.error();
    const Result<const std::vector<SvnPath>*> paths = (*facts)->paths();
    if (!paths) return paths.error();
    std::vector<rcx_svn_path> raw;
    for (const SvnPath& one : **paths) {
      raw.push_back({sizeof(rcx_svn_path), one.kind, one.flags, 0, abi_bytes(one.path),
                     abi_bytes(one.copied_from), one.copied_revision});
    }
    svn_paths_ = std::move(raw);
  }
  return at(*svn_paths_, index);
}

Reading::Found<const rcx_svn_property*> Reading::svn_property(std::uint64_t path,
                                                              std::uint64_t index) {
  const Found<const rcx_svn_path*> there = svn_path(path);
  if (!there) return there.error();
  if (!*there) return std::optional<const rcx_svn_property*>();
  auto known = svn_properties_.find(path);
  if (known == svn_properties_.end()) {
    const Result<SvnFacts*> facts = source_.subversion();
    if (!facts) return facts.error();
    const Result<const std::vector<SvnProperty>*> properties =
        (*facts)->properties(static_cast<std::size_t>(path));
    if (!properties) return properties.error();
    known = svn_properties_.try_emplace(path).first;
    for (const SvnProperty& one : **properties) known->second.push_back(raw_of(one));
  }
  return at(known->second, index);
}

Reading::Found<const rcx_svn_property*> Reading::svn_revision_property() {
  const Result<SvnFacts*> facts = source_.subversion();
  if (!facts) return facts.error();
  const Result<const SvnProperty*> property = (*facts)->revision_property();
  if (!property) return property.error();
  svn_revision_property_ = raw_of(**property);
  return std::optional<const rcx_svn_property*>(&svn_revision_property_);
}

Reading::Found<const rcx_svn_lock*> Reading::svn_lock(std::uint64_t ref) {
  const Result<SvnFacts*> facts = source_.subversion();
  if (!facts) return facts.error();
  const Result<const SvnLock*> lock = (*facts)->lock(static_cast<std::size_t>(ref));
  if (!lock) return lock.error();
  rcx_svn_lock& raw = svn_locks_[ref];
  raw = {sizeof(rcx_svn_lock), (*lock)->forced ? RCX_SVN_FORCED : 0U, abi_bytes((*lock)->comment),
         abi_bytes((*lock)->holder)};
  return std::optional<const rcx_svn_lock*>(&raw);
}

}  // namespace rcx::host
