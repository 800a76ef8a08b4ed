#include "tests/support/gnupg.hpp"

#include <stdexcept>

namespace rcx::test {

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
  const std::string listed = gpg({"--with-colons", "--fingerprint", "--list-keys", user});
  const std::size_t at = listed.find("\nfpr:::::::::");
  if (at == std::string::npos) throw std::runtime_error("gpg has made no key: " + listed);
  const std::size_t begin = at + 13;
  return listed.substr(begin, listed.find(':', begin) - begin);
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

fs::path GnuPg::program(const std::string& name, const std::string& arguments) const {
  fs::path file = home_ / name;
  write_file(file,
             "#!/bin/sh\nexec gpg --homedir '" + home_.string() + "' " + arguments + " \"$@\"\n",
             0755);
  return file;
}

}  // namespace rcx::test
