// Whose signatures a rule accepts.
#ifndef RCX_PLUGINS_SIGNED_COMMITS_SIGNERS_HPP
#define RCX_PLUGINS_SIGNED_COMMITS_SIGNERS_HPP

#include <rcx/plugin.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace signed_commits {

// The address in what git calls the signer: a user id of OpenPGP, `Ada <ada@example.org>`, or a
// principal of SSH, which is one as a whole.
std::string_view address_of(std::string_view signer) noexcept;

// Whether that is a pattern of principals, with one of `*?!` in it, which git names as it stands in
// the file of allowed signers. Of a list it names the first.
bool are_several(std::string_view signer) noexcept;

// The setting `signers`: addresses, globs of them, and fingerprints. Immutable; any number of
// threads may use one.
class Signers {
 public:
  // Throws rcx::SettingError, which names the place in rcx.yaml. Absent: everybody.
  explicit Signers(const rcx::Value& setting);

  // Whether a signature with this signer and key is one of theirs. Nobody vouches for the address
  // of an `untrusted` one, so only its key counts.
  bool hold(std::string_view signer, std::string_view fingerprint, bool untrusted) const;
  bool everybody() const { return addresses_.empty() && fingerprints_.empty(); }
  bool have_fingerprints() const { return !fingerprints_.empty(); }

 private:
  std::vector<std::string> addresses_;     // globs
  std::vector<std::string> fingerprints_;  // hexadecimal ones in upper case
};

}  // namespace signed_commits

#endif  // RCX_PLUGINS_SIGNED_COMMITS_SIGNERS_HPP
