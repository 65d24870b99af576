// How a model goes on: its logic settles, edges come, waves show it, and all this may only take so long.
#pragma once

#include <atomic>
#include <chrono>
#include <string>

#include "model.h"
#include "protocol.h"

namespace whittle {

class Stepper {
public:
  Stepper(Model& model, VerilatedContext& context, bool tracing) : model_{model}, context_{context}, tracing_{tracing} {}

  // Inputs are stored at once and take effect here; the clock is low outside `edge`.
  void settle() {
    model_.eval();
    undumped_ = tracing_;
    if (!context_.gotFinish()) return;
    flushWaves();
    throw CommandFailure{Status::finished, "the design called $finish"};
  }

  // Expects settled logic and leaves the falling edge to the next `settle`, which saves an evaluation a cycle.
  void edge() {
    tick();
    if (!model_.clock) {
      if (model_.sample) {
        *model_.sample = 1;
        settle();
        *model_.sample = 0;
      }
      settle();
      passTime();
      return;
    }
    passTime();
    *model_.clock = 1;
    settle();
    passTime();
    *model_.clock = 0;
    ++edges_;
  }

  void step(Word cycles) {
    for (Word i = 0; i < cycles; ++i) {
      settle();
      edge();
    }
  }

  // Whatever settles until then settles at one time, of which waves show the end.
  void passTime() {
    flushWaves();
    context_.timeInc(1);
  }

  // Counts towards the limit of time.
  void tick() {
    if (++ticks_ % 1024 == 0) checkTime();
  }

  // From now on edges may take so long in all; 0 for any time.
  void limit(double milliseconds) {
    using std::chrono::steady_clock;
    const std::chrono::duration<double, std::milli> span{milliseconds};
    deadline_ = milliseconds > 0 ? steady_clock::now() + std::chrono::duration_cast<steady_clock::duration>(span)
                                 : steady_clock::time_point::max();
  }

  // No more than a thousand further edges; from any thread.
  void interrupt() { interrupted_ = true; }

  std::uint64_t edges() const { return edges_; }
  void setEdges(std::uint64_t edges) { edges_ = edges; }

  // Waves are up to date then.
  void flushWaves() {
    if (undumped_) model_.dump(context_.time());
    undumped_ = false;
  }

  // Waves go to this file from now on; to none when it has no name.
  void trace(const std::string& path) {
    flushWaves();
    if (tracing_) model_.closeTrace();
    tracing_ = false;
    if (path.empty()) return;
    if (!model_.openTrace(path)) throw CommandFailure{Status::commandFailed, "cannot write waves to " + path};
    tracing_ = true;
  }

private:
  void checkTime() const {
    if (interrupted_) throw CommandFailure{Status::interrupted, "it was interrupted"};
    if (deadline_ != std::chrono::steady_clock::time_point::max() && std::chrono::steady_clock::now() > deadline_) {
      throw CommandFailure{Status::interrupted, "it takes too long"};
    }
  }

  Model& model_;
  VerilatedContext& context_;
  bool tracing_;
  // The time being has values that waves do not show yet.
  bool undumped_ = false;
  std::uint64_t edges_ = 0;
  std::uint64_t ticks_ = 0;
  std::atomic<bool> interrupted_{false};
  std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::time_point::max();
};

}  // namespace whittle
