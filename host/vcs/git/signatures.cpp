#include "host/vcs/git/signatures.hpp"

#include <boost/filesystem/operations.hpp>
#include <cerrno>
#include <cstdlib>
#include <map>
#include <set>

#include "host/vcs/git/git.hpp"

namespace rcx::host::git {
namespace {

constexpr std::size_t kLongestCertificate = std::size_t{64} * 1024 * 1024;

std::string keyring_of(const SignaturesConfig& keys) {
  return "GNUPGHOME=" + (keys.gnupg_home.empty() ? "/nonexistent" : keys.gnupg_home.string());
}

// A kind of signature.
struct Kind {
  const char* begin;
  const char* program;  // of GnuPG, which checks it; null: another one does
};
constexpr Kind kKinds[] = {{"PGP SIGNATURE", "gpg"},
                           {"PGP MESSAGE", "gpg"},
                           {"SIGNED MESSAGE", "gpgsm"},  // X.509
                           {"SSH SIGNATURE", nullptr}};

struct Place {
  std::size_t begin = std::string::npos;
  const char* program = nullptr;
};

// Where the signature of a certificate begins, as git finds it: at the last line that begins one.
Place place_of_signature(const std::string& text) {
  Place last;
  for (const Kind& kind : kKinds) {
    const std::size_t found = text.rfind("\n-----BEGIN " + std::string(kind.begin) + "-----");
    if (found == std::string::npos) continue;
    if (last.begin == std::string::npos || found + 1 > last.begin) last = {found + 1, kind.program};
  }
  return last;
}

// Without these git would look for keys in the home of whoever runs this; and a repository may name
// a program that calls all signatures good.
Result<void> take_keys(const SignaturesConfig& keys, GitQuestion& question) {
  const std::string signers =
      keys.allowed_signers.empty() ? "/dev/null" : keys.allowed_signers.string();
  question.variables.push_back(keyring_of(keys));
  std::vector<std::string> settings = {"gpg.ssh.allowedSignersFile=" + signers, "gpg.program=gpg",
                                       "gpg.openpgp.program=gpg", "gpg.x509.program=gpgsm",
                                       "gpg.ssh.program=ssh-keygen"};
  if (!keys.revoked_keys.empty()) {
    // git warns where it is not there, and revokes nothing.
    boost::system::error_code failure;
    if (!fs::exists(keys.revoked_keys, failure)) {
      return Error{Code::kUnavailable,
                   "signatures cannot be checked: signatures.revoked_keys in rcx.yaml is " +
                       printable(keys.revoked_keys.string()) +
                       ", which is not there; make that file, which may be empty"};
    }
    settings.push_back("gpg.ssh.revocationFile=" + keys.revoked_keys.string());
  }
  for (const std::string& setting : settings) {
    question.arguments.insert(question.arguments.end(), {"-c", setting});
  }
  return {};
}

class Scratch {
 public:
  explicit Scratch(const fs::path& in) : name_((in / "certificate-XXXXXX").string()) {
    made_ = ::mkdtemp(name_.data()) != nullptr;
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  Scratch(Scratch&&) = delete;
  Scratch& operator=(Scratch&&) = delete;
  ~Scratch() {
    boost::system::error_code ignored;
    if (made_) fs::remove_all(name_, ignored);
  }
  bool made() const noexcept { return made_; }
  const std::string& name() const noexcept { return name_; }

 private:
  std::string name_;
  bool made_;
};

// Lines of `gpg --status-fd`, of which git goes by the same.
void read_status(std::string_view text, PushCertificate& certificate) {
  static const std::map<std::string_view, std::uint32_t> kResults = {
      {"GOODSIG", RCX_SIGNATURE_GOOD},
      {"EXPSIG", RCX_SIGNATURE_EXPIRED},
      {"EXPKEYSIG", RCX_SIGNATURE_EXPIRED_KEY},
      {"REVKEYSIG", RCX_SIGNATURE_REVOKED_KEY},
      {"BADSIG", RCX_SIGNATURE_BAD},
      {"ERRSIG", RCX_SIGNATURE_UNKNOWN}};
  constexpr std::string_view kMark = "[GNUPG:] ";
  std::size_t results = 0;
  bool trusted = false;
  for (std::string_view line : split(text, '\n')) {
    if (!line.starts_with(kMark)) continue;
    line.remove_prefix(kMark.size());
    const std::vector<std::string_view> words = split(line, ' ');
    if (words[0] == "VALIDSIG" && words.size() > 1) certificate.key = words[1];
    for (const char* far : {"TRUST_MARGINAL", "TRUST_FULLY", "TRUST_ULTIMATE"}) {
      trusted = trusted || words[0] == far;
    }
    const auto found = kResults.find(words[0]);
    if (found == kResults.end() || words.size() < 2) continue;
    ++results;
    certificate.result = found->second;
    certificate.key = words[1];
    const std::size_t signer = words[0].size() + words[1].size() + 2;
    const bool named = words[0] != "ERRSIG" && signer < line.size();
    certificate.signer = named ? line.substr(signer) : std::string_view();
  }
  // Two signatures would be two answers.
  if (results != 1) certificate.result = RCX_SIGNATURE_UNKNOWN;
  if (certificate.result == RCX_SIGNATURE_GOOD && !trusted) {
    certificate.result = RCX_SIGNATURE_UNTRUSTED;
  }
}

// Asks one of its programs about a signature of `payload`, as git starts it.
Result<void> ask_gnupg(const char* program, const std::string& payload,
                       const std::string& signature, const SignaturesConfig& keys,
                       const fs::path& scratch, PushCertificate& certificate) {
  certificate.result = RCX_SIGNATURE_UNKNOWN;
  certificate.signer.clear();
  const Scratch directory(scratch);
  const fs::path file = fs::path(directory.name()) / "signature";
  if (!directory.made()) {
    return system_error("cannot make a directory in " + scratch.string(), errno);
  }
  if (Result<void> put = write_file(file, signature, 0600); !put) return put;
  Launch launch;
  launch.program = program;
  launch.arguments = {program, "--status-fd=1", "--verify", file.string(), "-"};
  const char* const search = std::getenv("PATH");
  launch.environment = {{keyring_of(keys), "LC_ALL=C",
                         std::string("PATH=") + (search != nullptr ? search : "/usr/bin:/bin")}};
  const Result<ProgramAnswer> answer =
      converse(std::move(launch), payload, program, kLongestCertificate);
  if (!answer) return answer.error();
  read_status(answer->output, certificate);
  return {};
}

// What git moves stands in the certificate, behind the first empty line. git takes commands that
// come beside it as well: its own check, "got both push certificate and unsigned commands", never
// finds any.
Result<void> names_all(std::string_view payload, const std::vector<RefUpdate>& refs) {
  const std::size_t head = payload.find("\n\n");
  std::set<std::string> signed_moves;
  const auto move_of = [](const RefUpdate& ref) {
    return ref.old_id + " " + ref.new_id + " " + ref.name;
  };
  if (head != std::string_view::npos) {
    for (const std::string_view line : split(payload.substr(head + 2), '\n')) {
      if (const Result<RefUpdate> ref = read_ref_line(line); ref) {
        signed_moves.insert(move_of(*ref));
      }
    }
  }
  for (const RefUpdate& ref : refs) {
    if (signed_moves.contains(move_of(ref))) continue;
    return Error{Code::kInvalid, "it does not say that " + shortened(printable(ref.name), 200) +
                                     " moves as it does in this push"};
  }
  return {};
}

}  // namespace

std::uint32_t signature_result(std::string_view letter) noexcept {
  constexpr std::string_view kLetters = "NGUBXYRE";
  const std::size_t place = letter.size() == 1 ? kLetters.find(letter[0]) : std::string_view::npos;
  return place == std::string_view::npos ? RCX_SIGNATURE_UNKNOWN
                                         : static_cast<std::uint32_t>(place);
}

Result<std::vector<Signature>> verify_signatures(const std::string& path, const Held& held,
                                                 const std::vector<std::string>& ids,
                                                 const SignaturesConfig& keys) {
  std::string input;
  for (const std::string& id : ids) input += id + "\n";
  GitQuestion question{path, {}, input, held, {}};
  if (Result<void> taken = take_keys(keys, question); !taken) return taken.error();
  question.arguments.insert(
      question.arguments.end(),
      {"log", "--no-walk=unsorted", "--stdin", "--format=%H%x01%G?%x01%GK%x01%GF%x01%GS%x02"});
  const Result<std::string> answer = run_git(question);
  if (!answer) return answer.error();
  std::vector<Signature> all;
  for (std::string_view record : split(*answer, '\x02')) {
    if (record.starts_with('\n')) record.remove_prefix(1);
    const std::vector<std::string_view> parts = split(record, '\x01');
    if (parts.size() != 5) continue;
    if (all.size() == ids.size() || parts[0] != ids[all.size()]) break;
    all.push_back({signature_result(parts[1]), std::string(parts[2]), std::string(parts[3]),
                   std::string(parts[4])});
  }
  if (all.size() != ids.size()) {
    return Error{Code::kUnavailable, "git log has checked " + std::to_string(all.size()) + " of " +
                                         std::to_string(ids.size()) + " signatures"};
  }
  return all;
}

Result<void> check_certificate(const std::string& path, const Held& held,
                               const SignaturesConfig& keys, const fs::path& scratch,
                               const std::vector<RefUpdate>& refs, PushCertificate& certificate) {
  const Result<std::string> text =
      run_git({path, {"cat-file", "blob", certificate.id}, {}, held}, kLongestCertificate);
  if (!text) return text.error();
  const Place signature = place_of_signature(*text);
  const std::string payload = text->substr(0, signature.begin);
  if (signature.program != nullptr) {
    Result<void> asked = ask_gnupg(signature.program, payload, text->substr(signature.begin), keys,
                                   scratch, certificate);
    if (!asked) return asked;
  }
  return names_all(payload, refs);
}

}  // namespace rcx::host::git
