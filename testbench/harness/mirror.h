// The ports of a model in a buffer that JavaScript shares: each port in 64-bit limbs of its own, sign-extended when it is
// signed. The first limb of the buffer is a flag that JavaScript clears when it sets an input.
#pragma once

#include <cstdint>
#include <vector>

#include "model.h"
#include "protocol.h"

namespace whittle {

class Mirror {
public:
  // `buffer` holds `bytes(model)` and outlives this.
  Mirror(const Model& model, void* buffer);
  static std::size_t bytes(const Model& model);

  // Inputs: buffer to model. Bits beyond a port's width are ignored.
  void store() const;
  // Outputs: model to buffer, after which they are settled.
  void load() const;
  // Inputs, too, after commands that may have set them.
  void loadAll() const;

private:
  struct Slot {
    Port port;
    Word* words;
  };
  static void load(const Slot& slot);

  std::uint64_t* const settled_;
  std::vector<Slot> inputs_, outputs_;
};

}  // namespace whittle
