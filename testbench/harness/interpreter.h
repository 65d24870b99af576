// Runs the commands of a request frame on a model and builds the reply frame.
#pragma once

#include "model.h"
#include "protocol.h"

namespace whittle {

class Interpreter {
public:
  // Resets the design: inputs 0, reset high for two edges.
  Interpreter(Model& model, VerilatedContext& context, bool tracing);

  // The frame that greets a client: magic, version, edges, number of ports.
  Frame hello() const;

  // Never throws; `ended` tells that no further frame can be served.
  Frame run(const void* data, std::size_t bytes, bool& ended);

private:
  struct CommandFailure : std::runtime_error {
    CommandFailure(Status status, const std::string& message) : std::runtime_error{message}, status{status} {}
    Status status;
  };

  void command(FrameReader& in, Frame& out);
  void batch(FrameReader& in, Frame& out);
  void push(FrameReader& in);
  void pull(FrameReader& in, Frame& out);
  void until(FrameReader& in, Frame& out);
  void exchange(FrameReader& in, Frame& out);

  const Port& port(FrameReader& in) const;
  const Port& input(FrameReader& in) const;
  std::vector<Port> portList(FrameReader& in, Word count, bool inputs) const;

  void settle();
  void edge();

  Model& model_;
  VerilatedContext& context_;
  const bool tracing_;
  std::uint64_t edges_ = 0;
  // Several peeks in a row need one evaluation.
  bool settled_ = false;
};

}  // namespace whittle
