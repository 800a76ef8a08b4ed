#include "client.hpp"

#include <stdexcept>

#include "secret.hpp"

namespace net {
namespace {

using std::chrono::nanoseconds;
using std::chrono::steady_clock;

constexpr int kMostRedirections = 3;
constexpr std::size_t kMostOfAnswer = std::size_t{64} * 1024;

// How much of the answer came. It is not needed; without a function, curl prints it.
struct Answer {
  std::size_t size = 0;
  bool too_long = false;
};

std::size_t count(char*, std::size_t size, std::size_t items, void* raw) {
  auto& answer = *static_cast<Answer*>(raw);
  answer.size += size * items;
  answer.too_long = answer.size > kMostOfAnswer;
  return answer.too_long ? CURL_WRITEFUNC_ERROR : size * items;
}

bool is_redirection(long status) {
  return status == 301 || status == 302 || status == 307 || status == 308;
}

bool is_success(long status) {
  return status >= 200 && status <= 299;
}

// Where it leads; throws where that is not on the same origin.
Endpoint redirected(const Transfer& transfer, const Endpoint& from, long status) {
  char* url = nullptr;
  curl_easy_getinfo(transfer.handle(), CURLINFO_REDIRECT_URL, &url);
  const std::string answered = from.origin() + " answered " + std::to_string(status);
  if (url == nullptr) throw std::runtime_error(answered + " and says not where to");
  try {
    Endpoint to{std::string(url)};
    if (to.origin() == from.origin()) return to;
    throw std::runtime_error(answered + ", a redirection to " + to.origin() +
                             ", which is not followed");
  } catch (const std::invalid_argument&) {
    throw std::runtime_error(answered + ", a redirection that is not followed");
  }
}

}  // namespace

Client::Client(const rcx::Value& settings)
    : limits_(settings),
      headers_(headers_from(settings["headers_file"])),
      secret_(secret_from(settings["secret_file"])) {}

void Client::post(const Endpoint& endpoint, const Message& message, nanoseconds left) const {
  const steady_clock::time_point deadline = steady_clock::now() + left;
  Lines headers;
  headers.add("Content-Type: " + message.content_type);
  headers.add("Idempotency-Key: " + message.idempotency_key);
  headers.add("User-Agent: rcx");
  headers.add("Expect:");  // curl's own, which waits a second for who does not know it
  if (!secret_.empty()) {
    headers.add("X-Rcx-Signature-256: " + signature_of(secret_, message.body));
  }
  for (const std::string& header : message.headers) headers.add(header);
  for (const std::string& header : headers_) headers.add(header);

  Endpoint to = endpoint;
  for (int redirections = 0;; ++redirections) {
    Answer answer;
    Transfer transfer(limits_, deadline - steady_clock::now());
    transfer.set(CURLOPT_PROTOCOLS_STR, "http,https");
    transfer.set(CURLOPT_FOLLOWLOCATION, 0L);
    transfer.set(CURLOPT_URL, to.url().c_str());
    transfer.set(CURLOPT_HTTPHEADER, headers.get());
    transfer.set(CURLOPT_POSTFIELDS, message.body.c_str());
    transfer.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(message.body.size()));
    transfer.set(CURLOPT_WRITEFUNCTION, &count);
    transfer.set(CURLOPT_WRITEDATA, static_cast<void*>(&answer));
    const CURLcode code = transfer.perform();
    const long status = transfer.status();
    if (code != CURLE_OK && !answer.too_long) {
      throw std::runtime_error(endpoint.origin() + ": " + transfer.reason(code));
    }
    if (is_success(status)) return;
    if (!is_redirection(status)) {
      throw std::runtime_error(endpoint.origin() + " answered " + std::to_string(status));
    }
    to = redirected(transfer, to, status);
    if (redirections == kMostRedirections) {
      throw std::runtime_error(endpoint.origin() + " redirects more than " +
                               std::to_string(kMostRedirections) + " times");
    }
  }
}

void Client::post_each(const std::vector<Endpoint>& to, const Message& message,
                       const std::function<std::chrono::nanoseconds()>& left) const {
  std::string failures;
  for (std::size_t i = 0; i < to.size(); ++i) {
    try {
      post(to[i], message, left() / static_cast<std::int64_t>(to.size() - i));
    } catch (const std::runtime_error& failure) {
      failures += (failures.empty() ? "" : "; ") + std::string(failure.what());
    }
  }
  if (!failures.empty()) throw std::runtime_error(failures);
}

}  // namespace net
