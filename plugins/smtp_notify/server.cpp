#include "server.hpp"

#include <net/secret.hpp>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <stdexcept>
#include <string_view>

namespace smtp_notify {
namespace {

bool is_server(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view(".-:[]").find(c) != std::string_view::npos;
  });
}

bool has_port(std::string_view server) {
  const std::size_t colon = server.rfind(':');
  return colon != std::string_view::npos && server.find(']', colon) == std::string_view::npos;
}

// What is left to send.
std::size_t give(char* into, std::size_t size, std::size_t items, void* raw) {
  auto& rest = *static_cast<std::string_view*>(raw);
  const std::size_t count = std::min(size * items, rest.size());
  std::memcpy(into, rest.data(), count);
  rest.remove_prefix(count);
  return count;
}

// Counts the commands that the server refuses: each line is a reply, or a part of one.
std::size_t hear(char* line, std::size_t size, std::size_t items, void* raw) {
  const std::string_view reply(line, size * items);
  const bool refused = !reply.empty() && (reply[0] == '4' || reply[0] == '5');
  if (refused && (reply.size() < 4 || reply[3] != '-')) ++*static_cast<int*>(raw);
  return size * items;
}

}  // namespace

Server::Server(const rcx::Value& settings)
    : limits_(settings),
      name_(settings["server"].as<std::string>()),
      user_(settings["user"].as<std::string>("")),
      password_(net::secret_from(settings["password_file"])) {
  if (!is_server(name_)) settings["server"].fail("a host, such as mail.example.org:587");
  const auto security = settings["security"].as<std::string>("starttls");
  const bool tls = security == "tls";
  starttls_ = security == "starttls";
  if (!tls && !starttls_ && security != "none") {
    settings["security"].fail("starttls, tls or none");
  }
  if (user_.empty() != password_.empty()) {
    settings["user"].fail("both 'user' and 'password_file', or neither");
  }
  if (!user_.empty() && security == "none") {
    settings["security"].fail("starttls or tls, since a password is sent");
  }
  const char* port = tls ? ":465" : starttls_ ? ":587" : ":25";
  url_ = (tls ? "smtps://" : "smtp://") + name_ + (has_port(name_) ? "" : port);
}

int Server::send(const Mail& mail, std::chrono::nanoseconds left) const {
  const std::string message = message_of(mail);
  std::string_view rest = message;
  const std::string from = "<" + mail.from + ">";
  net::Lines recipients;
  for (const std::string& address : mail.to) recipients.add("<" + address + ">");
  int refused = 0;

  net::Transfer transfer(limits_, left);
  transfer.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  transfer.set(CURLOPT_URL, url_.c_str());
  transfer.set(CURLOPT_USE_SSL, static_cast<long>(starttls_ ? CURLUSESSL_ALL : CURLUSESSL_NONE));
  if (!user_.empty()) {
    transfer.set(CURLOPT_USERNAME, user_.c_str());
    transfer.set(CURLOPT_PASSWORD, password_.c_str());
  }
  transfer.set(CURLOPT_MAIL_FROM, from.c_str());
  transfer.set(CURLOPT_MAIL_RCPT, recipients.get());
  transfer.set(CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
  transfer.set(CURLOPT_UPLOAD, 1L);
  transfer.set(CURLOPT_READFUNCTION, &give);
  transfer.set(CURLOPT_READDATA, static_cast<void*>(&rest));
  transfer.set(CURLOPT_HEADERFUNCTION, &hear);
  transfer.set(CURLOPT_HEADERDATA, static_cast<void*>(&refused));
  const CURLcode code = transfer.perform();
  if (code == CURLE_OK) return refused;
  const std::string answered =
      transfer.status() >= 400 ? ", it answered " + std::to_string(transfer.status()) : "";
  throw std::runtime_error(name_ + ": " + transfer.reason(code) + answered);
}

}  // namespace smtp_notify
