import { resolve } from "node:path";
import { checkedColumn, checkedCount, describeAt, type NumberedPort, type PortTable, portTable } from "../program.ts";
import { type Request, RequestQueue, type SimulatorProcess } from "../request-queue.ts";
import type { Bits, Command, CommandResults, DesignUnderTest, Simulation } from "../simulation.ts";
import { type SimulatorContext, simulatorError } from "../simulator-error.ts";
import type { SimulatorChild } from "./child.ts";
import { type Column, columnIn, columnWords } from "./column.ts";
import { decodeResults, type Reply, resultWords } from "./decode.ts";
import { encodeColumns, encodeOne, encodeProgram } from "./encode.ts";
import { connect, type Link } from "./link.ts";
import { opcodes, type ResultShape } from "./protocol.ts";
import { type Ask, type ClockWave, opened, readMemory, restore, save, writeMemory } from "./reach.ts";

/** Arrays of stimulus: `rows` values for each of `inputs`, as elements that fit the port (see `Column`). */
export interface Columns {
  readonly rows: number;
  readonly inputs: Readonly<Record<string, Column>>;
  readonly outputs: readonly string[];
  /** Whether outputs are read before the edge of their row (default), or after it, inputs unchanged. */
  readonly sample?: "before" | "after";
}

/** A Verilated model, in a child process or in this one. */
export interface VerilatorSimulation extends Simulation {
  readonly engine: "verilator";
  /** Process id of the simulator; absent when the model is in this process. */
  readonly pid: number | undefined;
  /** The ports as properties, and a step without a promise: only when the model is in this process. */
  readonly signals?: Signals;
  /** The batch command on whole arrays, for millions of rows. Gives the column of each output. */
  batchColumns(batch: Columns): Promise<Record<string, Column>>;
  /** Lets the logic follow the inputs, as `peek` and `step` do by themselves. */
  evaluate(): Promise<void>;
  /** Words of a memory that the model was built to reach. `path`: instance names and the memory's, joined by dots. */
  readMemory(path: string, address: number, count: number): Promise<bigint[]>;
  writeMemory(path: string, address: number, values: readonly Bits[]): Promise<void>;
  /** The whole state and the time of `runClocks`, of a model that was built for snapshots, and a way back to it, also in another process with this build. */
  save(): Promise<Uint8Array>;
  restore(snapshot: Uint8Array): Promise<void>;
  /** Waves into this file from now on, in place of any other; without a file they end. Needs a traced build. */
  recordWaves(file?: string): Promise<void>;
  /** Lets clocks that are inputs of the design run for so many units of time; the next call goes on from there. */
  runClocks(clocks: readonly ClockWave[], time: number): Promise<void>;
  /** Where read-only watchers may connect (docs/protocol.md); absent when the model is in this process. */
  readonly watchUrl?: string;
}

/** The pins of a model in this process, in memory shared with it. */
export interface Signals {
  /** The inputs; may be set. A value wraps to the width of its port. */
  readonly in: Record<string, number | bigint>;
  /** All ports; outputs follow the inputs at once. Signed ones read as signed; above 32 bits as bigint. */
  readonly out: Readonly<Record<string, number | bigint>>;
  /** Clock edges (default 1), then the outputs that follow. Throws the error of a simulation that ended. */
  step(cycles?: number): void;
}

interface Asked extends Request {
  readonly id: number;
  /** Absent where only the simulator knows how much it will be. */
  readonly shapes?: readonly ResultShape[];
}

const failures = {
  "command-failed": "command-failed",
  malformed: "simulator-garbage",
  finished: "simulator-died",
  stopped: "simulator-died",
  interrupted: "simulator-hung",
} as const;

/** Take control of a started simulator. */
export async function attach(
  context: SimulatorContext,
  child: SimulatorChild,
  timeoutMs: number,
  afterwards?: (failed: boolean) => Promise<void>,
): Promise<VerilatorSimulation> {
  // The server speaks first and then only answers, so nothing arrives before the simulation is there to hear it.
  let simulation: VerilatedModel | undefined;
  try {
    const link = await connect(child.port, child.token, {
      reply: (reply) => simulation?.reply(reply),
      garbage: (frame) => simulation?.garbage(`an unreadable answer of ${frame.length} bytes`),
      closed: () => simulation?.lost(),
    });
    simulation = new VerilatedModel(context, child, link, timeoutMs, {
      watchUrl: `ws://127.0.0.1:${child.port}/watch/${child.watchToken}`,
      ...(afterwards ? { afterwards } : {}),
    });
    return simulation;
  } catch (error) {
    child.kill();
    const how = await child.ended;
    const reason = error instanceof Error ? error.message : String(error);
    throw simulatorError(context, "simulator-died", "connect", `${reason}; ${how}`);
  }
}

/** A started model at the end of a link. */
export class VerilatedModel implements VerilatorSimulation {
  readonly engine = "verilator";
  readonly design: DesignUnderTest;
  readonly pid: number | undefined;
  readonly watchUrl?: string;
  #edges = 0;
  readonly #edgesNow: () => number;
  readonly #table: PortTable;
  readonly #link: Link;
  readonly #queue: RequestQueue<Asked, Uint32Array>;
  #nextId = 1;
  #time = 0;
  readonly #afterwards: ((failed: boolean) => Promise<void>) | undefined;
  #closed: Promise<void> | undefined;

