// What was decided, for those who ask: the database and what still stands in the journal. Works
// with a running recorder, with a stopped one, and where there never was one.
#pragma once

#include "host/config/config.hpp"
#include "host/recorder/store.hpp"

namespace rcx::host {

// Records whose id begins with `prefix`: at least 6 hexadecimal digits, with dashes or without.
// Oldest first, at most `most`. kInvalid where `prefix` is none.
Result<std::vector<StoredRecord>> find_records(const Config& config, std::string_view prefix,
                                               std::size_t most);

// At most `most` of those that `query` asks for, newest first.
Result<std::vector<StoredRecord>> list_records(const Config& config, const RecordQuery& query,
                                               std::size_t most);

// `text` as ids begin: lower case, with dashes where ids have them. kInvalid, with the name of
// `what` was wanted, where that has less than 6 hexadecimal digits or is none.
Result<std::string> read_id_prefix(std::string_view text, std::string_view what);

}  // namespace rcx::host
