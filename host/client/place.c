#include "place.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf.h"
#include "text.h"

const char* git_directory(void) {
  const char* directory = getenv("GIT_DIR");
  return directory != NULL && directory[0] != '\0' ? directory : ".";
}

/* From /etc/passwd, the sixth field. getpwnam would make every hook start later, as it brings all
 * of standard I/O; and linked statically it knows no other place. */
static const char* home_of(const char* user) {
  enum { kHome = 5 };
  static char text[256 * 1024];
  const int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return NULL;
  size_t used = 0;
  for (ssize_t got; (got = read(fd, text + used, sizeof text - 1 - used)) > 0;) used += (size_t)got;
  close(fd);
  text[used] = '\0';
  const size_t length = strlen(user);
  for (char* line = text; *line != '\0';) {
    char* end = line + strcspn(line, "\n");
    char* next = *end == '\0' ? end : end + 1;
    *end = '\0';
    if (strncmp(line, user, length) == 0 && line[length] == ':') {
      for (int field = 0; line != NULL && field < kHome; ++field) {
        line = strchr(line, ':');
        if (line != NULL) ++line;
      }
      if (line == NULL) return NULL;
      line[strcspn(line, ":")] = '\0';
      return line;
    }
    line = next;
  }
  return NULL;
}

/* `~/a` and `~user/a`. */
static bool expand_home(const char* name, char out[PATH_MAX]) {
  char user[256];
  const char* rest = name + strcspn(name, "/");
  const size_t length = (size_t)(rest - name) - 1;
  const char* home = NULL;
  if (length == 0) {
    home = getenv("HOME");
  } else if (length < sizeof user) {
    memcpy(user, name + 1, length);
    user[length] = '\0';
    home = home_of(user);
  }
  return home != NULL && join(out, PATH_MAX, home, rest, NULL);
}

static bool holds(const char* directory, const char* part) {
  char path[PATH_MAX];
  struct stat status;
  return join(path, sizeof path, directory, "/", part, NULL) && lstat(path, &status) == 0;
}

/* A linked worktree has its objects elsewhere. */
static bool is_repository(const char* directory) {
  return holds(directory, "HEAD") && (holds(directory, "commondir") ||
                                      (holds(directory, "objects") && holds(directory, "refs")));
}

/* The first line of a file, less its end: its size; -1 and errno where it cannot be read. */
static ssize_t read_start(const char* file, char line[PATH_MAX]) {
  const int fd = open(file, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  const ssize_t size = read(fd, line, PATH_MAX - 1);
  close(fd);
  if (size < 0) return -1;
  line[size] = '\0';
  line[strcspn(line, "\r\n")] = '\0';
  return (ssize_t)strlen(line);
}

/* A file `.git`: `gitdir: PATH`, from where it lies. */
static bool follow_file(const char* file, char out[PATH_MAX]) {
  static const char mark[] = "gitdir: ";
  char text[PATH_MAX];
  if (read_start(file, text) <= 0) return false;
  if (strncmp(text, mark, sizeof mark - 1) != 0) return false;
  const char* target = text + sizeof mark - 1;
  if (target[0] == '/') return join(out, PATH_MAX, target, NULL);
  char folder[PATH_MAX];
  if (!join(folder, sizeof folder, file, NULL)) return false;
  char* slash = strrchr(folder, '/');
  if (slash == NULL) return join(out, PATH_MAX, target, NULL);
  *slash = '\0';
  return join(out, PATH_MAX, folder, "/", target, NULL);
}

/* git names its directory to most hooks; the others it runs where that, or the work tree, is. */
static bool hook_repository(char out[PATH_MAX]) {
  struct stat status;
  const char* name = getenv("GIT_DIR");
  if (name == NULL || name[0] == '\0') name = stat(".git", &status) == 0 ? ".git" : ".";
  if (stat(name, &status) != 0) return false;
  if (S_ISREG(status.st_mode)) return follow_file(name, out) && is_repository(out);
  return is_repository(name) && join(out, PATH_MAX, name, NULL);
}

bool common_directory(char found[PATH_MAX]) {
  char directory[PATH_MAX];
  char file[PATH_MAX];
  char common[PATH_MAX];
  const char* named = getenv("GIT_COMMON_DIR");
  if (named != NULL && named[0] != '\0') return realpath(named, found) != NULL;
  if (!hook_repository(directory)) return false;
  if (!join(file, sizeof file, directory, "/commondir", NULL)) return false;
  const ssize_t size = read_start(file, common);
  if (size < 0) return realpath(directory, found) != NULL;
  if (size == 0) return false;
  const char* between = common[0] == '/' ? "" : "/";
  return join(file, sizeof file, common[0] == '/' ? "" : directory, between, common, NULL) &&
         realpath(file, found) != NULL;
}

/* The directory `path`, or where the file of that name leads. */
static bool take(const char* path, bool file, char found[PATH_MAX]) {
  char target[PATH_MAX];
  if (file && !follow_file(path, target)) return false;
  const char* directory = file ? target : path;
  return is_repository(directory) && realpath(directory, found) != NULL;
}

static bool find_as_it_is(const char* name, char found[PATH_MAX]) {
  struct stat status;
  return stat(name, &status) == 0 && take(name, S_ISREG(status.st_mode), found);
}

static bool find_loosely(const char* name, char found[PATH_MAX]) {
  static const char* const suffixes[] = {"/.git", "", ".git/.git", ".git"};
  char given[PATH_MAX];
  char base[PATH_MAX];
  size_t size = strlen(name);
  while (size > 1 && name[size - 1] == '/') --size;
  if (size >= sizeof given) return false;
  memcpy(given, name, size);
  given[size] = '\0';
  if (given[0] == '~' ? !expand_home(given, base) : !join(base, sizeof base, given, NULL))
    return false;
  for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; ++i) {
    char path[PATH_MAX];
    struct stat status;
    if (!join(path, sizeof path, base, suffixes[i], NULL) || stat(path, &status) != 0) continue;
    if (S_ISREG(status.st_mode)) return take(path, true, found);
    if (S_ISDIR(status.st_mode) && take(path, false, found)) return true;
  }
  return false;
}

bool find_repository(const char* name, bool strict, char found[PATH_MAX]) {
  if (strict) return find_as_it_is(name, found);
  char again[PATH_MAX];
  return find_loosely(name, found) && find_loosely(found, again) && strcmp(found, again) == 0;
}

static bool lies_below(const char* root, const char* path) {
  const size_t size = strlen(root);
  if (strncmp(root, path, size) != 0 || path[size] == '\0') return false;
  return path[size] == '/' || (size > 0 && root[size - 1] == '/');
}

bool may_be_served(const struct conf* conf, const char* directory) {
  char path[PATH_MAX];
  char root[PATH_MAX];
  if (conf->roots_size == 0 || realpath(directory, path) == NULL) return true;
  for (const char* next = conf->roots; next < conf->roots + conf->roots_size;
       next += strlen(next) + 1) {
    if (realpath(next, root) != NULL && lies_below(root, path)) return true;
  }
  return false;
}
