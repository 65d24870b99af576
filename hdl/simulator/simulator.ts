/** The in-process simulator: a circuit compiled to WebAssembly. Starts in milliseconds, exact at every width. */

import { HdlError } from "../errors.ts";
import type { Circuit } from "../ir.ts";
import { refuseLoops } from "../loops.ts";
import { poisoned } from "../poison/circuit.ts";
import { epochBits, lostName, staleBits, writtenName } from "../poison/epochs.ts";
import { isShadow, shadowName } from "../poison/expression.ts";
import { here } from "../position.ts";
import { lowerTransparentReads } from "../transparent.ts";
import { hoistCircuit } from "../verilog/hoist.ts";
import { type Accessor, DesignMemory, type Place } from "./access.ts";
import { gateClocks } from "./clocks.ts";
import { type FlatDesign, flatten, type PowerUp } from "./flatten.ts";
import { type DesignFunctions, makeHandle } from "./handle.ts";
import { PropertyFailure } from "./property-failure.ts";
import { outOfRange, unknownClock, unknownName, unknownPortName } from "./refused.ts";
import { instantiated } from "./too-large.ts";
import { untangle } from "./untangle.ts";
import { type CompiledDesign, compileDesign, type Layout, type Limits } from "./wasm/compile.ts";
import { edgesAddress, settledAddress, wordBytes } from "./wasm/storage.ts";

/** What the bare engine starts with and keeps. */
export interface SimulatorOptions {
  /** Gives power-up bits to registers and to the words of memories without initial ones; absent: all zero. */
  readonly initial?: PowerUp;
  /** Keep every net readable by its path, not only ports and state. Slower. */
  readonly keepAll?: boolean;
  /**
   * Follow which bits are unknown: registers before their reset, memory words before their first write, reads and writes
   * that collide, and all that depends on them. Reading a port or net with such a bit throws unknown-bits. Slower.
   */
  readonly poison?: boolean;
  /** How the design is cut into functions; only tests change it. */
  readonly limits?: Partial<Limits>;
}

function compiled(
  circuit: Circuit,
  { keepAll = false, poison = false, limits }: SimulatorOptions,
): CompiledDesign & { design: FlatDesign } {
  const compile = (design: FlatDesign) => ({
    design,
    ...compileDesign(design, { keepAll, ...(limits && { limits }) }),
  });
  // Nobody sees the names of nets that are not kept.
  const names = { ofSource: keepAll };
  const named = hoistCircuit(lowerTransparentReads(circuit), names);
  const design = flatten(gateClocks(poison ? hoistCircuit(poisoned(named), names) : named));
  try {
    return compile(design);
  } catch (error) {
    if (!(error instanceof HdlError && error.code === "combinational-loop")) throw error;
    // Nets that follow from each other as wholes, though not bit by bit, are rare, so they are looked for only here.
    refuseLoops(circuit);
    return compile(untangle(design));
  }
}

/**
 * A circuit as it is: its own properties are checked, the rules of streams only in a circuit that `checkStreams` prepared, as
 * `simulate` and the test bench do.
 */
export class Simulator {
  /** The inputs of the top as properties: `simulator.in.a = -3`. As fast as access to the model's memory gets. */
  readonly in: Record<string, number | bigint>;
  /** All ports of the top as properties: `simulator.out.q`; a bigint above 32 bits. */
  readonly out: Readonly<Record<string, number | bigint>>;
  readonly #design: FlatDesign;
  readonly #layout: Layout;
  readonly #memory: DesignMemory;
  readonly #functions: DesignFunctions;
  readonly #accessors = new Map<string, Accessor>();
  readonly #poison: boolean;
  /** Numbers of nets by path, made when first needed. */
  #nets: ReadonlyMap<string, number> | undefined;
  #clocks: readonly string[] | undefined;
  /** The counts of properties when one failed last. */
  #failures: readonly number[] = [];

  /**
   * Clock edges, then the outputs that follow. The named clocks rise at the same moment; all when absent.
   * Throws assertion-failed after the edge at which an assertion or assumption did not hold.
   */
  readonly step: (cycles?: number, clocks?: readonly string[]) => void;

