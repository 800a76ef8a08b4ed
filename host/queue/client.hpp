// How others reach the process that has the queue, over `<run>/queue.sock`, which root and the
// host's own user may use: one line of JSON there, behind it the bytes of an event where one is
// enqueued, and one line back. Who has its answer may ask again.
#pragma once

#include <boost/json/object.hpp>

#include "host/queue/queue.hpp"

namespace rcx::host {

// In `run`.
fs::path queue_socket(const fs::path& run);
// Where an instance keeps its queue.
fs::path queue_directory(const fs::path& state);
// In `run`: a file that is there while nothing more can be queued. It says why.
fs::path queue_full_file(const fs::path& run);

// Sends `question` and waits for the answer. An Error: what the queue says that stood in the way,
// or kUnavailable where it is gone, or has said nothing by `deadline_ns` of the monotonic clock;
// then nothing more can be asked over this socket.
Result<boost::json::object> ask_queue(int socket, const boost::json::object& question,
                                      std::int64_t deadline_ns);

// Stores `event`, but with this call and this context instead of its own. When this returns, it
// survives a loss of power.
Result<void> enqueue(int socket, const NewEvent& event, std::string_view call,
                     std::string_view context, std::int64_t deadline_ns);

// What is sent, and back. Reading throws std::exception where something is wrong.
boost::json::object enqueue_question(const NewEvent& event, std::size_t call, std::size_t context);
// How many bytes follow the line: those of the call, then those of the context.
std::pair<std::size_t, std::size_t> sizes_behind(const boost::json::object& question);
// Its call and its context are left empty.
NewEvent event_from(const boost::json::object& question);
boost::json::object query_json(const EventQuery& query);
EventQuery query_from(const boost::json::object& json);

}  // namespace rcx::host
