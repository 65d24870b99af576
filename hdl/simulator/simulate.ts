/** A design under test, typed by the ports of its module, on the in-process simulator. */

import { elaborate } from "../elaborate.ts";
import { HdlError } from "../errors.ts";
import type { Circuit } from "../ir.ts";
import { checkOptions } from "../messages/options.ts";
import { wrongArgument } from "../messages/wrong-argument.ts";
import type { ModuleDefinition } from "../module/definition.ts";
import { nearest } from "../names/nearest.ts";
import type { InputPort, OutputPort, Ports } from "../ports.ts";
import { here } from "../position.ts";
import { checkStreams } from "../streams/protocol.ts";
import { lowerTransparentReads } from "../transparent.ts";
import { bit, type DataType, type LeafType, leaves } from "../types.ts";
import { hoistCircuit } from "../verilog/hoist.ts";
import { type Coverage, coverArms } from "./coverage.ts";
import { type NamedNet, namedNets } from "./net-names.ts";
import type { DutInputs, DutOutputs } from "./port-values.ts";
import { viewPorts } from "./port-view.ts";
import { randomBits } from "./power-up.ts";
import { Simulator } from "./simulator.ts";
import { Trace } from "./trace.ts";

/** What a simulation starts with and looks for. */
export interface SimulateOptions {
  /** Random bits, the same for the same seed, in all that is unknown at power-up; absent: zeros. */
  readonly seed?: number;
  /** Keep inner nets, so that `peek` and `trace` see them (true when absent); without, simulation is faster. */
  readonly keepAll?: boolean;
  /**
   * Whether a stream that changes or takes back what it offers is an error (true when absent): one of the module's, or one that
   * the test bench drives.
   */
  readonly checks?: boolean;
  /** Count how often each arm of `when` and `switch` is taken. */
  readonly coverage?: Coverage;
  /** Follow unknown bits, and refuse to read them: of registers before reset, unwritten words, colliding reads and writes. */
  readonly poison?: boolean;
}

/**
 * A module under simulation. Values have the types of the ports: a `bit` is a boolean (0 and 1 may be written), a number
 * reads as a number up to 32 bits and as a bigint above, `fixed` is a real number, an enum one of its words, a record an
 * object, a vec an array. What does not fit its port is an error at the line that wrote it.
 */
export interface Dut<D extends Ports> {
  /** What the test bench drives: `dut.in.a = -3`, `dut.in.load = { valid: true, data: 5 }`. Reads as it was written. */
  readonly in: DutInputs<D>;
  /** What the module drives, settled: `dut.out.q`, `dut.out.result.data.value`. Bundles are copies. */
  readonly out: DutOutputs<D>;
  readonly circuit: Circuit;
  /** Clock edges so far. */
  readonly edges: number;
  /** Clock edges; of several clocks the named ones rise together, all when absent. */
  tick(cycles?: number, clocks?: readonly string[]): void;
  /** Edges with reset high; the other inputs stay. Nothing but the edges where the module has no reset. */
  reset(cycles?: number): void;
  /**
   * The number on any net by its path in the Verilog, such as "u0.fifo.count"; or the bits of a word of a memory, such as
   * "u0.fifo.words[3]". A bigint above 32 bits.
   */
  peek(path: string): number | bigint;
  /** A 1 for every bit of a net that is unknown; 0 without `poison`. */
  unknownBits(path: string): bigint;
  /** The paths of all nets that can be read. */
  nets(): string[];
  /** Records nets, the ports when absent, in every cycle from now on. */
  trace(paths?: readonly string[]): Trace;
}

/**
 * Elaborates a module and simulates it in this process.
 *
 * @example
 * const dut = simulate(mac, { width: 8, accWidth: 32 });
 * dut.reset();
 * dut.in.a = -3;
 * dut.tick();
 * expect(dut.out.q).toBe(…);
 */
export function simulate<P, D extends Ports>(
  definition: ModuleDefinition<P, D>,
  parameters: NoInfer<P>,
  options: SimulateOptions = {},
): Dut<D> {
  checkOptions("simulate", "an object of options", options, simulateKeys);
  return new Simulation(elaborate(definition, parameters), definition.describe(parameters).ports, options);
}

const simulateKeys = { seed: true, keepAll: true, checks: true, coverage: true, poison: true } as const;

class Simulation<D extends Ports> implements Dut<D> {
  readonly in: DutInputs<D>;
  readonly out: DutOutputs<D>;
  readonly circuit: Circuit;
  readonly #simulator: Simulator;
  readonly #types: ReadonlyMap<string, LeafType>;
  readonly #resets: readonly string[];
  readonly #traces: Trace[] = [];
  #named: ReadonlyMap<string, NamedNet> | undefined;

