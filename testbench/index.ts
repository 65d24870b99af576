/** Proofs, and simulation by every engine, for use from other projects. */

export {
  AxiLiteMaster,
  type AxiResponse,
  axiStream,
  holdReset,
  type MemoryPorts,
  type Pause,
  pausing,
  pausingAfter,
  Registers,
  receivePacket,
  receiveRows,
  Scoreboard,
  type StreamOptions,
  sendPacket,
  sendRows,
  serveMemory,
  streamNames,
  watchRows,
} from "./agents/index.ts";
export type { CoverageData } from "./coverage/data.ts";
export { readCoverage } from "./coverage/data.ts";
export { CoverageDatabase } from "./coverage/database.ts";
export { writeCoverage } from "./coverage/folder.ts";
export {
  type Between,
  type Bin,
  type Bins,
  between,
  CoverageGroup,
  type Cross,
  coverageGroup,
} from "./coverage/group.ts";
export { mergeCoverage } from "./coverage/merge.ts";
export { coverageReport } from "./coverage/report.ts";
export { coverCycles } from "./coverage/sampling.ts";
export { type CoverageSummary, type Share, summaryOf } from "./coverage/summary.ts";
export { designOf } from "./design.ts";
export { engineNames, startSimulation } from "./engine.ts";
export type { SimulationOptions } from "./engine-options.ts";
export { type ImportOptions, importVerilog } from "./foreign/import.ts";
export { describeProof } from "./formal/describe.ts";
export { type Counterexample, type Proof, type ProveOptions, prove, proveCircuit } from "./formal/prove.ts";
export {
  type Divergence,
  EnginesDiffer,
  type LockstepOptions,
  type LockstepSide,
  startLockstep,
} from "./lockstep/index.ts";
export type {
  Command,
  CommandResults,
  DesignUnderTest,
  EngineName,
  PortDescription,
  Simulation,
} from "./simulation.ts";
export {
  type ClockPeriod,
  type Forked,
  type ForkOptions,
  type Hands,
  runTasks,
  type StreamNames,
  type Task,
  type TaskOptions,
  type TestOptions,
  testDesign,
  type Work,
} from "./tasks/index.ts";
export type { TypedDesign } from "./typed-design.ts";
