// A service that notifications go to: web_receiver.py or mail_receiver.py, in a process of its own.
#pragma once

#include <sodium.h>

#include <boost/json.hpp>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/command.hpp"

namespace rcx::test {

// A certificate for 127.0.0.1 that nobody vouches for, made now.
struct Certificate {
  fs::path file;
  fs::path key;

  // `name` is whom it is for: `IP:127.0.0.1`, or somebody else.
  static Certificate make(const fs::path& directory, const std::string& name = "IP:127.0.0.1") {
    Certificate made{directory / "cert.pem", directory / "key.pem"};
    must({{"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
           "-nodes", "-days", "2", "-subj", "/CN=receiver", "-addext", "subjectAltName=" + name,
           "-keyout", made.key.string(), "-out", made.file.string()}});
    return made;
  }
};

inline std::string from_base64(const boost::json::value& text) {
  const std::string_view digits = text.as_string();
  std::string bytes(digits.size(), '\0');
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), digits.data(),
                        digits.size(), "\r\n", &size, nullptr,
                        sodium_base64_VARIANT_ORIGINAL) != 0) {
    throw std::runtime_error("wanted base64");
  }
  bytes.resize(size);
  return bytes;
}

class Receiver {
 public:
  // `answers` is the script's second argument; what comes goes to `file`.
  Receiver(const std::string& script, const fs::path& file, const std::string& answers,
           const std::optional<Certificate>& certificate = std::nullopt)
      : file_(file), running_(command(script, file, answers, certificate)) {
    if (!eventually([&] { return running_.out().ends_with('\n'); })) {
      throw std::runtime_error("no receiver: " + running_.err());
    }
    port_ = std::to_string(std::stoi(running_.out()));
  }
  // Of 127.0.0.1.
  const std::string& port() const { return port_; }
  // What came so far.
  std::vector<boost::json::object> received() const {
    std::vector<boost::json::object> all;
    if (!fs::exists(file_)) return all;
    std::istringstream lines(read_file(file_));
    for (std::string line; std::getline(lines, line);) {
      all.push_back(boost::json::parse(line).as_object());
    }
    return all;
  }

 private:
  static Command command(const std::string& script, const fs::path& file,
                         const std::string& answers,
                         const std::optional<Certificate>& certificate) {
    Command command{
        {RCX_TEST_PYTHON, RCX_TEST_SOURCES "/tests/support/" + script, file.string(), answers}};
    if (certificate) {
      command.argv.push_back(certificate->file.string());
      command.argv.push_back(certificate->key.string());
    }
    return command;
  }

  fs::path file_;
  Running running_;
  std::string port_;
};

// The header `name` of a request that web_receiver.py took; empty where it had none.
inline std::string header(const boost::json::object& request, std::string_view name) {
  const boost::json::value* value = request.at("headers").as_object().if_contains(name);
  return value == nullptr ? "" : std::string(value->as_string());
}

}  // namespace rcx::test
