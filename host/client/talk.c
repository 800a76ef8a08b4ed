#include "talk.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>

#include "call.h"
#include "conf.h"
#include "frames.h"
#include "host/event/wire.h"
#include "link.h"
#include "once.h"
#include "packets.h"
#include "request.h"
#include "single.h"
#include "spool.h"
#include "text.h"
#include "waiting.h"

enum { kFirstPause = 2, kLongestPause = 50, kLastBreath = 1000 };
enum { kGlanceNs = 200000 };

struct talk {
  struct call* call;
  const struct conf* conf;
  struct sockaddr_un address;
  char notice[sizeof((struct sockaddr_un*)0)->sun_path + sizeof RCX_WIRE_NOTICE_SUFFIX];
  struct waiting waiting;
  uint64_t patience; /* how long it may still be without a host */
  uint64_t pause;    /* before the next try */
  uint32_t attempt;
  bool once; /* with a host that is for this call alone */
  struct link link;
  uint32_t worker; /* the pid, 0 before the HELLO frame */
  int status;
};

enum outcome { MORE, DRAINED, VERDICT, LOST, TIMED_OUT, BROKEN };

static struct frames frames;

static enum outcome broken(const char* what) {
  join(frames.wrong, sizeof frames.wrong, what, NULL);
  return BROKEN;
}

static enum outcome take_hello(struct talk* talk, const struct frame* frame) {
  if (talk->worker != 0) return broken("a second HELLO");
  talk->worker = frame_number(frame);
  if (talk->worker == 0) return broken("a HELLO with pid 0");
  link_watch(&talk->link, talk->worker);
  talk->call->heard = true;
  waiting_served(&talk->waiting);
  talk->waiting.notice = NULL;
  talk->patience = talk->conf->connect_timeout_ms;
  talk->pause = kFirstPause;
  return MORE;
}

/* git must ask about single references, or those that were rejected would pass as well. */
static int status_of(const struct call* call, uint32_t verdict) {
  const bool some = verdict == RCX_WIRE_SOME_BY_PROC_RECEIVE || verdict == RCX_WIRE_SOME_BY_UPDATE;
  if (!some || strcmp(call->hook, "pre-receive") != 0) return verdict == 0 ? 0 : 1;
  const char* hook = verdict == RCX_WIRE_SOME_BY_UPDATE ? "update" : "proc-receive";
  if (client_stands(call, hook)) return 0;
  refuse(call, "the whole push, because ", call->directory, "/", hook,
         ", which would refuse single references, is none of rcx's", NULL);
  advise(call->forwards
             ? "run 'rcx install --system' again, or write  partial: false  in rcx.yaml"
             : "run 'rcx install <repository>' again, or write  partial: false  in rcx.yaml");
  return 1;
}

static enum outcome take_frame(struct talk* talk, const struct frame* frame) {
  if (frame->type == RCX_WIRE_FRAME_HELLO) return take_hello(talk, frame);
  const bool report = frame->type == RCX_WIRE_FRAME_REPORT && talk->call->commands;
  if (!report && frame->type != RCX_WIRE_FRAME_TEXT && frame->type != RCX_WIRE_FRAME_VERDICT) {
    return MORE;
  }
  if (talk->worker == 0) return broken("a frame before the HELLO");
  if (frame->type == RCX_WIRE_FRAME_TEXT) {
    write_text(frame->payload, frame->size);
    waiting_shown(&talk->waiting);
    return MORE;
  }
  if (report) {
    talk->call->reported = true;
    return write_report(frame->payload, frame->size) ? MORE : broken("git does not read");
  }
  write_answer(frame->payload + sizeof(uint32_t), frame->size - sizeof(uint32_t));
  talk->status = status_of(talk->call, frame_number(frame));
  return VERDICT;
}

/* Reads once, and takes the frames that are whole. */
static enum outcome receive(struct talk* talk) {
  size_t room = 0;
  unsigned char* data = frames_room(&frames, &room);
  const ssize_t size = recv(talk->link.socket, data, room, MSG_DONTWAIT);
  if (size < 0 && errno == EINTR) return MORE;
  if (size < 0 && errno == EAGAIN) return DRAINED;
  if (size <= 0) return LOST;
  frames.end += (size_t)size;
  for (;;) {
    struct frame frame;
    const enum frame_state state = frames_next(&frames, &frame);
    if (state == FRAME_NONE) return MORE;
    if (state == FRAME_BROKEN) return BROKEN;
    const enum outcome outcome = take_frame(talk, &frame);
    if (outcome != MORE) return outcome;
  }
}

/* A warm worker answers within the time that falling asleep and being woken takes. Lets others run
 * meanwhile, so that nothing is lost where there is one processor. */
static enum outcome glance(struct talk* talk) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  const long long until = now.tv_sec * 1000000000LL + now.tv_nsec + kGlanceNs;
  do {
    const enum outcome outcome = receive(talk);
    if (outcome != DRAINED && outcome != MORE) return outcome;
    sched_yield();
    clock_gettime(CLOCK_MONOTONIC, &now);
  } while (now.tv_sec * 1000000000LL + now.tv_nsec < until);
  return MORE;
}

