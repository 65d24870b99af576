import type { SimulationOptions } from "../engine-options.ts";
import { defaultTimeoutMs } from "../engine-options.ts";
import type { DesignUnderTest } from "../simulation.ts";
import { buildVerilator } from "./build.ts";
import { startChild } from "./child.ts";
import { countingIn } from "./counting.ts";
import { startInProcess } from "./in-process.ts";
import { attach, type VerilatorSimulation } from "./simulation.ts";

export type { ClockWave, MemoryName } from "./reach.ts";
export { prepareVerilator } from "./runtime.ts";
export type { Columns, Signals, VerilatorSimulation } from "./simulation.ts";

/** Compile a design with Verilator (or find it in the cache) and start it: in a child process behind a WebSocket, or in this one. */
export async function startVerilator(
  design: DesignUnderTest,
  options: SimulationOptions = {},
): Promise<VerilatorSimulation> {
  const { waves, seed = 1, timeoutMs = defaultTimeoutMs, log, transport = "child" } = options;
  const { memories = [], snapshots = false, traced = false, checks = true } = options;
  const counter = options.coverage && (await countingIn(options.coverage, design, checks));
  const reach = { memories, snapshots, checks, covered: counter !== undefined, traced: traced || waves !== undefined };
  const files = { ...(waves === undefined ? {} : { waves }), ...(counter ? { coverage: counter.file } : {}) };
  try {
    const build = await buildVerilator(counter?.design ?? design, { ...reach, ...(log === undefined ? {} : { log }) });
    if (transport === "in-process") {
      const afterwards = counter ? { afterwards: counter.read } : {};
      return startInProcess(build, design, { seed, timeoutMs, ...files, ...afterwards });
    }
    const { child, context } = await startChild(build, design, { seed, timeoutMs, ...files });
    return await attach(context, child, timeoutMs, counter?.read);
  } catch (error) {
    await counter?.discard();
    throw error;
  }
}
