import { writeFileSync } from "node:fs";
import { checkStreams, coverArms, PropertyFailure, Simulator, VcdWriter } from "../hdl/index.ts";
import { unwritable } from "../platform/atomic-write.ts";
import { UserError } from "../sw-model/errors.ts";
import { Random } from "../sw-model/random.ts";
import { brokenCheck } from "./broken-check.ts";
import { armsOf, CoverageDatabase } from "./coverage/database.ts";
import type { SimulationOptions } from "./engine-options.ts";
import {
  checkedCount,
  checkedRow,
  checkedStalls,
  checkedValue,
  describeAt,
  type NumberedPort,
  nextNoise,
  type PortTable,
  portTable,
} from "./program.ts";
import type { Bits, Command, CommandResults, DesignUnderTest, Simulation } from "./simulation.ts";

/** Options of this engine alone. */
export interface WasmOptions extends SimulationOptions {
  /** Called before every edge (of a combinational design: where an edge would be), with a way to read ports. */
  readonly beforeEdge?: (peek: (port: string) => number | bigint) => void;
  /** Power-up bits of registers without reset and of memory words; random by `seed` when absent. */
  readonly powerUp?: (width: number) => bigint;
}

/** Start a design in this process, compiled to WebAssembly. Only for designs that come with their circuit. */
export async function startWasm(design: DesignUnderTest, options: WasmOptions = {}): Promise<Simulation> {
  return new WasmSimulation(design, options);
}

/** Cycles between two looks at the clock. */
const stretch = 256;

/** What stops now and then, for the clock to be looked at. */
type Work<T> = Generator<undefined, T, undefined>;

/** Milliseconds without a look at the queue of events, where Ctrl-C waits. */
const patience = 200;

/** Carries out work to its end, with a look at the queue of events where it takes long. */
async function finished<T>(work: Work<T>): Promise<T> {
  let since = performance.now();
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    if (performance.now() - since < patience) continue;
    await new Promise<void>((resolve) => setImmediate(resolve));
    since = performance.now();
  }
}

class WasmSimulation implements Simulation {
  readonly engine = "wasm";
  readonly design: DesignUnderTest;
  readonly #simulator: Simulator;
  readonly #table: PortTable;
  readonly #waves:
    | { readonly file: string; readonly writer: VcdWriter; readonly nets: ReturnType<Simulator["keptNets"]> }
    | undefined;
  readonly #beforeEdge: WasmOptions["beforeEdge"];
  /** What a program set each of several clocks to; the simulator has no nets that rise, only edges. */
  readonly #levels: Map<string, number> | undefined;
  /** Whether arms are counted of a design without any clock: where an edge would be. */
  readonly #counting: boolean;
  #resetEdges = 0;
  #closed = false;
  /** Settles when the last program has ended, well or not. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(design: DesignUnderTest, { seed = 1, waves, beforeEdge, powerUp, checks = true, coverage }: WasmOptions) {
    if (!design.circuit) {
      throw new UserError({
        code: "no-circuit",
        message: `the wasm engine cannot run the Verilog of ${design.top}`,
        where: "--engine",
        expected: "a design in Whittle's own language",
        found: "Verilog alone",
        hint: "use the engine verilator or icarus",
      });
    }
    this.design = design;
    this.#beforeEdge = beforeEdge;
    this.#table = portTable(design);
    this.#levels = design.clocks && new Map(design.clocks.map((name) => [name, 0]));
    const initial = powerUp ?? randomBits(new Random(seed));
    const checked = checks ? checkStreams(design.circuit, { fromPowerUp: true }) : design.circuit;
    this.#simulator = new Simulator(coverage ? coverArms(checked) : checked, {
      initial,
      keepAll: waves !== undefined,
    });
    this.#counting = coverage !== undefined && design.clock === undefined && design.clocks === undefined;
    if (waves !== undefined) {
      const nets = this.#simulator.keptNets();
      this.#waves = { file: waves, writer: new VcdWriter(design.top, nets), nets };
    }
    if (design.reset !== undefined) {
      this.#simulator.poke(design.reset, 1);
      this.#step(2);
      this.#simulator.poke(design.reset, 0);
      this.#resetEdges = 2;
    }
    if (coverage) armsOf(coverage).watch(design.circuit, this.#simulator);
    if (coverage instanceof CoverageDatabase) coverage.begin();
  }

  get edges(): number {
    return this.#simulator.edges - this.#resetEdges;
  }

  /** Programs run one after another, in the order in which they came. */
  execute(commands: readonly Command[]): Promise<CommandResults> {
    const results = this.#last.then(() => this.#carryOut(commands));
    this.#last = results.catch(() => undefined);
    return results;
  }

