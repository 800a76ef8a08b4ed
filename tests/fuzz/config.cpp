// rcx.yaml.
#include "host/config/config.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using rcx::fuzz::require;
  const std::string text(rcx::fuzz::text(data, size));
  const auto config = rcx::host::parse_config("/srv/rcx/rcx.yaml", text);
  if (!config) {
    require(!config.error().message.empty(), "a refusal says why");
    return 0;
  }
  require(*config != nullptr && (*config)->text == text, "the snapshot holds the text");
  require((*config)->pre.processes > 0 && (*config)->pre.threads > 0, "somebody serves");
  for (const auto& [id, extension] : (*config)->extensions) {
    require(extension.settings != nullptr, "settings are never null");
    require((*config)->extension(id).priority == extension.priority, "an extension is found");
  }
  return 0;
}
