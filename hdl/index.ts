/** The hardware description language: everything a description may use. */

export { asyncFifo, crossed } from "./crossings/async-fifo.ts";
export { type SynchronizeOptions, synchronize, synchronizeGray } from "./crossings/synchronizer.ts";
export { elaborate } from "./elaborate.ts";
export { HdlError, type HdlErrorCode, type HdlErrorDetails } from "./errors.ts";
export type {
  Circuit,
  MemoryStyle,
  Module as CircuitModule,
  Port as CircuitPort,
  UnderWrite,
  VerilogParameter,
} from "./ir.ts";
export type { Builder, RegisterOptions, WhenChain } from "./module/builder.ts";
export { clockName, resetName } from "./module/controls.ts";
export { defineModule, type ModuleDefinition } from "./module/definition.ts";
export { defineExternal, type ExternalDescription } from "./module/external.ts";
export type { InstanceOptions } from "./module/instance.ts";
export type { Memory, MemoryOptions, ReadPort, ReadWritePort, WritePort } from "./module/memory.ts";
export { asFixed, FixedSignal, type RoundOptions } from "./numbers/fixed.ts";
export { decimal, type FixedLiteral } from "./numbers/fixed-literal.ts";
export type { RoundingMode } from "./numbers/rounding.ts";
export {
  asynchronous,
  type Connections,
  type InputPort,
  type Inside,
  input,
  type OutputPort,
  output,
  type Ports,
  type Results,
} from "./ports.ts";
export { at, type Read } from "./signals/at.ts";
export { lowestIndex, lowestOne, oneHot, oneHotIndex, oneHotSelect, popcount } from "./signals/bit-sets.ts";
export {
  pack,
  type Settable,
  type SettableBits,
  type SignalOf,
  type StreamSink,
  type StreamSource,
  type StreamTiming,
  select,
  unpack,
  type ValueOf,
} from "./signals/bundle.ts";
export { EnumSignal } from "./signals/enum-signal.ts";
export { fixedValue } from "./signals/fixed-value.ts";
export type { Literal } from "./signals/literal.ts";
export { BitSignal, concat, SIntSignal, UIntSignal } from "./signals/signal.ts";
export { Coverage, coverArms } from "./simulator/coverage.ts";
export type { PowerUp } from "./simulator/flatten.ts";
export { Interpreter } from "./simulator/interpreter.ts";
export type { FileCoverage } from "./simulator/lcov.ts";
export type { DutInputs, DutOutputs, InputValue, OutputValue } from "./simulator/port-values.ts";
export { PropertyFailure } from "./simulator/property-failure.ts";
export { type Dut, type SimulateOptions, simulate } from "./simulator/simulate.ts";
export { Simulator, type SimulatorOptions } from "./simulator/simulator.ts";
export type { Trace } from "./simulator/trace.ts";
export { VcdWriter } from "./simulator/vcd.ts";
export { drawWaves, type Wave } from "./simulator/waves.ts";
export type { Condition } from "./statements/condition.ts";
export type { Fsm, FsmDescription, Go } from "./statements/fsm.ts";
export type { Cases, Completion, Switched, ValuesOf } from "./statements/switch.ts";
export * from "./streams/index.ts";
export { parseCircuit } from "./text/parse.ts";
export { printCircuit } from "./text/print.ts";
export {
  addressWidth,
  type BitType,
  bit,
  bitWidth,
  countWidth,
  type DataType,
  type EnumType,
  enumOf,
  type FixedType,
  fixed,
  type LeafType,
  leaves,
  type PortType,
  type RecordType,
  record,
  type SIntType,
  type StreamType,
  sint,
  stream,
  typeName,
  type UIntType,
  uint,
  type VecType,
  vec,
} from "./types.ts";
export { blackBoxMemories, memoriesWithWords } from "./verilog/black-box-memories.ts";
export { type EmittedVerilog, emitVerilog, type VerilogOptions } from "./verilog/emit.ts";
export { type NetPosition, sourceOf, type VerilogPlace, verilogAt } from "./verilog/positions.ts";
export type { PropertyKind } from "./verilog/property.ts";
export { type ResetKind, type ResetStyle, resetKinds, resetStyle } from "./verilog/reset.ts";
