#include "host/cli/desk.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "host/cli/install_all.hpp"
#include "host/supervisor/privileges.hpp"
#include "host/supervisor/status.hpp"

namespace rcx::host::cli {
namespace {

// What root makes, the host could not use.
Result<void> become_owner(const Config& config) {
  struct stat state {};
  if (::geteuid() != 0 || ::stat(config.state.c_str(), &state) != 0 || state.st_uid == 0) return {};
  const std::optional<User> owner = find_user(std::to_string(state.st_uid));
  if (owner) return become(*owner);
  return Error{Code::kNotFound, fmt::format("{} belongs to uid {}, whom this system does not know",
                                            config.state.string(), state.st_uid)};
}

Result<Actor> find_actor(Accounts& accounts, const Config& config) {
  if (!shows_token()) return local_actor(config);
  std::string reason;
  Result<Actor> actor =
      authenticate(accounts, std::getenv(kTokenVariable), "api", "127.0.0.1", reason);
  if (actor || reason.empty()) return actor;
  return Error{Code::kDenied,
               fmt::format("the token in {} is not good: {}", kTokenVariable, reason)};
}

void tell(const Report& report) {
  std::cerr << report.said;
  for (const std::string& note : report.notes) std::cerr << "rcx: " << note << '\n';
}

void add_report(const Report& report, boost::json::value& answer) {
  if (!answer.is_object()) return;
  boost::json::object& object = answer.get_object();
  if (!report.decision.empty()) object["decision"] = report.decision;
  boost::json::array notes;
  for (const std::string& note : report.notes) notes.emplace_back(note);
  if (!notes.empty()) object["notes"] = std::move(notes);
}

}  // namespace

std::function<Result<void>(const fs::path&)> installer(std::shared_ptr<const Config> config) {
  return [config](const fs::path& repository) -> Result<void> {
    const Result<Installed> installed = install(*config, repository, {});
    return installed ? Result<void>() : Result<void>(installed.error());
  };
}

bool shows_token() {
  const char* token = std::getenv(kTokenVariable);
  return token != nullptr && *token != '\0';
}

void with_actions(Context& context, const std::function<void(Actions&)>& work) {
  const auto config = context.config();
  if (!config) return;
  if (Result<void> became = become_owner(*config); !became) return context.fail(became.error());
  const Result<HostPlace> place = find_host(context.config_file);
  if (!place) return context.fail(place.error());
  Result<Accounts> accounts = Accounts::open(config->state);
  if (!accounts) return context.fail(accounts.error());
  Result<Actor> actor = find_actor(*accounts, *config);
  if (!actor) return context.fail(actor.error());
  HostMessenger messenger(place->run, config->state, {});
  Actions actions(*accounts, {config, &messenger, installer(config)}, std::move(*actor));
  if (Result<void> recovered = actions.recover(); !recovered) {
    return context.fail(recovered.error());
  }
  work(actions);
}

void act(Context& context, const std::function<Result<boost::json::value>(Actions&)>& what,
         const std::function<void(const boost::json::value&)>& show,
         const std::function<void(const boost::json::value&)>& afterwards) {
  with_actions(context, [&](Actions& actions) {
    Result<boost::json::value> answer = what(actions);
    if (!answer) {
      tell(actions.report());
      const bool wrong = answer.error().code == Code::kInvalid;
      if (actions.report().vetoed) {
        std::cerr << answer.error().message << '\n';
        return context.fail(
            {answer.error().code, "refused, decision " + actions.report().decision});
      }
      return context.fail(answer.error(), wrong                                       ? kUsage
                                          : answer.error().code == Code::kUnavailable ? kNoHost
                                                                                      : kFailed);
    }
    if (context.json) {
      add_report(actions.report(), *answer);
      std::cout << boost::json::serialize(*answer) << '\n';
    } else {
      tell(actions.report());
      show(*answer);
    }
    if (afterwards) afterwards(*answer);
  });
}

void print_table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += printable(row[i]);
      if (i + 1 < row.size()) line += std::string(widths[i] - row[i].size() + 2, ' ');
    }
    while (line.ends_with(' ')) line.pop_back();
    std::cout << line << '\n';
  }
}

std::string text_at(const boost::json::value& answer, const char* key) {
  const boost::json::value& found = answer.at(key);
  return found.is_string() ? std::string(found.get_string()) : std::string();
}

Error not_a_length(const char* option, const std::string& got) {
  return {Code::kInvalid, fmt::format("{}: wanted a length of time such as 12h or 30d, got '{}'",
                                      option, printable(got))};
}

}  // namespace rcx::host::cli
