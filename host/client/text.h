/* Texts of the client: lines on standard error, numbers, paths. None of them allocates. */
#ifndef RCX_HOST_CLIENT_TEXT_H
#define RCX_HOST_CLIENT_TEXT_H

#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct call;

/* Room for one number in words of the client, such as `18446744073709551615 ms`. */
struct number {
  char text[32];
};

const char* decimal(struct number* room, uint64_t value);
/* `60 s`, or `1500 ms` where the seconds are not whole. */
const char* duration(struct number* room, uint64_t milliseconds);

/* Joins the parts, which NULL ends, in `out`. False where they do not fit; `out` then holds what
 * does, and ends with NUL all the same. */
bool join(char* out, size_t size, ...) __attribute__((sentinel));

/* Writes all of it to standard error. Nobody reading there is no error: git may be gone. */
void write_text(const void* data, size_t size);

/* One line, `rcx: ` and the parts, which NULL ends, with one write(2). Control characters are
 * replaced: parts may be names of files. */
void say(const char* part, ...) __attribute__((sentinel));
/* The same in the words of somebody else, without `rcx: `. */
void tell(const char* part, ...) __attribute__((sentinel));

/* Says why a call fails: that it is refused, or, where it is too late for that, what became of
 * telling the extensions. The parts are the reason. Returns the status to exit with, 1. */
int refuse(const struct call* call, const char* part, ...) __attribute__((sentinel));

/* The same, and where `allow`: says that it goes through nevertheless. Returns 0 then. */
int refuse_unless(bool allow, const struct call* call, const char* part, ...)
    __attribute__((sentinel));

/* A further line: how the administrator can mend it. */
void advise(const char* how);

/* In words for people: `push` or `pull`, and what has happened when it is too late to refuse. */
const char* what_of(const struct call* call);
const char* done_of(const struct call* call);

/* Lines that decide: the text of a verdict, and what the three above say. They go to standard error
 * like all others, or are kept, up to a bound, where they must be said in another way. */
struct answer {
  size_t size;
  char text[8192];
};
void write_answer(const void* data, size_t size);
void keep_answer(void);
const struct answer* kept_answer(void);
/* Writes to standard error what was kept, and keeps no more. */
void show_answer(void);

#endif /* RCX_HOST_CLIENT_TEXT_H */
