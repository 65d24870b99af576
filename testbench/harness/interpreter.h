// Runs the commands of a request frame on a model and builds the reply frame.
#pragma once

#include <chrono>

#include "model.h"
#include "protocol.h"

namespace whittle {

// A command that could not be done.
struct CommandFailure : std::runtime_error {
  CommandFailure(Status status, const std::string& message) : std::runtime_error{message}, status{status} {}
  Status status;
};

// The design called $stop, an assertion of it failed, or Verilator gave up.
struct ModelStopped : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Interpreter {
public:
  // Resets the design: inputs 0, reset high for two edges. `coverage`: a file for what is counted until then, or null.
  Interpreter(Model& model, VerilatedContext& context, bool tracing, const char* coverage);

  // The frame that greets a client: magic, version, edges, number of ports.
  Frame hello() const;
  // What a watcher sees: magic, version, edges, then every port as it stands.
  Frame state() const;

  // Never throws; `ended` tells that no further frame can be served.
  Frame run(const void* data, std::size_t bytes, bool& ended);

  // Inputs are stored at once and take effect here; the clock is low outside `edge`.
  void settle();
  void step(Word cycles);
  std::uint64_t edges() const { return edges_; }
  // Waves are up to date then.
  void flushWaves();
  // From now on edges may take so long in all; 0 for any time.
  void limit(double milliseconds);

private:
  void command(FrameReader& in, Frame& out);
  void batch(FrameReader& in, Frame& out);
  void push(FrameReader& in);
  void pull(FrameReader& in, Frame& out);
  void until(FrameReader& in, Frame& out);
  void exchange(FrameReader& in, Frame& out);
  void clocks(FrameReader& in);
  void readMemory(FrameReader& in, Frame& out);
  void writeMemory(FrameReader& in);
  void save(Frame& out);
  void restore(FrameReader& in);
  void waves(FrameReader& in);

  const Port& port(FrameReader& in) const;
  const Port& input(FrameReader& in) const;
  std::vector<Port> portList(FrameReader& in, Word count, bool inputs) const;

  void edge();
  // Whatever settles until then settles at one time, of which waves show the end.
  void passTime();
  void checkTime();

  Model& model_;
  VerilatedContext& context_;
  bool tracing_;
  // The time being has values that waves do not show yet.
  bool undumped_ = false;
  // Names the very model in its snapshots.
  const Word fingerprint_;
  std::uint64_t edges_ = 0;
  // Several peeks in a row need one evaluation.
  bool settled_ = false;
  std::uint64_t ticks_ = 0;
  std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::time_point::max();
};

}  // namespace whittle
