#include "host/cli/trial_config.hpp"

#include <boost/filesystem/operations.hpp>

namespace rcx::host::cli {

Result<TrialConfig> trial_config(const Context& context, const std::string& settings) {
  TrialConfig config;
  if (context.config_named()) {
    Result<std::shared_ptr<const Config>> loaded = load_config(context.config_file);
    if (!loaded) return loaded.error();
    config.instance = *loaded;
  }
  if (!settings.empty()) {
    // Read here as well, so that a mistake in it is told before anything is loaded.
    const auto loaded = load_settings(settings);
    if (!loaded) return loaded.error();
    config.settings = fs::absolute(settings);
  }
  return config;
}

}  // namespace rcx::host::cli
