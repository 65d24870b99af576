// Values of ports: as words of a frame, and as Verilator stores them.
#pragma once

#include <cstring>
#include <vector>

#include "model.h"
#include "protocol.h"

namespace whittle {

// Verilator wants the bits above a port's width to be 0.
inline Word fitting(Word value, Word mask) {
  if ((value & ~mask) != 0) throw ProtocolError{"a value does not fit its port"};
  return value;
}

inline void store(const Port& port, const Word* value) {
  const Word top = fitting(value[port.words() - 1], port.topMask());
  if (port.width <= 8) {
    *static_cast<CData*>(port.storage) = static_cast<CData>(top);
  } else if (port.width <= 16) {
    *static_cast<SData*>(port.storage) = static_cast<SData>(top);
  } else if (port.width <= 32) {
    *static_cast<IData*>(port.storage) = top;
  } else if (port.width <= 64) {
    *static_cast<QData*>(port.storage) = (static_cast<QData>(top) << 32) | value[0];
  } else {
    std::memcpy(port.storage, value, port.words() * sizeof(Word));
  }
}

inline void load(const Port& port, Word* value) {
  if (port.width <= 8) {
    value[0] = *static_cast<const CData*>(port.storage);
  } else if (port.width <= 16) {
    value[0] = *static_cast<const SData*>(port.storage);
  } else if (port.width <= 32) {
    value[0] = *static_cast<const IData*>(port.storage);
  } else if (port.width <= 64) {
    std::memcpy(value, port.storage, sizeof(QData));
  } else {
    std::memcpy(value, port.storage, port.words() * sizeof(Word));
  }
}

// Words of a row, which has a value of each port.
inline std::uint64_t rowWords(const std::vector<Port>& ports) {
  std::uint64_t total = 0;
  for (const Port& port : ports) total += port.words();
  return total;
}

inline void storeRow(const std::vector<Port>& ports, const Word* row) {
  for (const Port& port : ports) {
    store(port, row);
    row += port.words();
  }
}

inline void loadRow(const std::vector<Port>& ports, Word* row) {
  for (const Port& port : ports) {
    load(port, row);
    row += port.words();
  }
}

inline const Port& oneBit(const Port& port) {
  if (port.width != 1) throw ProtocolError{"valid and ready have one bit"};
  return port;
}

// The storage of a port of one bit.
inline CData& bit(const Port& port) { return *static_cast<CData*>(port.storage); }

}  // namespace whittle
