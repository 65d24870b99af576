#include "interpreter.h"

#include <cstring>
#include <vector>

#include "batch.h"
#include "clocks.h"
#include "memories.h"
#include "port_values.h"
#include "reply.h"
#include "stream_commands.h"

namespace whittle {

namespace {

// FNV-1a over the shape of the ports.
Word fingerprintOf(const Model& model) {
  Word hash = 2166136261u;
  for (const Port& port : model.ports) hash = (hash ^ (port.width * 2 + port.isInput)) * 16777619u;
  return hash;
}

}  // namespace

Interpreter::Interpreter(Model& model, VerilatedContext& context, bool tracing, const char* coverage)
    : model_{model}, context_{context}, stepper_{model, context, tracing}, fingerprint_{fingerprintOf(model)} {
  for (const Port& port : model_.ports) {
    if (port.isInput) store(port, std::vector<Word>(port.words(), 0).data());
  }
  if (model_.clock) *model_.clock = 0;
  if (model_.reset) *model_.reset = model_.resetActive;
  if (model_.reset) stepper_.step(2);
  if (coverage) {
    if (!model_.reset) stepper_.settle();
    model_.writeCoverage(std::string{coverage} + ".reset");
  }
  if (model_.reset) *model_.reset = !model_.resetActive;
  stepper_.settle();
  stepper_.setEdges(0);
}

Frame Interpreter::hello() const {
  const std::uint64_t edges = stepper_.edges();
  return {kMagic, kVersion, static_cast<Word>(edges), static_cast<Word>(edges >> 32),
          static_cast<Word>(model_.ports.size())};
}

Frame Interpreter::state() const {
  const std::uint64_t edges = stepper_.edges();
  Frame out{kMagic, kVersion, static_cast<Word>(edges), static_cast<Word>(edges >> 32)};
  loadRow(model_.ports, extend(out, 1, rowWords(model_.ports)));
  return out;
}

Frame Interpreter::run(const void* data, std::size_t bytes, bool& ended) {
  Word id = 0;
  Word index = 0;
  ended = false;
  try {
    Arguments in{data, bytes, model_.ports};
    if (in.word() != kMagic) throw ProtocolError{"the frame does not start with the magic word"};
    if (in.word() != kVersion) throw ProtocolError{"the frame is of another protocol version"};
    id = in.word();
    const Word count = in.word();
    Frame out = header(id, Status::ok, 0, 0);
    for (; index < count; ++index) command(in, out);
    if (!in.atEnd()) throw ProtocolError{"words follow the last command"};
    setEdges(out, stepper_.edges());
    return out;
  } catch (const CommandFailure& problem) {
    ended = true;
    return failure(id, problem.status, stepper_.edges(), index, problem.what());
  } catch (const ModelStopped& problem) {
    ended = true;
    return failure(id, Status::stopped, stepper_.edges(), index, problem.what());
  } catch (const std::exception& problem) {
    ended = true;
    return failure(id, Status::malformed, stepper_.edges(), index, problem.what());
  }
}

void Interpreter::command(Arguments& in, Frame& out) {
  const auto opcode = static_cast<Opcode>(in.word());
  if (opcode != Opcode::peek) settled_ = false;
  switch (opcode) {
    case Opcode::poke: {
      const Port& target = in.input();
      store(target, in.words(target.words()));
      return;
    }
    case Opcode::peek: {
      const Port& source = in.port();
      if (!settled_) stepper_.settle();
      settled_ = true;
      load(source, extend(out, 1, source.words()));
      return;
    }
    case Opcode::step: return stepper_.step(in.word());
    case Opcode::batch: return batch(in, out, stepper_);
    case Opcode::push: return push(in, stepper_);
    case Opcode::pull: return pull(in, out, stepper_);
    case Opcode::until: return until(in, out);
    case Opcode::exchange: return exchange(in, out, stepper_);
    case Opcode::eval: return stepper_.settle();
    case Opcode::clocks: return clocks(in, stepper_);
    case Opcode::readMemory: return readMemory(in, out, context_);
    case Opcode::writeMemory: return writeMemory(in, context_);
    case Opcode::save: return save(out);
    case Opcode::restore: return restore(in);
    case Opcode::waves: return stepper_.trace(in.bytes());
  }
  throw ProtocolError{"there is no command of this number"};
}

void Interpreter::until(Arguments& in, Frame& out) {
  const Port& watched = in.port();
  const Word limit = in.word();
  const Word* wanted = in.words(watched.words());
  std::vector<Word> value(watched.words());
  for (Word taken = 0;; ++taken) {
    stepper_.settle();
    load(watched, value.data());
    if (std::memcmp(value.data(), wanted, value.size() * sizeof(Word)) == 0) {
      out.push_back(taken);
      return;
    }
    if (taken == limit) throw CommandFailure{Status::commandFailed, "the value did not come"};
    stepper_.edge();
  }
}

void Interpreter::save(Frame& out) {
  const std::string state = model_.save();
  const std::uint64_t edges = stepper_.edges();
  out.push_back(static_cast<Word>(state.size() + 3 * sizeof(Word)));
  for (const Word word : {fingerprint_, static_cast<Word>(edges), static_cast<Word>(edges >> 32)}) out.push_back(word);
  Word* place = extend(out, 1, (state.size() + sizeof(Word) - 1) / sizeof(Word));
  std::memcpy(place, state.data(), state.size());
}

void Interpreter::restore(Arguments& in) {
  const std::string snapshot = in.bytes();
  Word head[3];
  if (snapshot.size() < sizeof head) throw ProtocolError{"the snapshot ends too early"};
  std::memcpy(head, snapshot.data(), sizeof head);
  // Reading is only safe when every length is the one that was written.
  if (head[0] != fingerprint_ || snapshot.size() != model_.save().size() + sizeof head) {
    throw ProtocolError{"the snapshot is of another model"};
  }
  model_.restore(snapshot.substr(sizeof head));
  stepper_.setEdges((static_cast<std::uint64_t>(head[2]) << 32) | head[1]);
}

}  // namespace whittle
