// The frames between Node and the simulator; docs/protocol.md describes them. All is in 32-bit little-endian words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "frames are copied as they are: little-endian hosts only");

namespace whittle {

using Word = std::uint32_t;

constexpr Word kMagic = 0x4c544857;  // "WHTL"
constexpr Word kVersion = 2;
constexpr std::size_t kMaxFrameBytes = std::size_t{1} << 30;

enum class Opcode : Word {
  poke = 1,
  peek = 2,
  step = 3,
  batch = 4,
  push = 5,
  pull = 6,
  until = 7,
  exchange = 8,
  eval = 9,
  clocks = 10,
  readMemory = 11,
  writeMemory = 12,
  save = 13,
  restore = 14,
  waves = 15,
};

enum class Status : Word { ok = 0, commandFailed = 1, malformed = 2, finished = 3, stopped = 4, interrupted = 5 };

// A frame that breaks the rules of the protocol; the connection ends.
struct ProtocolError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A command that could not be done.
struct CommandFailure : std::runtime_error {
  CommandFailure(Status status, const std::string& message) : std::runtime_error{message}, status{status} {}
  Status status;
};

// Reads a frame word by word and never beyond its end.
class FrameReader {
public:
  FrameReader(const void* data, std::size_t bytes)
      : next_{static_cast<const Word*>(data)}, end_{next_ + bytes / sizeof(Word)} {
    if (bytes % sizeof(Word) != 0) throw ProtocolError{"the frame is not a whole number of 32-bit words"};
  }

  Word word() { return *words(1); }

  const Word* words(std::uint64_t count) {
    if (count > static_cast<std::uint64_t>(end_ - next_)) throw ProtocolError{"the frame ends too early"};
    const Word* start = next_;
    next_ += count;
    return start;
  }

  // A length in bytes, then the bytes, padded to whole words.
  std::string bytes() {
    const std::uint64_t length = word();
    const char* start = reinterpret_cast<const char*>(words((length + sizeof(Word) - 1) / sizeof(Word)));
    return {start, static_cast<std::size_t>(length)};
  }

  bool atEnd() const { return next_ == end_; }

private:
  const Word* next_;
  const Word* end_;
};

using Frame = std::vector<Word>;

}  // namespace whittle
