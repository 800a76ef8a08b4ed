// A real web server on loopback, with the CGI programs of a test.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "tests/support/command.hpp"

namespace rcx::test {

// Apache with a configuration, a port and a directory of its own; nothing of the system's is read
// but its modules. Runs as nobody where the test is root, as Apache itself will not. Everybody must
// log in, as `ada` with the password `secret`. The destructor ends it.
class Apache {
 public:
  // `scripts`: the CGI program of each path, such as `/git/`. `variables` are set for all of them.
  // Returns when it listens. `temp` is opened to all.
  Apache(const TempDir& temp, const std::map<std::string, fs::path>& scripts,
         const std::map<std::string, std::string>& variables);

  // The repositories of Subversion below `root`, at `/svn/NAME`, by mod_dav_svn.
  Apache(const TempDir& temp, const fs::path& root);

  // `http://ada:secret@127.0.0.1:PORT` and `path`.
  std::string url(const std::string& path) const;
  // Sends a request of that method and returns the whole answer, status line first.
  std::string ask(const std::string& method, const std::string& path, const std::string& head = {},
                  const std::string& body = {}) const;
  std::string log() const;

 private:
  Apache(const TempDir& temp, const std::string& more, std::uint16_t port);

  fs::path directory_;
  std::uint16_t port_;
  std::optional<Running> server_;
};

}  // namespace rcx::test
