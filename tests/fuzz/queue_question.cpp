// What comes over <run>/queue.sock to the process that has the queue, in two pieces. The queue is
// real, and delivers nothing.
#include <poll.h>
#include <sys/socket.h>

#include <boost/filesystem.hpp>
#include <boost/json.hpp>
#include <tuple>

#include "host/core/unix_socket.hpp"
#include "host/queue/keeper.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

using rcx::fuzz::require;
using namespace rcx::host;

constexpr int kMostStored = 2000;

// What of each goes over the wire.
auto members(const NewEvent& event) {
  return std::tuple(event.id, event.kind, event.repository, event.path, event.caller, event.time_ns,
                    event.handlers);
}

auto members(const EventQuery& query) {
  return std::tuple(query.id, query.kind, query.repository, query.handler, query.since_ns,
                    query.above, query.state);
}

class Place {
 public:
  Place() {
    config_.run = directory_;
    config_.state = directory_;
    fs::create_directories(queue_directory(config_.state));
    Result<Callers> callers = Callers::open(listen());
    require(static_cast<bool>(callers), "the socket can be watched");
    callers_.emplace(std::move(*callers));
    keeper_ = new Keeper(config_, [] {});  // kept for ever, as in the process of the queue
    keeper_->stop();
    require(static_cast<bool>(keeper_->open()), "the queue can be opened");
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  Place(Place&&) = delete;
  Place& operator=(Place&&) = delete;
  ~Place() {
    boost::system::error_code ignored;
    fs::remove_all(directory_, ignored);
  }

  Fd connect() const { return connect_to(queue_socket(directory_)); }
  void work() {
    std::vector<Question> questions = callers_->take();
    for (const Question& question : questions) check(question.json);
    require(static_cast<bool>(keeper_->work(std::move(questions))), "the queue goes on");
    if (++worked_ % kMostStored == 0) forget();
  }

 private:
  Fd listen() const {
    Result<Fd> listener = listen_at(queue_socket(directory_), 0600);
    require(static_cast<bool>(listener), "the socket can be made");
    return std::move(*listener);
  }

  // What can be read can be written, and says the same.
  static void check(const boost::json::object& question) {
    if (const auto event = read<NewEvent>([&] { return event_from(question); })) {
      require(members(event_from(enqueue_question(*event, 0, 0))) == members(*event),
              "an event comes back as it was");
    }
    const boost::json::value* json = question.if_contains("query");
    if (json == nullptr || !json->is_object()) return;
    if (const auto query = read<EventQuery>([&] { return query_from(json->get_object()); })) {
      require(members(query_from(query_json(*query))) == members(*query),
              "a query comes back as it was");
    }
  }

  // Nothing where it is none.
  template <class T, class Function>
  static std::optional<T> read(const Function& function) {
    try {
      return function();
    } catch (const std::exception&) {
      return std::nullopt;
    }
  }

  // So that the queue stays small.
  void forget() {
    const Fd socket = connect();
    const std::string line =
        boost::json::serialize(boost::json::object{{"do", "drop"}, {"query", query_json({})}}) +
        "\n";
    send_with(socket.get(), line, {});
    require(static_cast<bool>(keeper_->work(callers_->take())), "everything can be dropped");
  }

  fs::path directory_ = fs::temp_directory_path() / fs::unique_path("rcx-fuzz-%%%%%%%%");
  Config config_;
  std::optional<Callers> callers_;
  Keeper* keeper_ = nullptr;
  int worked_ = 0;
};

// Whether nothing more is to be expected behind the line.
bool is_whole(std::string_view bytes) {
  const std::size_t end = bytes.find('\n');
  if (end == std::string_view::npos) return false;
  boost::json::error_code failed;
  const boost::json::value json = boost::json::parse(bytes.substr(0, end), failed);
  if (failed || !json.is_object()) return true;
  try {
    const auto [call, context] = sizes_behind(json.get_object());
    return bytes.size() - end - 1 >= call + context;
  } catch (const std::exception&) {
    return true;
  }
}

void send_pieces(int socket, std::string_view bytes) {
  const std::size_t half = bytes.size() / 2 + 1;
  if (!bytes.empty()) send_with(socket, std::string(bytes.substr(0, half)), {});
  if (bytes.size() > half) send_with(socket, std::string(bytes.substr(half)), {});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Place place;  // NOLINT: one queue for all
  constexpr std::size_t kRoomOfSocket = 65536;
  if (size == 0 || size > kRoomOfSocket) return 0;
  const std::string_view bytes = rcx::fuzz::text(data, size);
  const Fd asking = place.connect();
  require(static_cast<bool>(asking), "somebody listens");
  send_pieces(asking.get(), bytes);
  ::shutdown(asking.get(), SHUT_WR);
  for (int round = 0; round < 3; ++round) place.work();
  std::string answer(65536, '\0');
  const ssize_t got = ::recv(asking.get(), answer.data(), answer.size(), MSG_DONTWAIT);
  if (!is_whole(bytes)) return 0;
  require(got > 0, "a whole question is answered");
  answer.resize(static_cast<std::size_t>(got));
  require(answer.back() == '\n', "with a line");
  const boost::json::object said = boost::json::parse(answer).as_object();
  require(said.contains("error") || said.contains("done") || said.contains("count"),
          "which says what became of it");
  return 0;
}
