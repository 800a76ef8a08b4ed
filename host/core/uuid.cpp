#include "host/core/uuid.hpp"

#include <algorithm>
#include <boost/uuid/string_generator.hpp>
#include <boost/uuid/uuid.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <stdexcept>

namespace rcx::host {

std::string uuid_text(const Uuid& uuid) {
  boost::uuids::uuid boost_uuid{};
  std::copy(uuid.begin(), uuid.end(), boost_uuid.begin());
  return boost::uuids::to_string(boost_uuid);
}

std::optional<Uuid> uuid_from(const std::string& text) {
  constexpr std::size_t kLength = 36;
  if (text.size() != kLength) return std::nullopt;
  try {
    const boost::uuids::uuid read = boost::uuids::string_generator()(text);
    Uuid uuid{};
    std::copy(read.begin(), read.end(), uuid.begin());
    return uuid;
  } catch (const std::runtime_error&) {
    return std::nullopt;
  }
}

}  // namespace rcx::host
