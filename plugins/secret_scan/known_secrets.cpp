#include "known_secrets.hpp"

namespace secret_scan {

const std::vector<KnownSecret>& known_secrets() {
  // Lower case letters and digits alone have up to 5.2 bits for each character, words about 3.
  constexpr double kRandom = 3.5;
  static const std::vector<KnownSecret> kAll = {
      {"private-key", "a private key", "-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----", 0},
      {"aws-access-key", "an access key of AWS", "\\b(AKIA|ASIA)[0-9A-Z]{16}\\b", 2.5},
      {"github-token", "a token of GitHub", "\\bgh[pousr]_[A-Za-z0-9]{36}\\b", kRandom},
      {"github-fine-grained-token", "a fine-grained token of GitHub",
       "\\bgithub_pat_[A-Za-z0-9_]{82}\\b", kRandom},
      {"gitlab-token", "a token of GitLab", "\\bgl(pat|dt|rt|oas)-[A-Za-z0-9_-]{20}", 3.0},
      {"slack-token", "a token of Slack", "\\bxox[abeoprs]-[0-9A-Za-z-]{20,}", 3.0},
      {"slack-webhook", "a webhook of Slack",
       "hooks\\.slack\\.com/services/T[A-Z0-9]{8,}/B[A-Z0-9]{8,}/[A-Za-z0-9]{20,}", 0},
      {"stripe-key", "a key of Stripe", "\\b[sr]k_live_[0-9A-Za-z]{24,}", 3.0},
      {"google-api-key", "an API key of Google", "\\bAIza[0-9A-Za-z_-]{35}", kRandom},
      {"google-oauth-secret", "an OAuth secret of Google", "\\bGOCSPX-[0-9A-Za-z_-]{28}", kRandom},
      {"npm-token", "a token of npm", "\\bnpm_[A-Za-z0-9]{36}\\b", kRandom},
      {"pypi-token", "a token of PyPI", "\\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,}", 0},
      {"sendgrid-key", "a key of SendGrid", "\\bSG\\.[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{43}", 0},
      {"twilio-key", "a key of Twilio", "\\bSK[0-9a-f]{32}\\b", 3.0},
      {"digitalocean-token", "a token of DigitalOcean", "\\bdo[opr]_v1_[a-f0-9]{64}\\b", 3.0},
      {"azure-storage-key", "a key of Azure Storage", "AccountKey=[A-Za-z0-9+/]{86}==", 0},
      {"huggingface-token", "a token of Hugging Face", "\\bhf_[A-Za-z]{34}\\b", kRandom},
      {"shopify-token", "a token of Shopify", "\\bshp(at|ca|pa|ss)_[a-fA-F0-9]{32}\\b", 3.0},
      {"telegram-token", "a token of a Telegram bot", "\\b[0-9]{8,10}:AA[0-9A-Za-z_-]{33}",
       kRandom},
      {"password-in-url", "a password in an address",
       "[a-z]+://[A-Za-z0-9._~%-]+:([A-Za-z0-9._~%!*+-]{8,})@[A-Za-z0-9.-]+", 3.0, 1},
      {"assigned-secret", "something random that is assigned to a secret",
       "([Aa][Pp][Ii]_?[Kk][Ee][Yy]|[Ss][Ee][Cc][Rr][Ee][Tt]|[Tt][Oo][Kk][Ee][Nn]|"
       "[Pp][Aa][Ss][Ss][Ww][Oo]?[Rr]?[Dd])[A-Za-z0-9_]*[\"' ]*[:=][ ]*[\"']"
       "([A-Za-z0-9+/_=-]{20,})[\"']",
       3.8, 2},
  };
  return kAll;
}

}  // namespace secret_scan
