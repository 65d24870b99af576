// Many cycles in one command. A port's values lie one after another, in elements as Verilator stores them: bytes, halves
// or words.
#pragma once

#include <vector>

#include "arguments.h"
#include "port_values.h"
#include "reply.h"
#include "stepper.h"

namespace whittle {

// Words that `rows` values of a port take in a batch.
inline std::uint64_t columnWords(const Port& port, std::uint64_t rows) {
  if (port.width <= 8) return (rows + 3) / 4;
  if (port.width <= 16) return (rows + 1) / 2;
  return rows * port.words();
}

// The ports of a batch by the size of their elements, so that no row has to ask for it.
template <typename Data>
struct Columns {
  struct Column {
    Port port;
    Word mask;
    Data data;
  };

  void add(const Port& port, Data data) {
    auto& group = port.width <= 8 ? bytes : port.width <= 16 ? halves : port.width <= 32 ? words : wide;
    group.push_back({port, port.topMask(), data});
  }

  std::vector<Column> bytes, halves, words, wide;
};

inline void storeRow(const Columns<const Word*>& columns, std::size_t row) {
  for (const auto& [port, mask, data] : columns.bytes) {
    *static_cast<CData*>(port.storage) = fitting(reinterpret_cast<const CData*>(data)[row], mask);
  }
  for (const auto& [port, mask, data] : columns.halves) {
    *static_cast<SData*>(port.storage) = fitting(reinterpret_cast<const SData*>(data)[row], mask);
  }
  for (const auto& [port, mask, data] : columns.words) {
    *static_cast<IData*>(port.storage) = fitting(data[row], mask);
  }
  for (const auto& [port, mask, data] : columns.wide) {
    store(port, data + row * port.words());
  }
}

inline void loadRow(const Columns<Word*>& columns, std::size_t row) {
  for (const auto& [port, mask, data] : columns.bytes) {
    reinterpret_cast<CData*>(data)[row] = *static_cast<const CData*>(port.storage);
  }
  for (const auto& [port, mask, data] : columns.halves) {
    reinterpret_cast<SData*>(data)[row] = *static_cast<const SData*>(port.storage);
  }
  for (const auto& [port, mask, data] : columns.words) data[row] = *static_cast<const IData*>(port.storage);
  for (const auto& [port, mask, data] : columns.wide) load(port, data + row * port.words());
}

inline void batch(Arguments& in, Frame& out, Stepper& stepper) {
  const Word inputCount = in.word();
  const Word outputCount = in.word();
  const Word rows = in.word();
  const bool afterEdge = in.word() != 0;
  const std::vector<Port> inputs = in.inputs(inputCount);
  const std::vector<Port> outputs = in.anyPorts(outputCount);
  Columns<const Word*> given;
  for (const Port& port : inputs) given.add(port, in.words(columnWords(port, rows)));
  std::uint64_t resultWords = 0;
  for (const Port& port : outputs) resultWords += columnWords(port, rows);
  Columns<Word*> wanted;
  Word* result = extend(out, 1, resultWords);
  for (const Port& port : outputs) {
    wanted.add(port, result);
    result += columnWords(port, rows);
  }
  for (Word row = 0; row < rows; ++row) {
    storeRow(given, row);
    stepper.settle();
    if (!afterEdge) loadRow(wanted, row);
    stepper.edge();
    if (afterEdge) loadRow(wanted, row);
  }
}

}  // namespace whittle
