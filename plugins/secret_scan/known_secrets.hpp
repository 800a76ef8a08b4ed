// What secrets of well-known providers look like.
#ifndef RCX_PLUGINS_SECRET_SCAN_KNOWN_SECRETS_HPP
#define RCX_PLUGINS_SECRET_SCAN_KNOWN_SECRETS_HPP

#include <vector>

namespace secret_scan {

struct KnownSecret {
  const char* name;     // in settings and objections
  const char* what;     // for people
  const char* pattern;  // in what RE2, Vectorscan and grep -E have in common
  double entropy;       // bits for each character of the secret, at least; 0: any
  int group = 0;        // of the pattern: what in it is the secret; 0: all of it
};

// The formats are those that the providers document.
const std::vector<KnownSecret>& known_secrets();

}  // namespace secret_scan

#endif  // RCX_PLUGINS_SECRET_SCAN_KNOWN_SECRETS_HPP
