// What commands that act share: who asks, the accounts of the instance, and how answers look.
#pragma once

#include <boost/json.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "host/actions/actions.hpp"
#include "host/cli/cli.hpp"

namespace rcx::host::cli {

// Where the token of who asks stands, so that no list of processes shows it.
inline constexpr const char* kTokenVariable = "RCX_TOKEN";

// Whether whoever asks shows a token.
bool shows_token();

// Opens the accounts of the instance as the user whom they belong to (root becomes that user),
// finds out who asks, takes back what was left half done, and calls `act`. What `act` returns is
// the answer: printed by `show`, or as JSON. An Error is printed, and is the exit status;
// `afterwards` may set another.
void act(Context& context, const std::function<Result<boost::json::value>(Actions&)>& what,
         const std::function<void(const boost::json::value&)>& show,
         const std::function<void(const boost::json::value&)>& afterwards = {});

// The same for what has an answer of its own: `work` is called where everything is open, and
// prints.
void with_actions(Context& context, const std::function<void(Actions&)>& work);

// Puts the hooks of `config` into a repository, of whatever kind.
std::function<Result<void>(const fs::path&)> installer(std::shared_ptr<const Config> config);

// Lines of a table, each cell as wide as the widest of its column.
void print_table(const std::vector<std::vector<std::string>>& rows);

// The text at `key` of an answer; empty where that is null.
std::string text_at(const boost::json::value& answer, const char* key);

// The Error for an option whose value is no length of time.
Error not_a_length(const char* option, const std::string& got);

// Groups of commands, each in a file of its own.
void add_repo_field(CLI::App& group, Context& context);

}  // namespace rcx::host::cli
