import { describeAt, type PortTable, portTable } from "../program.ts";
import { type Request, RequestQueue, type SimulatorProcess } from "../request-queue.ts";
import type { Command, CommandResults, DesignUnderTest, Simulation } from "../simulation.ts";
import type { SimulatorContext } from "../simulator-error.ts";
import { type Line, readOutput, writeProgram } from "./text.ts";

/** The pipes to vvp. */
export interface Pipes {
  write(text: string): void;
  /** Close stdin: the testbench then finishes. */
  end(): void;
  /** Keep a line that is not of the protocol, for error messages. */
  keep(line: string): void;
}

interface Asked extends Request {
  /** How many values all commands give. */
  readonly total: number;
}

/** A model that vvp interprets, in a child process. */
export class IcarusProcess implements Simulation {
  readonly engine = "icarus";
  readonly design: DesignUnderTest;
  edges = 0;
  readonly #table: PortTable;
  readonly #pipes: Pipes;
  readonly #queue: RequestQueue<Asked, bigint[]>;
  #values: bigint[] = [];
  /** The last line was the first one that `$error` prints. */
  #erred = false;

  constructor(context: SimulatorContext, child: SimulatorProcess, timeoutMs: number, pipes: Pipes) {
    this.design = context.design;
    this.#table = portTable(context.design);
    this.#pipes = pipes;
    this.#queue = new RequestQueue(context, child, timeoutMs, () => pipes.end());
  }

  async execute(commands: readonly Command[]): Promise<CommandResults> {
    const { text, counts } = writeProgram(commands, this.#table);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const request = { total, describe: (index?: number) => describeAt(commands, index) };
    const values = await this.#queue.ask(request, () => this.#pipes.write(text));
    let at = 0;
    return counts.map((count) => {
      at += count;
      return values.slice(at - count, at);
    });
  }

  close(): Promise<void> {
    return this.#queue.close();
  }

  /** A line that the testbench or the design printed. */
  line(text: string): void {
    const { message, line } = readOutput(text);
    if (message !== undefined) this.#hear(message);
    if (line?.kind === "value") this.#values.push(line.value);
    else if (line?.kind === "end") this.#answer(line.edges);
    else if (line?.kind === "fail") this.#fail(line);
  }

  /** vvp goes on after `$error`, which ends a Verilated model. */
  #hear(message: string): void {
    this.#pipes.keep(message);
    const scope = this.#erred && /^ +Time: \d+ +Scope: /.test(message);
    this.#erred = /ERROR: \S+:\d+: /.test(message);
    if (scope) this.#queue.fail("simulator-died", "the design called $error", { answering: true });
  }

  #answer(edges: number): void {
    const values = this.#values;
    this.#values = [];
    this.edges = edges;
    const { current } = this.#queue;
    if (current === undefined || values.length !== current.total) {
      this.#queue.fail("simulator-garbage", `${values.length} values, ${current?.total ?? "none"} expected`);
    } else {
      this.#queue.answer(values);
    }
  }

  #fail(line: Extract<Line, { kind: "fail" }>): void {
    const code = line.reason === "unknown-command" ? "simulator-garbage" : "command-failed";
    const broken = line.reason === "check" ? { edges: line.number } : {};
    this.#queue.fail(code, this.#explain(line), { command: line.command, answering: true, ...broken });
  }

  #explain({ reason, number, found }: Extract<Line, { kind: "fail" }>): string {
    switch (reason) {
      case "undefined":
        return `port ${this.#table.ports[number].name} has undefined bits (hexadecimal ${found})`;
      case "check":
        return "a check of the design did not hold";
      case "not-accepted":
        return `row ${number} was not accepted`;
      case "not-offered":
        return `row ${number} was not offered`;
      default:
        return "the value did not come";
    }
  }
}
