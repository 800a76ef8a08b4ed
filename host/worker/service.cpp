#include "host/worker/service.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "host/worker/call_service.hpp"

namespace rcx::host {

Served serve(const WorkerContext& context, Repositories& repositories, Slot& slot,
             Connection& connection) {
  Result<Peer> peer = peer_of(connection.socket());
  if (!peer) {
    log("worker").error("{}", peer.error().message);
    return {};
  }
  if (!context.doors->admits(peer->uid)) {
    const std::string name = user_name(peer->uid);
    log("worker").warn("refused a call by {} (uid {})", name, peer->uid);
    connection.forget_request();
    connection.send_verdict(
        1, fmt::format("rcx: user {} may not use this host; an administrator can allow it in {} "
                       "with  identity: {{admitted_users: [{}]}}\n",
                       name, context.config->file.string(), name));
    return {};
  }
  Result<Connection::Hello> hello = connection.receive();
  if (!hello) {
    log("worker").warn("pid {}, uid {}: {}", peer->pid, peer->uid, hello.error().message);
    return {};
  }
  // It is told once more, from the file.
  if (hello->withdrawn) return {};
  const bool own = peer->uid == 0 || peer->uid == ::geteuid();
  const int order = own && hello->order ? hello->order.get() : -1;
  if (hello->behalf && own) peer->uid = *hello->behalf;
  Result<HookCall> call = HookCall::open(std::move(hello->request));
  if (!call) {
    log("worker").warn("pid {}, uid {}: {}", peer->pid, peer->uid, call.error().message);
    connection.send_verdict(1, "rcx: " + call.error().message + "\n");
    return {};
  }
  call->set_door(std::move(hello->door));
  Served served =
      serve_call(context, repositories, slot, connection, *call, {*peer, hello->attempt, order});
  slot.leave();
  return served;
}

}  // namespace rcx::host
