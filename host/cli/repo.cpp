// `rcx repo`: repositories that rcx itself makes, moves and deletes.
#include <fmt/format.h>

#include <iostream>

#include "host/actions/answers.hpp"
#include "host/cli/desk.hpp"

namespace rcx::host::cli {
namespace {

using boost::json::value;

void say(const char* did, const value& json) {
  std::cout << fmt::format("{} {}, at {}\n", did, text_at(json, "name"), text_at(json, "path"));
}

void show_list(const value& json) {
  std::vector<std::vector<std::string>> rows;
  for (const value& repo : json.at("repositories").as_array()) {
    rows.push_back({text_at(repo, "name"), text_at(repo, "vcs"),
                    repo.at("private").as_bool() ? "private" : "", text_at(repo, "owner"),
                    repo.as_object().contains("deleted_on")
                        ? fmt::format("number {}, deleted {} by {}", repo.at("id").as_int64(),
                                      text_at(repo, "deleted_on"), text_at(repo, "deleted_by"))
                        : text_at(repo, "description")});
  }
  print_table(rows);
}

void show_one(const value& json) {
  for (const auto& [key, found] : json.as_object()) {
    const std::string shown = found.is_string() ? std::string(found.get_string())
                              : found.is_null() ? std::string("-")
                                                : boost::json::serialize(found);
    std::cout << fmt::format("{:<12}  {}\n", std::string_view(key), printable(shown));
  }
}

std::shared_ptr<NewRepo> add_new_repo(CLI::App& command) {
  auto repo = std::make_shared<NewRepo>();
  command.add_option("--description", repo->description, "What it is for");
  command.add_flag("--private", repo->is_private, "What everybody was given does not count for it");
  command.add_option("--owner", repo->owner, "A user, who has admin on it")->type_name("USER");
  return repo;
}

void add_create(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("create", "Make a repository, with hooks in place");
  auto repo = add_new_repo(*command);
  command->add_option("NAME", repo->name, "With its groups, such as team/app")->required();
  command->add_option("--type", repo->vcs, "git, hg or svn")
      ->check(CLI::IsMember({"git", "hg", "svn"}))
      ->capture_default_str();
  command->footer("Example:  rcx -c /srv/rcx/rcx.yaml repo create team/app --owner ada");
  command->callback([repo, &context] {
    act(
        context,
        [&](Actions& actions) -> Result<value> {
          const Result<Node> made = actions.create_repo(*repo);
          return made ? Result<value>(repo_json(*made)) : made.error();
        },
        [](const value& json) { say("created", json); });
  });
}

void add_adopt(CLI::App& group, Context& context) {
  CLI::App* command =
      group.add_subcommand("adopt", "Make known a repository that is there below a root");
  auto repo = add_new_repo(*command);
  command->add_option("NAME", repo->name, "With its groups, without .git")->required();
  command->callback([repo, &context] {
    act(
        context,
        [&](Actions& actions) -> Result<value> {
          const Result<Node> made = actions.adopt_repo(*repo);
          return made ? Result<value>(repo_json(*made)) : made.error();
        },
        [](const value& json) { say("adopted", json); });
  });
}

void add_fork(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("fork", "Copy a repository under another name");
  auto repo = add_new_repo(*command);
  auto source = std::make_shared<std::string>();
  command->add_option("SOURCE", *source, "The repository to copy")->required();
  command->add_option("NAME", repo->name, "Of the copy, with its groups")->required();
  command->callback([source, repo, &context] {
    act(
        context,
        [&](Actions& actions) -> Result<value> {
          const Result<Node> made = actions.fork_repo(*source, *repo);
          return made ? Result<value>(repo_json(*made)) : made.error();
        },
        [](const value& json) { say("forked", json); });
  });
}

void add_delete(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("delete", "Move a repository into the trash");
  auto name = std::make_shared<std::string>();
  command->add_option("NAME", *name, "With its groups")->required();
  command->footer("It stays there for trash.keep of rcx.yaml; until then:  rcx repo restore NAME");
  command->callback([name, &context] {
    act(
        context,
        [&](Actions& actions) -> Result<value> {
          const Result<Node> gone = actions.delete_repo(*name);
          return gone ? Result<value>(repo_json(*gone)) : gone.error();
        },
        [](const value& json) {
          std::cout << fmt::format("deleted {}; back with:  rcx repo restore {}\n",
                                   text_at(json, "name"), json.at("id").as_int64());
        });
  });
}

void add_restore(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("restore", "Take a repository out of the trash");
  auto which = std::make_shared<std::string>();
  auto as = std::make_shared<std::string>();
  command->add_option("WHICH", *which, "Its name, or its number in  rcx repo list --trash")
      ->required();
  command->add_option("--as", *as, "Under another name")->type_name("NAME");
  command->callback([which, as, &context] {
    act(
        context,
        [&](Actions& actions) -> Result<value> {
          const Result<Node> back = actions.restore_repo(*which, *as);
          return back ? Result<value>(repo_json(*back)) : back.error();
        },
        [](const value& json) { say("restored", json); });
  });
}

void add_rename(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("rename", "Give a repository another name or group");
  auto from = std::make_shared<std::string>();
  auto to = std::make_shared<std::string>();
  command->add_option("NAME", *from, "What it is called now")->required();
  command->add_option("NEW", *to, "What it shall be called, with its groups")->required();
  command->callback([from, to, &context] {
    act(
        context,
        [&](Actions& actions) -> Result<value> {
          const Result<Node> renamed = actions.rename_repo(*from, *to);
          return renamed ? Result<value>(repo_json(*renamed)) : renamed.error();
        },
        [from](const value& json) { say(("renamed " + *from + " to").c_str(), json); });
  });
}

void add_list(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("list", "Repositories that who asks may read");
  auto trash = std::make_shared<bool>(false);
  command->add_flag("--trash", *trash, "Those in the trash instead");
  command->callback([trash, &context] {
    act(
        context,
        [&](Actions& actions) -> Result<value> {
          const Result<std::vector<Node>> all = *trash ? actions.trash() : actions.repos();
          if (!all) return all.error();
          return value{{"repositories", list_json(*all, &repo_json)}};
        },
        show_list);
  });
}

void add_repo_info(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("info", "All about one repository");
  auto name = std::make_shared<std::string>();
  command->add_option("NAME", *name, "With its groups")->required();
  command->callback([name, &context] {
    act(
        context,
        [&](Actions& actions) -> Result<value> {
          const Result<Node> repo = actions.repo(*name);
          return repo ? Result<value>(repo_json(*repo)) : repo.error();
        },
        show_one);
  });
}

void add_purge(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("purge", "Delete for good what is in the trash");
  auto older = std::make_shared<std::string>();
  command
      ->add_option("--older-than", *older,
                   "Only what was deleted so long ago: 12h, 30d; "
                   "otherwise trash.keep of rcx.yaml")
      ->type_name("LENGTH");
  command->callback([older, &context] {
    act(
        context,
        [&](Actions& actions) -> Result<value> {
          const std::optional<std::chrono::nanoseconds> age = duration_of(*older);
          if (!older->empty() && !age) return not_a_length("--older-than", *older);
          const Result<std::size_t> purged = actions.purge_trash(age);
          if (!purged) return purged.error();
          return value{{"purged", *purged}};
        },
        [](const value& json) {
          std::cout << fmt::format("{} deleted for good\n",
                                   json.at("purged").to_number<std::size_t>());
        });
  });
}

}  // namespace

void add_repo(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("repo", "Make, move, delete and list repositories");
  group->require_subcommand(1);
  group->fallthrough();
  add_create(*group, context);
  add_adopt(*group, context);
  add_fork(*group, context);
  add_delete(*group, context);
  add_restore(*group, context);
  add_rename(*group, context);
  add_list(*group, context);
  add_repo_info(*group, context);
  add_purge(*group, context);
  add_repo_field(*group, context);
  group->footer(
      "Each asks extensions first (pre_create_repo and its like) and tells them afterwards. Who "
      "asks\n"
      "is the user of the host or root, who may everything; or, with a token in RCX_TOKEN, whose "
      "it is.");
}

}  // namespace rcx::host::cli
