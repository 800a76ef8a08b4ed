#include "tests/client/sandbox.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "host/event/wire.h"

namespace rcx::test {
namespace fs = std::filesystem;

void write_file(const fs::path& path, std::string_view content) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << content;
  if (!file.flush()) throw std::runtime_error("cannot write " + path.string());
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Sandbox::Sandbox(const fs::path& client) {
  std::string name = (fs::temp_directory_path() / "rcx-client-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
  root_ = fs::canonical(name);
  fs::create_directories(hooks());
  fs::create_directories(root_ / "instance");
  fs::create_directories(root_ / "run");
  for (const char* hook : {"pre-receive", "post-receive"}) {
    fs::create_symlink(fs::absolute(client), hooks() / hook);
  }
  write_file(hooks() / RCX_WIRE_INSTANCE_FILE, (root_ / "instance").string() + "\n");
  configure("");
}

Sandbox::~Sandbox() {
  std::error_code ignored;
  fs::remove_all(root_, ignored);
}

fs::path Sandbox::socket(std::string_view hook) const {
  return root_ / "run" / (hook == "post-receive" ? RCX_WIRE_POST_SOCKET : RCX_WIRE_PRE_SOCKET);
}

void Sandbox::configure(std::string_view lines) const {
  std::string text = "version=1\nsocket_directory=" + (root_ / "run").string() +
                     "\nwhen_unreachable=refuse\ntimeout_ms=30000\nconnect_timeout_ms=5000\n";
  write_file(conf_file(), text.append(lines));
}

void Sandbox::chain(std::string_view hook, std::string_view script, bool executable) const {
  const fs::path path = hooks() / (std::string(hook) + RCX_WIRE_CHAINED_SUFFIX);
  write_file(path, script);
  if (executable) fs::permissions(path, fs::perms::owner_all);
}

}  // namespace rcx::test
