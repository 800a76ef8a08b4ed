#include "host/vcs/git/signatures.hpp"

namespace rcx::host::git {

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
  // Without these git would look for keys in the home of whoever runs this.
  const std::string signers =
      keys.allowed_signers.empty() ? "/dev/null" : keys.allowed_signers.string();
  question.variables = {"GNUPGHOME=" +
                        (keys.gnupg_home.empty() ? "/nonexistent" : keys.gnupg_home.string())};
  question.arguments = {"-c",      "gpg.ssh.allowedSignersFile=" + signers,
                        "log",     "--no-walk=unsorted",
                        "--stdin", "--format=%H%x01%G?%x01%GK%x01%GF%x01%GS%x02"};
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

}  // namespace rcx::host::git
