// A Verilated design as the harness sees it. The design itself is reached only through a generated `makeModel`, so all
// other sources here are compiled once and serve every design.
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <verilated.h>

namespace whittle {

struct Port {
  bool isInput;
  bool isSigned;
  unsigned width;
  // CData, SData, IData, QData or an array of EData, by width, as Verilator lays ports out.
  void* storage;

  unsigned words() const { return (width + 31) / 32; }
  // Of the highest word.
  std::uint32_t topMask() const { return ~std::uint32_t{0} >> (31 - (width - 1) % 32); }
};

class Model {
public:
  virtual ~Model() = default;
  virtual void eval() = 0;
  // Runs `final` blocks.
  virtual void finish() = 0;
  // Waves; a model built without tracing refuses to open.
  virtual bool openTrace(const std::string& path) = 0;
  virtual void dump(std::uint64_t time) = 0;
  virtual void closeTrace() = 0;
  // What was counted so far; a model built without coverage writes nothing.
  virtual void writeCoverage(const std::string& path) = 0;
  // The whole state; a model built without snapshots throws.
  virtual std::string save() = 0;
  virtual void restore(const std::string& snapshot) = 0;

  // In the order of the design's description, then the reset; the clock is apart.
  std::vector<Port> ports;
  CData* clock = nullptr;
  // Storage of the last port where the design has a reset.
  CData* reset = nullptr;
  CData resetActive = 1;
  // Of a design without clocks, for coverage: rises where an edge would be.
  CData* sample = nullptr;
};

// The design called $stop, an assertion of it failed, or Verilator gave up.
struct ModelStopped : std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::unique_ptr<Model> makeModel(VerilatedContext& context);

}  // namespace whittle
