#include "host/accounts/own_fields.hpp"

#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <boost/json.hpp>
#include <cerrno>

namespace rcx::host {
namespace {

constexpr const char* kDirectory = "fields";
constexpr std::size_t kHashBytes = 16;

}  // namespace

// Names may be longer than those of files.
fs::path own_fields_file(const fs::path& state, const std::string& name) {
  std::array<unsigned char, kHashBytes> hash{};
  ::crypto_generichash(hash.data(), hash.size(),
                       reinterpret_cast<const unsigned char*>(name.data()), name.size(), nullptr,
                       0);
  std::array<char, kHashBytes * 2 + 1> text{};
  ::sodium_bin2hex(text.data(), text.size(), hash.data(), hash.size());
  return state / kDirectory / text.data();
}

boost::json::value field_value(const std::string& text) {
  boost::system::error_code failed;
  boost::json::value value = boost::json::parse(text, failed);
  if (failed || (!value.is_number() && !value.is_bool())) value = text;
  return value;
}

Result<void> write_own_fields(const fs::path& state, const std::string& name,
                              const std::vector<Field>& fields) {
  const fs::path file = own_fields_file(state, name);
  if (fields.empty()) {
    if (::unlink(file.c_str()) == 0 || errno == ENOENT) return {};
    return system_error("cannot remove " + file.string(), errno);
  }
  if (::mkdir(file.parent_path().c_str(), 0700) != 0 && errno != EEXIST) {
    return system_error("cannot make " + file.parent_path().string(), errno);
  }
  boost::json::object json;
  for (const Field& field : fields) json[field.key] = field_value(field.value);
  return write_file(file, boost::json::serialize(json), 0600);
}

}  // namespace rcx::host
