// What a command is given: words of its frame, and ports by their numbers.
#pragma once

#include <vector>

#include "model.h"
#include "protocol.h"

namespace whittle {

class Arguments : public FrameReader {
public:
  Arguments(const void* data, std::size_t bytes, const std::vector<Port>& ports)
      : FrameReader{data, bytes}, ports_{ports} {}

  const Port& port() {
    const Word index = word();
    if (index >= ports_.size()) throw ProtocolError{"there is no port of this number"};
    return ports_[index];
  }

  const Port& input() {
    const Port& found = port();
    if (!found.isInput) throw ProtocolError{"an output cannot be set"};
    return found;
  }

  std::vector<Port> inputs(Word count) {
    std::vector<Port> found;
    for (Word i = 0; i < count; ++i) found.push_back(input());
    return found;
  }

  std::vector<Port> anyPorts(Word count) {
    std::vector<Port> found;
    for (Word i = 0; i < count; ++i) found.push_back(port());
    return found;
  }

private:
  const std::vector<Port>& ports_;
};

}  // namespace whittle
