#include "interpreter.h"

#include <algorithm>
#include <cstring>

#include <verilated_syms.h>

namespace whittle {

namespace {

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

// Words that `rows` values of a port take in a batch.
std::uint64_t columnWords(const Port& port, std::uint64_t rows) {
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

void storeRow(const Columns<const Word*>& columns, std::size_t row) {
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

void loadRow(const Columns<Word*>& columns, std::size_t row) {
  for (const auto& [port, mask, data] : columns.bytes) {
    reinterpret_cast<CData*>(data)[row] = *static_cast<const CData*>(port.storage);
  }
  for (const auto& [port, mask, data] : columns.halves) {
    reinterpret_cast<SData*>(data)[row] = *static_cast<const SData*>(port.storage);
  }
  for (const auto& [port, mask, data] : columns.words) data[row] = *static_cast<const IData*>(port.storage);
  for (const auto& [port, mask, data] : columns.wide) load(port, data + row * port.words());
}

const Port& handshake(const Port& port) {
  if (port.width != 1) throw ProtocolError{"valid and ready have one bit"};
  return port;
}

CData& bit(const Port& port) { return *static_cast<CData*>(port.storage); }

std::uint64_t rowWords(const std::vector<Port>& ports) {
  std::uint64_t total = 0;
  for (const Port& port : ports) total += port.words();
  return total;
}

// Room for `rows` rows at the end of a reply.
Word* extend(Frame& out, std::uint64_t rows, std::uint64_t width) {
  const std::uint64_t limit = kMaxFrameBytes / sizeof(Word);
  if (width != 0 && rows > (limit - out.size()) / width) throw ProtocolError{"the reply would exceed a frame"};
  const std::size_t start = out.size();
  out.resize(start + rows * width);
  return out.data() + start;
}

Frame header(Word id, Status status, std::uint64_t edges, Word index) {
  return {kMagic, kVersion, id, static_cast<Word>(status), static_cast<Word>(edges), static_cast<Word>(edges >> 32), index};
}

Frame failure(Word id, Status status, std::uint64_t edges, Word index, const std::string& message) {
  Frame out = header(id, status, edges, index);
  out.push_back(static_cast<Word>(message.size()));
  const std::size_t start = out.size();
  out.resize(start + (message.size() + sizeof(Word) - 1) / sizeof(Word));
  std::memcpy(out.data() + start, message.data(), message.size());
  return out;
}

// FNV-1a over the shape of the ports.
Word fingerprintOf(const Model& model) {
  Word hash = 2166136261u;
  for (const Port& port : model.ports) hash = (hash ^ (port.width * 2 + port.isInput)) * 16777619u;
  return hash;
}

// A memory that the build left reachable.
struct Memory {
  std::uint8_t* data;
  std::size_t elementBytes;
  unsigned width;
  std::uint64_t depth;
  unsigned words() const { return (width + 31) / 32; }
};

// `path` is instance names and the memory's own, joined by dots, below the top module.
Memory memoryAt(const VerilatedContext& context, const std::string& path) {
  const std::size_t dot = path.rfind('.');
  const std::string scope = "TOP.whittle_shell.dut" + (dot == std::string::npos ? "" : "." + path.substr(0, dot));
  const std::string name = dot == std::string::npos ? path : path.substr(dot + 1);
  const VerilatedScope* found = context.scopeFind(scope.c_str());
  const VerilatedVar* variable = found ? found->varFind(name.c_str()) : nullptr;
  if (!variable || variable->udims() != 1) throw ProtocolError{"there is no memory " + path + " within reach"};
  return {static_cast<std::uint8_t*>(variable->datap()), variable->entSize(),
          static_cast<unsigned>(variable->packed().elements()),
          static_cast<std::uint64_t>(variable->unpacked().elements())};
}

// Bytes from `address` on; memories lie in the order of their addresses.
std::uint8_t* within(const Memory& memory, std::uint64_t address, std::uint64_t count) {
  if (address > memory.depth || count > memory.depth - address) throw ProtocolError{"an address is beyond the memory"};
  return memory.data + address * memory.elementBytes;
}

}  // namespace

Interpreter::Interpreter(Model& model, VerilatedContext& context, bool tracing, const char* coverage)
    : model_{model}, context_{context}, tracing_{tracing}, fingerprint_{fingerprintOf(model)} {
  for (const Port& port : model_.ports) {
    if (port.isInput) store(port, std::vector<Word>(port.words(), 0).data());
  }
  if (model_.clock) *model_.clock = 0;
  if (model_.reset) *model_.reset = 1;
  for (int i = 0; model_.reset && i < 2; ++i) {
    settle();
    edge();
  }
  if (coverage) {
    if (!model_.reset) settle();
    model_.writeCoverage(std::string{coverage} + ".reset");
  }
  if (model_.reset) *model_.reset = 0;
  settle();
  edges_ = 0;
}

Frame Interpreter::hello() const {
  return {kMagic, kVersion, static_cast<Word>(edges_), static_cast<Word>(edges_ >> 32),
          static_cast<Word>(model_.ports.size())};
}

Frame Interpreter::state() const {
  Frame out{kMagic, kVersion, static_cast<Word>(edges_), static_cast<Word>(edges_ >> 32)};
  loadRow(model_.ports, extend(out, 1, rowWords(model_.ports)));
  return out;
}

Frame Interpreter::run(const void* data, std::size_t bytes, bool& ended) {
  Word id = 0;
  Word index = 0;
  ended = false;
  try {
    FrameReader in{data, bytes};
    if (in.word() != kMagic) throw ProtocolError{"the frame does not start with the magic word"};
    if (in.word() != kVersion) throw ProtocolError{"the frame is of another protocol version"};
    id = in.word();
    const Word count = in.word();
    Frame out = header(id, Status::ok, 0, 0);
    for (; index < count; ++index) command(in, out);
    if (!in.atEnd()) throw ProtocolError{"words follow the last command"};
    out[4] = static_cast<Word>(edges_);
    out[5] = static_cast<Word>(edges_ >> 32);
    return out;
  } catch (const CommandFailure& problem) {
    ended = true;
    return failure(id, problem.status, edges_, index, problem.what());
  } catch (const ModelStopped& problem) {
    ended = true;
    return failure(id, Status::stopped, edges_, index, problem.what());
  } catch (const std::exception& problem) {
    ended = true;
    return failure(id, Status::malformed, edges_, index, problem.what());
  }
}

void Interpreter::command(FrameReader& in, Frame& out) {
  const auto opcode = static_cast<Opcode>(in.word());
  if (opcode != Opcode::peek) settled_ = false;
  switch (opcode) {
    case Opcode::poke: {
      const Port& target = input(in);
      store(target, in.words(target.words()));
      return;
    }
    case Opcode::peek: {
      const Port& source = port(in);
      if (!settled_) settle();
      settled_ = true;
      load(source, extend(out, 1, source.words()));
      return;
    }
    case Opcode::step: {
      step(in.word());
      return;
    }
    case Opcode::batch: return batch(in, out);
    case Opcode::push: return push(in);
    case Opcode::pull: return pull(in, out);
    case Opcode::until: return until(in, out);
    case Opcode::exchange: return exchange(in, out);
    case Opcode::eval: return settle();
    case Opcode::clocks: return clocks(in);
    case Opcode::readMemory: return readMemory(in, out);
    case Opcode::writeMemory: return writeMemory(in);
    case Opcode::save: return save(out);
    case Opcode::restore: return restore(in);
    case Opcode::waves: return waves(in);
  }
  throw ProtocolError{"there is no command of this number"};
}

// A port's values of a batch lie one after another, in elements as Verilator stores them: bytes, halves or words.
void Interpreter::batch(FrameReader& in, Frame& out) {
  const Word inputCount = in.word();
  const Word outputCount = in.word();
  const Word rows = in.word();
  const bool afterEdge = in.word() != 0;
  const std::vector<Port> inputs = portList(in, inputCount, true);
  const std::vector<Port> outputs = portList(in, outputCount, false);
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
    settle();
    if (!afterEdge) loadRow(wanted, row);
    edge();
    if (afterEdge) loadRow(wanted, row);
  }
}

void Interpreter::push(FrameReader& in) {
  const Port valid = handshake(input(in));
  const Port ready = handshake(port(in));
  const Word dataCount = in.word();
  const Word rows = in.word();
  const Word limit = in.word();
  const std::vector<Port> data = portList(in, dataCount, true);
  const std::uint64_t width = rowWords(data);
  const Word* row = in.words(rows * width);
  if (rows == 0) return;
  bit(valid) = 1;
  for (Word i = 0; i < rows; ++i, row += width) {
    storeRow(data, row);
    for (Word waited = 0;;) {
      settle();
      const bool accepted = bit(ready) != 0;
      edge();
      if (accepted) break;
      if (++waited >= limit) {
        throw CommandFailure{Status::commandFailed, "row " + std::to_string(i) + " was not accepted"};
      }
    }
  }
  bit(valid) = 0;
}

void Interpreter::pull(FrameReader& in, Frame& out) {
  const Port valid = handshake(port(in));
  const Port ready = handshake(input(in));
  const Word dataCount = in.word();
  const Word rows = in.word();
  const Word limit = in.word();
  const std::vector<Port> data = portList(in, dataCount, false);
  const std::uint64_t width = rowWords(data);
  Word* row = extend(out, rows, width);
  if (rows == 0) return;
  bit(ready) = 1;
  Word waited = 0;
  for (Word i = 0; i < rows;) {
    settle();
    const bool offered = bit(valid) != 0;
    if (offered) loadRow(data, row);
    edge();
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

void Interpreter::until(FrameReader& in, Frame& out) {
  const Port& watched = port(in);
  const Word limit = in.word();
  const Word* wanted = in.words(watched.words());
  std::vector<Word> value(watched.words());
  for (Word taken = 0;; ++taken) {
    settle();
    load(watched, value.data());
    if (std::memcmp(value.data(), wanted, value.size() * sizeof(Word)) == 0) {
      out.push_back(taken);
      return;
    }
    if (taken == limit) throw CommandFailure{Status::commandFailed, "the value did not come"};
    edge();
  }
}

void Interpreter::exchange(FrameReader& in, Frame& out) {
  const Port inValid = handshake(input(in));
  const Port inReady = handshake(port(in));
  const Port outValid = handshake(port(in));
  const Port outReady = handshake(input(in));
  const Word inputCount = in.word();
  const Word outputCount = in.word();
  const Word rows = in.word();
  const Word count = in.word();
  const Word limit = in.word();
  Word noise = in.word();
  const Word pushShare = in.word();
  const Word pullShare = in.word();
  const std::vector<Port> inputs = portList(in, inputCount, true);
  const std::vector<Port> outputs = portList(in, outputCount, false);
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
    settle();
    const bool accepted = offering && bit(inReady) != 0;
    const bool taken = taking && bit(outValid) != 0;
    if (taken) {
      loadRow(outputs, result);
      result += resultWidth;
    }
    edge();
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

// Clocks that are inputs among others: each rises at phase + n * period and falls half a period later. Edges of the same
// moment are one moment for the design.
void Interpreter::clocks(FrameReader& in) {
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
  std::vector<Clock> all(in.word());
  for (Clock& clock : all) {
    clock.level = &bit(handshake(input(in)));
    clock.period = in.word();
    clock.phase = in.word();
    if (clock.period < 2) throw ProtocolError{"a clock has a period of at least 2"};
  }
  settle();
  for (std::uint64_t now = start; !all.empty();) {
    std::uint64_t moment = end;
    for (const Clock& clock : all) moment = std::min(moment, clock.next(now));
    if (moment >= end) return;
    passTime();
    for (const Clock& clock : all) {
      if (clock.next(now) == moment) *clock.level = clock.risesAt(moment);
    }
    settle();
    if (++ticks_ % 1024 == 0) checkTime();
    now = moment + 1;
  }
}

void Interpreter::readMemory(FrameReader& in, Frame& out) {
  const Memory memory = memoryAt(context_, in.bytes());
  const Word address = in.word();
  const Word count = in.word();
  const std::uint8_t* from = within(memory, address, count);
  out.push_back(memory.width);
  out.push_back(static_cast<Word>(memory.depth));
  Word* value = extend(out, count, memory.words());
  for (Word i = 0; i < count; ++i, from += memory.elementBytes, value += memory.words()) {
    std::memcpy(value, from, std::min(memory.elementBytes, memory.words() * sizeof(Word)));
  }
}

void Interpreter::writeMemory(FrameReader& in) {
  const Memory memory = memoryAt(context_, in.bytes());
  const Word address = in.word();
  const Word count = in.word();
  std::uint8_t* to = within(memory, address, count);
  const Word mask = Port{true, false, memory.width, nullptr}.topMask();
  for (Word i = 0; i < count; ++i, to += memory.elementBytes) {
    const Word* value = in.words(memory.words());
    fitting(value[memory.words() - 1], mask);
    std::memcpy(to, value, std::min(memory.elementBytes, memory.words() * sizeof(Word)));
  }
}

void Interpreter::save(Frame& out) {
  const std::string state = model_.save();
  out.push_back(static_cast<Word>(state.size() + 3 * sizeof(Word)));
  for (const Word word : {fingerprint_, static_cast<Word>(edges_), static_cast<Word>(edges_ >> 32)}) out.push_back(word);
  Word* place = extend(out, 1, (state.size() + sizeof(Word) - 1) / sizeof(Word));
  std::memcpy(place, state.data(), state.size());
}

void Interpreter::restore(FrameReader& in) {
  const std::string snapshot = in.bytes();
  Word head[3];
  if (snapshot.size() < sizeof head) throw ProtocolError{"the snapshot ends too early"};
  std::memcpy(head, snapshot.data(), sizeof head);
  // Reading is only safe when every length is the one that was written.
  if (head[0] != fingerprint_ || snapshot.size() != model_.save().size() + sizeof head) {
    throw ProtocolError{"the snapshot is of another model"};
  }
  model_.restore(snapshot.substr(sizeof head));
  edges_ = (static_cast<std::uint64_t>(head[2]) << 32) | head[1];
}

void Interpreter::waves(FrameReader& in) {
  const std::string path = in.bytes();
  flushWaves();
  if (tracing_) model_.closeTrace();
  tracing_ = false;
  if (path.empty()) return;
  if (!model_.openTrace(path)) throw CommandFailure{Status::commandFailed, "cannot write waves to " + path};
  tracing_ = true;
}

const Port& Interpreter::port(FrameReader& in) const {
  const Word index = in.word();
  if (index >= model_.ports.size()) throw ProtocolError{"there is no port of this number"};
  return model_.ports[index];
}

const Port& Interpreter::input(FrameReader& in) const {
  const Port& found = port(in);
  if (!found.isInput) throw ProtocolError{"an output cannot be set"};
  return found;
}

std::vector<Port> Interpreter::portList(FrameReader& in, Word count, bool inputs) const {
  std::vector<Port> ports;
  for (Word i = 0; i < count; ++i) ports.push_back(inputs ? input(in) : port(in));
  return ports;
}

void Interpreter::settle() {
  model_.eval();
  undumped_ = tracing_;
  if (!context_.gotFinish()) return;
  flushWaves();
  throw CommandFailure{Status::finished, "the design called $finish"};
}

void Interpreter::flushWaves() {
  if (undumped_) model_.dump(context_.time());
  undumped_ = false;
}

void Interpreter::passTime() {
  flushWaves();
  context_.timeInc(1);
}

void Interpreter::step(Word cycles) {
  for (Word i = 0; i < cycles; ++i) {
    settle();
    edge();
  }
}

// Expects settled logic and leaves the falling edge to the next `settle`, which saves an evaluation a cycle.
void Interpreter::edge() {
  if (++ticks_ % 1024 == 0) checkTime();
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

void Interpreter::limit(double milliseconds) {
  using std::chrono::steady_clock;
  const std::chrono::duration<double, std::milli> span{milliseconds};
  deadline_ = milliseconds > 0 ? steady_clock::now() + std::chrono::duration_cast<steady_clock::duration>(span)
                               : steady_clock::time_point::max();
}

void Interpreter::checkTime() {
  if (deadline_ != std::chrono::steady_clock::time_point::max() && std::chrono::steady_clock::now() > deadline_) {
    throw CommandFailure{Status::interrupted, "it takes too long"};
  }
}

}  // namespace whittle
