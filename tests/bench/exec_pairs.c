/* Times two commands in turn, exec to exit: exec_pairs COUNT INPUT COMMAND_A COMMAND_B
 *
 * Each is started with posix_spawn, without arguments, its standard input from the file INPUT.
 * Prints one line for each pair: nanoseconds of A, nanoseconds of B. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static long long run(char* command, const char* input) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0);
  char* argv[] = {command, NULL};
  pid_t pid;
  const long long began = now();
  if (posix_spawn(&pid, command, &actions, NULL, argv, environ) != 0) {
    fprintf(stderr, "exec_pairs: cannot start %s\n", command);
    exit(1);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  const long long took = now() - began;
  posix_spawn_file_actions_destroy(&actions);
  if (status != 0) {
    fprintf(stderr, "exec_pairs: %s failed, status %d\n", command, status);
    exit(1);
  }
  return took;
}

int main(int argc, char** argv) {
  if (argc != 5) {
    fprintf(stderr, "usage: exec_pairs COUNT INPUT COMMAND_A COMMAND_B\n");
    return 2;
  }
  for (int i = -20; i < atoi(argv[1]); ++i) {
    const long long a = run(argv[3], argv[2]);
    const long long b = run(argv[4], argv[2]);
    if (i >= 0) printf("%lld %lld\n", a, b);
  }
  return 0;
}
