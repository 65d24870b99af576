// The one kind of Session: a Verilated model with its context and interpreter.
#pragma once

#include <memory>
#include <string>

#include "interpreter.h"
#include "session.h"

namespace whittle {

class ModelSession final : public Session {
public:
  // What the design prints is appended to `printed`, or goes to stdout when that is null.
  ModelSession(const SessionOptions& options, std::string* printed);
  ~ModelSession() override;

  Frame hello() const override { return interpreter_->hello(); }
  Frame state() const override { return interpreter_->state(); }
  Frame run(const void* frame, std::size_t bytes, bool& ended) override;
  void interrupt() override { interpreter_->stepper().interrupt(); }

  // For what goes on between frames: this session's context and output are then the current ones.
  Stepper& stepper();
  const Model& model() const { return *model_; }

private:
  void enter();
  void end();

  friend struct Current;

  VerilatedContext context_;
  std::string* const printed_;
  // Where coverage goes, or nothing.
  const std::string coverage_;
  // It has stopped or is about to end: Verilator's code may report further errors where nothing may be thrown.
  bool ending_ = false;
  std::unique_ptr<Model> model_;
  std::unique_ptr<Interpreter> interpreter_;
};

}  // namespace whittle
