// The frames that answer a request.
#pragma once

#include <cstring>
#include <string>

#include "protocol.h"

namespace whittle {

// Room for `rows` rows at the end of a reply.
inline Word* extend(Frame& out, std::uint64_t rows, std::uint64_t width) {
  const std::uint64_t limit = kMaxFrameBytes / sizeof(Word);
  if (width != 0 && rows > (limit - out.size()) / width) throw ProtocolError{"the reply would exceed a frame"};
  const std::size_t start = out.size();
  out.resize(start + rows * width);
  return out.data() + start;
}

inline Frame header(Word id, Status status, std::uint64_t edges, Word index) {
  return {kMagic, kVersion, id, static_cast<Word>(status), static_cast<Word>(edges), static_cast<Word>(edges >> 32), index};
}

inline void setEdges(Frame& out, std::uint64_t edges) {
  out[4] = static_cast<Word>(edges);
  out[5] = static_cast<Word>(edges >> 32);
}

inline Frame failure(Word id, Status status, std::uint64_t edges, Word index, const std::string& message) {
  Frame out = header(id, status, edges, index);
  out.push_back(static_cast<Word>(message.size()));
  const std::size_t start = out.size();
  out.resize(start + (message.size() + sizeof(Word) - 1) / sizeof(Word));
  std::memcpy(out.data() + start, message.data(), message.size());
  return out;
}

}  // namespace whittle
