#include "model_session.h"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "print.h"

namespace whittle {

// The session that runs in this thread, for the functions that Verilator calls.
struct Current {
  static thread_local ModelSession* session;
  static std::string* sink() { return session ? session->printed_ : nullptr; }

  // Ends the session, unless it is ending anyway.
  static void stop(const std::string& reason) {
    if (session && session->ending_) return;
    if (session) session->ending_ = true;
    throw ModelStopped{reason};
  }
};

thread_local ModelSession* Current::session = nullptr;

}  // namespace whittle

namespace {

constexpr std::size_t kKeptOutput = 20'000;

std::string place(const char* file, int line) {
  return file && file[0] ? " at " + std::string{file} + ":" + std::to_string(line) : "";
}

}  // namespace

int whittlePrint(const char* format, ...) {
  va_list values;
  va_start(values, format);
  int length = 0;
  std::string* const sink = whittle::Current::sink();
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
  whittlePrint("%%Error%s: Verilog $stop\n", place(file, line).c_str());
  whittle::Current::stop("the design called $stop" + place(file, line));
}

void vl_fatal(const char* file, int line, const char*, const char* message) {
  whittlePrint("%%Error%s: %s\n", place(file, line).c_str(), message);
  whittle::Current::stop(message + place(file, line));
}

namespace whittle {

namespace {

// Verilator's generator begins with its seed, so that the first registers would be all ones for every small one. This spreads the
// bits (the last steps of MurmurHash3, with Weyl's constant before them); 0 would be a seed from the system.
int spread(std::uint32_t seed) {
  std::uint32_t bits = seed + 0x9e3779b9u;
  bits = (bits ^ (bits >> 16)) * 0x85ebca6bu;
  bits = (bits ^ (bits >> 13)) * 0xc2b2ae35u;
  bits ^= bits >> 16;
  return static_cast<int>(bits == 0 ? 1 : bits);
}

}  // namespace

ModelSession::ModelSession(const SessionOptions& options, std::string* printed)
    : printed_{printed}, coverage_{options.coverage ? options.coverage : ""} {
  enter();
  // Whatever has no reset starts random, so that nothing can lean on a power-up zero unseen.
  context_.randReset(2);
  context_.randSeed(spread(options.seed));
  // Waves may be asked for later, too.
  context_.traceEverOn(true);
  try {
    model_ = makeModel(context_);
    if (options.waves && !model_->openTrace(options.waves)) {
      throw std::runtime_error{"cannot write waves to " + std::string{options.waves}};
    }
    interpreter_ = std::make_unique<Interpreter>(*model_, context_, options.waves != nullptr, options.coverage);
  } catch (const std::exception&) {
    end();
    throw;
  }
}

ModelSession::~ModelSession() { end(); }

void ModelSession::end() {
  enter();
  const bool whole = interpreter_ && !ending_;
  ending_ = true;
  if (whole) model_->finish();
  if (interpreter_ && !coverage_.empty()) model_->writeCoverage(coverage_);
  if (interpreter_) interpreter_->stepper().flushWaves();
  if (model_) model_->closeTrace();
  interpreter_.reset();
  model_.reset();
  Current::session = nullptr;
}

void ModelSession::enter() {
  Verilated::threadContextp(&context_);
  Current::session = this;
}

Stepper& ModelSession::stepper() {
  enter();
  return interpreter_->stepper();
}

Frame ModelSession::run(const void* frame, std::size_t bytes, bool& ended) {
  enter();
  return interpreter_->run(frame, bytes, ended);
}

}  // namespace whittle

whittle::Session* whittleOpen(const whittle::SessionOptions& options) {
  return new whittle::ModelSession{options, nullptr};
}
