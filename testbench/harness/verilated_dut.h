// Model on a class that Verilator wrote. Only the generated shell.cpp includes this, once for each design.
#pragma once

#include "model.h"

#if VM_COVERAGE
#include <verilated_cov.h>

#include <fstream>
#endif
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

#if VM_COVERAGE
  void writeCoverage(const std::string& path) override {
    top.contextp()->coveragep()->write(path.c_str());
    // Without this the file is not whole: Verilator does not look whether the disk took it all.
    std::ofstream{path, std::ios::app} << "# end\n";
  }
#else
  void writeCoverage(const std::string&) override {}
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
