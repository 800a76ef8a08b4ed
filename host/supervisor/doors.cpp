#include "host/supervisor/doors.hpp"

#include <unistd.h>

#include <boost/filesystem/operations.hpp>

#include "host/event/wire.h"
#include "host/supervisor/instance.hpp"

namespace rcx::host {

std::vector<Door> doors_of(const Config& config, const std::string& only) {
  std::vector<Door> doors;
  if (only != "post") doors.push_back({"pre", config.run / RCX_WIRE_PRE_SOCKET, {}});
  if (only != "pre") doors.push_back({"post", config.run / RCX_WIRE_POST_SOCKET, {}});
  return doors;
}

Result<void> open_doors(std::vector<Door>& doors, ServiceManager& manager) {
  // Of a host that was killed.
  remove_notices(doors);
  boost::system::error_code ignored;
  fs::remove_all(doors.at(0).socket.parent_path() / kApartDirectory, ignored);
  for (Door& door : doors) {
    Result<Fd> listener = manager.take(door.name, door.socket);
    if (!listener) return listener.error();
    door.kept = static_cast<bool>(*listener);
    if (!door.kept) listener = listen_at(door.socket);
    if (!listener) return listener.error();
    door.listener = std::move(*listener);
  }
  return {};
}

void remove_notices(const std::vector<Door>& doors) {
  for (const Door& door : doors) {
    ::unlink((door.socket.string() + RCX_WIRE_NOTICE_SUFFIX).c_str());
  }
}

}  // namespace rcx::host
