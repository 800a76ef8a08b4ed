// Extra fields of repositories that the database has, in a file for each repository: workers, which
// open no database, read them there.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "host/accounts/accounts.hpp"
#include "host/core/core.hpp"

namespace rcx::host {

// Of the repository `name`. A map of keys and values, as rcx.yaml would have them.
fs::path own_fields_file(const fs::path& state, const std::string& name);

// Replaces it; none where there are no fields.
Result<void> write_own_fields(const fs::path& state, const std::string& name,
                              const std::vector<Field>& fields);

// As in rcx.yaml: what is written like a number, true or false is one; everything else is text.
boost::json::value field_value(const std::string& text);

}  // namespace rcx::host
