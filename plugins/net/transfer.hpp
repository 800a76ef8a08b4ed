// One transfer of libcurl, for mail and HTTP alike.
#ifndef RCX_PLUGINS_NET_TRANSFER_HPP
#define RCX_PLUGINS_NET_TRANSFER_HPP

#include <curl/curl.h>
#include <rcx/plugin.hpp>

#include <array>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>

namespace net {

// The settings `timeout`, `connect_timeout`, `ca_file` and `proxy`. Immutable.
struct Limits {
  // Throws rcx::SettingError.
  explicit Limits(const rcx::Value& settings);

  std::chrono::milliseconds timeout;  // of the whole transfer
  std::chrono::milliseconds connect_timeout;
  std::string ca_file;  // empty: what the system trusts
  std::string proxy;    // empty: none, whatever the environment of the host says
};

// A list of lines, such as headers.
class Lines {
 public:
  void add(const std::string& line);
  curl_slist* get() const { return list_.get(); }

 private:
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> list_{nullptr, &curl_slist_free_all};
};

// A handle with what all transfers have in common: certificates are verified, TLS is at least 1.2,
// there are no signals (they would hit any thread of the host), and time is short: at most what is
// left of the call that `left` is of, without a reserve in which to report that it was not enough.
// One thread. What is set must outlive it.
class Transfer {
 public:
  Transfer(const Limits& limits, std::chrono::nanoseconds left);

  template <class Value>
  void set(CURLoption option, Value value) {
    const CURLcode code = curl_easy_setopt(handle_.get(), option, value);
    if (code != CURLE_OK) throw std::runtime_error(curl_easy_strerror(code));
  }
  CURLcode perform();
  // Why that failed.
  std::string reason(CURLcode code) const;
  // The status that the server answered; 0 for none.
  long status() const;
  CURL* handle() const { return handle_.get(); }

 private:
  std::array<char, CURL_ERROR_SIZE> reason_{};
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle_;
};

}  // namespace net

#endif  // RCX_PLUGINS_NET_TRANSFER_HPP
