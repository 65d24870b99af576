// Words of the memories that the build left reachable.
#pragma once

#include <algorithm>
#include <cstring>
#include <string>

#include <verilated_syms.h>

#include "arguments.h"
#include "port_values.h"
#include "reply.h"

namespace whittle {

struct Memory {
  std::uint8_t* data;
  std::size_t elementBytes;
  unsigned width;
  std::uint64_t depth;
  unsigned words() const { return (width + 31) / 32; }
};

// `path` is instance names and the memory's own, joined by dots, below the top module.
inline Memory memoryAt(const VerilatedContext& context, const std::string& path) {
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
inline std::uint8_t* within(const Memory& memory, std::uint64_t address, std::uint64_t count) {
  if (address > memory.depth || count > memory.depth - address) throw ProtocolError{"an address is beyond the memory"};
  return memory.data + address * memory.elementBytes;
}

inline void readMemory(Arguments& in, Frame& out, const VerilatedContext& context) {
  const Memory memory = memoryAt(context, in.bytes());
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

inline void writeMemory(Arguments& in, const VerilatedContext& context) {
  const Memory memory = memoryAt(context, in.bytes());
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

}  // namespace whittle
