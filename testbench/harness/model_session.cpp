#include "model_session.h"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "print.h"

namespace {

// The design that runs prints here; null means stdout.
thread_local std::string* sink = nullptr;

constexpr std::size_t kKeptOutput = 20'000;

std::string place(const char* file, int line) {
  return file && file[0] ? " at " + std::string{file} + ":" + std::to_string(line) : "";
}

}  // namespace

int whittlePrint(const char* format, ...) {
  va_list values;
  va_start(values, format);
  int length = 0;
  if (!sink) {
    length = std::vprintf(format, values);
  } else {
    char* text = nullptr;
    length = vasprintf(&text, format, values);
    if (length >= 0) {
      sink->append(text, static_cast<std::size_t>(length));
      std::free(text);
      if (sink->size() > 2 * kKeptOutput) sink->erase(0, sink->size() - kKeptOutput);
    }
  }
  va_end(values);
  return length;
}

// In place of Verilator's own, which end the process: that may be Node.
void vl_finish(const char* file, int line, const char*) {
  whittlePrint("- %s:%d: Verilog $finish\n", file, line);
  Verilated::threadContextp()->gotFinish(true);
}

void vl_stop(const char* file, int line, const char*) {
  whittlePrint("%%Error: %s:%d: Verilog $stop\n", file, line);
  throw whittle::ModelStopped{"the design called $stop" + place(file, line)};
}

void vl_fatal(const char* file, int line, const char*, const char* message) {
  whittlePrint("%%Error: %s:%d: %s\n", file, line, message);
  throw whittle::ModelStopped{message + place(file, line)};
}

namespace whittle {

ModelSession::ModelSession(const SessionOptions& options, std::string* printed) : printed_{printed} {
  Verilated::threadContextp(&context_);
  sink = printed_;
  // Whatever has no reset starts random, so that nothing can lean on a power-up zero unseen.
  context_.randReset(2);
  context_.randSeed(options.seed);
  // Waves may be asked for later, too.
  context_.traceEverOn(true);
  model_ = makeModel(context_);
  if (options.waves && !model_->openTrace(options.waves)) {
    throw std::runtime_error{"cannot write waves to " + std::string{options.waves}};
  }
  interpreter_ = std::make_unique<Interpreter>(*model_, context_, options.waves != nullptr);
}

ModelSession::~ModelSession() {
  try {
    enter();
    if (interpreter_ && !interpreter_->stopped()) model_->finish();
  } catch (const std::exception&) {
    // A `final` block that stops: the end is the end.
  }
  if (model_) model_->closeTrace();
  sink = nullptr;
}

Interpreter& ModelSession::enter() {
  Verilated::threadContextp(&context_);
  sink = printed_;
  return *interpreter_;
}

Frame ModelSession::run(const void* frame, std::size_t bytes, bool& ended) { return enter().run(frame, bytes, ended); }

}  // namespace whittle

whittle::Session* whittleOpen(const whittle::SessionOptions& options) {
  return new whittle::ModelSession{options, nullptr};
}
