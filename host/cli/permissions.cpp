// `rcx grant`, `rcx revoke`, `rcx permissions` and `rcx can`: who may do what.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "host/actions/answers.hpp"
#include "host/cli/desk.hpp"

namespace rcx::host::cli {
namespace {

using boost::json::value;

struct Asked {
  std::string user;
  std::string permission;
  std::string object;
};

std::string on(const std::string& object) {
  return object.empty() ? std::string() : " on " + printable(object);
}

void show_grants(const value& json) {
  std::vector<std::vector<std::string>> rows;
  for (const value& grant : json.at("grants").as_array()) {
    const value& where = grant.at("on");
    rows.push_back({std::string(grant.at("user").as_string()),
                    std::string(grant.at("permission").as_string()),
                    where.is_string() ? std::string(where.get_string()) : "",
                    "by " + std::string(grant.at("granted_by").as_string())});
  }
  print_table(rows);
}

}  // namespace

void add_grant(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("grant", "Give a user a permission");
  auto asked = std::make_shared<Asked>();
  command->add_option("USER", asked->user, "Who gets it; '*' is everybody")->required();
  command
      ->add_option("PERMISSION", asked->permission,
                   "none, read, write or admin; or one that belongs to no repository")
      ->required();
  command->add_option("NAME", asked->object, "The repository or group");
  command->footer(fmt::format(
      "What is given on a group counts for all below it, unless something else is given there;\n"
      "what is given to a user counts before what everybody was given. Those that belong to no\n"
      "repository: {}.\nExample:  rcx -c /srv/rcx/rcx.yaml grant ada write team/app",
      fmt::join(global_permissions(), ",\n")));
  command->callback([asked, &context] {
    act(
        context,
        [&](Actions& actions) -> Result<value> {
          const Result<void> done = actions.grant(asked->user, asked->permission, asked->object);
          if (!done) return done.error();
          return value{{"user", asked->user}, {"permission", asked->permission}};
        },
        [asked](const value&) {
          std::cout << fmt::format("{} has {}{}\n", asked->user, asked->permission,
                                   on(asked->object));
        });
  });
}

void add_revoke(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("revoke", "Take back what was given to a user");
  auto asked = std::make_shared<Asked>();
  command->add_option("USER", asked->user, "Who has it; '*' is everybody")->required();
  command
      ->add_option("WHAT", asked->object,
                   "The repository or group that it is on, or one that belongs to neither")
      ->required();
  command->footer("Example:  rcx -c /srv/rcx/rcx.yaml revoke ada team/app");
  command->callback([asked, &context] {
    const std::vector<std::string>& global = global_permissions();
    const bool is_global = std::find(global.begin(), global.end(), asked->object) != global.end();
    act(
        context,
        [&](Actions& actions) -> Result<value> {
          const Result<void> done = is_global ? actions.revoke(asked->user, asked->object, {})
                                              : actions.revoke(asked->user, {}, asked->object);
          if (!done) return done.error();
          return value{{"user", asked->user}, {"revoked", asked->object}};
        },
        [asked, is_global](const value&) {
          std::cout << fmt::format("{} was given nothing any more{}\n", asked->user,
                                   is_global ? ": " + asked->object : on(asked->object));
        });
  });
}

void add_permissions(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("permissions", "What was given to whom");
  auto asked = std::make_shared<Asked>();
  command->add_option("NAME", asked->object, "On this repository or group alone");
  command->add_option("--user", asked->user, "To this user alone");
  command->callback([asked, &context] {
    act(
        context,
        [&](Actions& actions) -> Result<value> {
          const Result<std::vector<Grant>> grants = actions.grants(asked->user, asked->object);
          if (!grants) return grants.error();
          return value{{"grants", list_json(*grants, &grant_json)}};
        },
        show_grants);
  });
}

void add_can(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("can", "Whether a user may do something, and why");
  auto asked = std::make_shared<Asked>();
  command->add_option("USER", asked->user)->required();
  command->add_option("ACTION", asked->permission)
      ->check(CLI::IsMember(action_names()))
      ->required();
  command->add_option("OBJECT", asked->object, "The repository or group, also one to be made");
  command->footer(
      "Example:  rcx -c /srv/rcx/rcx.yaml can ada push team/app\n"
      "Exit status: 0 they may, 1 they may not, 2 there is no such thing.");
  command->callback([asked, &context] {
    act(
        context,
        [&](Actions& actions) -> Result<value> {
          const Result<Ruling> ruling = actions.can(asked->user, asked->permission, asked->object);
          if (ruling) return value(ruling_json(*ruling));
          if (ruling.error().code != Code::kNotFound) return ruling.error();
          return Error{Code::kInvalid, ruling.error().message};
        },
        [](const value& json) {
          std::cout << (json.at("allowed").as_bool() ? "yes: " : "no: ")
                    << printable(json.at("why").as_string()) << '\n';
        },
        [&context](const value& json) {
          if (!json.at("allowed").as_bool()) context.status = kFailed;
        });
  });
}

}  // namespace rcx::host::cli
