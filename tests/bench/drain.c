/* The least that a hook can do: read its input to the end, so that git gets no SIGPIPE. */
#include <unistd.h>

int main(void) {
  static char chunk[65536];
  while (read(0, chunk, sizeof chunk) > 0) {
  }
  return 0;
}
