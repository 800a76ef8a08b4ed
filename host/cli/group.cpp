// `rcx group`: groups of repositories.
#include <fmt/format.h>

#include <iostream>

#include "host/actions/answers.hpp"
#include "host/cli/desk.hpp"

namespace rcx::host::cli {
namespace {

using boost::json::value;

std::string name_in(const value& json) {
  return std::string(json.at("name").as_string());
}

void add_create(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("create", "Make a group, which is a directory as well");
  auto name = std::make_shared<std::string>();
  auto description = std::make_shared<std::string>();
  command->add_option("NAME", *name, "With the groups above it, such as team/apps")->required();
  command->add_option("--description", *description, "What it is for");
  command->callback([name, description, &context] {
    act(
        context,
        [&](Actions& actions) -> Result<value> {
          const Result<Node> made = actions.create_group(*name, *description);
          return made ? Result<value>(group_json(*made)) : made.error();
        },
        [](const value& json) { std::cout << "created " << name_in(json) << '\n'; });
  });
}

void add_delete(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("delete", "Delete a group that is empty");
  auto name = std::make_shared<std::string>();
  command->add_option("NAME", *name, "With the groups above it")->required();
  command->callback([name, &context] {
    act(
        context,
        [&](Actions& actions) -> Result<value> {
          const Result<Node> gone = actions.delete_group(*name);
          return gone ? Result<value>(group_json(*gone)) : gone.error();
        },
        [](const value& json) { std::cout << "deleted " << name_in(json) << '\n'; });
  });
}

void add_list(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("list", "Groups that who asks may read");
  command->callback([&context] {
    act(
        context,
        [](Actions& actions) -> Result<value> {
          const Result<std::vector<Node>> all = actions.groups();
          if (!all) return all.error();
          return value{{"groups", list_json(*all, &group_json)}};
        },
        [](const value& json) {
          std::vector<std::vector<std::string>> rows;
          for (const value& one : json.at("groups").as_array()) {
            rows.push_back({name_in(one), std::string(one.at("description").as_string())});
          }
          print_table(rows);
        });
  });
}

}  // namespace

void add_group(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("group", "Make, delete and list groups of repositories");
  group->require_subcommand(1);
  group->fallthrough();
  add_create(*group, context);
  add_delete(*group, context);
  add_list(*group, context);
}

}  // namespace rcx::host::cli
