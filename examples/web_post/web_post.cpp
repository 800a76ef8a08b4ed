// Posts each accepted push to a web service, as JSON.
//
//     extensions:
//       web_post:
//         deadline: 10s                             # the most that one delivery may take
//         settings:
//           url: https://ci.example.org/pushes      # required
//           token_file: /etc/rcx/ci.token           # sent as `Authorization: Bearer ...`
//
// It handles what comes after a push, and nothing else does: a pre_push may be asked twice, may be
// refused by another extension once we have told the world of it, and would let nobody push while
// the service is down.
//
// What did not arrive is tried again while time lasts, and then thrown, so that the host knows. It
// may arrive twice, as when our worker dies right after the service has answered: nobody is left
// who knows that it did, and the host delivers again. Each time the service gets the same
// Idempotency-Key, by which it can tell.
#include "json_text.hpp"

#include <curl/curl.h>
#include <rcx/plugin.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>

namespace web_post {
namespace {

using std::chrono::milliseconds;
using Easy = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using Headers = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

constexpr milliseconds kReserve(200);

std::string json_of(const rcx::Push& push) {
  std::string refs;
  for (const rcx::RefUpdate& ref : push.refs()) {
    if (!refs.empty()) refs += ",";
    refs += "{\"name\":" + quoted(ref.name()) + ",\"change\":" + quoted(ref.change()) +
            ",\"old_id\":" + quoted(ref.old_id()) + ",\"new_id\":" + quoted(ref.new_id()) + "}";
  }
  return "{\"event_id\":" + quoted(push.id()) +
         ",\"repository\":" + quoted(push.repository().name()) +
         ",\"caller\":" + quoted(push.caller().name()) + ",\"refs\":[" + refs + "]}";
}

// The token stands in a file of its own: rcx.yaml is readable by all.
std::string read_token(const rcx::Value& setting) {
  if (!setting.exists()) return {};
  std::ifstream file(setting.as<std::string>());
  std::string token;
  if (!std::getline(file, token) || token.empty()) setting.fail("a file that holds a token");
  return token;
}

// The answer is not needed. Without this, curl writes it to standard output.
std::size_t ignore(char*, std::size_t size, std::size_t count, void*) {
  return size * count;
}

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(easy, option, value);
  if (code != CURLE_OK) throw std::runtime_error(curl_easy_strerror(code));
}

void add(Headers& headers, const std::string& line) {
  curl_slist* longer = curl_slist_append(headers.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  static_cast<void>(headers.release());  // `longer` begins with what it held
  headers.reset(longer);
}

class WebPost {
 public:
  explicit WebPost(const rcx::Setup& setup) {
    // The host makes the instances of all extensions one after the other, before the first event.
    // There is no curl_global_cleanup to match: others in this process may use curl to the end.
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
      throw std::runtime_error("cannot initialise curl");
    }
    const rcx::Value settings = setup.settings();
    settings.allow_only({"url", "token_file"});
    url_ = settings["url"].as<std::string>();
    if (url_.rfind("http://", 0) != 0 && url_.rfind("https://", 0) != 0) {
      settings["url"].fail("a URL that begins with http:// or https://");
    }
    token_ = read_token(settings["token_file"]);
  }

  void pushed(const rcx::Push& push) const {
    for (milliseconds pause(100);; pause *= 2) {
      const std::string failure = post(push);
      if (failure.empty()) return;
      if (push.remaining() < pause + 2 * kReserve) throw std::runtime_error(failure);
      std::this_thread::sleep_for(pause);
    }
  }

 private:
  // Empty when it arrived, else why not. Throws where another try is no use.
  std::string post(const rcx::Push& push) const {
    const std::string body = json_of(push);
    Headers headers(nullptr, &curl_slist_free_all);
    add(headers, "Content-Type: application/json");
    add(headers, "Idempotency-Key: " + std::string(push.id()));
    if (!token_.empty()) add(headers, "Authorization: Bearer " + token_);
    std::array<char, CURL_ERROR_SIZE> reason{};

    // A handle for each try: a handle must not be used by two threads, and we allow many. It comes
    // after all that it points at, because it has to go first.
    const Easy easy(curl_easy_init(), &curl_easy_cleanup);
    if (easy == nullptr) throw std::bad_alloc();
    set(easy.get(), CURLOPT_ERRORBUFFER, reason.data());
    set(easy.get(), CURLOPT_URL, url_.c_str());
    set(easy.get(), CURLOPT_HTTPHEADER, headers.get());
    set(easy.get(), CURLOPT_POSTFIELDS, body.c_str());
    set(easy.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    set(easy.get(), CURLOPT_WRITEFUNCTION, &ignore);
    // No signals: they would hit any thread of the host.
    set(easy.get(), CURLOPT_NOSIGNAL, 1L);
    set(easy.get(), CURLOPT_TIMEOUT_MS, time_for(push));

    const CURLcode code = curl_easy_perform(easy.get());
    if (code != CURLE_OK) {
      return url_ + ": " + (reason[0] != '\0' ? reason.data() : curl_easy_strerror(code));
    }
    long status = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
    if (status >= 200 && status <= 299) return {};
    std::string failure = url_ + " answered " + std::to_string(status);
    // A redirection is no success: whoever reads rcx.yaml shall see where data goes.
    if (status < 500 && status != 429) throw std::runtime_error(failure);
    return failure;
  }

  // What is left of the budget but for a reserve, in which to report that it was not enough: a
  // handler that is still inside when its time is over costs the whole worker.
  static long time_for(const rcx::Push& push) {
    const auto left = std::chrono::duration_cast<milliseconds>(push.remaining()) - kReserve;
    return static_cast<long>(std::max(left, milliseconds(1)).count());  // to curl, 0 is for ever
  }

  std::string url_;
  std::string token_;
};

}  // namespace
}  // namespace web_post

// Queued, which is the default: what it says is for nobody.
RCX_PLUGIN_WITH_FLAGS(web_post::WebPost, RCX_CONCURRENT, "web_post", "Web post", "1.0.0", "MIT",
                      rcx::on<&web_post::WebPost::pushed>())