  async #carryOut(commands: readonly Command[]): Promise<CommandResults> {
    if (this.#closed) throw this.#failed("the simulation is closed", describeAt(commands, undefined));
    const results: bigint[][] = [];
    for (const [index, command] of commands.entries()) {
      const work = this.#run(command, (problem) => this.#failed(problem, describeAt(commands, index)));
      try {
        results.push(await finished(work));
      } catch (error) {
        throw error instanceof PropertyFailure ? brokenCheck(error, describeAt(commands, index)) : error;
      }
    }
    return results;
  }

  async close(): Promise<void> {
    await this.#last;
    if (this.#closed) return;
    this.#closed = true;
    if (!this.#waves) return;
    const { file, writer } = this.#waves;
    try {
      writeFileSync(file, writer.text(10 * (this.#simulator.edges + 1)));
    } catch (error) {
      throw unwritable(file, error);
    }
  }

  *#run(command: Command, fail: (problem: string) => UserError): Work<bigint[]> {
    switch (command.kind) {
      case "poke":
        this.#poke(this.#table.input(command.port), command.value);
        return [];
      case "peek":
        return [this.#peek(this.#table.port(command.port))];
      case "step":
        for (let left = checkedCount("cycles", command.cycles); left > 0; left -= stretch) {
          this.#step(Math.min(left, stretch));
          yield;
        }
        return [];
      case "batch": {
        const inputs = command.inputs.map((name) => this.#table.input(name));
        const outputs = command.outputs.map((name) => this.#table.port(name));
        const values: bigint[] = [];
        for (const [index, row] of command.rows.entries()) {
          this.#pokeRow(inputs, row);
          for (const port of outputs) values.push(this.#peek(port));
          this.#step(1);
          if (index % stretch === 0) yield;
        }
        return values;
      }
      case "push": {
        const valid = this.#table.handshake(command.valid, "input");
        const ready = this.#table.handshake(command.ready, "output");
        const data = command.data.map((name) => this.#table.input(name));
        for (const [index, row] of command.rows.entries()) {
          this.#poke(valid, 1);
          this.#pokeRow(data, row);
          const accepted = yield* this.#within(command.limit, () => this.#peek(ready) === 1n);
          if (!accepted) throw fail(`row ${index} was not accepted`);
        }
        this.#poke(valid, 0);
        return [];
      }
      case "pull": {
        const valid = this.#table.handshake(command.valid, "output");
        const ready = this.#table.handshake(command.ready, "input");
        const data = command.data.map((name) => this.#table.port(name));
        const values: bigint[] = [];
        if (command.count > 0) this.#poke(ready, 1);
        for (let index = 0; index < checkedCount("count", command.count); index++) {
          const offered = yield* this.#within(command.limit, () => {
            if (this.#peek(valid) === 0n) return false;
            values.push(...data.map((port) => this.#peek(port)));
            return true;
          });
          if (!offered) throw fail(`row ${index} was not offered`);
        }
        if (command.count > 0) this.#poke(ready, 0);
        return values;
      }
      case "exchange":
        return yield* this.#exchange(command, fail);
      case "until": {
        const port = this.#table.port(command.port);
        const wanted = BigInt(checkedValue(port, command.value));
        for (let taken = 0; ; taken++) {
          if (this.#peek(port) === wanted) return [BigInt(taken)];
          if (taken === command.limit) throw fail("the value did not come");
          this.#step(1);
          if (taken % stretch === 0) yield;
        }
      }
    }
  }

  *#exchange(
    { push, pull, stalls, limit }: Extract<Command, { kind: "exchange" }>,
    fail: (problem: string) => UserError,
  ): Work<bigint[]> {
    const [inValid, inReady] = [
      this.#table.handshake(push.valid, "input"),
      this.#table.handshake(push.ready, "output"),
    ];
    const [outValid, outReady] = [
      this.#table.handshake(pull.valid, "output"),
      this.#table.handshake(pull.ready, "input"),
    ];
    const inputs = push.data.map((name) => this.#table.input(name));
    const outputs = pull.data.map((name) => this.#table.port(name));
    const count = checkedCount("count", pull.count);
    const { seed, ...shares } = checkedStalls(stalls);
    const values: bigint[] = [];
    let [sent, got, noise, offering, idle] = [0, 0, seed, false, 0];
    let [edge, first, last] = [0, 0, 0];
    for (; sent < push.rows.length || got < count; edge++) {
      noise = nextNoise(noise);
      if (!offering && sent < push.rows.length && (noise & 255) >= shares.push) {
        offering = true;
        this.#pokeRow(inputs, push.rows[sent]);
      }
      const taking = got < count && ((noise >>> 8) & 255) >= shares.pull;
      this.#pokeRow([inValid, outReady], [offering ? 1 : 0, taking ? 1 : 0]);
      const accepted = offering && this.#peek(inReady) === 1n;
      const taken = taking && this.#peek(outValid) === 1n;
      if (taken) for (const port of outputs) values.push(this.#peek(port));
      this.#step(1);
      idle = accepted || taken ? 0 : idle + 1;
      if (accepted) {
        if (sent === 0) first = edge;
        sent++;
        offering = false;
      }
      if (taken) {
        got++;
        last = edge;
      }
      if (edge % stretch === 0) yield;
      if (idle >= limit) throw fail(offering ? `row ${sent} was not accepted` : `row ${got} was not offered`);
    }
    if (edge > 0) this.#pokeRow([inValid, outReady], [0, 0]);
    return [...values, BigInt(push.rows.length > 0 && count > 0 ? last - first : 0)];
  }

  /** One edge after another until the condition held before one of them; false beyond the limit. */
  *#within(limit: number, condition: () => boolean): Work<boolean> {
    for (let waited = 1; ; waited++) {
      const held = condition();
      this.#step(1);
      if (held) return true;
      if (waited >= limit) return false;
      if (waited % stretch === 0) yield;
    }
  }

  #poke(port: NumberedPort, value: Bits): void {
    this.#pokeRow([port], [value]);
  }

  #pokeRow(ports: readonly NumberedPort[], row: readonly Bits[]): void {
    const rising: string[] = [];
    checkedRow(row, ports).forEach((value, i) => {
      const port = ports[i];
      const level = this.#levels?.get(port.name);
      const checked = checkedValue(port, value);
      if (level === undefined) this.#simulator.poke(port.name, checked);
      else {
        if (level === 0 && Number(checked) === 1) rising.push(port.name);
        this.#levels?.set(port.name, Number(checked));
      }
    });
    if (rising.length > 0) this.#simulator.step(1, rising);
  }

  #peek(port: NumberedPort): bigint {
    const level = this.#levels?.get(port.name);
    if (level !== undefined) return BigInt(level);
    return BigInt.asUintN(port.width, BigInt(this.#simulator.peek(port.name)));
  }

  #step(cycles: number): void {
    // A combinational design has no edges.
    const clocked = this.design.clock !== undefined;
    if ((clocked || this.#counting) && !this.#waves && !this.#beforeEdge) {
      this.#simulator.step(cycles);
      return;
    }
    for (let i = 0; i < cycles; i++) {
      this.#sample(0n);
      this.#beforeEdge?.((port) => this.#simulator.peek(port));
      if (!clocked && !this.#counting) continue;
      this.#simulator.step();
      if (clocked) this.#sample(1n);
    }
  }

  /** Edges come every 10 ns; half way to the next one the clock falls, and inputs are what that edge will see. */
  #sample(clock: bigint): void {
    if (!this.#waves) return;
    const { writer, nets } = this.#waves;
    const value = (i: number) =>
      nets[i].path === this.design.clock
        ? clock
        : BigInt.asUintN(nets[i].width, BigInt(this.#simulator.peekPath(nets[i].path)));
    writer.sample(10 * this.#simulator.edges + (clock === 0n ? 5 : 0), value);
  }

  #failed(problem: string, doing: string): UserError {
    return new UserError(
      {
        code: "command-failed",
        message: `${this.design.top} on wasm: ${problem}`,
        where: doing,
        expected: "success within the command's limit",
        found: problem,
      },
      1,
    );
  }
}

/** Random bits of any width. */
export function randomBits(random: Random): (width: number) => bigint {
  return (width) => {
    let bits = 0n;
    for (let have = 0; have < width; have += 32) bits = (bits << 32n) | BigInt(Math.floor(random.uniform() * 2 ** 32));
    return bits;
  };
}
