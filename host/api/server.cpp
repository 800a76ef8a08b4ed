#include "host/api/server.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <httplib.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <csignal>

#include <array>
#include <atomic>
#include <limits>
#include <thread>

#include "host/api/connections.hpp"
#include "host/api/gate.hpp"
#include "host/api/openapi.hpp"
#include "host/api/request_stream.hpp"
#include "host/api/routes.hpp"
#include "host/config/listen.hpp"
#include "host/config/snapshot.hpp"
#include "host/core/process.hpp"
#include "host/supervisor/status.hpp"

namespace rcx::host::api {
namespace {

constexpr std::size_t kMostConnections = 512;
constexpr int kBacklog = 1024;
constexpr std::size_t kLongestPath = 1024;
constexpr int kUnauthorized = 401;
constexpr int kTooMany = 429;

// Hands connections on to threads of their own. One request each, so that none stays without a
// reason.
class Queue : public httplib::TaskQueue {
 public:
  explicit Queue(Connections& connections) : connections_(connections) {}
  // Each has to run: httplib's socket is closed by it.
  void enqueue(std::function<void()> work) override { connections_.run(std::move(work)); }
  void shutdown() override { connections_.wait(); }

 private:
  Connections& connections_;
};

// As httplib has it, with bounds for what is read and written.
class Server : public httplib::Server {
 public:
  Server() {
    new_task_queue = [this] { return new Queue(connections_); };
  }
  // Room for those who come at the same time: else they are turned away.
  bool widen() { return ::listen(svr_sock_, kBacklog) == 0; }
  void end() {
    connections_.stop();
    stop();
  }

 private:
  bool process_and_close_socket(socket_t socket) override;
  Connections connections_{kMostConnections};
};

std::string refusal_text(const Reply& reply) {
  const std::string body = boost::json::serialize(reply.json) + "\n";
  return fmt::format(
      "HTTP/1.1 {} Refused\r\nContent-Type: application/json\r\nContent-Length: {}\r\n"
      "Connection: close\r\n\r\n{}",
      reply.status, body.size(), body);
}

bool Server::process_and_close_socket(socket_t socket) {
  Connections::Served served(connections_, Fd(socket));
  RequestStream stream(served, {});
  bool answered = false;
  if (stream.read_head()) {
    bool closed = false;
    answered = process_request(stream, true, closed, [&](httplib::Request& request) {
      constexpr std::uint64_t kUnknown = std::numeric_limits<std::uint64_t>::max();
      stream.expect_body(body_length(request).value_or(kUnknown));
      // Without one, httplib would read until whoever asks is gone.
      if (!request.has_header("Content-Length")) request.set_header("Content-Length", "0");
    });
  } else if (stream.refusal()) {
    answered = stream.httplib::Stream::write(refusal_text(*stream.refusal())) > 0;
  }
  if (answered) stream.drain();
  return answered;
}

// Of who was there before.
Result<void> remove_socket(const ApiConfig& api) {
  if (Result<void> socket = check_listen(api); !socket) return socket;
  if (::unlink(api.listen.c_str()) == 0 || errno == ENOENT) return {};
  return system_error("cannot remove " + printable(api.listen), errno);
}

// What a child of the supervisor is told about signals.
void ignore_signals() {
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGPIPE}) ::signal(number, SIG_IGN);
}

class Api {
 public:
  Api(std::shared_ptr<const Config> config, Installer install)
      : config_(std::move(config)),
        install_(std::move(install)),
        databases_(config_->state),
        turns_(static_cast<std::size_t>(config_->api.threads)) {}

  Result<void> listen();
  void serve() { server_.listen_after_bind(); }
  void stop() { server_.end(); }

 private:
  using Request = httplib::Request;
  using Response = httplib::Response;

  void add(const Route& route);
  std::string address_of(const Request& request) const;
  bool pass(const Request& request, Response& response);
  bool charge(const std::string& origin, Response& response);
  std::optional<Reply> refuse(const Request& request) const;
  void handle(const Route& route, const Request& request, Response& response);
  Reply act(const Route& route, const Request& request);
  Reply health() const;
  static void send(Response& response, const Reply& reply);

  std::shared_ptr<const Config> config_;
  Installer install_;
  Databases databases_;
  RateLimit rate_;
  Turns turns_;
  Server server_;
};

void Api::send(Response& response, const Reply& reply) {
  response.status = reply.status;
  response.set_content(boost::json::serialize(reply.json) + "\n", "application/json");
  if (reply.status == kUnauthorized) response.set_header("WWW-Authenticate", "Bearer");
}

// What the web server itself has added; all before that, anybody can write.
std::string last_forwarded(const httplib::Request& request) {
  constexpr const char* kForwarded = "X-Forwarded-For";
  const std::size_t lines = request.get_header_value_count(kForwarded);
  if (lines == 0) return {};
  const std::string line = request.get_header_value(kForwarded, lines - 1);
  const std::string last = line.substr(line.rfind(',') + 1);
  const std::size_t from = last.find_first_not_of(" \t");
  return from == std::string::npos ? std::string()
                                   : last.substr(from, last.find_last_not_of(" \t") - from + 1);
}

