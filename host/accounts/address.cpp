#include "host/accounts/address.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <optional>

namespace rcx::host {
namespace {

namespace ip = boost::asio::ip;

ip::address plain(const ip::address& address) {
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
  return ip::make_address_v4(ip::v4_mapped, address.to_v6());
}

std::string whole(const std::string& text, const ip::address& address) {
  if (text.find('/') != std::string::npos) return text;
  return text + (address.is_v6() ? "/128" : "/32");
}

// In canonical form; empty where it is none.
std::string network_in(const std::string& text) {
  boost::system::error_code failed;
  const ip::address address = ip::make_address(text.substr(0, text.find('/')), failed);
  if (failed) return {};
  if (address.is_v6()) {
    const ip::network_v6 network = ip::make_network_v6(whole(text, address), failed);
    return failed ? "" : network.canonical().to_string();
  }
  const ip::network_v4 network = ip::make_network_v4(whole(text, address), failed);
  return failed ? "" : network.canonical().to_string();
}

bool holds(const std::string& network, const ip::address& address) {
  boost::system::error_code failed;
  if (address.is_v4()) {
    const ip::network_v4 around = ip::make_network_v4(network, failed);
    if (failed) return false;
    const ip::network_v4 here(address.to_v4(), around.prefix_length());
    return here.canonical() == around.canonical();
  }
  const ip::network_v6 around = ip::make_network_v6(network, failed);
  if (failed) return false;
  const ip::network_v6 here(address.to_v6(), around.prefix_length());
  return here.canonical() == around.canonical();
}

}  // namespace

Result<std::string> read_network(std::string_view text) {
  std::string network = network_in(std::string(text));
  if (!network.empty()) return network;
  return Error{Code::kInvalid, fmt::format("wanted an address or a network such as 192.0.2.0/24 or "
                                           "2001:db8::/32, got '{}'",
                                           printable(text))};
}

bool network_lies_in(const std::string& network, const std::vector<std::string>& networks) {
  if (networks.empty()) return true;
  const std::size_t slash = network.find('/');
  boost::system::error_code failed;
  const ip::address first = ip::make_address(network.substr(0, slash), failed);
  if (failed) return false;
  const auto length = [](const std::string& text) {
    return std::stoi("0" + text.substr(text.find('/') + 1));
  };
  return std::any_of(networks.begin(), networks.end(), [&](const std::string& around) {
    return holds(around, first) && length(around) <= length(network);
  });
}

bool lies_in(std::string_view address, const std::vector<std::string>& networks) {
  if (networks.empty()) return true;
  boost::system::error_code failed;
  const ip::address here = ip::make_address(std::string(address), failed);
  if (failed) return false;
  return std::any_of(networks.begin(), networks.end(),
                     [&](const std::string& network) { return holds(network, plain(here)); });
}

}  // namespace rcx::host
