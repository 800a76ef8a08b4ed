#include "link.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host/event/wire.h"

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

bool link_send(const struct link* link, int request, uint32_t attempt) {
  rcx_wire_hello hello = {.magic = RCX_WIRE_MAGIC, .version = RCX_WIRE_VERSION, .attempt = attempt};
  struct iovec bytes = {.iov_base = &hello, .iov_len = sizeof hello};
  union {
    struct cmsghdr head;
    char room[CMSG_SPACE(sizeof(int))];
  } control = {0};
  struct msghdr message = {.msg_iov = &bytes,
                           .msg_iovlen = 1,
                           .msg_control = &control,
                           .msg_controllen = sizeof control};
  control.head.cmsg_level = SOL_SOCKET;
  control.head.cmsg_type = SCM_RIGHTS;
  control.head.cmsg_len = CMSG_LEN(sizeof request);
  memcpy(CMSG_DATA(&control.head), &request, sizeof request);
  return sendmsg(link->socket, &message, MSG_NOSIGNAL) == (ssize_t)sizeof hello;
}

bool link_open(struct link* link, const struct sockaddr_un* address) {
  link->worker = -1;
  link->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (link->socket < 0) return false;
  if (connect(link->socket, (const struct sockaddr*)address, sizeof *address) == 0) return true;
  const int error = errno;
  link_close(link);
  errno = error;
  return false;
}

void link_withdraw(const struct link* link) {
  const char withdrawn = RCX_WIRE_WITHDRAWN;
  if (link->socket < 0) return;
  /* Where nobody is there any more, nobody has to be told. */
  if (send(link->socket, &withdrawn, 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) return;
}

void link_watch(struct link* link, uint32_t pid) {
  /* One in another pid namespace is not found, nor is one that died just now. That is told by the
   * end of the connection. */
  link->worker = (int)syscall(SYS_pidfd_open, pid, 0);
}

void link_close(struct link* link) {
  if (link->socket >= 0) close(link->socket);
  if (link->worker >= 0) close(link->worker);
  link->socket = -1;
  link->worker = -1;
}

bool link_may_recover(int error) {
  switch (error) {
    case ENOENT: /* the host is just starting */
    case ECONNREFUSED:
    case EAGAIN: /* more clients than the backlog holds */
    case EINTR:
    case EPIPE: /* the worker died between connect and send */
    case ECONNRESET:
      return true;
    default:
      return false;
  }
}
