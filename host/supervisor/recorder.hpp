// The recorder's process, as its supervisor has it.
#pragma once

#include "host/supervisor/attendant.hpp"

namespace rcx::host {

// What the recorder leaves stays in the journal for the next one.
class RecorderProcess : public Attendant {
 public:
  RecorderProcess(fs::path program, std::shared_ptr<const Config> config)
      : Attendant(std::move(program), "recorder", "records stay in the journal meanwhile",
                  std::move(config)) {}
  // After a reload that changed `records`, `log` or the state directory.
  void configure(std::shared_ptr<const Config> config) { replace(std::move(config)); }
};

}  // namespace rcx::host
