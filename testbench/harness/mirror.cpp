#include "mirror.h"

#include <cstring>

namespace whittle {

namespace {

std::size_t limbs(const Port& port) { return (port.width + 63) / 64; }

}  // namespace

std::size_t Mirror::bytes(const Model& model) {
  std::size_t total = 1;
  for (const Port& port : model.ports) total += limbs(port);
  return total * sizeof(std::uint64_t);
}

Mirror::Mirror(const Model& model, void* buffer) : settled_{static_cast<std::uint64_t*>(buffer)} {
  std::uint64_t* next = settled_ + 1;
  for (const Port& port : model.ports) {
    (port.isInput ? inputs_ : outputs_).push_back({port, reinterpret_cast<Word*>(next)});
    next += limbs(port);
  }
  loadAll();
}

void Mirror::store() const {
  for (const auto& [port, words] : inputs_) {
    const Word mask = port.topMask();
    if (port.width <= 8) {
      *static_cast<CData*>(port.storage) = static_cast<CData>(words[0] & mask);
    } else if (port.width <= 16) {
      *static_cast<SData*>(port.storage) = static_cast<SData>(words[0] & mask);
    } else if (port.width <= 32) {
      *static_cast<IData*>(port.storage) = words[0] & mask;
    } else {
      EData* storage = static_cast<EData*>(port.storage);
      std::memcpy(storage, words, port.words() * sizeof(Word));
      storage[port.words() - 1] &= mask;
    }
  }
}

void Mirror::load() const {
  for (const Slot& slot : outputs_) load(slot);
  *settled_ = 1;
}

void Mirror::loadAll() const {
  for (const Slot& slot : inputs_) load(slot);
  load();
}

void Mirror::load(const Slot& slot) {
  const auto& [port, words] = slot;
  if (port.width <= 32) {
    const Word value = port.width <= 8    ? *static_cast<const CData*>(port.storage)
                       : port.width <= 16 ? *static_cast<const SData*>(port.storage)
                                          : *static_cast<const IData*>(port.storage);
    const unsigned unused = 32 - port.width;
    words[0] = port.isSigned ? static_cast<Word>(static_cast<std::int32_t>(value << unused) >> unused) : value;
    return;
  }
  const unsigned count = port.words();
  std::memcpy(words, port.storage, count * sizeof(Word));
  const Word extension = port.isSigned && (words[count - 1] & ~(port.topMask() >> 1)) != 0 ? ~Word{0} : 0;
  words[count - 1] |= extension & ~port.topMask();
  if (count % 2 != 0) words[count] = extension;
}

}  // namespace whittle
