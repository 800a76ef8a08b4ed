#include "host/trial/request.hpp"

namespace rcx::host {
namespace {

boost::json::object to_json(const HistoryRange& range) {
  return {{"range", range.range},        {"last", range.last},
          {"as_one", range.as_one},      {"ref", range.ref},
          {"name", range.name},          {"caller", range.caller},
          {"committer", range.committer}};
}

HistoryRange range_from_json(const boost::json::object& json) {
  const auto text = [&](const char* key) { return std::string(json.at(key).as_string()); };
  HistoryRange range;
  range.range = text("range");
  range.last = json.at("last").to_number<std::size_t>();
  range.as_one = json.at("as_one").as_bool();
  range.ref = text("ref");
  range.name = text("name");
  range.caller = text("caller");
  range.committer = json.at("committer").as_bool();
  return range;
}

}  // namespace

void add_json(const ReplayRequest& request, boost::json::object& json) {
  json["descriptor"] = to_json(request.descriptor);
  json["repository"] = request.repository.string();
  json["range"] = to_json(request.range);
  json["event"] = request.event;
  json["from"] = request.from;
  boost::json::array blamed;
  for (const auto& [index, all] : request.blamed) {
    for (const Blame& blame : all) {
      blamed.push_back(boost::json::object{{"push", index},
                                           {"extension", blame.extension},
                                           {"in_service", blame.in_service},
                                           {"how", blame.how}});
    }
  }
  json["blamed"] = std::move(blamed);
}

ReplayRequest replay_from_json(const boost::json::object& json) {
  ReplayRequest request;
  request.descriptor = descriptor_from_json(json.at("descriptor").as_object());
  request.repository = std::string(json.at("repository").as_string());
  request.range = range_from_json(json.at("range").as_object());
  request.event = json.at("event").to_number<std::uint32_t>();
  request.from = json.at("from").to_number<std::size_t>();
  for (const boost::json::value& item : json.at("blamed").as_array()) {
    const boost::json::object& one = item.as_object();
    Blame blame;
    blame.extension = std::string(one.at("extension").as_string());
    blame.in_service = one.at("in_service").as_bool();
    blame.how = std::string(one.at("how").as_string());
    request.blamed[one.at("push").to_number<std::size_t>()].push_back(std::move(blame));
  }
  return request;
}

}  // namespace rcx::host
