#include "tests/support/gnupg.hpp"

#include <stdexcept>

namespace rcx::test {
namespace {

// Of what gpg and gpgsm list with colons.
std::string first_fingerprint(const std::string& listed) {
  const std::size_t at = listed.find("\nfpr:::::::::");
  if (at == std::string::npos) throw std::runtime_error("no key was made: " + listed);
  const std::size_t begin = at + 13;
  return listed.substr(begin, listed.find(':', begin) - begin);
}

}  // namespace

GnuPg::GnuPg(fs::path home) : home_(std::move(home)) {
  fs::create_directory(home_);
  fs::permissions(home_, fs::perms::owner_all);
}

GnuPg::~GnuPg() {
  run({{"gpgconf", "--homedir", home_.string(), "--kill", "all"}});
}

std::string GnuPg::gpg(std::vector<std::string> words, const std::string& input) const {
  words.insert(words.begin(), {"gpg", "--homedir", home_.string(), "--batch", "--quiet", "--yes",
                               "--pinentry-mode", "loopback", "--passphrase", ""});
  return must({std::move(words), "/", {}, input});
}

std::string GnuPg::make_key(const std::string& user, const std::string& expires,
                            const std::string& time) const {
  std::vector<std::string> words = {"--quick-gen-key", user, "ed25519", "sign", expires};
  if (!time.empty()) words.insert(words.begin(), {"--faked-system-time", time});
  gpg(words);
  return first_fingerprint(gpg({"--with-colons", "--fingerprint", "--list-keys", user}));
}

void GnuPg::take(const GnuPg& from, const std::string& fingerprint, int trust) const {
  gpg({"--import"}, from.gpg({"--export", fingerprint}));
  if (trust != 0) gpg({"--import-ownertrust"}, fingerprint + ":" + std::to_string(trust) + ":\n");
}

void GnuPg::revoke(const GnuPg& from, const std::string& fingerprint) const {
  // GnuPG writes it with a colon in front, so that nobody takes it in by mistake.
  std::string text = read_file(from.home_ / "openpgp-revocs.d" / (fingerprint + ".rev"));
  const std::size_t at = text.find("\n:-----BEGIN");
  if (at == std::string::npos) throw std::runtime_error("no revocation in " + text);
  gpg({"--import"}, text.substr(at + 2));
}

std::string GnuPg::gpgsm(std::vector<std::string> words, const std::string& input) const {
  words.insert(words.begin(), {"gpgsm", "--homedir", home_.string(), "--batch", "--quiet"});
  return must({std::move(words), "/", {}, input});
}

void GnuPg::trust_certificate(const std::string& fingerprint) const {
  write_file(home_ / "trustlist.txt", fingerprint + " S\n");
  write_file(home_ / "gpgsm.conf", "disable-crl-checks\n");
}

std::string GnuPg::make_certificate(const std::string& subject) const {
  const std::string key = (home_ / "key.pem").string();
  const std::string certificate = (home_ / "certificate.pem").string();
  const std::string both = (home_ / "both.p12").string();
  must({{"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out",
         certificate, "-subj", subject, "-days", "30", "-addext", "keyUsage=digitalSignature"},
        "/"});
  // gpgsm reads only what is enciphered as it was done long ago, and takes no key without a
  // passphrase.
  must({{"openssl", "pkcs12", "-export", "-legacy", "-inkey", key, "-in", certificate, "-out", both,
         "-passout", "pass:x"},
        "/"});
  write_file(home_ / "passphrase", "x\n");
  gpgsm({"--pinentry-mode", "loopback", "--passphrase-fd", "0", "--import", both}, "x\n");
  std::string fingerprint = first_fingerprint(gpgsm({"--with-colons", "--list-keys"}));
  trust_certificate(fingerprint);
  return fingerprint;
}

void GnuPg::take_certificate(const GnuPg& from, const std::string& fingerprint) const {
  gpgsm({"--import"}, from.gpgsm({"--armor", "--export", fingerprint}));
  trust_certificate(fingerprint);
}

fs::path GnuPg::x509_program() const {
  fs::path file = home_ / "sign-x509";
  write_file(file,
             "#!/bin/sh\nexec gpgsm --homedir '" + home_.string() +
                 "' --batch --pinentry-mode loopback --passphrase-fd 9 \"$@\" 9<'" +
                 (home_ / "passphrase").string() + "'\n",
             0755);
  return file;
}

fs::path GnuPg::program(const std::string& name, const std::string& arguments) const {
  fs::path file = home_ / name;
  write_file(file,
             "#!/bin/sh\nexec gpg --homedir '" + home_.string() + "' " + arguments + " \"$@\"\n",
             0755);
  return file;
}

}  // namespace rcx::test
