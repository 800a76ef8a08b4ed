// A repository's hooks folder and an instance, in a temporary folder of their own.
#ifndef RCX_TESTS_CLIENT_SANDBOX_HPP
#define RCX_TESTS_CLIENT_SANDBOX_HPP

#include <filesystem>
#include <string>
#include <string_view>

namespace rcx::test {

class Sandbox {
 public:
  // `client` is the program that both hooks are.
  explicit Sandbox(const std::filesystem::path& client);
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path hooks() const { return root_ / "hooks"; }
  std::filesystem::path conf_file() const { return root_ / "instance/client.conf"; }
  // Where workers listen, for the hook of that name.
  std::filesystem::path socket(std::string_view hook) const;

  // Rewrites client.conf: the usual lines, then these, of which the last counts.
  void configure(std::string_view lines) const;
  // A hook that was there before.
  void chain(std::string_view hook, std::string_view script, bool executable = true) const;

 private:
  std::filesystem::path root_;
};

void write_file(const std::filesystem::path& path, std::string_view content);
std::string read_file(const std::filesystem::path& path);

}  // namespace rcx::test

#endif  // RCX_TESTS_CLIENT_SANDBOX_HPP
