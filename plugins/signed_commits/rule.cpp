#include "rule.hpp"

#include <text/glob.hpp>
#include <text/quote.hpp>

#include <algorithm>

namespace signed_commits {
namespace {

constexpr const char* kSignIt =
    "sign it, as with  git commit --amend -S  or  git rebase --exec 'git commit --amend "
    "--no-edit -S'";

bool matches(const std::vector<std::string>& globs, std::string_view name) {
  return std::any_of(globs.begin(), globs.end(),
                     [&](const std::string& glob) { return text::glob_matches(glob, name); });
}

bool skip_from(const rcx::Value& setting) {
  const auto text = setting.as<std::string>("check");
  if (text != "check" && text != "skip") setting.fail("check or skip");
  return text == "skip";
}

// Of one that may not.
Fault signer_fault(const std::string& what, std::string_view signer, std::string_view key,
                   const char* cure) {
  if (are_several(signer)) {
    return {what + " is signed by " + text::quoted_path(signer) +
                ", a line of allowed signers that stands for several, so nobody knows by whom",
            "have that line replaced by one for each, with nothing but an address before the key"};
  }
  return {what + " is signed by " + text::quoted_path(signer.empty() ? key : signer) +
              ", who may not sign here",
          cure};
}

const char* cure_of(std::uint32_t result) {
  switch (result) {
    case RCX_SIGNATURE_NONE:
    case RCX_SIGNATURE_BAD:
      return kSignIt;
    case RCX_SIGNATURE_UNTRUSTED:
    case RCX_SIGNATURE_UNKNOWN:
      return "have your key added to those that this server knows";
    default:
      return "sign it with a key that is valid";
  }
}

}  // namespace

Rule::Rule(const rcx::Value& settings)
    : scope_(settings),
      name_(settings["name"].as<std::string>()),
      hint_(settings["hint"].as<std::string>("")),
      branches_(policy::short_names_from(settings["branches"])),
      tags_(policy::short_names_from(settings["tags"])),
      signers_(settings["signers"]),
      commits_(settings["commits"].as<bool>(true)),
      certificate_(settings["signed_push"].as<bool>(false)),
      untrusted_(settings["accept_untrusted"].as<bool>(false)),
      committer_(settings["committer_is_signer"].as<bool>(false)),
      skip_imports_(skip_from(settings["imports"])) {
  settings.allow_only({"name", "hint", "repositories", "branches", "tags", "imports", "signers",
                       "commits", "signed_push", "accept_untrusted", "committer_is_signer"});
  if (name_.empty()) settings["name"].fail("a name");
  if (!commits_ && !certificate_) settings.fail("commits or signed_push to be true");
  if (untrusted_ && !signers_.everybody() && !signers_.have_fingerprints()) {
    settings["accept_untrusted"].fail(
        "fingerprints among signers, because nobody vouches for the address of an untrusted key");
  }
  if (untrusted_ && committer_) {
    settings["accept_untrusted"].fail(
        "no committer_is_signer beside it, because nobody vouches for the address of an untrusted "
        "key");
  }
}

bool Rule::covers(const rcx::RefUpdate& ref) const {
  if (branches_.empty() && tags_.empty()) return true;
  return (ref.is_branch() && matches(branches_, ref.short_name())) ||
         (ref.is_tag() && matches(tags_, ref.short_name()));
}

std::vector<std::uint64_t> Rule::covers(const rcx::Refs& refs, const rcx::Commit& commit) const {
  if (tags_.empty()) return scope_.covers(refs, commit);
  std::vector<std::uint64_t> covering;
  for (const rcx::RefUpdate& ref : refs) {
    if (covers(ref) && commit.reached_by(ref.index())) covering.push_back(ref.index());
  }
  return covering;
}

std::optional<Fault> Rule::fault_of(const rcx::Commit& commit) const {
  const rcx::Signature signature = commit.signature();
  const bool untrusted = signature.result() == RCX_SIGNATURE_UNTRUSTED;
  if (!signature.is_there()) return Fault{"it has no signature", kSignIt};
  if (!signature.is_good() && !(untrusted && untrusted_)) {
    return Fault{"its signature is " + std::string(signature.word()), cure_of(signature.result())};
  }
  const std::string_view signer = signature.signer();
  if (!signers_.hold(signer, signature.fingerprint(), untrusted)) {
    return signer_fault("it", signer, signature.fingerprint(),
                        "have it signed by somebody who may");
  }
  const std::string_view committer = commit.committer().email();
  if (committer_ && (committer.empty() || committer != address_of(signer))) {
    if (are_several(signer)) return signer_fault("it", signer, {}, "");
    return Fault{"its committer is " + text::quoted_path(committer) + ", and it is signed by " +
                     text::quoted_path(address_of(signer)),
                 "commit with the address of your key: git config user.email"};
  }
  return std::nullopt;
}

std::optional<Fault> Rule::fault_of(const std::optional<rcx::PushCertificate>& certificate) const {
  if (!certificate) return Fault{"the push is not signed", "push with  git push --signed"};
  const bool untrusted = certificate->result() == RCX_SIGNATURE_UNTRUSTED;
  if (certificate->result() != RCX_SIGNATURE_GOOD && !(untrusted && untrusted_)) {
    return Fault{"the certificate of the push is " + std::string(certificate->word()),
                 certificate->result() == RCX_SIGNATURE_BAD
                     ? "push again with  git push --signed  and a key that is valid"
                     : "have your key added to those that this server knows"};
  }
  if (certificate->nonce_status() == "SLOP") {
    return Fault{"the certificate of the push was begun longer ago than this repository takes",
                 "push again; over HTTP, where signing takes longer than a second, have "
                 "receive.certNonceSlop set in the repository on the server, to the seconds that "
                 "it may take"};
  }
  if (certificate->nonce_status() != "OK") {
    return Fault{"the certificate of the push was not made for this push", "push again"};
  }
  if (!signers_.hold(certificate->signer(), certificate->key(), untrusted)) {
    return signer_fault("the push", certificate->signer(), certificate->key(),
                        "have it pushed by somebody who may");
  }
  return std::nullopt;
}

}  // namespace signed_commits
