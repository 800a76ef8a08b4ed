// Closes a repository for pushes and opens it again, by name:
//
//     rcx call freeze reason="release on Monday" --repo team/app
//     rcx call frozen
//     rcx call thaw --repo team/app
//
// What is frozen has to outlive this process and be known to all the others that run beside it, so
// each frozen repository is a file below the data directory, which holds the reason. It is written
// under another name and then renamed: whoever looks sees all of it or nothing.
#include <rcx/plugin.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

namespace fs = std::filesystem;

// A file name for it: names of repositories are bytes, and have slashes.
std::string file_name(std::string_view repository) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string name;
  for (const char c : repository) {
    const auto byte = static_cast<unsigned char>(c);
    name += kDigits[byte >> 4U];
    name += kDigits[byte & 0xFU];
  }
  return name;
}

// In JSON. Control characters and what is no ASCII become `?`, which will do for an example.
std::string json_text(std::string_view text) {
  std::string json = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') json += '\\';
    json += c >= ' ' && c <= '~' ? c : '?';
  }
  return json + "\"";
}

class Freeze {
 public:
  explicit Freeze(const rcx::Setup& setup) : directory_(setup.data_directory()) {}

  void check(const rcx::PrePush& push) const {
    const std::string reason = reason_of(push.repository());
    if (!reason.empty()) push.reject(reason);
  }

  void freeze(const rcx::Called& call) const {
    const auto reason = call["reason"].as<std::string>("it is frozen");
    if (reason.empty()) return call.reject("the reason is empty; people will read it");
    const fs::path file = file_of(call.repository());
    // A call may come again under its id, and then writes the same again.
    const fs::path made = file.string() + "." + std::string(call.id());
    std::ofstream out(made);
    out << std::string(call.repository().name()) << '\n' << reason;
    out.close();
    if (!out) throw std::runtime_error("cannot write " + made.string());
    fs::rename(made, file);
    call.answer("frozen: " + std::string(call.repository().name()) + "\n");
  }

  void thaw(const rcx::Called& call) const {
    const bool was = fs::remove(file_of(call.repository()));
    call.answer(was ? "thawed\n" : "it was not frozen\n");
  }

  void frozen(const rcx::Called& call) const {
    std::string names;
    for (const fs::directory_entry& entry : fs::directory_iterator(directory_)) {
      if (entry.path().has_extension()) continue;  // somebody is about to rename it
      std::ifstream in(entry.path());
      std::string name;
      std::getline(in, name);
      names += (names.empty() ? "" : ", ") + json_text(name);
    }
    call.answer_json("[" + names + "]");
  }

 private:
  fs::path file_of(const rcx::Repository& repository) const {
    return directory_ / file_name(repository.name());
  }
  // Empty: it is not frozen.
  std::string reason_of(const rcx::Repository& repository) const {
    std::ifstream in(file_of(repository));
    std::string name;
    std::ostringstream reason;
    if (std::getline(in, name)) reason << in.rdbuf();
    return reason.str();
  }

  fs::path directory_;
};

constexpr rcx_parameter kParameters[] = {
    rcx::optional("reason", RCX_VALUE_TEXT, "What people read who push")};
constexpr auto kFreeze = rcx::repository_hook<&Freeze::freeze>(
    "freeze", "Refuses all pushes to a repository", "repository.admin", kParameters);
constexpr auto kThaw = rcx::repository_hook<&Freeze::thaw>(
    "thaw", "Lets people push to a repository again", "repository.admin");
constexpr auto kFrozen =
    rcx::named_hook<&Freeze::frozen>("frozen", "Lists what is frozen, as JSON", "repository.read");

}  // namespace

RCX_PLUGIN_WITH_FLAGS(Freeze, RCX_CONCURRENT, "freeze", "Freeze", "1.0.0", "MIT",
                      rcx::on<&Freeze::check>(), rcx::on_call(kFreeze), rcx::on_call(kThaw),
                      rcx::on_call(kFrozen))