  /**
   * `edgesNow` where steps are made without messages, `watchUrl` where there is a server; `afterwards` is called once when the model is
   * gone, and told whether it failed.
   */
  constructor(
    context: SimulatorContext,
    child: SimulatorProcess,
    link: Link,
    timeoutMs: number,
    {
      edgesNow,
      watchUrl,
      afterwards,
    }: {
      readonly edgesNow?: () => number;
      readonly watchUrl?: string;
      readonly afterwards?: (failed: boolean) => Promise<void>;
    },
  ) {
    this.#afterwards = afterwards;
    this.#edgesNow = edgesNow ?? (() => this.#edges);
    if (watchUrl !== undefined) this.watchUrl = watchUrl;
    this.design = context.design;
    this.pid = child.pid;
    this.#table = portTable(context.design);
    this.#link = link;
    this.#queue = new RequestQueue(context, child, timeoutMs, () => link.close());
  }

  get edges(): number {
    return this.#edgesNow();
  }

  async execute(commands: readonly Command[]): Promise<CommandResults> {
    const id = this.#nextId++;
    const { frame, shapes } = encodeProgram(id, commands, this.#table);
    const request = { id, shapes, describe: (index?: number) => describeAt(commands, index) };
    const words = await this.#queue.ask(request, () => this.#link.send(frame));
    return decodeResults(words, shapes);
  }

  async batchColumns({ rows, inputs: given, outputs: wanted, sample = "before" }: Columns) {
    checkedCount("rows", rows);
    const inputs = Object.entries(given).map(([name, column]) => {
      const port = this.#table.input(name);
      return { port, column: checkedColumn(port, column, rows) };
    });
    const outputs = wanted.map(this.#table.port);
    const id = this.#nextId++;
    const frame = encodeColumns(id, { inputs, outputs, rows, sample });
    const shapes = [{ widths: widths(outputs), rows, columns: true }];
    const request = { id, shapes, describe: () => `batch of ${rows} rows` };
    const words = await this.#queue.ask(request, () => this.#link.send(frame));
    let at = 0;
    const results: Record<string, Column> = {};
    for (const { name, width } of outputs) {
      results[name] = columnIn(words, at, width, rows);
      at += columnWords(width, rows);
    }
    return results;
  }

  async evaluate(): Promise<void> {
    await this.#ask(opcodes.eval, "evaluate", () => undefined);
  }

  readMemory(path: string, address: number, count: number): Promise<bigint[]> {
    return readMemory(this.#ask, path, checkedCount("address", address), checkedCount("count", count));
  }

  writeMemory(path: string, address: number, values: readonly Bits[]): Promise<void> {
    return writeMemory(this.#ask, path, checkedCount("address", address), values);
  }

  save(): Promise<Uint8Array> {
    return save(this.#ask, this.#time);
  }

  restore(snapshot: Uint8Array): Promise<void> {
    const { time, state } = opened(snapshot);
    this.#time = time;
    return restore(this.#ask, state);
  }

  async recordWaves(file?: string): Promise<void> {
    const path = file === undefined ? "" : resolve(file);
    await this.#ask(opcodes.waves, `waves ${path}`, (out) => out.text(path));
  }

  async runClocks(clocks: readonly ClockWave[], time: number): Promise<void> {
    const start = this.#time;
    const waves = clocks.flatMap(({ port, period, phase = 0 }) => [
      this.#table.handshake(port, "input").index,
      checkedCount("period", period),
      checkedCount("phase", phase),
    ]);
    // Before the answer: another call may come meanwhile.
    this.#time += checkedCount("time", time);
    await this.#ask(opcodes.clocks, `run clocks for ${time}`, (out) => {
      for (const word of [start % 2 ** 32, Math.floor(start / 2 ** 32), time, clocks.length, ...waves]) out.word(word);
    });
  }

  readonly #ask: Ask = async (opcode, describe, write) => {
    const id = this.#nextId++;
    const frame = encodeOne(id, opcode, write);
    return await this.#queue.ask({ id, describe: () => describe }, () => this.#link.send(frame));
  };

  close(): Promise<void> {
    this.#closed ??= this.#queue.close().then(() => this.#afterwards?.(this.#queue.failed));
    return this.#closed;
  }

  reply(reply: Reply): void {
    const { current } = this.#queue;
    if (current === undefined || (reply.status === "ok" && reply.id !== current.id)) {
      this.garbage("an answer to nothing that was asked");
    } else if (reply.status !== "ok") {
      this.#edges = reply.edges;
      const { index: command, edges } = reply;
      this.#queue.fail(failures[reply.status], reply.message, { command, answering: true, edges });
    } else if (current.shapes !== undefined && reply.words.length !== resultWords(current.shapes)) {
      this.garbage("an answer of the wrong length");
    } else {
      this.#edges = reply.edges;
      this.#queue.answer(reply.words);
    }
  }

  garbage(problem: string): void {
    this.#queue.fail("simulator-garbage", problem);
  }

  /** The model has ended by itself. */
  fail(code: "simulator-died" | "simulator-hung", problem: string): void {
    this.#queue.fail(code, problem, { answering: true });
  }

  lost(): void {
    this.#queue.lost();
  }
}

const widths = (ports: readonly NumberedPort[]) => ports.map(({ width }) => width);
