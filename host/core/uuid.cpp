#include "host/core/uuid.hpp"

#include <algorithm>
#include <boost/uuid/uuid.hpp>
#include <boost/uuid/uuid_io.hpp>

namespace rcx::host {

std::string uuid_text(const Uuid& uuid) {
  boost::uuids::uuid boost_uuid{};
  std::copy(uuid.begin(), uuid.end(), boost_uuid.begin());
  return boost::uuids::to_string(boost_uuid);
}

}  // namespace rcx::host
