#include "host/event/hook_call.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "host/event/event_json.hpp"
#include "host/event/wire.h"

namespace rcx::host {
namespace {

const rcx_wire_request& header(const char* base) {
  return *static_cast<const rcx_wire_request*>(static_cast<const void*>(base));
}

Error broken(const std::string& what) {
  return {Code::kInvalid, "a request that breaks the protocol: " + what};
}

Result<void> check_request(const char* base, std::size_t size) {
  const rcx_wire_request& head = header(base);
  if (head.magic != RCX_WIRE_MAGIC) return broken("wanted the magic of a request");
  if (head.version == 0 || head.header_size < sizeof(rcx_wire_request) || head.header_size > size) {
    return broken("version " + std::to_string(head.version) + ", header of " +
                  std::to_string(head.header_size) + " bytes");
  }
  for (const rcx_wire_section& section :
       {head.hook, head.arguments, head.variables, head.directory, head.input}) {
    if (section.offset > size || section.size > size - section.offset) {
      return broken("a section of " + std::to_string(section.size) + " bytes at " +
                    std::to_string(section.offset) + " in a request of " + std::to_string(size));
    }
  }
  for (const rcx_wire_section& list : {head.arguments, head.variables}) {
    if (list.size > 0 && base[list.offset + list.size - 1] != '\0') {
      return broken("a list whose last entry does not end");
    }
  }
  return {};
}

std::string_view view(const char* base, const rcx_wire_section& section) {
  return {base + section.offset, static_cast<std::size_t>(section.size)};
}

}  // namespace

Result<HookCall> HookCall::open(Fd fd) {
  constexpr int kSeals = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW;
  const int seals = ::fcntl(fd.get(), F_GET_SEALS);
  if (seals < 0 || (seals & kSeals) != kSeals) return broken("wanted a sealed memfd");
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return system_error("cannot inspect a request", errno);
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size < sizeof(rcx_wire_request) || size > RCX_WIRE_REQUEST_MAX) {
    return broken(std::to_string(size) + " bytes");
  }
  void* mapped = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd.get(), 0);
  if (mapped == MAP_FAILED) return system_error("cannot map a request", errno);
  HookCall call(std::move(fd), static_cast<const char*>(mapped), size);
  if (Result<void> checked = check_request(call.base_, size); !checked) return checked.error();
  return call;
}

HookCall::~HookCall() {
  if (base_ != nullptr) ::munmap(const_cast<char*>(base_), size_);
}

const Uuid& HookCall::event_id() const noexcept {
  static_assert(sizeof(Uuid) == sizeof(rcx_wire_request::event_id));
  return *static_cast<const Uuid*>(static_cast<const void*>(header(base_).event_id));
}

std::int64_t HookCall::time_ns() const noexcept {
  return header(base_).time_ns;
}
std::uint32_t HookCall::parent_pid() const noexcept {
  return header(base_).parent_pid;
}
std::uint64_t HookCall::parent_start() const noexcept {
  return header(base_).parent_start;
}
std::string_view HookCall::hook() const noexcept {
  return view(base_, header(base_).hook);
}
std::string_view HookCall::directory() const noexcept {
  return view(base_, header(base_).directory);
}
std::string_view HookCall::input() const noexcept {
  return view(base_, header(base_).input);
}

std::vector<std::string_view> HookCall::arguments() const {
  std::vector<std::string_view> all;
  std::string_view rest = view(base_, header(base_).arguments);
  while (!rest.empty()) {
    all.push_back(rest.substr(0, rest.find('\0')));
    rest.remove_prefix(all.back().size() + 1);
  }
  return all;
}

std::string_view HookCall::variable(std::string_view name) const noexcept {
  std::string_view rest = view(base_, header(base_).variables);
  while (!rest.empty()) {
    const std::string_view entry = rest.substr(0, rest.find('\0'));
    if (entry.size() > name.size() && entry[name.size()] == '=' && entry.starts_with(name)) {
      return entry.substr(name.size() + 1);
    }
    rest.remove_prefix(entry.size() + 1);
  }
  return {};
}

bool is_told(const HookCall& call) {
  return call.hook() == RCX_WIRE_EMIT || call.hook() == RCX_WIRE_PERFORM;
}

const EventKind* event_kind_of(const HookCall& call) {
  if (!is_told(call)) return event_kind_of(call.hook());
  const std::vector<std::string_view> arguments = call.arguments();
  if (arguments.size() != 1) return nullptr;
  const Result<const EventKind*> kind = emitted_kind(arguments[0]);
  return kind ? *kind : nullptr;
}

}  // namespace rcx::host
