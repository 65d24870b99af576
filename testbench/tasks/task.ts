import type { DutInputs, DutOutputs, Ports } from "../../hdl/index.ts";
import type { Random } from "../../sw-model/random.ts";
import type { Bits, DesignUnderTest } from "../simulation.ts";

/** What a task does. */
export type Work<T, D extends Ports = Ports> = (task: Task<D>) => Promise<T>;

/** What a fork may be told. */
export interface ForkOptions {
  /** For errors, and for the task's random numbers; by default "task 1", "task 2" in the order of the forks. */
  readonly name?: string;
  /** Whether the parent ends it when it has nothing else to wait for, as a monitor should be. Default false. */
  readonly background?: boolean;
  /** The clock that `cycles` and the edges of this task and its children mean, in a design with several. */
  readonly clock?: string;
}

/** A task that was forked. */
export interface Forked<T> {
  readonly name: string;
  readonly done: boolean;
  /** The running task waits until it has finished; gives its value. */
  join(): Promise<T>;
  /** Ends it: what it waits for fails, so that its `finally` runs. */
  end(): void;
}

/** The ports of a stream by their Verilog names. */
export interface StreamNames {
  readonly valid: string;
  readonly ready: string;
  readonly data: readonly string[];
}

/** The inputs that a test bench may set; by any name where they are not known as types. */
export type TaskInputs<D extends Ports> = string extends keyof D
  ? Record<string, boolean | number | bigint>
  : DutInputs<D>;

/** What a port reads as. */
export type TaskOutput<D extends Ports, K> = string extends keyof D
  ? boolean | number | bigint
  : K extends keyof DutOutputs<D>
    ? DutOutputs<D>[K]
    : never;

/**
 * The hands of a task. A cycle is the time between two clock edges. Within it tasks run one after another, each until it waits, in the
 * order in which they were forked or may go on; what they set has settled when a port is read. When none can go on, the edge comes.
 *
 * Ports go by their Verilog names and values are unsigned bit patterns, but for `in` and `read`, which take the types of the ports.
 */
export interface Task<D extends Ports = Ports> {
  /** Names from the root on, joined by dots. */
  readonly path: string;
  readonly design: DesignUnderTest;
  /** Edges of this task's clock since the tasks began. */
  readonly cycle: number;
  /** Random numbers of its own, which follow from the seed and its path. */
  readonly random: Random;

  /** The inputs, typed by their ports: `task.in.a = -3`. */
  readonly in: TaskInputs<D>;
  /** An output, typed by its port, when all tasks wait. */
  readonly read: <K extends keyof DutOutputs<D> & string>(port: K) => Promise<TaskOutput<D, K>>;
  /** Sets an input to a bit pattern. */
  readonly poke: (port: string, value: Bits) => void;
  /** The bit pattern on a port, when all tasks wait. */
  readonly peek: (port: string) => Promise<bigint>;

  /** Waits for clock edges (default 1). */
  readonly cycles: (count?: number) => Promise<void>;
  /** Waits for the next edge; gives the bit patterns that the ports had right before it. */
  readonly sample: <const N extends readonly string[]>(...ports: N) => Promise<{ [K in keyof N]: bigint }>;
  /** Waits for the next edge at which `valid` and `ready` are 1; gives the data that it hands over. */
  readonly transfer: (stream: StreamNames) => Promise<bigint[]>;
  /** Waits for a value on a port (no edge where it is there already), or until a predicate of ports holds. Gives the edges. */
  readonly until: {
    (port: string, value: Bits): Promise<number>;
    (ports: readonly string[], holds: (...values: bigint[]) => boolean): Promise<number>;
  };
  /** Waits until a port of one bit reads 1 after it read 0. */
  readonly rising: (port: string) => Promise<void>;
  /** Waits until a port of one bit reads 0 after it read 1. */
  readonly falling: (port: string) => Promise<void>;

  /**
   * Starts a child, which runs when this task waits next. This task ends no earlier than its children. A child that fails fails this
   * task, which ends the other children.
   */
  readonly fork: <T>(work: Work<T, D>, options?: ForkOptions) => Forked<T>;
  /** Runs works side by side; gives all their values. One that fails ends the others, and `combine` fails. */
  readonly combine: <const W extends readonly Work<unknown, D>[]>(
    works: W,
  ) => Promise<{ -readonly [K in keyof W]: W[K] extends Work<infer T, D> ? T : never }>;
  /** Runs works side by side and ends the others when the first has finished; gives its value. */
  readonly race: <T>(works: readonly Work<T, D>[]) => Promise<T>;
  /** Runs a work, and ends it with an error (`time-out`) that tells what it waited for when it takes more edges. */
  readonly timeout: <T>(cycles: number, work: Work<T, D>) => Promise<T>;
}

/** The hands of a task on a design whose ports go by their Verilog names: what a driver for any design needs. */
export type Hands = Pick<
  Task,
  "path" | "design" | "cycle" | "random" | "poke" | "peek" | "cycles" | "sample" | "transfer" | "rising" | "falling"
>;