std::string token_of(const httplib::Request& request) {
  return bearer(request.get_header_value("Authorization")).value_or("");
}

// For the log.
std::string shown_path(const httplib::Request& request) {
  return without_secrets(printable(request.path));
}

// Of who asks, as far as it counts: what a web server in front says, where there is one.
std::string Api::address_of(const Request& request) const {
  if (config_->api.forwarded) {
    return last_forwarded(request);
  }
  return request.remote_addr.empty() ? "127.0.0.1" : request.remote_addr;
}

// Whether one more request of `origin` is heard now.
bool Api::charge(const std::string& origin, Response& response) {
  const int wait = rate_.ask(origin, config_->api.per_minute, monotonic_ns());
  if (wait == 0) return true;
  response.set_header("Retry-After", std::to_string(wait));
  send(response, error_reply(kTooMany, "too_many",
                             fmt::format("too many requests; try again in {} s", wait)));
  return false;
}

// Before the body is read: whether the request is heard at all. Only who is known has a bucket of
// their own: what anybody may write costs nobody else anything.
bool Api::pass(const Request& request, Response& response) {
  std::string reason = "no token was sent";
  std::optional<Actor> actor;
  if (const std::string token = token_of(request); !token.empty()) {
    Result<Accounts> accounts = databases_.take();
    if (!accounts) {
      log("api").error("{}", accounts.error().message);
      send(response, error_reply(503, "unavailable", "the accounts cannot be opened"));
      return false;
    }
    Result<Actor> known = authenticate(*accounts, token, "api", address_of(request), reason);
    databases_.give_back(std::move(*accounts));
    if (known) actor = std::move(*known);
  }
  const std::string origin = actor ? "token " + actor->token : "address " + address_of(request);
  if (!charge(origin, response)) return false;
  if (std::optional<Reply> refused = refuse(request)) {
    send(response, *refused);
    return false;
  }
  if (actor || !request.path.starts_with("/v1/")) return true;
  log("api").warn("{} {}: refused: {}", request.method, shown_path(request), reason);
  send(response, error_reply(kUnauthorized, "unauthorized",
                             "wanted a token that is good for this:  Authorization: Bearer TOKEN"));
  return false;
}

// What is refused whoever asks. httplib does not count what comes in chunks.
std::optional<Reply> Api::refuse(const Request& request) const {
  // Patterns are matched by recursion.
  if (request.path.size() > kLongestPath) {
    return error_reply(414, "too_large", "the path is too long");
  }
  if (request.has_header("Content-Encoding")) {
    return error_reply(415, "unsupported", "wanted a body that is not encoded");
  }
  if (request.has_header("Transfer-Encoding")) {
    return error_reply(411, "length_required",
                       "wanted a body with a Content-Length, got one with a Transfer-Encoding");
  }
  const std::optional<std::uint64_t> length = body_length(request);
  if (!length) return error_reply(400, "malformed", "Content-Length: wanted one number");
  const auto most = static_cast<std::uint64_t>(config_->api.max_kilobytes) * 1024;
  if (*length <= most) return std::nullopt;
  return error_reply(
      413, "too_large",
      fmt::format("the body: wanted at most {} bytes (api.max_kilobytes), got {}", most, *length));
}

Reply Api::health() const {
  const Result<HostStatus> status = read_status({config_->file, config_->run});
  const std::string phase = status ? status->phase : "away";
  return {phase == "ready" ? 200 : 503, boost::json::object{{"host", phase}}};
}

Reply Api::act(const Route& route, const Request& request) {
  Result<Accounts> accounts = databases_.take();
  if (!accounts) return error_reply(accounts.error(), {});
  struct Back {
    Databases& to;
    Accounts accounts;
    ~Back() { to.give_back(std::move(accounts)); }
  } back{databases_, std::move(*accounts)};
  std::string reason;
  Result<Actor> actor =
      authenticate(back.accounts, token_of(request), "api", address_of(request), reason);
  if (!actor) return error_reply(kUnauthorized, "unauthorized", actor.error().message);
  actor->user_agent = printable(request.get_header_value("User-Agent"));
  HostMessenger messenger(config_->run, config_->state, {});
  Actions actions(back.accounts, {config_, &messenger, install_}, std::move(*actor));
  if (Result<void> recovered = actions.recover(); !recovered) {
    return error_reply(recovered.error(), {});
  }
  boost::json::object query;
  for (const auto& [key, value] : request.params) query[key] = value;
  const bool told = request.method == "GET" || request.method == "DELETE";
  Call call{actions,
            *config_,
            config_->run,
            {},
            told ? Fields(std::move(query)) : Fields::of_body(request.body),
            request.body};
  for (std::size_t i = 1; i < request.matches.size(); ++i) call.parts.push_back(request.matches[i]);
  Result<Reply> reply = route.handle(call);
  if (!reply) return error_reply(reply.error(), actions.report());
  if (!actions.report().decision.empty() && reply->json.is_object()) {
    reply->json.as_object()["decision"] = actions.report().decision;
  }
  for (const std::string& note : actions.report().notes) log("api").warn("{}", note);
  return std::move(*reply);
}

