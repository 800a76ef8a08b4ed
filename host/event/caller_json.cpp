#include "host/event/caller_json.hpp"

#include <boost/json.hpp>

#include "host/core/json_bytes.hpp"

namespace rcx::host {
namespace {

constexpr std::string_view kFromUid = "uid";
constexpr std::string_view kFromVariable = "variable";
constexpr std::string_view kFromForge = "forge";

}  // namespace

boost::json::object caller_json(const Caller& caller) {
  boost::json::object out;
  put_bytes(out, "name", caller.name);
  out["name_from"] = caller.name_from == RCX_CALLER_FROM_UID        ? kFromUid
                     : caller.name_from == RCX_CALLER_FROM_VARIABLE ? kFromVariable
                     : caller.name_from == RCX_CALLER_FROM_FORGE    ? kFromForge
                                                                    : "other";
  put_bytes(out, "source", caller.source);
  out["uid"] = caller.uid;
  if (!caller.ip.empty()) put_bytes(out, "ip", caller.ip);
  if (!caller.auth_method.empty()) put_bytes(out, "auth_method", caller.auth_method);
  return out;
}

Caller caller_from(const boost::json::object& object) {
  Caller caller;
  caller.name = get_bytes(object, "name");
  const std::string from = get_bytes(object, "name_from");
  caller.name_from = from == kFromUid        ? RCX_CALLER_FROM_UID
                     : from == kFromVariable ? RCX_CALLER_FROM_VARIABLE
                     : from == kFromForge    ? RCX_CALLER_FROM_FORGE
                                             : 0;
  caller.source = get_bytes(object, "source");
  if (const boost::json::value* uid = object.if_contains("uid")) {
    caller.uid = uid->to_number<std::uint32_t>();
  }
  caller.ip = get_bytes(object, "ip");
  caller.auth_method = get_bytes(object, "auth_method");
  return caller;
}

}  // namespace rcx::host
