// Keys of OpenPGP, in directories of GnuPG of their own.
#pragma once

#include <string>

#include "tests/support/command.hpp"

namespace rcx::test {

// A directory of GnuPG. The destructor ends the agent that making keys and signing have started.
class GnuPg {
 public:
  explicit GnuPg(fs::path home);
  GnuPg(const GnuPg&) = delete;
  GnuPg& operator=(const GnuPg&) = delete;
  GnuPg(GnuPg&&) = delete;
  GnuPg& operator=(GnuPg&&) = delete;
  ~GnuPg();

  const fs::path& home() const noexcept { return home_; }
  // Makes a key without a passphrase for `user`, such as `Ada <ada@example.org>`, as if it were
  // `time` (as 20200101T000000; empty: now). `expires`: `never`, `1y`. Returns its fingerprint.
  std::string make_key(const std::string& user, const std::string& expires = "never",
                       const std::string& time = {}) const;
  // Takes in the public key from another directory; `trust` as of `gpg --import-ownertrust`, 6 for
  // most, 0 for none.
  void take(const GnuPg& from, const std::string& fingerprint, int trust) const;
  // Takes in that `from` has revoked its key.
  void revoke(const GnuPg& from, const std::string& fingerprint) const;
  // Makes a key of X.509 and a certificate for it that it has signed itself, and trusts it. Returns
  // its fingerprint.
  std::string make_certificate(const std::string& subject) const;
  // Takes in the certificate from another directory, and trusts it.
  void take_certificate(const GnuPg& from, const std::string& fingerprint) const;
  // A program that signs as `gpgsm` does with what make_certificate() has made.
  fs::path x509_program() const;
  // A program that signs as `gpg` does with these keys, and with these arguments as well.
  fs::path program(const std::string& name, const std::string& arguments = {}) const;

 private:
  std::string gpg(std::vector<std::string> words, const std::string& input = {}) const;
  std::string gpgsm(std::vector<std::string> words, const std::string& input = {}) const;
  void trust_certificate(const std::string& fingerprint) const;
  fs::path home_;
};

}  // namespace rcx::test
