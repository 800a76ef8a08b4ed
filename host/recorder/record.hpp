// The decision record: what became of one event, as `rcx explain` shows it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/event/event.hpp"

namespace rcx::host {

// Written into each record. It goes up when an old reader would misunderstand; readers ignore
// fields that they do not know.
inline constexpr int kRecordFormat = 1;

struct RecordedObjection {
  std::optional<std::string> ref;  // its name; none: the whole push
  std::string reason;
};

// One call of a handler, or one that should have been.
struct RecordedExtension {
  std::string id;
  std::string version;  // empty where the file could not be read
  std::string hash;     // SHA-256 of what was loaded, hexadecimal
  std::string mode;     // enforce, observe
  std::string fail;     // closed, open
  // agreed, objected, would_object (mode: observe), failed, absent, queued (told later)
  std::string outcome;
  std::string reason;  // of failed and absent
  std::int64_t took_ns = 0;
  std::vector<RecordedObjection> objections;
  std::size_t objections_left_out = 0;
  bool bypassed = false;       // none of that counted: see Record::bypass
  std::uint32_t delivery = 0;  // which try it was to tell it from the queue; 0: it was none
};
inline constexpr const char* kQueuedOutcome = "queued";

// An earlier attempt at the same event, whose worker died.
struct LostAttempt {
  std::string extension;  // who did it; empty where nobody can be blamed
  std::string how;
  bool in_service = false;  // in the host's own work for that extension
};

// Text is bytes, as it came. No environment variable stands here but the caller's name.
struct Record {
  int format = kRecordFormat;
  std::string id;       // of the event, and of the decision: 36 characters
  std::string push_id;  // the same for all events of one push or pack
  std::int64_t time_ns = 0;
  std::int64_t took_ns = 0;
  std::string kind;  // the name of the event, such as pre_push
  // accepted, refused, or partial: some references are refused. Of an event that cannot be refused,
  // done or failed.
  std::string verdict;
  std::string reason;  // why the event could not be heard at all; else empty
  std::string vcs;
  std::string repository;  // its name; empty where the call could not be placed
  std::string path;
  Caller caller;
  std::vector<RefUpdate> refs;
  std::size_t refs_left_out = 0;
  std::vector<std::string> refused_refs;  // names, where that is partial
  std::string bypass;                     // the caller's reason to push past extensions
  std::optional<PullRequest> pull;        // of pulls
  std::string about;  // of what a forge emits: the group or user, where it is no repository
  std::string told;   // its fields in JSON, where they are not too long; empty for other events
  std::size_t wanted_left_out = 0;
  std::vector<RecordedExtension> extensions;
  std::uint32_t attempts = 1;
  std::vector<LostAttempt> lost;
  int generation = 0;  // of the workers that decided
  // Of deliveries of the event alone; what the hook's call came to is in a record of its own, or
  // lost.
  bool delivery = false;

  // As a whole or in part.
  bool refused() const noexcept { return verdict == "refused" || verdict == "partial"; }
};

// What is kept of one record; how many more there were is recorded as well.
inline constexpr std::size_t kMostRefs = 1000;
inline constexpr std::size_t kMostObjectionsKept = 200;  // of one extension
inline constexpr std::size_t kLongestReasonKept = 4096;  // bytes
inline constexpr std::size_t kLongestToldKept = 16384;   // bytes

// Whether both are of one post event: the call of the hook, and deliveries of it. Ids come from
// clients, so nobody's record is joined with another person's.
bool belong_together(const Record& a, const Record& b);
// What both say, whichever was first.
Record joined(Record a, Record b);

// One line of JSON without the newline. It is UTF-8, and nothing in it moves a terminal's cursor:
// control characters and those that reorder text are escaped. Where the bytes of a field `x` are no
// UTF-8, `x` has U+FFFD for each wrong byte, and `x_base64` has the exact bytes.
std::string record_line(const Record& record);

// A record as it was read, and its line with all fields, those that this release does not know
// among them.
struct StoredRecord {
  Record record;
  std::string line;
};

// Reads such a line. kInvalid for anything else; the message does not repeat the line.
Result<StoredRecord> parse_record(std::string_view line);

// Whether `text` has the form of an event id.
bool is_event_id(std::string_view text) noexcept;

}  // namespace rcx::host
