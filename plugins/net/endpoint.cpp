#include "endpoint.hpp"

#include <curl/curl.h>
#include <text/glob.hpp>

#include <algorithm>
#include <memory>
#include <new>
#include <stdexcept>

namespace net {
namespace {

constexpr const char* kWanted =
    "a URL that begins with http:// or https:// and holds no user name, password or fragment";

using Url = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

// Empty where the URL has no such part.
std::string part_of(const Url& url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url.get(), part, &text, flags) != CURLUE_OK) return {};
  const std::unique_ptr<char, decltype(&curl_free)> owner(text, &curl_free);
  return text;
}

bool is_plain(std::string_view url) {
  return std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

Endpoint::Endpoint(const std::string& url) : url_(url) {
  const Url parsed(curl_url(), &curl_url_cleanup);
  if (parsed == nullptr) throw std::bad_alloc();
  if (!is_plain(url) || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) {
    throw std::invalid_argument(kWanted);
  }
  const std::string scheme = lower(part_of(parsed, CURLUPART_SCHEME));
  const bool web = scheme == "http" || scheme == "https";
  if (!web || !part_of(parsed, CURLUPART_USER).empty() ||
      !part_of(parsed, CURLUPART_PASSWORD).empty() ||
      !part_of(parsed, CURLUPART_FRAGMENT).empty()) {
    throw std::invalid_argument(kWanted);
  }
  host_ = lower(part_of(parsed, CURLUPART_HOST));
  const std::string port = part_of(parsed, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  host_and_port_ = host_ + ":" + port;
  const bool usual = port == (scheme == "http" ? "80" : "443");
  origin_ = scheme + "://" + (usual ? host_ : host_and_port_);
}

// rcx::Value::fail would show what stands there.
Endpoint endpoint_from(const rcx::Value& setting) {
  try {
    return Endpoint(setting.as<std::string>());
  } catch (const std::invalid_argument& wrong) {
    throw rcx::SettingError(setting.where() + ": " + setting.name() + ": wanted " + wrong.what());
  }
}

std::vector<Endpoint> endpoints_from(const rcx::Value& setting) {
  std::vector<Endpoint> all;
  if (!setting.exists()) return all;
  if (!setting.is_list()) return {endpoint_from(setting)};
  for (const rcx::Value& item : setting.items()) all.push_back(endpoint_from(item));
  return all;
}

AllowedHosts::AllowedHosts(const rcx::Value& setting) {
  const auto names = setting.list<std::string>();
  for (const std::string& name : names) {
    if (name.empty() || name.find('/') != std::string::npos) {
      setting.fail("hosts, such as ci.example.org, ci.example.org:8443 or *.example.org");
    }
    hosts_.push_back(lower(name));
  }
}

bool AllowedHosts::allow(const Endpoint& endpoint) const {
  return std::any_of(hosts_.begin(), hosts_.end(), [&](const std::string& allowed) {
    return text::glob_matches(allowed, endpoint.host()) ||
           text::glob_matches(allowed, endpoint.host_and_port());
  });
}

std::vector<Endpoint> endpoints_of(const rcx::Repository& repository, const std::string& field,
                                   const std::vector<Endpoint>& fixed, const AllowedHosts& hosts) {
  if (field.empty()) return fixed;
  const rcx::Value value = repository.field(field);
  if (!value.exists()) return fixed;
  std::vector<Endpoint> all;
  for (const auto& url : value.list<std::string>()) {
    if (url == "off" || url == "false") return {};
    try {
      all.emplace_back(url);
    } catch (const std::invalid_argument& wrong) {
      throw std::runtime_error("the field " + field + ": wanted " + wrong.what());
    }
    if (!hosts.allow(all.back())) {
      throw std::runtime_error("the field " + field + ": the host " + all.back().host_and_port() +
                               " is not among the setting 'hosts'");
    }
  }
  return all;
}

}  // namespace net
