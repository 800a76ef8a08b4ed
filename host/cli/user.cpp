// `rcx user`: people, and the keys that they push with.
#include <fmt/format.h>

#include <iostream>

#include "host/actions/answers.hpp"
#include "host/cli/desk.hpp"

namespace rcx::host::cli {
namespace {

using boost::json::value;

constexpr std::size_t kLongestKey = 16384;

void add_create(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("create", "Add a user");
  auto user = std::make_shared<NewUser>();
  auto inactive = std::make_shared<bool>(false);
  auto alone = std::make_shared<bool>(false);
  command->add_option("NAME", user->username, "What they are called")->required();
  command->add_option("--email", user->email, "Where mail reaches them");
  command->add_option("--firstname", user->firstname);
  command->add_option("--lastname", user->lastname);
  command->add_flag("--admin", user->admin, "May everything");
  command->add_flag("--inactive", *inactive, "May nothing, until  rcx user activate");
  command->add_flag("--no-inherit", *alone, "What everybody was given does not count for them");
  command->add_option("--address", user->addresses, "A network that they may come from; any number")
      ->type_name("NETWORK");
  command->footer("Example:  rcx -c /srv/rcx/rcx.yaml user create ada --email ada@example.org");
  command->callback([user, inactive, alone, &context] {
    user->active = !*inactive;
    user->inherit = !*alone;
    act(
        context,
        [&](Actions& actions) -> Result<value> {
          const Result<Account> made = actions.create_user(*user);
          return made ? Result<value>(user_json(*made)) : made.error();
        },
        [](const value& json) { std::cout << "created " << text_at(json, "username") << '\n'; });
  });
}

void add_delete(CLI::App& group, Context& context) {
  CLI::App* command =
      group.add_subcommand("delete", "Delete a user, their tokens, keys and grants");
  auto name = std::make_shared<std::string>();
  auto heir = std::make_shared<std::string>();
  command->add_option("NAME", *name)->required();
  command->add_option("--heir", *heir, "Who shall own what they own")->type_name("USER");
  command->callback([name, heir, &context] {
    act(
        context,
        [&](Actions& actions) -> Result<value> {
          const Result<Account> gone = actions.delete_user(*name, *heir);
          return gone ? Result<value>(user_json(*gone)) : gone.error();
        },
        [](const value& json) { std::cout << "deleted " << text_at(json, "username") << '\n'; });
  });
}

void add_activity(CLI::App& group, Context& context, const char* word, bool active) {
  CLI::App* command = group.add_subcommand(
      word, active ? "Let a user in again" : "Keep a user out, with all their tokens and keys");
  auto name = std::make_shared<std::string>();
  command->add_option("NAME", *name)->required();
  command->callback([name, active, &context] {
    act(
        context,
        [&](Actions& actions) -> Result<value> {
          const Result<Account> user = actions.set_active(*name, active);
          return user ? Result<value>(user_json(*user)) : user.error();
        },
        [active](const value& json) {
          std::cout << text_at(json, "username") << (active ? " is active\n" : " is not active\n");
        });
  });
}

void add_list(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("list", "All users");
  command->callback([&context] {
    act(
        context,
        [](Actions& actions) -> Result<value> {
          const Result<std::vector<Account>> all = actions.users();
          if (!all) return all.error();
          return value{{"users", list_json(*all, &user_json)}};
        },
        [](const value& json) {
          std::vector<std::vector<std::string>> rows;
          for (const value& user : json.at("users").as_array()) {
            rows.push_back({text_at(user, "username"), user.at("admin").as_bool() ? "admin" : "",
                            user.at("active").as_bool() ? "" : "not active",
                            text_at(user, "email")});
          }
          print_table(rows);
        });
  });
}

void add_user_info(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("info", "All about one user");
  auto name = std::make_shared<std::string>();
  command->add_option("NAME", *name)->required();
  command->callback([name, &context] {
    act(
        context,
        [&](Actions& actions) -> Result<value> {
          const Result<Account> user = actions.user(*name);
          return user ? Result<value>(user_json(*user)) : user.error();
        },
        [](const value& json) {
          std::vector<std::vector<std::string>> rows;
          for (const auto& [key, found] : json.as_object()) {
            rows.push_back({std::string(key), found.is_string() ? std::string(found.get_string())
                                                                : boost::json::serialize(found)});
          }
          print_table(rows);
        });
  });
}

void add_key_add(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("add", "Let a user in over ssh with this key");
  auto name = std::make_shared<std::string>();
  auto file = std::make_shared<std::string>();
  command->add_option("NAME", *name, "The user")->required();
  command->add_option("FILE", *file, "A public key, such as id_ed25519.pub; - is standard input")
      ->required();
  command->callback([name, file, &context] {
    const Result<std::string> line = read_file(*file == "-" ? "/dev/stdin" : *file, kLongestKey);
    if (!line) return context.fail(line.error(), kUsage);
    act(
        context,
        [&](Actions& actions) -> Result<value> {
          const Result<Key> key = actions.add_key(*name, *line);
          return key ? Result<value>(key_json(*key)) : key.error();
        },
        [](const value& json) {
          std::cout << fmt::format("{} may come in with {}\n", text_at(json, "user"),
                                   text_at(json, "fingerprint"));
        });
  });
}

void add_key_list(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("list", "Keys of a user, or of all");
  auto name = std::make_shared<std::string>();
  command->add_option("NAME", *name, "The user");
  command->callback([name, &context] {
    act(
        context,
        [&](Actions& actions) -> Result<value> {
          const Result<std::vector<Key>> keys = actions.keys(*name);
          if (!keys) return keys.error();
          return value{{"keys", list_json(*keys, &key_json)}};
        },
        [](const value& json) {
          std::vector<std::vector<std::string>> rows;
          for (const value& key : json.at("keys").as_array()) {
            rows.push_back({text_at(key, "user"), text_at(key, "type"), text_at(key, "fingerprint"),
                            text_at(key, "comment")});
          }
          print_table(rows);
        });
  });
}

void add_key_remove(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("remove", "Let nobody in with this key any more");
  auto fingerprint = std::make_shared<std::string>();
  command->add_option("FINGERPRINT", *fingerprint, "SHA256:…, as in  rcx user key list")
      ->required();
  command->callback([fingerprint, &context] {
    act(
        context,
        [&](Actions& actions) -> Result<value> {
          const Result<void> removed = actions.remove_key(*fingerprint);
          if (!removed) return removed.error();
          return value{{"fingerprint", *fingerprint}};
        },
        [](const value& json) { std::cout << "removed " << text_at(json, "fingerprint") << '\n'; });
  });
}

}  // namespace

void add_user(CLI::App& app, Context& context) {
  CLI::App* group =
      app.add_subcommand("user", "Add, delete and list users, and their keys for ssh");
  group->require_subcommand(1);
  group->fallthrough();
  add_create(*group, context);
  add_delete(*group, context);
  add_activity(*group, context, "activate", true);
  add_activity(*group, context, "deactivate", false);
  add_list(*group, context);
  add_user_info(*group, context);
  CLI::App* key = group->add_subcommand("key", "Keys that users come in with over ssh");
  key->require_subcommand(1);
  key->fallthrough();
  add_key_add(*key, context);
  add_key_list(*key, context);
  add_key_remove(*key, context);
}

}  // namespace rcx::host::cli
