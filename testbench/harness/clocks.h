// Clocks that are inputs among others: each rises at phase + n * period and falls half a period later. Edges of the same
// moment are one moment for the design.
#pragma once

#include <algorithm>
#include <vector>

#include "arguments.h"
#include "port_values.h"
#include "stepper.h"

namespace whittle {

inline void clocks(Arguments& in, Stepper& stepper) {
  const Word low = in.word();
  const std::uint64_t start = (static_cast<std::uint64_t>(in.word()) << 32) | low;
  const std::uint64_t end = start + in.word();
  struct Clock {
    CData* level;
    std::uint64_t period, phase;
    // When it next changes, `from` included.
    std::uint64_t next(std::uint64_t from) const {
      if (from <= phase) return phase;
      const std::uint64_t into = (from - phase) % period;
      if (into == 0) return from;
      return into <= period / 2 ? from - into + period / 2 : from - into + period;
    }
    bool risesAt(std::uint64_t time) const { return (time - phase) % period == 0; }
  };
  const Word count = in.word();
  std::vector<Clock> all;
  // The frame ends before a wrong count does.
  for (Word i = 0; i < count; ++i) {
    Clock clock{};
    clock.level = &bit(oneBit(in.input()));
    clock.period = in.word();
    clock.phase = in.word();
    if (clock.period < 2) throw ProtocolError{"a clock has a period of at least 2"};
    all.push_back(clock);
  }
  stepper.settle();
  for (std::uint64_t now = start; !all.empty();) {
    std::uint64_t moment = end;
    for (const Clock& clock : all) moment = std::min(moment, clock.next(now));
    if (moment >= end) return;
    stepper.passTime();
    for (const Clock& clock : all) {
      if (clock.next(now) == moment) *clock.level = clock.risesAt(moment);
    }
    stepper.settle();
    stepper.tick();
    now = moment + 1;
  }
}

}  // namespace whittle
