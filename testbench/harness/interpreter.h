// Runs the commands of a request frame on a model and builds the reply frame.
#pragma once

#include "arguments.h"
#include "model.h"
#include "protocol.h"
#include "stepper.h"

namespace whittle {

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

  // For what goes on between frames.
  Stepper& stepper() { return stepper_; }

private:
  void command(Arguments& in, Frame& out);
  void until(Arguments& in, Frame& out);
  void save(Frame& out);
  void restore(Arguments& in);

  Model& model_;
  VerilatedContext& context_;
  Stepper stepper_;
  // Names the very model in its snapshots.
  const Word fingerprint_;
  // Several peeks in a row need one evaluation.
  bool settled_ = false;
};

}  // namespace whittle
