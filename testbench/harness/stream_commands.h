// Rows of data through ports with valid and ready: the simulator keeps the handshakes.
#pragma once

#include <string>
#include <vector>

#include "arguments.h"
#include "port_values.h"
#include "reply.h"
#include "stepper.h"

namespace whittle {

inline void push(Arguments& in, Stepper& stepper) {
  const Port valid = oneBit(in.input());
  const Port ready = oneBit(in.port());
  const Word dataCount = in.word();
  const Word rows = in.word();
  const Word limit = in.word();
  const std::vector<Port> data = in.inputs(dataCount);
  const std::uint64_t width = rowWords(data);
  const Word* row = in.words(rows * width);
  if (rows == 0) return;
  bit(valid) = 1;
  for (Word i = 0; i < rows; ++i, row += width) {
    storeRow(data, row);
    for (Word waited = 0;;) {
      stepper.settle();
      const bool accepted = bit(ready) != 0;
      stepper.edge();
      if (accepted) break;
      if (++waited >= limit) {
        throw CommandFailure{Status::commandFailed, "row " + std::to_string(i) + " was not accepted"};
      }
    }
  }
  bit(valid) = 0;
}

inline void pull(Arguments& in, Frame& out, Stepper& stepper) {
  const Port valid = oneBit(in.port());
  const Port ready = oneBit(in.input());
  const Word dataCount = in.word();
  const Word rows = in.word();
  const Word limit = in.word();
  const std::vector<Port> data = in.anyPorts(dataCount);
  const std::uint64_t width = rowWords(data);
  Word* row = extend(out, rows, width);
  if (rows == 0) return;
  bit(ready) = 1;
  Word waited = 0;
  for (Word i = 0; i < rows;) {
    stepper.settle();
    const bool offered = bit(valid) != 0;
    if (offered) loadRow(data, row);
    stepper.edge();
    if (offered) {
      row += width;
      ++i;
      waited = 0;
    } else if (++waited >= limit) {
      throw CommandFailure{Status::commandFailed, "row " + std::to_string(i) + " was not offered"};
    }
  }
  bit(ready) = 0;
}

inline void exchange(Arguments& in, Frame& out, Stepper& stepper) {
  const Port inValid = oneBit(in.input());
  const Port inReady = oneBit(in.port());
  const Port outValid = oneBit(in.port());
  const Port outReady = oneBit(in.input());
  const Word inputCount = in.word();
  const Word outputCount = in.word();
  const Word rows = in.word();
  const Word count = in.word();
  const Word limit = in.word();
  Word noise = in.word();
  const Word pushShare = in.word();
  const Word pullShare = in.word();
  const std::vector<Port> inputs = in.inputs(inputCount);
  const std::vector<Port> outputs = in.anyPorts(outputCount);
  const std::uint64_t width = rowWords(inputs);
  const Word* row = in.words(rows * width);
  const std::uint64_t resultWidth = rowWords(outputs);
  Word* result = extend(out, count, resultWidth);
  Word sent = 0, got = 0, waited = 0;
  Word first = 0, last = 0;
  bool offering = false;
  for (Word now = 0; sent < rows || got < count; ++now) {
    noise ^= noise << 13;
    noise ^= noise >> 17;
    noise ^= noise << 5;
    if (!offering && sent < rows && (noise & 255) >= pushShare) {
      offering = true;
      storeRow(inputs, row);
      row += width;
    }
    const bool taking = got < count && ((noise >> 8) & 255) >= pullShare;
    bit(inValid) = offering;
    bit(outReady) = taking;
    stepper.settle();
    const bool accepted = offering && bit(inReady) != 0;
    const bool taken = taking && bit(outValid) != 0;
    if (taken) {
      loadRow(outputs, result);
      result += resultWidth;
    }
    stepper.edge();
    waited = accepted || taken ? 0 : waited + 1;
    if (accepted) {
      if (sent++ == 0) first = now;
      offering = false;
    }
    if (taken) {
      ++got;
      last = now;
    }
    if (waited >= limit) {
      throw CommandFailure{Status::commandFailed, offering ? "row " + std::to_string(sent) + " was not accepted"
                                                           : "row " + std::to_string(got) + " was not offered"};
    }
  }
  if (rows != 0 || count != 0) {
    bit(inValid) = 0;
    bit(outReady) = 0;
  }
  out.push_back(rows != 0 && count != 0 ? last - first : 0);
}

}  // namespace whittle