/* Listens to one worker until it has decided, or is lost. */
static enum outcome converse(struct talk* talk) {
  const enum outcome soon = glance(talk);
  if (soon != MORE) return soon;
  for (;;) {
    struct pollfd ends[] = {{.fd = talk->link.socket, .events = POLLIN},
                            {.fd = talk->link.worker, .events = POLLIN}};
    if (!wait_until(&talk->waiting, ends, 2, UINT64_MAX)) return TIMED_OUT;
    /* A dead worker may have left its verdict in the socket. And the socket of one may stay open:
     * a child of its extensions can have it. */
    const bool dead = ends[1].revents != 0;
    enum outcome outcome = receive(talk);
    if (outcome == DRAINED) outcome = dead ? LOST : MORE;
    if (outcome != MORE) return outcome;
  }
}

/* False where there was no host for as long as it may be. */
static bool pause_before_next(struct talk* talk) {
  const uint64_t pause = talk->pause < talk->patience ? talk->pause : talk->patience;
  if (pause == 0) return false;
  poll(NULL, 0, (int)pause);
  talk->patience -= pause;
  /* Who gives up now says why instead. */
  if (talk->patience > 0) waiting_notice(&talk->waiting);
  talk->pause = 2 * talk->pause < kLongestPause ? 2 * talk->pause : kLongestPause;
  return clock_ms() < talk->waiting.deadline;
}

static int run(struct talk* talk);

static bool find_sockets(struct talk* talk, const char* directory) {
  const char* name = talk->call->post ? RCX_WIRE_POST_SOCKET : RCX_WIRE_PRE_SOCKET;
  talk->address.sun_family = AF_UNIX;
  if (join(talk->address.sun_path, sizeof talk->address.sun_path, directory, "/", name, NULL)) {
    return join(talk->notice, sizeof talk->notice, talk->address.sun_path, RCX_WIRE_NOTICE_SUFFIX,
                NULL);
  }
  struct number limit;
  refuse(talk->call, "the path of the host's socket is too long, the limit is ",
         decimal(&limit, sizeof talk->address.sun_path - 1), " bytes: ", directory, "/", name,
         NULL);
  advise("give the instance a shorter socket directory, then start rcxd again");
  return false;
}

static bool may_run_once(const struct talk* talk) {
  return talk->conf->run_once && !talk->once;
}

/* The same again with a host of its own, which has the whole time before it. */
static int run_once(struct talk* talk) {
  char directory[sizeof talk->address.sun_path];
  talk->once = true;
  waiting_start(&talk->waiting, talk->conf->timeout_ms);
  if (!start_once(talk->call, talk->conf, &talk->waiting, directory, sizeof directory) ||
      !find_sockets(talk, directory)) {
    return 1;
  }
  /* It knows nothing of workers that were lost before, but extensions may. */
  talk->attempt = talk->call->heard ? 2 : 1;
  talk->patience = talk->conf->connect_timeout_ms;
  talk->pause = kFirstPause;
  return run(talk);
}

/* Where no worker has the call, it is kept for the host that comes. */
static bool keep(struct talk* talk, const char* what, const char* which) {
  if (!talk->call->post || talk->call->probe || !spool(talk->call, talk->conf)) return false;
  link_withdraw(&talk->link);
  say(done_of(talk->call), "; the extensions will be told when the host is back: ", what, which,
      NULL);
  return true;
}

/* Whether the push passes without a verdict. The hooks that follow must know that. */
static bool may_pass(const struct talk* talk) {
  if (!talk->conf->allow) return false;
  if (talk->call->post) {
    forget_unjudged();
  } else {
    tell_unjudged(talk->call);
  }
  return true;
}

static int unreachable(struct talk* talk, const char* why) {
  if (may_run_once(talk)) return run_once(talk);
  if (keep(talk, "no host is listening at ", talk->address.sun_path)) return 0;
  if (talk->once) {
    refuse(talk->call, "the host that was started for this call is gone (", why, ")", NULL);
    advise("the log of the host tells more, where rcx.yaml sets log.file");
    return 1;
  }
  const bool allow = may_pass(talk);
  const int status = refuse_unless(allow, talk->call, "no host is listening at ",
                                   talk->address.sun_path, " (", why, ")", NULL);
  if (!allow) advise("'rcx status' tells more; start rcxd");
  return status;
}

static int timed_out(struct talk* talk) {
  struct number number;
  /* Where a worker has it, extensions would hear of one push twice at once. */
  if (may_run_once(talk) && !talk->call->heard) {
    say("no answer from the host within ", duration(&number, talk->conf->timeout_ms),
        "; starting one for this call", NULL);
    link_close(&talk->link);
    return run_once(talk);
  }
  if (!talk->call->heard &&
      keep(talk, "it did not answer within ", duration(&number, talk->conf->timeout_ms))) {
    return 0;
  }
  const bool allow = may_pass(talk);
  const int status = refuse_unless(allow, talk->call, "no answer from the host within ",
                                   duration(&number, talk->conf->timeout_ms), NULL);
  if (!allow) advise("'rcx status' tells what the host is doing");
  return status;
}

