#include "conf.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "call.h"
#include "host/event/wire.h"
#include "text.h"

enum { kDay = 24 * 60 * 60 * 1000 }; /* in milliseconds */

/* The whole file and a NUL. False with errno; EFBIG where it does not fit. */
static bool read_file(const char* path, char* out, size_t size) {
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  size_t used = 0;
  ssize_t got = 0;
  while (used < size && (got = read(fd, out + used, size - used)) != 0) {
    if (got > 0) used += (size_t)got;
    if (got < 0 && errno != EINTR) break;
  }
  const int error = got < 0 ? errno : EFBIG;
  close(fd);
  errno = error;
  if (got < 0 || used == size) return false;
  out[used] = '\0';
  return true;
}

static bool unreadable(const struct call* call, const char* path) {
  refuse(call, "cannot read ", path, ": ", strerror(errno), NULL);
  advise(
      "run 'rcx install <repository>' again, or 'rcx uninstall <repository>' to remove the hooks");
  return false;
}

/* One line of the file that is being read: where it stands, for messages. */
struct line {
  const struct call* call;
  const char* file;
  uint64_t number;
};

static bool malformed(const struct line* line, const char* key, const char* wanted,
                      const char* got) {
  struct number number;
  refuse(line->call, line->file, " line ", decimal(&number, line->number), ": ", key, "wanted ",
         wanted, ", got '", got, "'", NULL);
  return false;
}

/* Ends the line that `text` begins with, and returns where the next one begins. */
static char* cut_line(char* text) {
  char* end = text + strcspn(text, "\n");
  if (*end == '\0') return end;
  *end = '\0';
  return end + 1;
}

static bool parse_number(const char* text, uint64_t least, uint64_t most, uint64_t* out) {
  uint64_t value = 0;
  if (*text == '\0') return false;
  for (; *text != '\0'; ++text) {
    if (*text < '0' || *text > '9') return false;
    value = value * 10 + (uint64_t)(*text - '0');
    if (value > most) return false;
  }
  *out = value;
  return value >= least;
}

static bool parse_milliseconds(const char* text, uint64_t least, uint64_t* out) {
  return parse_number(text, least, kDay, out);
}

static bool parse_value(struct conf* conf, const struct line* line, const char* key,
                        const char* value) {
  if (strcmp(key, "version") == 0) {
    if (strcmp(value, "1") == 0) return true;
    return malformed(line, "version: ", "1, all that this client knows", value);
  }
  if (strcmp(key, "socket_directory") == 0) {
    if (value[0] == '/' &&
        join(conf->socket_directory, sizeof conf->socket_directory, value, NULL)) {
      return true;
    }
    return malformed(line, "socket_directory: ", "an absolute path", value);
  }
  if (strcmp(key, "when_unreachable") == 0) {
    conf->allow = strcmp(value, "allow") == 0;
    conf->run_once = strcmp(value, "run-once") == 0;
    if (conf->allow || conf->run_once || strcmp(value, "refuse") == 0) return true;
    return malformed(line, "when_unreachable: ", "refuse, allow or run-once", value);
  }
  if (strcmp(key, "host_uid") == 0) {
    if (parse_number(value, 0, UINT32_MAX - 1, &conf->host_uid)) return true;
    return malformed(line, "host_uid: ", "a number from 0 to 4294967294", value);
  }
  if (strcmp(key, "timeout_ms") == 0) {
    if (parse_milliseconds(value, 1, &conf->timeout_ms)) return true;
    return malformed(line, "timeout_ms: ", "a number from 1 to 86400000", value);
  }
  if (strcmp(key, "connect_timeout_ms") == 0) {
    if (parse_milliseconds(value, 0, &conf->connect_timeout_ms)) return true;
    return malformed(line, "connect_timeout_ms: ", "a number from 0 to 86400000", value);
  }
  if (strcmp(key, "spool_directory") == 0) {
    if (value[0] == '/' && join(conf->spool_directory, sizeof conf->spool_directory, value, NULL)) {
      return true;
    }
    return malformed(line, "spool_directory: ", "an absolute path", value);
  }
  if (strcmp(key, "config_file") == 0) {
    if (value[0] == '/' && join(conf->config_file, sizeof conf->config_file, value, NULL)) {
      return true;
    }
    return malformed(line, "config_file: ", "an absolute path", value);
  }
  if (strcmp(key, "root") == 0) {
    const size_t size = strlen(value) + 1;
    if (value[0] == '/' && size <= sizeof conf->roots - conf->roots_size) {
      memcpy(conf->roots + conf->roots_size, value, size);
      conf->roots_size += size;
      return true;
    }
    return malformed(line, "root: ", "an absolute path", value);
  }
  return true;
}

static bool parse_conf(const struct call* call, struct conf* conf, char* text) {
  struct line line = {.call = call, .file = conf->file};
  for (char* next; *text != '\0'; text = next) {
    next = cut_line(text);
    ++line.number;
    if (*text == '\0' || *text == '#') continue;
    char* equals = strchr(text, '=');
    if (equals == NULL) return malformed(&line, "", "key=value", text);
    *equals = '\0';
    if (!parse_value(conf, &line, text, equals + 1)) return false;
  }
  if (conf->socket_directory[0] != '\0') return true;
  refuse(call, conf->file, ": wanted a line socket_directory=PATH, got none", NULL);
  return false;
}

bool read_conf(const struct call* call, struct conf* conf) {
  conf->allow = false;
  conf->run_once = false;
  conf->timeout_ms = 60000;
  conf->connect_timeout_ms = 1000;
  conf->host_uid = UINT64_MAX;
  conf->socket_directory[0] = '\0';
  conf->spool_directory[0] = '\0';
  conf->roots_size = 0;

  char path[PATH_MAX];
  char text[2 * PATH_MAX];
  if (!join(path, sizeof path, call->directory, "/" RCX_WIRE_INSTANCE_FILE, NULL)) {
    errno = ENAMETOOLONG;
    return unreadable(call, path);
  }
  if (!read_file(path, text, sizeof text)) return unreadable(call, path);
  cut_line(text);
  if (text[0] != '/') {
    const struct line line = {.call = call, .file = path, .number = 1};
    malformed(&line, "", "the absolute path of an instance directory", text);
    advise("run 'rcx install <repository>' again");
    return false;
  }

  if (!join(conf->directory, sizeof conf->directory, text, NULL) ||
      !join(conf->config_file, sizeof conf->config_file, text, "/rcx.yaml", NULL) ||
      !join(conf->file, sizeof conf->file, text, "/" RCX_WIRE_CLIENT_CONF, NULL)) {
    errno = ENAMETOOLONG;
    return unreadable(call, conf->file);
  }
  if (!read_file(conf->file, text, sizeof text)) return unreadable(call, conf->file);
  if (parse_conf(call, conf, text)) return true;
  advise("start rcxd again, or run 'rcx install <repository>', which write this file");
  return false;
}
