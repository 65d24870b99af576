/** Drivers and monitors for tasks. */

export { AxiLiteMaster, type AxiResponse, Registers } from "./axi-lite.ts";
export { axiStream, receivePacket, sendPacket } from "./axi-stream.ts";
export { type MemoryPorts, serveMemory } from "./memory.ts";
export { holdReset } from "./reset.ts";
export { Scoreboard } from "./scoreboard.ts";
export {
  type Pause,
  pausing,
  pausingAfter,
  receiveRows,
  type StreamOptions,
  sendRows,
  streamNames,
  watchRows,
} from "./streams.ts";