  constructor(circuit: Circuit, ports: D, options: SimulateOptions) {
    const { seed, keepAll = true, checks = true, coverage, poison = false } = options;
    this.circuit = circuit;
    const checked = checks ? checkStreams(circuit, { fromPowerUp: true, addClocks: true }) : circuit;
    const simulator = new Simulator(coverage ? coverArms(checked) : checked, {
      keepAll,
      poison,
      ...(seed === undefined ? {} : { initial: randomBits(seed) }),
    });
    this.#simulator = simulator;
    coverage?.watch(circuit, simulator);
    const { in: inputs, out: outputs } = simulator;
    const view = viewPorts(ports, {
      read: (net) => outputs[net],
      write: (net, value) => {
        inputs[net] = value;
      },
    });
    this.in = view.in;
    this.out = view.out;
    this.#types = new Map(portLeaves(ports));
    const top = circuit.modules[circuit.modules.length - 1];
    this.#resets = top.ports.filter(({ role }) => role === "reset").map(({ name }) => name);
  }

  get edges(): number {
    return this.#simulator.edges;
  }

  tick(cycles = 1, clocks?: readonly string[]): void {
    if (!Number.isSafeInteger(cycles) || cycles < 0) {
      const message = `tick takes a number of cycles, not ${String(cycles)}.`;
      const expected = "a whole number of 0 or more";
      throw new HdlError({ code: "literal-out-of-range", message, expected, hint: `Write ${expected}.` }, here());
    }
    const known = this.#clocks();
    const unknown = clocks?.find((clock) => !known.includes(clock));
    if (unknown !== undefined) {
      const message = `"${this.circuit.top}" has no clock "${unknown}".`;
      const expected = known.length === 0 ? "no names: nothing in it is clocked" : `of ${known.join(", ")}`;
      const hint =
        known.length === 0 ? "Leave the clocks out." : "Name clocks, or leave them out: then all of them rise.";
      throw new HdlError({ code: "unknown-port", message, expected, hint }, here());
    }
    if (this.#traces.length === 0) {
      this.#simulator.step(cycles, clocks);
      return;
    }
    for (let i = 0; i < cycles; i++) {
      for (const trace of this.#traces) trace.sample();
      this.#simulator.step(1, clocks);
    }
  }

  #clocks(): string[] {
    const top = this.circuit.modules[this.circuit.modules.length - 1];
    return top.ports.filter(({ role }) => role === "clock").map(({ name }) => name);
  }

  reset(cycles = 1): void {
    for (const name of this.#resets) this.#simulator.poke(name, 1);
    this.tick(cycles);
    for (const name of this.#resets) this.#simulator.poke(name, 0);
  }

  peek(path: string): number | bigint {
    const word = /^(.+)\[(\d+)\]$/.exec(path);
    const bits = word ? this.#simulator.peekWord(word[1], Number(word[2])) : undefined;
    if (bits !== undefined) return bits < 2n ** 32n ? Number(bits) : bits;
    return this.#simulator.peekPath(this.#net(path).source);
  }

  unknownBits(path: string): bigint {
    return this.#simulator.unknownBits(this.#net(path).source);
  }

  nets(): string[] {
    return [...this.#names().values()].filter(({ source }) => this.#simulator.keeps(source)).map(({ path }) => path);
  }

  trace(paths?: readonly string[]): Trace {
    if (paths !== undefined && !Array.isArray(paths))
      throw wrongArgument(
        "trace",
        "a list of paths",
        paths,
        here(),
        "Write `dut.trace([path])`; without, the ports are recorded.",
      );
    const top = this.circuit.modules[this.circuit.modules.length - 1];
    const ports = () => top.ports.filter(({ role }) => role !== "clock").map(({ name }) => name);
    const nets = (paths ?? ports()).map((path) => {
      const net = this.#net(path);
      const type = this.#types.get(path);
      this.#simulator.refuseUnkept(net.source);
      return {
        ...net,
        ...(type ? { type } : {}),
        read: () => (this.#simulator.unknownBits(net.source) === 0n ? this.#simulator.peekPath(net.source) : undefined),
      };
    });
    const trace = new Trace(this.circuit.top, nets);
    this.#traces.push(trace);
    return trace;
  }

  #names(): ReadonlyMap<string, NamedNet> {
    this.#named ??= new Map(namedNets(hoistCircuit(lowerTransparentReads(this.circuit))).map((net) => [net.path, net]));
    return this.#named;
  }

  #net(path: string): NamedNet {
    const net = this.#names().get(path);
    if (net) return net;
    const near = nearest(path, this.#names().keys());
    throw new HdlError(
      {
        code: "unknown-net",
        message: `No net of "${this.circuit.top}" is called "${path}".`,
        ...(near.length > 0 ? { expected: `such as ${near.map((name) => `"${name}"`).join(", ")}` } : {}),
        hint: "nets() lists all of them; instances are joined by dots, the parts of a bundle by underscores.",
      },
      here(),
    );
  }
}

/** The nets of the ports and their types. */
function portLeaves(ports: Ports): [string, LeafType][] {
  const leavesOf = (name: string, type: DataType) =>
    leaves(name, type).map((leaf): [string, LeafType] => [leaf.name, leaf.type]);
  return Object.entries(ports).flatMap(([name, { type }]: [string, InputPort | OutputPort]) =>
    type.kind === "stream"
      ? [
          [`${name}_valid`, bit] as [string, LeafType],
          [`${name}_ready`, bit] as [string, LeafType],
          ...leavesOf(`${name}_data`, type.data),
        ]
      : leavesOf(name, type),
  );
}
