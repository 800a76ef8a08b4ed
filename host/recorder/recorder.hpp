// The recorder: the one process that writes the database of records. The front of host/recorder for
// who starts it; workers leave records by journal.hpp, people read them by history.hpp.
#pragma once

#include "host/config/config.hpp"
#include "host/recorder/journal_files.hpp"

namespace rcx::host {

// Descriptors that the recorder inherits, from kFirstInherited on, in this order: the reading end
// of a pipe whose other end its supervisor holds, and a snapshot of the configuration, to which it
// keeps; after a change it is started again.
enum class RecorderFd : int { kControl = 3, kStartup };

// `records` of the configuration.
RecordLimits record_limits(const Config& config);

// The role `recorder`. Moves records from the journal into the database until the control pipe is
// closed, then moves the rest and returns the exit status.
//
// One recorder at a time works on a state directory; a second waits for the first to end. A
// database that is damaged is moved aside, to records.db.damaged-TIME, and a new one begun; what
// the damaged one held can be read with the tools of SQLite. A database that a later release wrote
// is left alone: the recorder says so and ends, and records stay in the journal.
int run_recorder();

}  // namespace rcx::host
