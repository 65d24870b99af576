import { UserError } from "../../sw-model/errors.ts";
import { checkedCount, describeAt, type PortTable, portTable } from "../program.ts";
import type { Bits, Command, CommandResults, DesignUnderTest, EngineName, Simulation } from "../simulation.ts";
import { portsThatMatter, wavesText, writeWindow } from "../waves/failure.ts";
import type { WaveWindow } from "../waves/window.ts";
import { type DivergenceWaves, EnginesDiffer } from "./differ.ts";
import { History } from "./history.ts";
import { withResetOf } from "./other-reset.ts";
import { type Pins, streams, until } from "./streams.ts";

/** A running engine. */
export interface Side {
  readonly engine: EngineName;
  readonly simulation: Simulation;
}

/** Something that both engines will do: what it means to say in an error, and who wants its values. */
interface Pending {
  readonly command: Extract<Command, { kind: "poke" | "peek" | "step" | "batch" }>;
  readonly doing: string;
  readonly give?: (values: readonly bigint[]) => void;
}

/** Rows of a batch that stands for steps: every edge gives the values of all compared ports. */
const rowsAtOnce = 4096;

/** Two engines that take every edge together. */
export class Lockstep implements Simulation, Pins {
  readonly engine = "lockstep";
  readonly design: DesignUnderTest;
  readonly table: PortTable;
  readonly #compared: readonly string[];
  readonly #sides: readonly [Side, Side];
  /** Where to write the last cycles before a difference. */
  readonly #waves: string | undefined;
  readonly #history: History;
  #pending: Pending[] = [];
  #cycle = 0;
  /** The command that runs, in words. */
  #doing = "";
  #queue: Promise<unknown> = Promise.resolve();

  constructor(design: DesignUnderTest, compared: readonly string[], sides: readonly [Side, Side], waves?: string) {
    this.design = design;
    this.table = portTable(design);
    this.#compared = compared;
    this.#sides = sides;
    this.#waves = waves;
    this.#history = new History(design);
  }

  get edges(): number {
    return this.#sides[0].simulation.edges;
  }

  /** One call after another; after a failure each gives that failure again. */
  execute(commands: readonly Command[]): Promise<CommandResults> {
    const work = this.#queue.then(() => this.#execute(commands));
    this.#queue = work;
    // Whoever asked hears of it.
    work.catch(() => undefined);
    return work;
  }

  async close(): Promise<void> {
    await Promise.all(this.#sides.map(({ simulation }) => simulation.close()));
  }

  async #execute(commands: readonly Command[]): Promise<CommandResults> {
    try {
      const results: (readonly bigint[])[] = commands.map(() => []);
      for (const [index, command] of commands.entries()) {
        this.#doing = describeAt(commands, index);
        await this.#run(command, (values) => {
          results[index] = values;
        });
      }
      this.#compareNow();
      await this.#flush();
      return results;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async #run(command: Command, give: (values: readonly bigint[]) => void): Promise<void> {
    switch (command.kind) {
      case "poke":
        this.#add({ command });
        return;
      case "peek":
        this.#add({ command, give });
        return;
      case "step":
        await this.#step(checkedCount("cycles", command.cycles));
        return;
      case "batch": {
        const all = [...new Set([...command.outputs, ...this.#compared])];
        const places = command.outputs.map((name) => all.indexOf(name));
        const wanted = (values: readonly bigint[]) =>
          command.rows.flatMap((_, row) => places.map((place) => values[row * all.length + place]));
        this.#add({ command: { ...command, outputs: all }, give: (values) => give(wanted(values)) });
        return;
      }
      case "until":
        give([await until(this, command)]);
        return;
      default:
        give(await streams(this, command));
    }
  }

  set(port: string, value: Bits): void {
    this.#add({ command: { kind: "poke", port, value } });
  }

  edge(): void {
    this.#add({ command: { kind: "step", cycles: 1 } });
  }

  async read(ports: readonly string[]): Promise<readonly bigint[]> {
    const read: bigint[] = [];
    for (const port of ports) this.#add({ command: { kind: "peek", port }, give: ([value]) => void read.push(value) });
    this.#compareNow();
    await this.#flush();
    return read;
  }

  failed(problem: string): UserError {
    return new UserError(
      {
        code: "command-failed",
        message: `${this.design.top} in lockstep: ${problem} (command: ${this.#doing})`,
        where: this.#doing,
        expected: "success within the command's limit",
        found: `${problem}, on both engines`,
      },
      1,
    );
  }

  async #step(cycles: number): Promise<void> {
    if (this.design.clock === undefined) {
      this.#add({ command: { kind: "step", cycles } });
      return;
    }
    for (let left = cycles; left > 0; left -= rowsAtOnce) {
      const rows = Array.from({ length: Math.min(left, rowsAtOnce) }, () => []);
      this.#add({ command: { kind: "batch", inputs: [], rows, outputs: this.#compared } });
      if (left > rowsAtOnce) await this.#flush();
    }
  }

  #compareNow(): void {
    for (const port of this.#compared) this.#add({ command: { kind: "peek", port } });
  }

  #add(pending: Omit<Pending, "doing">): void {
    this.#pending.push({ ...pending, doing: this.#doing });
  }