void Api::handle(const Route& route, const Request& request, Response& response) {
  Reply reply;
  try {
    const Turns::Turn turn(turns_, token_name(token_of(request)));
    reply = act(route, request);
  } catch (const Wrong& wrong) {
    reply = error_reply(wrong.path().empty() ? 400 : 422,
                        wrong.path().empty() ? "malformed" : "invalid", wrong.what(), wrong.path());
  } catch (const std::exception& failed) {
    log("api").error("{} {}: {}", request.method, shown_path(request),
                     without_secrets(failed.what()));
    reply = error_reply(500, "failed", "that failed; the log of the host says more");
  }
  send(response, reply);
  log("api").info("{} {}: {}", request.method, shown_path(request), reply.status);
}

void Api::add(const Route& route) {
  const auto handler = [this, route](const Request& request, Response& response) {
    handle(route, request, response);
  };
  const std::string_view method = route.method;
  if (method == "GET") server_.Get(route.pattern, handler);
  if (method == "POST") server_.Post(route.pattern, handler);
  if (method == "PUT") server_.Put(route.pattern, handler);
  if (method == "PATCH") server_.Patch(route.pattern, handler);
  if (method == "DELETE") server_.Delete(route.pattern, handler);
}

Result<void> Api::listen() {
  for (const auto& set : {repo_routes(), people_routes(), rights_routes(), event_routes()}) {
    for (const Route& route : set) add(route);
  }
  server_.Get("/healthz", [this](const Request&, Response& response) { send(response, health()); });
  server_.Get("/openapi.json", [](const Request&, Response& response) {
    response.set_content(std::string(kOpenApi), "application/json");
  });
  server_.set_payload_max_length(static_cast<std::size_t>(config_->api.max_kilobytes) * 1024);
  server_.set_pre_routing_handler([this](const Request& request, Response& response) {
    return pass(request, response) ? httplib::Server::HandlerResponse::Unhandled
                                   : httplib::Server::HandlerResponse::Handled;
  });
  // What httplib refuses by itself.
  server_.set_error_handler([](const Request&, Response& response) {
    if (!response.body.empty()) return;
    const int status = response.status;
    send(response, status == 404 ? error_reply(404, "not_found",
                                               "there is nothing here; see "
                                               "/openapi.json")
                   : status == 413
                       ? error_reply(413, "too_large",
                                     "the body is too large; see "
                                     "api.max_kilobytes")
                       : error_reply(status, "malformed",
                                     "that is no request, or its body did not come in time"));
  });
  const std::string& where = config_->api.listen;
  bool bound = false;
  if (where.starts_with('/')) {
    if (Result<void> removed = remove_socket(config_->api); !removed) return removed;
    server_.set_address_family(AF_UNIX);
    bound = server_.bind_to_port(where, 80);
    // A group or a web server that shall use it is given it by the operator's directory.
    if (bound) ::chmod(where.c_str(), 0660);
  } else {
    const std::size_t colon = where.rfind(':');
    std::string host = where.substr(0, colon);
    if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
    bound = server_.bind_to_port(host, std::stoi(where.substr(colon + 1)));
  }
  if (!bound || !server_.widen()) return system_error("cannot listen at " + where, errno);
  log("api").info("listens at {}", where);
  return {};
}

}  // namespace

int run_api(const std::function<Installer(std::shared_ptr<const Config>)>& installer) {
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  ignore_signals();
  ::umask(022);
  Fd control(static_cast<int>(ApiFd::kControl));
  Fd startup(static_cast<int>(ApiFd::kStartup));
  ::fcntl(control.get(), F_SETFD, FD_CLOEXEC);
  ::fcntl(startup.get(), F_SETFD, FD_CLOEXEC);
  const Result<std::shared_ptr<const Config>> config = read_snapshot(startup);
  if (!config || !start_log((*config)->log, "api")) return 1;
  // The rest is the supervisor's to see: it starts this again.
  Api api(*config, installer(*config));
  if (Result<void> listens = api.listen(); !listens) {
    log("api").critical("{}", listens.error().message);
    spdlog::shutdown();
    return 1;
  }
  std::atomic<bool> stopping{false};
  std::thread serving([&api, &stopping] {
    api.serve();
    if (stopping) return;
    // Nobody would listen any more; the supervisor starts another.
    log("api").critical("cannot accept connections any more");
    spdlog::shutdown();
    ::_exit(1);
  });
  pollfd waiting{control.get(), POLLIN, 0};
  std::array<char, 256> words{};
  while (true) {
    ::poll(&waiting, 1, -1);
    if (::read(control.get(), words.data(), words.size()) == 0) break;
  }
  stopping = true;
  api.stop();
  serving.join();
  spdlog::shutdown();
  return 0;
}

}  // namespace rcx::host::api
