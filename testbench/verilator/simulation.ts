import { checkedColumn, checkedCount, describeAt, type NumberedPort, type PortTable, portTable } from "../program.ts";
import { type Request, RequestQueue, type SimulatorProcess } from "../request-queue.ts";
import type { Command, CommandResults, DesignUnderTest, Simulation } from "../simulation.ts";
import { type SimulatorContext, simulatorError } from "../simulator-error.ts";
import type { SimulatorChild } from "./child.ts";
import { type Column, columnIn, columnWords } from "./column.ts";
import { decodeResults, type Reply, resultWords } from "./decode.ts";
import { encodeColumns, encodeProgram } from "./encode.ts";
import { connect, type Link } from "./link.ts";
import type { ResultShape } from "./protocol.ts";

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
  readonly shapes: readonly ResultShape[];
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
): Promise<VerilatorSimulation> {
  // The server speaks first and then only answers, so nothing arrives before the simulation is there to hear it.
  let simulation: VerilatedModel | undefined;
  try {
    const link = await connect(child.port, child.token, {
      reply: (reply) => simulation?.reply(reply),
      garbage: (frame) => simulation?.garbage(`an unreadable answer of ${frame.length} bytes`),
      closed: () => simulation?.lost(),
    });
    simulation = new VerilatedModel(context, child, link, timeoutMs);
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
  #edges = 0;
  readonly #edgesNow: () => number;
  readonly #table: PortTable;
  readonly #link: Link;
  readonly #queue: RequestQueue<Asked, Uint32Array>;
  #nextId = 1;

  /** `edgesNow` where steps are made without messages. */
  constructor(
    context: SimulatorContext,
    child: SimulatorProcess,
    link: Link,
    timeoutMs: number,
    edgesNow?: () => number,
  ) {
    this.#edgesNow = edgesNow ?? (() => this.#edges);
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

  close(): Promise<void> {
    return this.#queue.close();
  }

  reply(reply: Reply): void {
    const { current } = this.#queue;
    if (current === undefined || (reply.status === "ok" && reply.id !== current.id)) {
      this.garbage("an answer to nothing that was asked");
    } else if (reply.status !== "ok") {
      this.#edges = reply.edges;
      this.#queue.fail(failures[reply.status], reply.message, { command: reply.index, answering: true });
    } else if (reply.words.length !== resultWords(current.shapes)) {
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
