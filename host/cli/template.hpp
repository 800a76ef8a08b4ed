// The rcx.yaml of a new instance. Every key that exists stands in it, with its default.
#pragma once

#include <string_view>

namespace rcx::host::cli {

inline constexpr std::string_view kConfigTemplate =
    R"yaml(# rcx.yaml: one instance of rcx. Check it with:  rcx config check -c FILE
# Relative paths start at the directory of this file. What is commented out is the default.

# Repositories must lie below one of these directories.
roots: [repositories]

# Whom the host runs as; started as root, it becomes this user. Root only where it is named here.
# user: git

# Where extensions are dropped (NAME.so, or NAME/ holding NAME.so and what it needs). The directory
# and all above it must be writable by nobody but root and the user of the host.
# rcextensions: rcextensions
# state: state                # staged copies, records, a directory of its own for each extension
# run: run                    # sockets and status; a short path, such as /run/rcx
# server_url: https://git.example.org

# Worker processes and their threads; a crash costs one process, and its pushes are asked for again.
# workers:
#   pre:  {processes: 2, threads: 4}
#   post: {processes: 1, threads: 4}

# What the hooks in repositories do.
# client:
#   when_unreachable: refuse  # when no host answers in time. Or allow: accept pushes unchecked;
#                             # or run-once: each push starts a host of its own, no service needed
#   timeout: 60s              # longest wait for a verdict
#   connect_timeout: 1s       # longest wait for a host that listens

# budget:
#   extension: 5s             # each handler; its worker is replaced when it takes longer
#   event: 30s                # all handlers of one push
#   load: 10s                 # loading an extension, and its create
#   drain: 30s                # from SIGTERM until workers are killed

# What one worker may use. A push that would need more fails; a worker that holds more than
# recycle_memory, or half of its descriptors, after a push is replaced before the next.
# limits:
#   memory: 4GiB              # or 0: no limit
#   recycle_memory: 1GiB
#   descriptors: 1024
#   core_dumps: false         # they hold what was pushed, and a worker is replaced later

# What is read of one push, at most, for all extensions together. Beyond it the extension that asks
# gets an error, and its fail policy decides.
# reading:
#   paths: 2000000            # that commits change
#   path_bytes: 256MiB        # of these; like the next ones, 0: no limit
#   messages: 1GiB            # of all commits
#   content: 64MiB            # of one file
#   lines: 256MiB             # that were added

# Whose signatures of commits, and OpenPGP and X.509 ones of pushes, count. By default nobody's.
# signatures:
#   allowed_signers: signers  # SSH keys, as ssh-keygen(1) has them: ADDRESS KEYTYPE KEY
#   revoked_keys: revoked     # SSH keys that are no longer good, one in each line
#   gnupg_home: gnupg         # a directory of GnuPG with the OpenPGP keys; the host's user reads it

# Who pushes. By default that is the user of the process that runs the hook. Variables such as
# REMOTE_USER are believed only when one of the trusted users set them: your web or ssh server's.
# identity:
#   trusted_users: [git, www-data]
#   variables: [REMOTE_USER]
#   admitted_users: []        # others whose hooks may use this host

# What the person who pushes reads, at most.
# output:
#   objections: 20
#   line_length: 300          # bytes
#   lines: 100                # said by one call of a handler

# log:
#   level: info               # trace, debug, info, warn, error
#   file: state/rcxd.log      # default: standard error
#   categories: {dispatch: debug}   # supervisor plugin worker dispatch git recorder queue api config extension

# What was decided, for  rcx explain  and  rcx decisions.
# records:
#   keep: 30d
#   max_megabytes: 1024       # then the oldest go sooner

# Post events that wait for their handlers: see  rcx events list.
# queue:
#   attempts: 16              # then the event is dead to that handler
#   backoff: 1s               # the longest pause after the first failure; it doubles
#   longest_backoff: 1h
#   order_hold: 1m            # how long later events of a repository wait for one that fails
#   keep: 7d                  # what is done
#   keep_dead: 90d
#   max_megabytes: 1024
#   parallel: 4               # deliveries at the same time
#   when_full: refuse         # pushes that extensions could not be told of; or allow

# Repositories that  rcx repo delete  has deleted.
# trash:
#   keep: 30d

# What  rcx repo create  and its like do, over HTTP, for who has a token. By default there is none.
# api:
#   listen: 127.0.0.1:8480    # or the path of a socket, such as ./run/api.sock
#   forwarded: false          # a web server in front says in X-Forwarded-For who asks
#   max_kilobytes: 1024       # of one request
#   per_minute: 600           # requests with one token, or from one address without
#   threads: 16               # requests that are answered at the same time

# Where an extension rejects single references of a push, the others pass. After a change, type
# rcx install --all DIR.
# partial: false

# Who may push in spite of what extensions object: git push -o rcx-bypass='why'. It is recorded.
# groups:
#   release: [ada, grace]
# bypass: []                  # users, and @group

# Extra fields of repositories, which extensions can read; later entries win.
# fields:
#   - key: ticket_prefix
#     label: Ticket prefix
#     description: Tickets that commits must name
# repositories:
#   - match: "team/*"         # a glob or a list; * matches / as well
#     fields: {ticket_prefix: TEAM}
#     partial: true

# Extensions. One that stands here and does not load counts as failed; one that is only in
# rcextensions/ runs with these defaults.
# extensions:
#   commit_policy:
#     mode: enforce           # or observe: run and log, never refuse; or off
#     fail: closed            # or open: pushes pass when the extension fails
#     priority: 100           # lower runs first; then by id
#     deadline: 5s            # default: budget.extension
#     isolation: shared       # or dedicated: worker processes of its own
#     canary: next/policy.so  # a second version, which only observes; see  rcx extensions compare
#     repositories: ["*"]     # globs of names
#     bypass: ["@release"]    # instead of the list above
#     unbypassable: false     # or true: nobody may
#     settings: {}            # what the extension documents
)yaml";

}  // namespace rcx::host::cli
