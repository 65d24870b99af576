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

// A port that is copied row by row from or to a column of elements as large as its storage.
template <typename Element, typename Data>
struct Column {
  Element* storage;
  Data* data;
};

// The ports of a batch by the size of their elements, so that no row has to ask for it.
template <template <typename> typename Data>
struct Columns {
  struct Wide {
    Port port;
    Data<Word>* data;
  };

  void add(const Port& port, Data<Word>* data) {
    if (port.width <= 8) addTo(bytes, port, data);
    else if (port.width <= 16) addTo(halves, port, data);
    else if (port.width <= 32) addTo(words, port, data);
    else wide.push_back({port, data});
  }

  std::vector<Column<CData, Data<CData>>> bytes;
  std::vector<Column<SData, Data<SData>>> halves;
  std::vector<Column<IData, Data<IData>>> words;
  std::vector<Wide> wide;

private:
  template <typename Element>
  static void addTo(std::vector<Column<Element, Data<Element>>>& group, const Port& port, Data<Word>* data) {
    group.push_back({static_cast<Element*>(port.storage), reinterpret_cast<Data<Element>*>(data)});
  }
};

template <typename Element>
using Given = const Element;
template <typename Element>
using Wanted = Element;

// Refuses a column with a value that does not fit, before any row takes effect.
inline void refuseUnfitting(const Port& port, const Word* data, std::uint64_t rows) {
  const auto all = [rows](const auto* column) {
    Word bits = 0;
    for (std::uint64_t row = 0; row < rows; ++row) bits |= column[row];
    return bits;
  };
  if (port.width <= 8) {
    fitting(all(reinterpret_cast<const CData*>(data)), port.topMask());
  } else if (port.width <= 16) {
    fitting(all(reinterpret_cast<const SData*>(data)), port.topMask());
  } else {
    const unsigned words = port.words();
    for (std::uint64_t row = 0; row < rows; ++row) fitting(data[row * words + words - 1], port.topMask());
  }
}

template <typename Group>
void storeColumns(const Group& group, std::size_t row) {
  for (const auto* c = group.data(), *end = c + group.size(); c != end; ++c) *c->storage = c->data[row];
}

template <typename Group>
void loadColumns(const Group& group, std::size_t row) {
  for (const auto* c = group.data(), *end = c + group.size(); c != end; ++c) c->data[row] = *c->storage;
}

inline void storeRow(const Columns<Given>& columns, std::size_t row) {
  storeColumns(columns.bytes, row);
  storeColumns(columns.halves, row);
  storeColumns(columns.words, row);
  for (const auto& [port, data] : columns.wide) store(port, data + row * port.words());
}

inline void loadRow(const Columns<Wanted>& columns, std::size_t row) {
  loadColumns(columns.bytes, row);
  loadColumns(columns.halves, row);
  loadColumns(columns.words, row);
  for (const auto& [port, data] : columns.wide) load(port, data + row * port.words());
}

inline void batch(Arguments& in, Frame& out, Stepper& stepper) {
  const Word inputCount = in.word();
  const Word outputCount = in.word();
  const Word rows = in.word();
  const bool afterEdge = in.word() != 0;
  const std::vector<Port> inputs = in.inputs(inputCount);
  const std::vector<Port> outputs = in.anyPorts(outputCount);
  Columns<Given> given;
  for (const Port& port : inputs) {
    const Word* data = in.words(columnWords(port, rows));
    refuseUnfitting(port, data, rows);
    given.add(port, data);
  }
  std::uint64_t resultWords = 0;
  for (const Port& port : outputs) resultWords += columnWords(port, rows);
  Columns<Wanted> wanted;
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
