#include "transfer.hpp"

#include <unistd.h>
#include <text/quantity.hpp>

#include <algorithm>
#include <new>

namespace net {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kReserve(300);

milliseconds duration_of(const rcx::Value& setting, const char* fallback) {
  const auto duration = text::duration_from(setting.as<std::string>(fallback));
  if (!duration || *duration < milliseconds(1)) setting.fail("a duration, such as 5s");
  return std::chrono::duration_cast<milliseconds>(*duration);
}

// The host makes the instances of all extensions one after the other, before the first event. There
// is no curl_global_cleanup to match: others in this process may use curl to the end.
void initialise() {
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    throw std::runtime_error("cannot initialise curl");
  }
}

}  // namespace

Limits::Limits(const rcx::Value& settings)
    : timeout(duration_of(settings["timeout"], "5s")),
      connect_timeout(duration_of(settings["connect_timeout"], "2s")),
      ca_file(settings["ca_file"].as<std::string>("")),
      proxy(settings["proxy"].as<std::string>("")) {
  if (!ca_file.empty() && ::access(ca_file.c_str(), R_OK) != 0) {
    settings["ca_file"].fail("a file of certificates that can be read");
  }
  initialise();
}

void Lines::add(const std::string& line) {
  curl_slist* longer = curl_slist_append(list_.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  static_cast<void>(list_.release());  // `longer` begins with what it held
  list_.reset(longer);
}

Transfer::Transfer(const Limits& limits, std::chrono::nanoseconds left)
    : handle_(curl_easy_init(), &curl_easy_cleanup) {
  if (handle_ == nullptr) throw std::bad_alloc();
  const auto most = std::chrono::duration_cast<milliseconds>(left) - kReserve;
  const milliseconds time = std::max(std::min(limits.timeout, most), milliseconds(1));
  set(CURLOPT_ERRORBUFFER, reason_.data());
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(time.count()));
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect_timeout.count()));
  // Else a name server that does not answer is waited for beyond every timeout.
  set(CURLOPT_QUICK_EXIT, 1L);
  set(CURLOPT_PROXY, limits.proxy.c_str());
  set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!limits.ca_file.empty()) {
    set(CURLOPT_CAINFO, limits.ca_file.c_str());
    set(CURLOPT_CAPATH, static_cast<char*>(nullptr));
  }
}

CURLcode Transfer::perform() {
  reason_[0] = '\0';
  return curl_easy_perform(handle_.get());
}

std::string Transfer::reason(CURLcode code) const {
  return reason_[0] != '\0' ? reason_.data() : curl_easy_strerror(code);
}

long Transfer::status() const {
  long status = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
  return status;
}

}  // namespace net