  /** Both engines do what is pending, in one message each, and what they read is compared in order. */
  async #flush(): Promise<void> {
    const pending = this.#pending;
    this.#pending = [];
    const commands = pending.map(({ command }) => command);
    const outcomes = await Promise.allSettled(
      this.#sides.map(({ simulation }) =>
        simulation.execute(commands.map(withResetOf(simulation.design, this.design))),
      ),
    );
    const [ours, theirs] = outcomes.map((outcome) => {
      if (outcome.status === "rejected") throw outcome.reason;
      return outcome.value;
    });
    pending.forEach(({ command, doing, give }, index) => {
      this.#compare(command, doing, ours[index], theirs[index]);
      give?.(ours[index]);
    });
  }

  #compare(command: Pending["command"], doing: string, ours: readonly bigint[], theirs: readonly bigint[]): void {
    const start = this.#cycle;
    if (command.kind === "batch") this.#cycle += command.rows.length;
    if (command.kind === "step" && this.design.clock !== undefined) this.#cycle += command.cycles;
    const at = ours.findIndex((value, i) => value !== theirs[i]);
    if (at < 0) {
      this.#history.add({ command, values: ours });
      return;
    }
    const ports = command.kind === "batch" ? command.outputs : command.kind === "peek" ? [command.port] : [];
    const row = Math.floor(at / ports.length);
    const cycle = start + row;
    const [first, second] = this.#sides;
    const engines = [first.engine, second.engine] as const;
    // The rows before the differing one were the same, and of that one the inputs are known.
    if (command.kind === "batch") {
      this.#history.add({ command: { ...command, rows: command.rows.slice(0, row) }, values: ours });
      command.inputs.forEach((port, i) => {
        this.#history.add({ command: { kind: "poke", port, value: command.rows[row][i] }, values: [] });
      });
    }
    const names = first.engine === second.engine ? ["first", "second"] : engines;
    const differing = ports.flatMap((port, i) => {
      const values = [ours[row * ports.length + i], theirs[row * ports.length + i]] as const;
      if (values[0] === values[1]) {
        this.#history.add({ command: { kind: "peek", port }, values: [values[0]] });
        return [];
      }
      const spelled: readonly [string, string] = [`${port} (${names[0]})`, `${port} (${names[1]})`];
      return [{ port, values, names: spelled }];
    });
    const window = this.#history.window(cycle, differing);
    // The ports that differ come first, whether they move or not.
    const two = differing.flatMap(({ names }) => names);
    const others = window.nets.map(({ name }) => name).filter((name) => !two.includes(name));
    const shown = [...two, ...portsThatMatter(window, others)];
    const port = ports[at % ports.length];
    throw new EnginesDiffer(this.design.top, { port, cycle, values: [ours[at], theirs[at]], engines }, doing, {
      text: wavesText(window, shown),
      ...this.#written(window, shown),
    });
  }

  /** A difference is told even where it cannot be written. */
  #written(window: WaveWindow, shown: readonly string[]): Omit<DivergenceWaves, "text"> {
    if (this.#waves === undefined) return {};
    try {
      return { files: writeWindow(this.#waves, window, shown) };
    } catch (error) {
      return { problem: error instanceof Error ? error.message : String(error) };
    }
  }
}