static int misunderstood(const struct talk* talk) {
  refuse(talk->call, "the host does not follow the protocol: ", frames.wrong, NULL);
  advise("install hooks and host of one release: 'rcx install <repository>'");
  return 1;
}

/* The worker had the call, and is lost without a verdict. False where no further one is asked. */
static bool next_attempt(struct talk* talk) {
  /* What git has read of a report cannot be said again. */
  const bool last = talk->attempt > RCX_WIRE_ATTEMPTS || talk->call->reported;
  /* The host learns from its remains what it was doing: it has to be dead for that. */
  struct pollfd remains = {.fd = talk->link.worker, .events = POLLIN};
  if (remains.fd >= 0) wait_until(&talk->waiting, &remains, 1, clock_ms() + kLastBreath);
  if (last) return false;
  ++talk->attempt;
  say("the worker that judged this ", what_of(talk->call), " died; ",
      talk->attempt > RCX_WIRE_ATTEMPTS ? "asking the host for a verdict" : "starting again", NULL);
  waiting_shown(&talk->waiting);
  return true;
}

/* A push that was accepted is not unmade: its event is kept for other workers rather than given up,
 * where a host is there to deliver it. */
static bool keep_lost(struct talk* talk) {
  if (!talk->call->post || talk->once || talk->attempt < RCX_WIRE_ATTEMPTS) return false;
  if (!spool(talk->call, talk->conf)) return false;
  struct number number;
  say(done_of(talk->call), "; the extensions will be told later: ", decimal(&number, talk->attempt),
      " workers of the host died over it", NULL);
  return true;
}

static int worn_out(const struct talk* talk) {
  struct number number;
  refuse(talk->call, decimal(&number, RCX_WIRE_ATTEMPTS + 1),
         " workers of the host died over this ", what_of(talk->call), NULL);
  advise("'rcx status' tells which extension is to blame");
  return 1;
}

/* Whether the instance says that its host runs as this user. Its owner or root must have written
 * that. */
static bool announced(const struct talk* talk, const struct stat* instance, uid_t uid) {
  struct stat conf;
  return talk->conf->host_uid == uid && stat(talk->conf->file, &conf) == 0 &&
         (conf.st_uid == 0 || conf.st_uid == instance->st_uid);
}

/* Whoever made the socket decides on pushes: that is the owner of the instance, or whom that names,
 * and nobody who found its directory missing. */
static bool check_listener(const struct talk* talk) {
  struct ucred listener = {0};
  socklen_t size = sizeof listener;
  struct stat instance;
  if (getsockopt(talk->link.socket, SOL_SOCKET, SO_PEERCRED, &listener, &size) == 0 &&
      (trusted(talk->call, listener.uid) ||
       (stat(talk->conf->directory, &instance) == 0 &&
        (instance.st_uid == listener.uid || announced(talk, &instance, listener.uid))))) {
    return true;
  }
  struct number number;
  refuse(talk->call, talk->address.sun_path, " is served by uid ", decimal(&number, listener.uid),
         ", wanted root, the owner of ", talk->conf->directory, " or of the hooks, or yours", NULL);
  advise("run rcxd as the owner of the instance, and give it a  run:  that others cannot write");
  return false;
}

static int run(struct talk* talk) {
  for (;;) {
    frames_reset(&frames);
    talk->worker = 0;
    const char* why = "it hung up before it said a word";
    bool open = link_open(&talk->link, &talk->address);
    if (open) {
      if (!check_listener(talk) || !finish_request(talk->call)) return 1;
      open = link_send(&talk->link, talk->call->request, talk->attempt);
    }
    if (open) {
      talk->waiting.notice = talk->notice;
      const enum outcome outcome = converse(talk);
      talk->waiting.notice = NULL;
      if (outcome == VERDICT) return talk->status;
      if (outcome == BROKEN) return misunderstood(talk);
      if (outcome == TIMED_OUT) return timed_out(talk);
      const bool begun = talk->worker != 0;
      if (begun && keep_lost(talk)) return 0;
      if (begun && !next_attempt(talk)) return worn_out(talk);
      link_close(&talk->link);
      if (begun) continue;
    } else {
      const int error = errno;
      why = strerror(error);
      link_close(&talk->link);
      const bool absent = error == ENOENT || error == ECONNREFUSED;
      const bool hopeless = absent && (talk->once || talk->conf->run_once);
      if (hopeless || !link_may_recover(error)) return unreachable(talk, why);
    }
    if (!pause_before_next(talk)) return unreachable(talk, why);
  }
}

int talk(struct call* call, const struct conf* conf) {
  struct talk talk = {.call = call,
                      .conf = conf,
                      .patience = conf->connect_timeout_ms,
                      .pause = kFirstPause,
                      .attempt = 1,
                      .link = {.socket = -1, .worker = -1},
                      .status = 1};
  if (!find_sockets(&talk, conf->socket_directory)) return 1;
  waiting_start(&talk.waiting, conf->timeout_ms);
  const int status = run(&talk);
  link_close(&talk.link);
  end_once();
  return status;
}
