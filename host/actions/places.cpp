#include "host/actions/places.hpp"

#include <boost/filesystem/operations.hpp>

#include "host/access/access.hpp"
#include "host/actions/actions.hpp"
#include "host/event/hook_request.hpp"

namespace rcx::host {

Result<void> check_place(const Config& config, const fs::path& path) {
  const fs::path above = path.parent_path();
  for (const fs::path& root : config.roots) {
    boost::system::error_code failed;
    if (fs::equivalent(root, above, failed) && !failed) return {};
  }
  const Result<Placed> placed = Roots(config).place(above);
  if (!placed) return placed.error();
  return {};
}

fs::path root_of(const Config& config, const fs::path& path) {
  const fs::path real = path.parent_path();
  for (const fs::path& one : config.roots) {
    boost::system::error_code failed;
    const fs::path canonical = fs::canonical(one, failed);
    const std::string inside = canonical.string() + "/";
    if (!failed && (real == canonical || real == one || real.string().starts_with(inside) ||
                    real.string().starts_with(one.string() + "/"))) {
      return one;
    }
  }
  return real;
}

fs::path place_in_trash(const Config& config, const fs::path& path, const std::string& suffix) {
  return root_of(config, path) / kTrashDirectory / (uuid_text(make_event_id(wall_ns())) + suffix);
}

}  // namespace rcx::host
