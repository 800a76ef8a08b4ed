// What `rcx` may ask of a running host, or whoever may open its control socket.
#include <sys/socket.h>
#include <sys/un.h>

#include <boost/filesystem.hpp>
#include <cerrno>
#include <cstring>

#include "host/supervisor/control.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

using rcx::fuzz::require;
using namespace rcx::host;

class Place {
 public:
  Place() { fs::create_directories(config_.run = directory_); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  Place(Place&&) = delete;
  Place& operator=(Place&&) = delete;
  ~Place() {
    boost::system::error_code ignored;
    fs::remove_all(directory_, ignored);
  }

  const Config& config() const { return config_; }
  Fd connect() const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = (directory_ / "control.sock").string();
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    require(
        ::connect(socket.get(), static_cast<const sockaddr*>(static_cast<const void*>(&address)),
                  sizeof address) == 0,
        "the socket is there");
    return socket;
  }

 private:
  fs::path directory_ = fs::temp_directory_path() / fs::unique_path("rcx-fuzz-%%%%%%%%");
  Config config_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Place kPlace;
  static ControlSocket host = *ControlSocket::open(kPlace.config());
  const Fd asking = kPlace.connect();
  if (size > 0) ::send(asking.get(), data, size, MSG_NOSIGNAL);
  ::shutdown(asking.get(), SHUT_WR);
  // One round takes the connection, the others what it sent, piece by piece.
  for (std::size_t round = 0; round < 3 + size / 4096; ++round) {
    PollSet waiting;
    host.watch(waiting,
               [](const boost::json::object& question, const std::shared_ptr<Asker>& asker) {
                 asker->answer({{"heard", question.size()}});
               });
    waiting.wait(0);
  }
  std::string answer(256, '\0');
  // Of who says too much, some is never read.
  require(
      ::recv(asking.get(), answer.data(), answer.size(), MSG_DONTWAIT) >= 0 || errno == ECONNRESET,
      "whoever asks is told, or sees the end");
  return 0;
}
