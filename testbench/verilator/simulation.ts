import { describeCommand, type NumberedPort, type PortTable, portTable } from "../program.ts";
import type { Command, CommandResults, DesignUnderTest, Simulation } from "../simulation.ts";
import { type SimulatorContext, simulatorError } from "../simulator-error.ts";
import type { SimulatorChild } from "./child.ts";
import { decodeResults, type Reply, resultWords } from "./decode.ts";
import { encodePackedBatch, encodeProgram } from "./encode.ts";
import { connect, type Link } from "./link.ts";
import type { ResultShape } from "./protocol.ts";

/** A batch whose values are packed in whole 32-bit words, little end first, row after row. */
export interface PackedBatch {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly rows: number;
  readonly words: Uint32Array;
}

/** A Verilated model in a child process. */
export interface VerilatorSimulation extends Simulation {
  readonly engine: "verilator";
  /** Process id of the simulator. */
  readonly pid: number | undefined;
  /** The batch command without a value object for each bit pattern: for millions of rows. */
  batchPacked(batch: PackedBatch): Promise<Uint32Array>;
}

interface Pending {
  readonly id: number;
  readonly shapes: readonly ResultShape[];
  readonly describe: (index: number) => string;
  readonly resolve: (words: Uint32Array) => void;
  readonly reject: (error: unknown) => void;
}

/** How long a simulator may take to write its waves and leave when asked. */
const graceMs = 5_000;

export class VerilatedProcess implements VerilatorSimulation {
  readonly engine = "verilator";
  readonly #context: SimulatorContext;
  readonly #child: SimulatorChild;
  readonly #timeoutMs: number;
  readonly #table: PortTable;
  readonly #pending: Pending[] = [];
  #link: Link | undefined;
  #timer: NodeJS.Timeout | undefined;
  #edges = 0;
  #nextId = 1;
  #failure: Error | undefined;
  #closing: Promise<void> | undefined;

  private constructor(context: SimulatorContext, child: SimulatorChild, timeoutMs: number) {
    this.#context = context;
    this.#child = child;
    this.#timeoutMs = timeoutMs;
    this.#table = portTable(context.design);
  }