  constructor(circuit: Circuit, options: SimulatorOptions = {}) {
    const { design, binary, layout } = compiled(circuit, options);
    this.#design = design;
    this.#poison = options.poison === true;
    this.#layout = layout;
    const { exports } = instantiated(binary, design);
    this.#functions = exports as unknown as DesignFunctions;
    this.#memory = new DesignMemory((exports.memory as { buffer: ArrayBuffer }).buffer);
    this.#failures = layout.properties.map(() => 0);
    this.#powerUp(powerUpOf(options));
    const ports = [...this.#design.ports].map(([name, net]) => {
      const place = this.#place(net);
      this.#accessors.set(name, this.#memory.accessor(place));
      return { name, input: !this.#design.outputs.includes(net), ...place };
    });
    const handle = makeHandle(this.#memory, ports, this.#functions, (clocks) => this.#select(clocks));
    this.in = handle.in;
    this.out = this.#poison ? this.#checkedOutputs() : handle.out;
    const checked = this.#design.properties.some(({ property }) => property.property !== "cover");
    const plain = !checked && this.#design.clocks.size < 2;
    this.step = plain ? handle.step : (cycles = 1, clocks) => this.#step(handle.step, cycles, clocks);
    this.#select(undefined);
  }

  /** Clock edges so far. */
  get edges(): number {
    return Number(this.#memory.limbs[edgesAddress >> 3]);
  }

  /** Set an input of the top. A number or bigint within the port's range, or its bit pattern. */
  poke(port: string, value: number | bigint): void {
    const accessor = this.#port(port);
    if (!(port in this.in))
      throw unknownName("unknown-port", `"${port}" is an output; only inputs are driven.`, port, Object.keys(this.in));
    const { least, most } = accessor;
    const whole = typeof value === "bigint" || Number.isInteger(value);
    if (!(whole && value >= least && value <= most)) throw outOfRange(port, value, accessor);
    accessor.write(value);
    this.#memory.words[settledAddress >> 2] = 0;
  }

  /** The number on a port of the top; a bigint above 32 bits. */
  peek(port: string): number | bigint {
    const accessor = this.#port(port);
    if (this.#poison) this.#refuseUnknown(port, this.unknownBits(port));
    this.settle();
    return accessor.read();
  }

  /** The number on any kept net, by its path: ports, registers, clocked reads; with `keepAll` every net. */
  peekPath(path: string): number | bigint {
    if (this.#poison) this.#refuseUnknown(path, this.unknownBits(path));
    this.settle();
    return this.#kept(path).read();
  }

  /** Throws where `peekPath` has nothing to read, as it does itself. */
  refuseUnkept(path: string): void {
    this.#kept(path);
  }

  /** Whether `peekPath` reads the net. */
  keeps(path: string): boolean {
    const net = this.#number(path);
    return this.#accessors.has(path) || (net !== undefined && this.#layout.nets[net] !== undefined);
  }

  /** A 1 for every unknown bit of a port or kept net; 0 without `poison`. */
  unknownBits(path: string): bigint {
    if (!this.#poison || this.#number(shadowName(path)) === undefined) return 0n;
    this.settle();
    return BigInt(this.#kept(shadowName(path)).read());
  }

  /** The bits of a word of a memory, by the memory's path; undefined where there is no such memory or word. */
  peekWord(path: string, address: number): bigint | undefined {
    if (this.#poison) this.#refuseUnknown(`${path}[${address}]`, this.#unknownWord(path, address));
    return this.#word(path, address);
  }

  #unknownWord(path: string, address: number): bigint | undefined {
    const mask = this.#word(shadowName(path), address);
    const written = this.#word(writtenName(path), address);
    const width = (name: string) => this.#design.memories.find((memory) => memory.path === name)?.width ?? 0;
    if (mask === undefined || written === undefined) return mask;
    let epoch = 0n;
    for (let port = 0; this.#number(lostName(path, port)) !== undefined; port++)
      epoch += BigInt(this.#kept(lostName(path, port)).read());
    return mask | staleBits(written, epoch, width(path), width(writtenName(path)) / epochBits);
  }

  #word(path: string, address: number): bigint | undefined {
    const memory = this.#design.memories.findIndex((candidate) => candidate.path === path);
    if (memory < 0 || !(address < this.#design.memories[memory].depth)) return undefined;
    const size = wordBytes(this.#design.memories[memory].width);
    const from = this.#layout.memories[memory] + address * size;
    const bytes = new Uint8Array(this.#memory.words.buffer, from, size);
    return bytes.reduceRight((word, byte) => (word << 8n) | BigInt(byte), 0n);
  }

  /** Paths and widths of the nets that `peekPath` reads, in a fixed order. */
  keptNets(): { readonly path: string; readonly width: number }[] {
    return this.#design.nets.filter(({ path }, net) => this.#layout.nets[net] !== undefined && !path.includes("$"));
  }

  #step(step: (cycles: number) => void, cycles: number, clocks: readonly string[] | undefined): void {
    if (clocks !== this.#clocks) this.#select(clocks);
    if (clocks?.length !== 0) step(cycles);
    if (this.#memory.words[this.#layout.failure >> 2] !== 0) this.#fail();
  }

  /** How often each cover held, by its path. */
  get covers(): ReadonlyMap<string, number> {
    return new Map(
      this.#design.properties.flatMap(({ path, property }, i) =>
        property.property === "cover" ? [[path, this.#memory.words[this.#layout.properties[i] >> 2]]] : [],
      ),
    );
  }

  /** Sets the clocks that take part in an edge; false where none does. */
  #select(clocks: readonly string[] | undefined): boolean {
    const unknown = clocks?.find((name) => !this.#design.clocks.has(name));
    if (unknown !== undefined) throw unknownClock(unknown, [...this.#design.clocks.keys()]);
    for (const name of this.#design.clocks.keys())
      this.#port(name).write(clocks === undefined || clocks.includes(name) ? 1 : 0);
    this.#clocks = clocks;
    return clocks?.length !== 0;
  }

  #fail(): never {
    const { failure, remaining, properties } = this.#layout;
    const counts = properties.map((address) => this.#memory.words[address >> 2]);
    const failed = this.#design.properties.findIndex(
      ({ property }, i) => property.property !== "cover" && counts[i] !== this.#failures[i],
    );
    this.#failures = counts;
    const { path, property } = this.#design.properties[failed];
    this.#memory.limbs[edgesAddress >> 3] -= BigInt(this.#memory.words[remaining >> 2]);
    this.#memory.words[failure >> 2] = 0;
    throw new PropertyFailure(path, property, this.edges);
  }

  /** Compute the outputs from inputs and state; peek does so by itself. */
  settle(): void {
    if (this.#memory.words[settledAddress >> 2] === 0) this.#functions.settle();
  }

  #kept(path: string): Accessor {
    const known = this.#accessors.get(path);
    if (known) return known;
    const net = this.#number(path);
    const kept = () => this.keptNets().map((one) => one.path);
    if (net === undefined) throw unknownName("unknown-net", `No net is called "${path}".`, path, kept());
    if (this.#layout.nets[net] === undefined) {
      const hint = "Simulate with `keepAll: true`, which keeps every net readable; ports and registers always are.";
      throw unknownName("unknown-net", `The net "${path}" is not kept.`, path, kept(), hint);
    }
    const accessor = this.#memory.accessor(this.#place(net));
    this.#accessors.set(path, accessor);
    return accessor;
  }

  #number(path: string): number | undefined {
    this.#nets ??= new Map(this.#design.nets.map((net, number) => [net.path, number]));
    return this.#nets.get(path);
  }

  #refuseUnknown(path: string, mask: bigint | undefined): void {
    if (!mask) return;
    throw new HdlError(
      {
        code: "unknown-bits",
        message: `"${path}" has unknown bits after ${this.edges === 1 ? "1 edge" : `${this.edges} edges`}.`,
        expected: "a value that follows from the inputs",
        found: `unknown where there is a 1: 0b${mask.toString(2)}`,
        hint: "Reset first, write a word before it is read, and see that reads and writes do not collide.",
      },
      here(),
    );
  }

  /** All ports, checked when they are read. */
  #checkedOutputs(): Record<string, number | bigint> {
    const outputs = {};
    for (const port of this.#design.ports.keys()) {
      Object.defineProperty(outputs, port, { get: () => this.peek(port), enumerable: !port.includes("$") });
    }
    return outputs;
  }

  #port(name: string): Accessor {
    const accessor = this.#accessors.get(name);
    if (!accessor) throw unknownPortName(name, [...this.#design.ports.keys()]);
    return accessor;
  }

  #place(net: number): Place {
    const { width, signed } = this.#design.nets[net];
    return { address: this.#layout.nets[net] as number, width, signed };
  }

  #powerUp(initial: PowerUp | undefined): void {
    const { registers, clockedReads, nets, memories } = this.#design;
    if (initial)
      for (const { net } of [...registers, ...clockedReads])
        this.#memory.accessor(this.#place(net)).write(initial(nets[net].width, nets[net].path));
    const bytes = new Uint8Array(this.#memory.words.buffer);
    memories.forEach(({ path, depth, width, init }, memory) => {
      if (!init && !initial) return;
      const size = wordBytes(width);
      for (let word = 0; word < depth; word++) {
        let value = init ? (init[word] ?? 0n) : BigInt.asUintN(width, initial?.(width, path, word) ?? 0n);
        for (let i = 0; i < size; i++) {
          bytes[this.#layout.memories[memory] + word * size + i] = Number(value & 0xffn);
          value >>= 8n;
        }
      }
    });
  }
}

/** What the user gives; 0 in the registers of passes, but every shadow of state is unknown in all bits. */
function powerUpOf({ initial, poison = false }: SimulatorOptions): PowerUp | undefined {
  if (!initial && !poison) return undefined;
  return (width, path, word) => {
    if (isShadow(path)) return (1n << BigInt(width)) - 1n;
    return path.includes("$") ? 0n : (initial?.(width, path, word) ?? 0n);
  };
}
