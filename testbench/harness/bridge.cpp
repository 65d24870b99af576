#include "bridge.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio.hpp>
#include <boost/beast.hpp>

#include <poll.h>

namespace whittle {

namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
namespace net = boost::asio;
using tcp = net::ip::tcp;
using Error = beast::error_code;

// Takes the same time wherever the first difference is.
bool sameText(const std::string& a, const std::string& b) {
  unsigned difference = a.size() != b.size();
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
  }
  return difference == 0;
}

// How long waves and the rest may take to be finished when the client has gone.
constexpr std::chrono::seconds kGrace{5};

// The session while it is served, for the thread below.
struct Served {
  std::mutex mutex;
  Session* session;
};

// Ends what the session is about, or else the process, once nobody is at the other end of the socket any more: while a request is worked on,
// nobody reads from it.
void endWithClient(int socket, std::shared_ptr<Served> served) {
#ifdef POLLRDHUP
  constexpr short kGone = POLLRDHUP;
#else
  constexpr short kGone = POLLHUP;
#endif
  pollfd client{socket, kGone, 0};
  while (poll(&client, 1, -1) <= 0) {
  }
  {
    const std::lock_guard lock{served->mutex};
    if (served->session) served->session->interrupt();
  }
  std::this_thread::sleep_for(kGrace);
  std::_Exit(1);
}

class Watcher;

struct Server {
  Session& session;
  const std::string control, watch;
  net::io_context io{1};
  tcp::acceptor acceptor{io, {net::ip::make_address("127.0.0.1"), 0}};
  bool controlled = false;
  const std::shared_ptr<Served> served = std::make_shared<Served>();
  std::vector<std::weak_ptr<Watcher>> watchers;

  // Something may have changed.
  void tell();
};

// A client that only looks: it gets the state once and after every frame of the controlling client, or as often as it can
// take it, and may not send anything.
class Watcher : public std::enable_shared_from_this<Watcher> {
public:
  Watcher(Server& server, tcp::socket socket) : server_{server}, socket_{std::move(socket)} {}

  void start(http::request<http::empty_body> request) {
    request_ = std::move(request);
    socket_.read_message_max(4096);
    socket_.binary(true);
    socket_.async_accept(request_, [self = shared_from_this()](Error error) {
      if (error) return;
      self->server_.watchers.push_back(self);
      self->listen();
      self->frame_ = self->server_.session.hello();
      self->due_ = true;
      self->send();
    });
  }

  void tell() {
    due_ = true;
    if (!sending_) next();
  }

private:
  void next() {
    due_ = false;
    frame_ = server_.session.state();
    send();
  }

  void send() {
    sending_ = true;
    socket_.async_write(net::buffer(frame_), [self = shared_from_this()](Error error, std::size_t) {
      self->sending_ = false;
      if (!error && !self->closing_ && self->due_) self->next();
    });
  }

  void listen() {
    socket_.async_read(buffer_, [self = shared_from_this()](Error error, std::size_t) {
      self->closing_ = true;
      if (!error) self->socket_.async_close(websocket::close_code::policy_error, [self](Error) {});
    });
  }

  Server& server_;
  websocket::stream<tcp::socket> socket_;
  http::request<http::empty_body> request_;
  beast::flat_buffer buffer_;
  Frame frame_;
  bool sending_ = false;
  bool due_ = false;
  bool closing_ = false;
};

void Server::tell() {
  std::size_t kept = 0;
  for (auto& known : watchers) {
    if (const auto watcher = known.lock()) {
      watcher->tell();
      watchers[kept++] = known;
    }
  }
  watchers.resize(kept);
}

// The controlling client: a frame of commands in, a frame of results out, until it leaves or a frame fails.
class Control : public std::enable_shared_from_this<Control> {
public:
  Control(Server& server, tcp::socket socket) : server_{server}, socket_{std::move(socket)} {}

  ~Control() { server_.io.stop(); }

