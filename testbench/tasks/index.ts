import type { Ports } from "../../hdl/index.ts";
import type { SimulationOptions } from "../engine-options.ts";
import { startOnAny } from "../lockstep/index.ts";
import { checkedCount } from "../program.ts";
import type { EngineName, Simulation } from "../simulation.ts";
import type { TypedDesign } from "../typed-design.ts";
import { showWaves } from "../waves/failure.ts";
import { type ClockPeriod, clockingOf } from "./clocking.ts";
import { declarationOf, handleOf } from "./handle.ts";
import { Pins } from "./pins.ts";
import { Scheduler } from "./scheduler.ts";
import type { Work } from "./task.ts";

export type { ClockPeriod } from "./clocking.ts";
export type { Forked, ForkOptions, Hands, StreamNames, Task, Work } from "./task.ts";

/** How tasks run. */
export interface TaskOptions {
  /** Of all random numbers of the tasks. Default 1. */
  readonly seed?: number;
  /** Edges after which tasks that have not finished are an error (`tasks-unfinished`). Default 100,000. */
  readonly limit?: number;
  /** The clocks of a design with several (`DesignUnderTest.clocks`). The first one is that of tasks which are told of none. */
  readonly clocks?: Readonly<Record<string, ClockPeriod>>;
}

/** How a design is started for its tasks. */
export interface TestOptions extends TaskOptions {
  readonly simulation?: SimulationOptions;
  /** In lockstep, the ports that are compared before every edge (`LockstepOptions.compare`); by default all outputs. */
  readonly compare?: readonly string[];
}

/**
 * Runs a task and all that it forks on a simulation of any engine; gives its value. The first failure ends all tasks and is the
 * one of the run; tasks that can never go on are an error (`deadlock`) that says what each waits for.
 */
export async function runTasks<T, D extends Ports = Ports>(
  simulation: Simulation & { readonly design: TypedDesign<D> },
  work: Work<T, D>,
  options: TaskOptions = {},
): Promise<T> {
  const { design } = simulation;
  const { seed = 1, limit = 100_000 } = options;
  const declared = design.declared ?? (declarationOf(design) as D);
  const clocking = clockingOf(design, options.clocks);
  const scheduler = new Scheduler(design.top, new Pins(simulation), clocking, checkedCount("limit", limit));
  const around = { scheduler, design, declared, clocks: clocking.names, seed, written: new Map<string, bigint>() };
  const root = scheduler.spawn(
    { path: work.name || "test", clock: clocking.names[0] },
    async (node) => await work(handleOf(around, node)),
  );
  return (await scheduler.run(root)) as T;
}

/**
 * Starts a design on an engine, or in lockstep on two, runs tasks on it (`runTasks`), and closes it whatever comes. With waves (`simulation.waves`) the
 * message of a failure ends with the last cycles, and names files of them beside the dump.
 */
export async function testDesign<T, D extends Ports = Ports>(
  engine: EngineName | "lockstep",
  design: TypedDesign<D>,
  work: Work<T, D>,
  options: TestOptions = {},
): Promise<T> {
  const { simulation: started = {}, compare } = options;
  const simulation = await startOnAny(engine, design, { ...started, ...(compare ? { compare } : {}) });
  const { waves } = started;
  let failure: unknown;
  try {
    return await runTasks(simulation, work, options);
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    await simulation.close();
    // Two in lockstep have shown theirs, where they differed.
    if (waves !== undefined && engine !== "lockstep" && failure instanceof Error)
      await showWaves(failure, waves, design);
  }
}