  /** Take control of a started simulator. */
  static async attach(
    context: SimulatorContext,
    child: SimulatorChild,
    timeoutMs: number,
  ): Promise<VerilatorSimulation> {
    const simulation = new VerilatedProcess(context, child, timeoutMs);
    try {
      simulation.#link = await connect(child.port, child.token, {
        reply: (reply) => simulation.#settle(reply),
        garbage: (frame) => simulation.#garbage(`an unreadable answer of ${frame.length} bytes`),
        closed: () => void simulation.#lost(),
      });
    } catch (error) {
      child.kill();
      const how = await child.ended;
      throw simulatorError(context, "simulator-died", "connect", `${String(error)}; ${how}`);
    }
    return simulation;
  }

  get design(): DesignUnderTest {
    return this.#context.design;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get edges(): number {
    return this.#edges;
  }

  async execute(commands: readonly Command[]): Promise<CommandResults> {
    const id = this.#nextId++;
    const { frame, shapes } = encodeProgram(id, commands, this.#table);
    const words = await this.#request(id, frame, shapes, (index) => describeAt(commands, index));
    return decodeResults(words, shapes);
  }

  async batchPacked(batch: PackedBatch): Promise<Uint32Array> {
    const inputs = batch.inputs.map(this.#table.input);
    const outputs = batch.outputs.map(this.#table.port);
    const widths = (ports: readonly NumberedPort[]) => ports.map(({ width }) => width);
    const expected = resultWords([{ widths: widths(inputs), rows: batch.rows }]);
    if (batch.words.length !== expected) throw new RangeError(`expected ${expected} words, got ${batch.words.length}`);
    const id = this.#nextId++;
    const frame = encodePackedBatch(id, { inputs, outputs, rows: batch.rows, words: batch.words });
    const shapes = [{ widths: widths(outputs), rows: batch.rows }];
    return await this.#request(id, frame, shapes, () => `batch of ${batch.rows} rows`);
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  #request(
    id: number,
    frame: Uint32Array,
    shapes: readonly ResultShape[],
    describe: (index: number) => string,
  ): Promise<Uint32Array> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#closing !== undefined) {
      return Promise.reject(simulatorError(this.#context, "simulator-died", describe(0), "the simulation was closed"));
    }
    return new Promise((resolve, reject) => {
      this.#pending.push({ id, shapes, describe, resolve, reject });
      this.#link?.send(frame);
      if (this.#pending.length === 1) this.#watch();
    });
  }

  /** The clock runs for the message that the simulator is working on. */
  #watch(): void {
    clearTimeout(this.#timer);
    const [current] = this.#pending;
    if (current === undefined) return;
    this.#timer = setTimeout(() => {
      const problem = `no answer within ${this.#timeoutMs} ms`;
      this.#fail(simulatorError(this.#context, "simulator-hung", current.describe(0), problem));
    }, this.#timeoutMs);
  }

  #settle(reply: Reply): void {
    const [current] = this.#pending;
    if (current === undefined || (reply.status === "ok" && reply.id !== current.id)) {
      this.#garbage("an answer to nothing that was asked");
    } else if (reply.status !== "ok") {
      this.#edges = reply.edges;
      const doing = current.describe(reply.index);
      this.#fail(simulatorError(this.#context, failures[reply.status], doing, reply.message), "answering");
    } else if (reply.words.length !== resultWords(current.shapes)) {
      this.#garbage("an answer of the wrong length");
    } else {
      this.#edges = reply.edges;
      this.#pending.shift();
      this.#watch();
      current.resolve(reply.words);
    }
  }

  #garbage(problem: string): void {
    const doing = this.#pending[0]?.describe(0) ?? "nothing";
    this.#fail(simulatorError(this.#context, "simulator-garbage", doing, problem));
  }

  /** The socket is gone: wait for the process, so that the error can say how it ended. */
  async #lost(): Promise<void> {
    if (this.#closing !== undefined || this.#failure !== undefined) return;
    // A process that cut the line but lives on is of no more use.
    const timer = setTimeout(() => this.#child.kill(), 1_000);
    const how = await this.#child.ended;
    clearTimeout(timer);
    const doing = this.#pending[0]?.describe(0) ?? "waiting for commands";
    this.#fail(simulatorError(this.#context, "simulator-died", doing, how));
  }

  /** A simulator that still answers may close its file of waves; one that does not is killed. */
  #fail(error: Error, child: "answering" | "lost" = "lost"): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    if (child === "lost") this.#child.kill();
    // The caller hears when the process is gone and its waves are whole.
    void this.close().then(() => {
      for (const { reject } of this.#pending.splice(0)) reject(error);
    });
  }

  async #end(): Promise<void> {
    clearTimeout(this.#timer);
    // Busy with something that nobody waits for any more.
    if (this.#failure === undefined && this.#pending.length > 0) this.#child.kill();
    this.#link?.close();
    const timer = setTimeout(() => this.#child.kill(), graceMs);
    await this.#child.ended;
    clearTimeout(timer);
    if (this.#failure !== undefined) return;
    const error = simulatorError(this.#context, "simulator-died", "close", "the simulation was closed");
    for (const { reject } of this.#pending.splice(0)) reject(error);
  }
}

const failures = {
  "command-failed": "command-failed",
  malformed: "simulator-garbage",
  finished: "simulator-died",
} as const;

function describeAt(commands: readonly Command[], index: number): string {
  const command = commands[index];
  if (command === undefined) return `${commands.length} commands`;
  const described = describeCommand(command);
  return commands.length === 1 ? described : `${described}, number ${index} of ${commands.length}`;
}
