#include "secret.hpp"

#include <sodium.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <sstream>

namespace net {
namespace {

std::string file_of(const rcx::Value& setting) {
  const auto path = setting.as<std::string>();
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) setting.fail("a file");
  if ((status.st_mode & S_IROTH) != 0) {
    setting.fail("a file that others may not read (chmod o-r)");
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  if (!file || !(content << file.rdbuf())) setting.fail("a file that can be read and is not empty");
  return content.str();
}

std::vector<std::string> lines_of(const rcx::Value& setting) {
  std::istringstream content(file_of(setting));
  std::vector<std::string> lines;
  for (std::string line; std::getline(content, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    lines.push_back(line);
  }
  return lines;
}

// RFC 9110: a token, and a value without control characters.
bool is_header(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view name = line.substr(0, colon);
  const bool token = std::all_of(name.begin(), name.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
  const std::string_view value = line.substr(colon + 1);
  return token && value.find_first_not_of(" \t") != std::string_view::npos &&
         std::none_of(value.begin(), value.end(), [](char c) {
           return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
         });
}

}  // namespace

std::string secret_from(const rcx::Value& setting) {
  if (!setting.exists()) return {};
  const std::vector<std::string> lines = lines_of(setting);
  if (lines.empty() || lines[0].empty()) setting.fail("a file whose first line is the secret");
  return lines[0];
}

std::vector<std::string> headers_from(const rcx::Value& setting) {
  std::vector<std::string> headers;
  if (!setting.exists()) return headers;
  const std::vector<std::string> lines = lines_of(setting);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].empty() || lines[i][0] == '#') continue;
    if (!is_header(lines[i])) {
      setting.fail("a file of lines 'Name: value', and line " + std::to_string(i + 1) + " is none");
    }
    headers.push_back(lines[i]);
  }
  return headers;
}

std::string signature_of(std::string_view key, std::string_view body) {
  crypto_auth_hmacsha256_state state;
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> mac{};
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  };
  crypto_auth_hmacsha256_init(&state, bytes(key), key.size());
  crypto_auth_hmacsha256_update(&state, bytes(body), body.size());
  crypto_auth_hmacsha256_final(&state, mac.data());
  std::array<char, 2 * mac.size() + 1> digits{};
  sodium_bin2hex(digits.data(), digits.size(), mac.data(), mac.size());
  return std::string("sha256=") + digits.data();
}

}  // namespace net
