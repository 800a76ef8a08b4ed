#include "host/queue/schedule.hpp"

#include <algorithm>

namespace rcx::host {

void Schedule::clear() {
  handlers_.clear();
}

// The lane of that path, with `key` in it.
Schedule::Lanes::iterator Schedule::lane_of(Handler& handler, const std::string& path,
                                            const Key& key) {
  const auto lane = handler.lanes.try_emplace(path).first;
  if (lane->second.waiting.empty()) lane->second.next_ns = kNever;
  // Nearly always the last one.
  std::deque<Key>& waiting = lane->second.waiting;
  waiting.insert(std::upper_bound(waiting.begin(), waiting.end(), key), key);
  return lane;
}

void Schedule::look_at(Handler& handler, Lanes::iterator lane, std::int64_t next_ns) {
  handler.due.erase({lane->second.next_ns, lane->first});
  lane->second.next_ns = next_ns;
  if (!lane->second.running && next_ns != kNever) handler.due.insert({next_ns, lane->first});
}

void Schedule::add(const Delivery& delivery, std::int64_t now_ns) {
  Handler& handler = handlers_[delivery.handler];
  const auto lane = lane_of(handler, delivery.path, {delivery.time_ns, delivery.event});
  look_at(handler, lane, std::min(lane->second.next_ns, now_ns));
}

void Schedule::restore(const Delivery& delivery, const Place& place) {
  Handler& handler = handlers_[delivery.handler];
  const Key key{delivery.time_ns, delivery.event};
  if (place.next_ns > 0 || place.failed_ns > 0) {
    handler.delays[delivery.event] = {place.next_ns, place.failed_ns};
  }
  if (place.overtaken) {
    if (place.running) {
      handler.running[delivery.event] = {nullptr, {}, key};
    } else {
      handler.late.insert({place.next_ns, delivery.event});
    }
    return;
  }
  const auto lane = lane_of(handler, delivery.path, key);
  lane->second.running = lane->second.running || place.running;
  if (place.running) handler.running[delivery.event] = {&lane->second, lane->first, key};
  look_at(handler, lane, 0);
}

void Schedule::remove(const Delivery& delivery) {
  const auto handler = handlers_.find(delivery.handler);
  if (handler == handlers_.end()) return;
  Handler& of = handler->second;
  const auto delay = of.delays.find(delivery.event);
  if (delay != of.delays.end()) {
    of.late.erase({delay->second.next_ns, delivery.event});
    of.delays.erase(delay);
  }
  const auto lane = of.lanes.find(delivery.path);
  // Who waits behind it is looked at.
  if (lane != of.lanes.end()) take_out(of, lane, {delivery.time_ns, delivery.event}, 0);
}

void Schedule::take_out(Handler& handler, Lanes::iterator lane, const Key& key,
                        std::int64_t next_ns) {
  std::deque<Key>& waiting = lane->second.waiting;
  const auto found = std::lower_bound(waiting.begin(), waiting.end(), key);
  if (found == waiting.end() || *found != key) return;
  waiting.erase(found);
  look_at(handler, lane, waiting.empty() ? kNever : next_ns);
  if (waiting.empty()) handler.lanes.erase(lane);
}

std::int64_t Schedule::first_of(Handler& handler, Lanes::iterator lane, const LeaseTerms& terms,
                                std::int64_t now_ns, std::vector<std::int64_t>& overtaken) {
  std::deque<Key>& waiting = lane->second.waiting;
  while (!waiting.empty()) {
    const std::int64_t event = waiting.front().event;
    const auto delay = handler.delays.find(event);
    if (delay == handler.delays.end() || delay->second.next_ns <= now_ns) return event;
    const auto [next_ns, failed_ns] = delay->second;
    const std::int64_t held_until = failed_ns == 0 ? kNever : failed_ns + terms.order_hold_ns;
    if (held_until > now_ns) {
      look_at(handler, lane, std::min(next_ns, held_until));
      return 0;
    }
    handler.late.insert({next_ns, event});
    overtaken.push_back(event);
    waiting.pop_front();
  }
  look_at(handler, lane, kNever);
  handler.lanes.erase(lane);
  return 0;
}

void Schedule::hand_out(Handler& handler, std::size_t most, const LeaseTerms& terms,
                        std::int64_t now_ns, std::vector<std::int64_t>& due,
                        std::vector<std::int64_t>& overtaken) {
  while (due.size() < most && !handler.due.empty() && handler.due.begin()->first <= now_ns) {
    const auto lane = handler.lanes.find(handler.due.begin()->second);
    const std::int64_t event = first_of(handler, lane, terms, now_ns, overtaken);
    if (event == 0) continue;
    lane->second.running = true;
    look_at(handler, lane, kNever);
    handler.running[event] = {&lane->second, lane->first, lane->second.waiting.front()};
    due.push_back(event);
  }
  while (due.size() < most && !handler.late.empty() && handler.late.begin()->first <= now_ns) {
    const std::int64_t event = handler.late.begin()->second;
    handler.late.erase(handler.late.begin());
    handler.running[event] = {nullptr, {}, {0, event}};
    due.push_back(event);
  }
}

Schedule::Turn Schedule::hand_out(const LeaseTerms& terms, std::int64_t now_ns) {
  // Who had something last is asked last.
  std::vector<std::pair<const std::string, Handler>*> order;
  order.reserve(handlers_.size());
  for (auto& handler : handlers_) order.push_back(&handler);
  std::rotate(order.begin(),
              std::find_if(order.begin(), order.end(),
                           [&](const auto* handler) { return handler->first > served_last_; }),
              order.end());
  Turn turn;
  for (auto* handler : order) {
    const std::size_t running = handler->second.running.size();
    if (turn.due.size() >= terms.most) break;
    if (terms.asleep.contains(handler->first) || running >= terms.per_handler) continue;
    std::vector<std::int64_t> due;
    std::vector<std::int64_t> overtaken;
    hand_out(handler->second, std::min(terms.per_handler - running, terms.most - turn.due.size()),
             terms, now_ns, due, overtaken);
    for (const std::int64_t event : due) turn.due.push_back({event, handler->first});
    for (const std::int64_t event : overtaken) turn.overtaken.push_back({event, handler->first});
    if (!due.empty()) served_last_ = handler->first;
  }
  return turn;
}

std::optional<Schedule::Run> Schedule::stop(Handler& handler, std::int64_t event) {
  const auto found = handler.running.find(event);
  if (found == handler.running.end()) return std::nullopt;
  const Run run = found->second;
  handler.running.erase(found);
  if (run.lane != nullptr) run.lane->running = false;
  return run;
}

void Schedule::end(std::int64_t event, const std::string& handler, std::int64_t now_ns) {
  Handler& of = handlers_[handler];
  const std::optional<Run> run = stop(of, event);
  if (!run) return;
  of.delays.erase(event);
  // Behind all other lanes that wait.
  if (run->lane != nullptr) take_out(of, of.lanes.find(run->path), run->key, now_ns);
}

void Schedule::wait_again(std::int64_t event, const std::string& handler, std::int64_t next_ns,
                          bool failed, std::int64_t now_ns) {
  Handler& of = handlers_[handler];
  const std::optional<Run> run = stop(of, event);
  if (!run) return;
  Delay& delay = of.delays[event];
  delay.next_ns = next_ns;
  if (failed && delay.failed_ns == 0) delay.failed_ns = now_ns;
  if (run->lane != nullptr) {
    look_at(of, of.lanes.find(run->path), now_ns);
  } else {
    of.late.insert({next_ns, event});
  }
}

std::int64_t Schedule::next_due(const std::set<std::string>& asleep) const {
  std::int64_t earliest = kNever;
  for (const auto& [name, handler] : handlers_) {
    if (asleep.contains(name)) continue;
    if (!handler.due.empty()) earliest = std::min(earliest, handler.due.begin()->first);
    if (!handler.late.empty()) earliest = std::min(earliest, handler.late.begin()->first);
  }
  return earliest;
}

}  // namespace rcx::host
