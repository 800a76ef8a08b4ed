// `rcx repo field`: extra fields of one repository.
#include <fmt/format.h>

#include <iostream>

#include "host/actions/answers.hpp"
#include "host/cli/desk.hpp"

namespace rcx::host::cli {
namespace {

using boost::json::value;

struct Asked {
  std::string repository;
  std::string key;
  std::string value;
  bool unset = false;
};

void add_set(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("set", "Give a field a value for this repository alone");
  auto asked = std::make_shared<Asked>();
  command->add_option("NAME", asked->repository, "The repository")->required();
  command->add_option("KEY", asked->key, "One of those below  fields:  in rcx.yaml")->required();
  CLI::Option* text = command->add_option("VALUE", asked->value, "Text, a number, true or false");
  command->add_flag("--unset", asked->unset, "What rcx.yaml says counts again")->excludes(text);
  command->footer(
      "It wins over what rcx.yaml says of the repository, from the next event on.\n"
      "Example:  rcx -c /srv/rcx/rcx.yaml repo field set team/app ci_url https://ci.example.org/");
  command->callback([asked, &context] {
    act(
        context,
        [&](Actions& actions) -> Result<value> {
          const Result<void> done =
              asked->unset ? actions.unset_field(asked->repository, asked->key)
                           : actions.set_field(asked->repository, asked->key, asked->value);
          if (!done) return done.error();
          return value{{"repository", asked->repository}, {"key", asked->key}};
        },
        [asked](const value&) {
          std::cout << fmt::format("{} {} of {}\n", asked->unset ? "unset" : "set",
                                   printable(asked->key), printable(asked->repository));
        });
  });
}

void add_list(CLI::App& group, Context& context) {
  CLI::App* command =
      group.add_subcommand("list", "Fields of a repository, and where they are from");
  auto name = std::make_shared<std::string>();
  command->add_option("NAME", *name, "The repository")->required();
  command->callback([name, &context] {
    act(
        context,
        [&](Actions& actions) -> Result<value> {
          const Result<std::vector<ShownField>> fields = actions.fields(*name);
          if (!fields) return fields.error();
          return value{{"repository", *name}, {"fields", list_json(*fields, &field_json)}};
        },
        [](const value& json) {
          std::vector<std::vector<std::string>> rows;
          for (const value& field : json.at("fields").as_array()) {
            const value& found = field.at("value");
            rows.push_back({std::string(field.at("key").as_string()),
                            found.is_string() ? std::string(found.get_string())
                                              : boost::json::serialize(found),
                            "from " + std::string(field.at("source").as_string())});
          }
          print_table(rows);
        });
  });
}

}  // namespace

void add_repo_field(CLI::App& group, Context& context) {
  CLI::App* below = group.add_subcommand("field", "Extra fields of one repository");
  below->require_subcommand(1);
  below->fallthrough();
  add_set(*below, context);
  add_list(*below, context);
}

}  // namespace rcx::host::cli