  void start(http::request<http::empty_body> request) {
    request_ = std::move(request);
    socket_.next_layer().set_option(tcp::no_delay{true});
    socket_.read_message_max(kMaxFrameBytes);
    socket_.binary(true);
    socket_.auto_fragment(false);
    socket_.async_accept(request_, [self = shared_from_this()](Error error) {
      if (error) return;
      std::thread{endWithClient, self->socket_.next_layer().native_handle(), self->server_.served}.detach();
      self->send(self->server_.session.hello());
    });
  }

private:
  void receive() {
    socket_.async_read(buffer_, [self = shared_from_this()](Error error, std::size_t) {
      if (!error) self->answer();
    });
  }

  void answer() {
    // Text is no frame of ours; an empty one fails like any other garbage.
    const std::size_t bytes = socket_.got_text() ? 0 : buffer_.size();
    Frame reply = server_.session.run(buffer_.data().data(), bytes, ended_);
    buffer_.consume(buffer_.size());
    send(std::move(reply));
    if (!server_.watchers.empty()) server_.tell();
  }

  void send(Frame frame) {
    reply_ = std::move(frame);
    socket_.async_write(net::buffer(reply_), [self = shared_from_this()](Error error, std::size_t) {
      if (error) return;
      if (!self->ended_) return self->receive();
      self->socket_.async_close(websocket::close_code::normal, [self](Error) {});
    });
  }

  Server& server_;
  websocket::stream<tcp::socket> socket_;
  http::request<http::empty_body> request_;
  beast::flat_buffer buffer_;
  Frame reply_;
  bool ended_ = false;
};

// Anyone who knocks: admitted as the controlling client or a watcher, or refused with a reason.
class Visitor : public std::enable_shared_from_this<Visitor> {
public:
  Visitor(Server& server, tcp::socket socket) : server_{server}, stream_{std::move(socket)} {}

  void start() {
    stream_.expires_after(std::chrono::seconds{10});
    http::async_read(stream_, buffer_, request_, [self = shared_from_this()](Error error, std::size_t) {
      if (!error) self->decide();
    });
  }

private:
  void decide() {
    const std::string target{request_.target()};
    const bool watches = !server_.watch.empty() && sameText(target, server_.watch);
    if (!watches && !sameText(target, server_.control)) return refuse(http::status::forbidden, "wrong token");
    if (!websocket::is_upgrade(request_)) return refuse(http::status::upgrade_required, "this is a WebSocket");
    if (watches) {
      stream_.expires_never();
      return std::make_shared<Watcher>(server_, stream_.release_socket())->start(std::move(request_));
    }
    if (server_.controlled) return refuse(http::status::conflict, "another client is in control");
    server_.controlled = true;
    stream_.expires_never();
    std::make_shared<Control>(server_, stream_.release_socket())->start(std::move(request_));
  }

  void refuse(http::status status, const char* reason) {
    response_.result(status);
    response_.version(request_.version());
    response_.keep_alive(false);
    response_.body() = reason;
    response_.prepare_payload();
    http::async_write(stream_, response_, [self = shared_from_this()](Error, std::size_t) {
      Error ignored;
      self->stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    });
  }

  Server& server_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_{8192};
  http::request<http::empty_body> request_;
  http::response<http::string_body> response_;
};

void accept(Server& server) {
  server.acceptor.async_accept([&server](Error error, tcp::socket socket) {
    if (!error) std::make_shared<Visitor>(server, std::move(socket))->start();
    accept(server);
  });
}

}  // namespace

void serve(Session& session, const std::string& controlToken, const std::string& watchToken) {
  Server server{session, "/control/" + controlToken, watchToken.empty() ? "" : "/watch/" + watchToken};
  // On a line of its own: what the design prints first may leave one open.
  std::printf("\nport %u\n", server.acceptor.local_endpoint().port());
  std::fflush(stdout);
  accept(server);
  server.served->session = &session;
  server.io.run();
  const std::lock_guard lock{server.served->mutex};
  server.served->session = nullptr;
}

}  // namespace whittle
