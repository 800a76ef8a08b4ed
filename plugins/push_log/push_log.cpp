// Writes one JSON line for each accepted push. README.md lists the settings and the members.
#include "log_file.hpp"
#include "record.hpp"

#include <rcx/plugin.hpp>

#include <string>

namespace push_log {
namespace {

std::string path_from(const rcx::Value& setting, std::string_view data_directory) {
  auto file = setting.as<std::string>("pushes.jsonl");
  if (file.empty() || file.back() == '/') setting.fail("the name of a file");
  if (file.find('\0') != std::string::npos) setting.fail("a name without NUL");
  return file.front() == '/' ? file : std::string(data_directory) + "/" + file;
}

class PushLog {
 public:
  explicit PushLog(const rcx::Setup& setup) : file_(file_from(setup)) {}

  void pushed(const rcx::Push& push) const { file_.append(record_of(push)); }

 private:
  static LogFile file_from(const rcx::Setup& setup) {
    const rcx::Value settings = setup.settings();
    settings.allow_only({"file", "sync"});
    return {path_from(settings["file"], setup.data_directory()), settings["sync"].as<bool>(false)};
  }

  LogFile file_;
};

}  // namespace
}  // namespace push_log

RCX_PLUGIN_WITH_FLAGS(push_log::PushLog, RCX_CONCURRENT, "push_log", "Push log", "1.0.0", "MIT",
                      rcx::on<&push_log::PushLog::pushed>(rcx::kQueued,
                                                          RCX_ACTION_PUSH | RCX_ACTION_PUSH_LOCAL))
