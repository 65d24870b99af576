// Model on a class that Verilator wrote. Only the generated shell.cpp includes this, once for each design.
#pragma once

#include "model.h"

#if VM_TRACE
#include <verilated_vcd_c.h>
#endif
#if WHITTLE_SNAPSHOTS
#include "snapshot.h"
#else
#include <stdexcept>
#endif

namespace whittle {

template <typename Top>
class VerilatedDut final : public Model {
public:
  explicit VerilatedDut(VerilatedContext& context) : top{&context, "TOP"} {}

  void eval() override { top.eval(); }
  void finish() override { top.final(); }

#if VM_TRACE
  bool openTrace(const std::string& path) override {
    if (!registered_) top.trace(&trace_, 99);
    registered_ = true;
    trace_.open(path.c_str());
    return trace_.isOpen();
  }
  void dump(std::uint64_t time) override { trace_.dump(time); }
  void closeTrace() override {
    if (trace_.isOpen()) trace_.close();
  }
#else
  bool openTrace(const std::string&) override { return false; }
  void dump(std::uint64_t) override {}
  void closeTrace() override {}
#endif

#if WHITTLE_SNAPSHOTS
  std::string save() override {
    SnapshotWriter out;
    out << top;
    return out.finish();
  }
  void restore(const std::string& snapshot) override {
    SnapshotReader in{snapshot};
    in >> top;
  }
#else
  std::string save() override { throw std::runtime_error{"the model was built without snapshots"}; }
  void restore(const std::string&) override { throw std::runtime_error{"the model was built without snapshots"}; }
#endif

  Top top;

private:
#if VM_TRACE
  VerilatedVcdC trace_;
  bool registered_ = false;
#endif
};

}  // namespace whittle
