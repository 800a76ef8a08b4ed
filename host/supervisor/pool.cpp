#include "host/supervisor/pool.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace rcx::host {

Result<Worker> start_worker(const Pool& pool, const Config& config, const Plan& plan,
                            const fs::path& program, Scoreboard& scoreboard, std::size_t block,
                            bool strict) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return system_error("cannot make a control channel", errno);
  }
  Fd ours(ends[0]);
  const Fd theirs(ends[1]);
  Result<Fd> startup =
      write_startup({pool.name, pool.config.threads, block, config.file.string(), config.text,
                     config.state.string(), config.log.file, plan, strict, 0});
  if (!startup) return startup.error();
  scoreboard.clear(block);
  Result<Process> process =
      Process::start(program, {program.string(), "--role=worker", "--pool=" + pool.name},
                     {pool.listener.get(), scoreboard.fd(), theirs.get(), startup->get()});
  if (!process) return process.error();
  scoreboard.block(block).pid.store(process->pid());
  return Worker{std::move(*process), std::move(ours), block, false, wall_ns(), {}};
}

}  // namespace rcx::host
