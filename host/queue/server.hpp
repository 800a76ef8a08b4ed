// The process that has the queue: it stores events and hands them to workers. For who starts it.
#pragma once

#include <string>

#include "host/config/config.hpp"

namespace rcx::host {

// Descriptors that it inherits, from kFirstInherited on, in this order: the reading end of a pipe
// whose other end its supervisor holds, a snapshot of the configuration, and a listening socket.
enum class QueueFd : int { kControl = 3, kStartup, kListener };

// In `run`: where workers listen for deliveries.
inline constexpr const char* kDeliverySocket = "deliver.sock";

// What the supervisor says on the pipe, one line each. Its end is the end of the process.
std::string queue_configure_line(const Config& config);           // `queue` of rcx.yaml has changed
inline constexpr const char* kQueueWake = "{\"do\":\"wake\"}\n";  // other extensions serve now
inline constexpr const char* kQueueStop = "{\"do\":\"stop\"}\n";  // nothing more is delivered

// The role `queue`. Answers who enqueues when that is on the disk, all who wait at that time with
// one commit. Returns the exit status.
//
// One process at a time works on a state directory; a second waits for the first to end. A database
// that is damaged is moved aside, to queue.db.damaged-TIME, and a new one begun. A database that a
// later release wrote is left alone: the process says so and ends.
int run_queue();

}  // namespace rcx::host
