#include <algorithm>
#include <cstdlib>

#include "host/vcs/git/git.hpp"
#include "host/vcs/git/push_commits.hpp"
#include "host/vcs/git/signatures.hpp"
#include "host/vcs/kept.hpp"
#include "host/vcs/single_refs.hpp"

namespace rcx::host::git {
namespace {

std::string id_or_empty(std::string_view text) {
  return text.find_first_not_of('0') == std::string_view::npos ? std::string() : std::string(text);
}

Result<void> read_push_options(const HookCall& call, Event& event) {
  constexpr unsigned long kMost = 1000;
  const std::string count{call.variable("GIT_PUSH_OPTION_COUNT")};
  const unsigned long options = std::strtoul(count.c_str(), nullptr, 10);
  if (options > kMost) {
    return Error{Code::kLimit, "wanted at most " + std::to_string(kMost) + " push options, got " +
                                   shortened(printable(count), 20)};
  }
  for (unsigned long i = 0; i < options; ++i) {
    event.push_options.emplace_back(call.variable("GIT_PUSH_OPTION_" + std::to_string(i)));
  }
  return {};
}

Result<void> read_refs(const HookCall& call, Event& event) {
  for (const std::string_view line : split(call.input(), '\n')) {
    if (line.empty()) continue;
    Result<RefUpdate> ref = read_ref_line(line);
    if (!ref) return ref.error();
    event.refs.push_back(std::move(*ref));
  }
  return {};
}

// What git has found out about the certificate of a signed push, and whether it is about all that
// the push moves.
void read_certificate(const HookCall& call, const Config& config, const Held& held, Event& event) {
  const std::string_view id = call.variable("GIT_PUSH_CERT");
  if (id_or_empty(id).empty()) return;
  PushCertificate certificate;
  certificate.result = signature_result(call.variable("GIT_PUSH_CERT_STATUS"));
  certificate.id = id;
  certificate.key = call.variable("GIT_PUSH_CERT_KEY");
  certificate.signer = call.variable("GIT_PUSH_CERT_SIGNER");
  // Git calls the signature of any SSH key good here, and names nobody where none is allowed.
  if (certificate.result == RCX_SIGNATURE_GOOD && certificate.signer.empty()) {
    certificate.result = RCX_SIGNATURE_UNTRUSTED;
  }
  const Result<void> checked = check_certificate(event.repository.path, held, config.signatures,
                                                 config.state / "pushes", event.refs, certificate);
  if (!checked) {
    const bool about_another = checked.error().code == Code::kInvalid;
    certificate.result = about_another ? RCX_SIGNATURE_BAD : RCX_SIGNATURE_UNKNOWN;
    log("git").error("event {}: the certificate of the push {}: {}", event.id_text,
                     about_another ? "is bad" : "cannot be checked", checked.error().message);
  }
  certificate.nonce = call.variable("GIT_PUSH_CERT_NONCE");
  certificate.nonce_status = call.variable("GIT_PUSH_CERT_NONCE_STATUS");
  event.certificate = std::move(certificate);
}

// What rcx_hook.variable hands on.
void keep_variables(const HookCall& call, Event& event) {
  for (const char* name :
       {"GIT_QUARANTINE_PATH", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES"}) {
    const std::string_view value = call.variable(name);
    if (!value.empty()) event.hook_variables.emplace_back(name, value);
  }
}

}  // namespace

Result<RefUpdate> read_ref_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t second = line.find(' ', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos || second + 1 >= line.size()) {
    return Error{Code::kInvalid, "wanted 'OLD NEW NAME' on the hook's input, got '" +
                                     shortened(printable(line), 200) + "'"};
  }
  // pre-receive runs before git looks at the names that a client sends, so they may be anything.
  const std::string name(line.substr(second + 1));
  int valid = 0;
  if (!name.starts_with("refs/") || name.find('\0') != std::string::npos ||
      git_reference_name_is_valid(&valid, name.c_str()) != 0 || valid == 0) {
    return Error{Code::kInvalid,
                 "wanted the name of a reference, got '" + shortened(printable(name), 200) + "'"};
  }
  RefUpdate ref;
  ref.old_id = id_or_empty(line.substr(0, first));
  ref.new_id = id_or_empty(line.substr(first + 1, second - first - 1));
  ref.name = name;
  ref.kind = ref.name.starts_with("refs/heads/")  ? RCX_REF_BRANCH
             : ref.name.starts_with("refs/tags/") ? RCX_REF_TAG
                                                  : RCX_REF_OTHER;
  // Both are empty where somebody deletes what is not there.
  ref.change = ref.new_id.empty()   ? RCX_CHANGE_DELETE
               : ref.old_id.empty() ? RCX_CHANGE_CREATE
                                    : RCX_CHANGE_UPDATE;
  return ref;
}

Result<void> read_push(const HookCall& call, const Config& config, StoreCache& stores,
                       HookEvent& result, const std::string* kept) {
  Event& event = *result.event;
  // Of the hooks about single references only a probe comes here.
  const bool pre = call.hook() == "pre-receive" || (asks_about_refs(call) && call.input().empty());
  if (!pre && call.hook() != "post-receive") {
    return Error{Code::kInvalid, "wanted the hook pre-receive or post-receive, got '" +
                                     printable(call.hook()) + "'"};
  }
  event.kind = event_kind(pre ? RCX_EVENT_PRE_PUSH : RCX_EVENT_PUSH);
  event.hook_type = pre ? "pre_receive" : "post_receive";
  keep_variables(call, event);
  if (Result<void> read = read_push_options(call, event); !read) return read;
  if (Result<void> read = read_refs(call, event); !read) return read;
  // Afterwards the repository itself says where history ends; git removes its file for the push.
  Held held{std::string(call.variable("GIT_QUARANTINE_PATH")),
            std::string(pre ? call.variable("GIT_SHALLOW_FILE") : "")};
  read_certificate(call, config, held, event);
  auto commits =
      std::make_unique<PushCommits>(stores, event.repository.path, std::move(held), !pre);
  commits->set_refs(event.refs);
  commits->set_reading(config.reading, config.signatures);
  if (!pre) {
    commits->set_kept(kept != nullptr ? parse_kept(*kept) : kept_commits(event.push_id, config));
  }
  result.commits = std::move(commits);
  return {};
}

}  // namespace rcx::host::git
