// The process of the HTTP interface, as its supervisor has it.
#pragma once

#include "host/supervisor/attendant.hpp"

namespace rcx::host {

// There is one where rcx.yaml says at which address.
class ApiProcess {
 public:
  // `program`: rcxd, beside which rcx-api stands.
  ApiProcess(const fs::path& program, const std::shared_ptr<const Config>& config)
      : program_(program.parent_path() / "rcx-api") {
    configure(config);
  }

  // To be called on every tick of the supervisor. Does not wait.
  void keep_running() {
    if (process_) process_->keep_running();
  }
  // After a reload. What it does just now it finishes.
  void configure(const std::shared_ptr<const Config>& config) {
    if (process_ && config->api.listen == listen_) return process_->replace(config);
    stop();
    listen_ = config->api.listen;
    if (listen_.empty()) return;
    process_.emplace(program_, "api", "nobody is answered over HTTP meanwhile", config);
  }
  void stop() {
    if (process_) process_->stop();
    process_.reset();
  }

 private:
  fs::path program_;
  std::string listen_;
  std::optional<Attendant> process_;
};

}  // namespace rcx::host
