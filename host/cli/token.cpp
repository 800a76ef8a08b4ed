// `rcx token`: what programs prove with whom they act for.
#include <fmt/format.h>

#include <iostream>

#include "host/actions/answers.hpp"
#include "host/cli/desk.hpp"

namespace rcx::host::cli {
namespace {

using boost::json::value;

void add_create(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("create", "Make a token, which is shown once");
  auto token = std::make_shared<NewToken>();
  auto lifetime = std::make_shared<std::string>("90d");
  command->add_option("USER", token->user, "Whom it acts for")->required();
  command->add_option("--role", token->role, "What it is good for")
      ->check(CLI::IsMember(token_roles()))
      ->capture_default_str();
  command->add_option("--lifetime", *lifetime, "How long it is good: 12h, 90d; 0 is for ever")
      ->type_name("LENGTH")
      ->capture_default_str();
  command->add_option("--repo", token->repository, "The only repository that it is good for")
      ->type_name("NAME");
  command->add_option("--address", token->addresses, "A network that it may come from; any number")
      ->type_name("NETWORK");
  command->add_option("--description", token->description, "What it is used for");
  command->footer(
      "It is printed alone on one line of standard output, and stored nowhere.\n"
      "Example:  rcx -c /srv/rcx/rcx.yaml token create ci --role api --repo team/app");
  command->callback([token, lifetime, &context] {
    if (*lifetime != "0") {
      const std::optional<std::chrono::nanoseconds> length = duration_of(*lifetime);
      if (!length || length->count() == 0) {
        return context.fail(not_a_length("--lifetime", *lifetime), kUsage);
      }
      token->lifetime = *length;
    }
    act(
        context,
        [&](Actions& actions) -> Result<value> {
          const Result<Accounts::NewToken> made = actions.create_token(*token);
          if (!made) return made.error();
          boost::json::object json = token_json(made->token);
          json["token"] = made->made;
          return value(std::move(json));
        },
        [](const value& json) { std::cout << text_at(json, "token") << '\n'; });
  });
}

void add_revoking(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("revoke", "Make a token good for nothing, at once");
  auto id = std::make_shared<std::string>();
  command->add_option("ID", *id, "As in  rcx token list")->required();
  command->callback([id, &context] {
    act(
        context,
        [&](Actions& actions) -> Result<value> {
          const Result<void> revoked = actions.revoke_token(*id);
          if (!revoked) return revoked.error();
          return value{{"revoked", true}};
        },
        [](const value&) { std::cout << "revoked\n"; });
  });
}

void add_list(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("list", "Tokens of a user, or of all");
  auto name = std::make_shared<std::string>();
  command->add_option("USER", *name);
  command->callback([name, &context] {
    act(
        context,
        [&](Actions& actions) -> Result<value> {
          const Result<std::vector<Token>> tokens = actions.tokens(*name);
          if (!tokens) return tokens.error();
          return value{{"tokens", list_json(*tokens, &token_json)}};
        },
        [](const value& json) {
          std::vector<std::vector<std::string>> rows;
          for (const value& token : json.at("tokens").as_array()) {
            const std::string expires = text_at(token, "expires_on");
            rows.push_back({text_at(token, "id"), text_at(token, "user"), text_at(token, "role"),
                            text_at(token, "state"),
                            expires.empty() ? "for ever" : "until " + expires,
                            text_at(token, "repository"), text_at(token, "description")});
          }
          print_table(rows);
        });
  });
}

}  // namespace

void add_token(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("token", "Make, revoke and list tokens of users");
  group->require_subcommand(1);
  group->fallthrough();
  add_create(*group, context);
  add_revoking(*group, context);
  add_list(*group, context);
}

}  // namespace rcx::host::cli
