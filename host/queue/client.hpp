// How others reach the process that has the queue: one line of JSON there, one back, over
// `<run>/queue.sock`, which root and the host's own user may use.
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
// or kUnavailable where it is gone, or has said nothing by `deadline_ns` of the monotonic clock.
Result<boost::json::object> ask_queue(int socket, const boost::json::object& question,
                                      const std::vector<int>& descriptors,
                                      std::int64_t deadline_ns);

// Stores `event` but for its call and its context, which stand behind these descriptors (sealed
// memfds). When this returns, it survives a loss of power.
Result<void> enqueue(int socket, const NewEvent& event, int call, int context,
                     std::int64_t deadline_ns);

// What is sent, and back. Reading throws std::exception where something is wrong.
boost::json::object enqueue_question(const NewEvent& event);
NewEvent event_from(const boost::json::object& question);
boost::json::object query_json(const EventQuery& query);
EventQuery query_from(const boost::json::object& json);

}  // namespace rcx::host
