// A started model, as those see it who load its library: the simulator process, and Node when it loads it itself.
#pragma once

#include <cstddef>

#include "protocol.h"

namespace whittle {

struct SessionOptions {
  // Of whatever has no reset or initial value.
  int seed;
  // A file for waves from reset on, or null.
  const char* waves;
  // A file for coverage, written at the end, or null; the same name with ".reset" behind it has what was counted until reset ended.
  const char* coverage;
};

class Session {
public:
  virtual ~Session() = default;
  // The frame that greets a client: magic, version, edges, number of ports.
  virtual Frame hello() const = 0;
  // What a watcher gets: magic, version, edges, every port as it stands.
  virtual Frame state() const = 0;
  // Never throws; `ended` tells that no further frame can be served.
  virtual Frame run(const void* frame, std::size_t bytes, bool& ended) = 0;
  // Ends what `run` is about, now and from now on; from any thread.
  virtual void interrupt() = 0;
};

}  // namespace whittle

#define WHITTLE_EXPORT extern "C" __attribute__((visibility("default")))

// Throws std::exception. Both sides are compiled by the same compiler, so C++ may cross.
WHITTLE_EXPORT whittle::Session* whittleOpen(const whittle::SessionOptions& options);
