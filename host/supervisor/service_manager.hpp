// The service manager that started this process, where one did: systemd, or what speaks as it does.
//
// Its words are variables and datagrams, which sd_listen_fds(3), sd_notify(3) and
// sd_watchdog_enabled(3) promise to keep as they are. They are spoken here without libsystemd,
// which would be loaded, with all it needs, by every host that serves one call alone.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "host/core/core.hpp"

namespace rcx::host {

// Belongs to one thread. Does nothing where there is no service manager.
class ServiceManager {
 public:
  // Reads what it has said, and forgets that for others: no child may take it for its own. Before
  // any other thread starts. An Error where something that was passed is no socket that listens.
  static Result<ServiceManager> meet();

  // The socket `name`, or whose file has the name of `path`; none where none was passed. An Error
  // where it does not listen at `path`, to which hooks connect.
  Result<Fd> take(const std::string& name, const fs::path& path);

  // Tells `lines`, such as `READY=1`.
  void tell(const std::string& lines);
  // Tells that the host is alive, when it is time to. Called often.
  void tend();

 private:
  struct Passed {
    std::string name;
    fs::path path;
    Fd fd;
  };

  std::vector<Passed> passed_;
  std::string address_;        // where it listens; empty: nowhere
  std::int64_t every_ns_ = 0;  // 0: it does not watch
  std::int64_t next_ns_ = 0;   // monotonic
};

}  // namespace rcx::host
