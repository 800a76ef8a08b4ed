// What commands and the HTTP interface answer, as JSON: one form for both. No secret is in it but a
// token that was made just now.
#pragma once

#include <boost/json.hpp>

#include "host/actions/actions.hpp"

namespace rcx::host {

boost::json::object repo_json(const Node& repo);
boost::json::object group_json(const Node& group);
boost::json::object user_json(const Account& user);
boost::json::object token_json(const Token& token);
boost::json::object key_json(const Key& key);
boost::json::object grant_json(const Grant& grant);
boost::json::object field_json(const ShownField& field);
boost::json::object ruling_json(const Ruling& ruling);

template <class Item, class Convert>
boost::json::array list_json(const std::vector<Item>& items, const Convert& convert) {
  boost::json::array list;
  for (const Item& item : items) list.push_back(convert(item));
  return list;
}

}  // namespace rcx::host
