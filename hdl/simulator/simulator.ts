/** The in-process simulator: a circuit compiled to WebAssembly. Starts in milliseconds, exact at every width. */
import type { Circuit } from "../ir.ts";
import { hoistCircuit } from "../verilog/hoist.ts";
import { type FlatDesign, type FlatNet, flatten } from "./flatten.ts";
import { compileDesign, type Layout } from "./wasm/compile.ts";
import { limbCount, wordBytes } from "./wasm/storage.ts";

export interface SimulatorOptions {
  /** Gives power-up bits to registers without reset and to memories; absent: all zero. */
  readonly initial?: (width: number) => bigint;
  /** Keep every net readable by its path, not only ports and state. Slower. */
  readonly keepAll?: boolean;
  /** Cut functions at this many values; a small number only serves tests. */
  readonly unitsPerFunction?: number;
}

/** The functions and the memory that a compiled design exports. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly settle: () => void;
  readonly tick: (edges: number) => void;
}

/** How values of a net are read and written. */
interface Accessor {
  read(): number | bigint;
  write(value: number | bigint): void;
}

export class Simulator {
  /** The inputs of the top as properties: `simulator.in.a = -3`. As fast as access to the model's memory gets. */
  readonly in: Record<string, number | bigint>;
  /** All ports of the top as properties: `simulator.out.q`; a bigint above 32 bits. */
  readonly out: Readonly<Record<string, number | bigint>>;
  readonly #design: FlatDesign;
  readonly #layout: Layout;
  readonly #exports: Exports;
  readonly #words: Int32Array;
  readonly #limbs: BigInt64Array;
  readonly #accessors = new Map<string, Accessor>();
  #settled = false;
  #edges = 0;

  constructor(circuit: Circuit, options: SimulatorOptions = {}) {
    this.#design = flatten(hoistCircuit(circuit));
    const { binary, layout } = compileDesign(this.#design, {
      keepAll: options.keepAll === true,
      ...(options.unitsPerFunction === undefined ? {} : { unitsPerFunction: options.unitsPerFunction }),
    });
    this.#layout = layout;
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary));
    this.#exports = exports as unknown as Exports;
    this.#words = new Int32Array(this.#exports.memory.buffer);
    this.#limbs = new BigInt64Array(this.#exports.memory.buffer);
    if (options.initial) this.#powerUp(options.initial);
    // Accessors stand on prototypes: engines keep objects with many own accessors in a slow form.
    const [inputs, outputs] = [{}, {}];
    for (const [port, net] of this.#design.ports) {
      const accessor = this.#accessor(net);
      this.#accessors.set(port, accessor);
      const { read, write } = accessor;
      const get = () => {
        if (!this.#settled) this.settle();
        return read();
      };
      const set = (value: number | bigint) => {
        write(value);
        this.#settled = false;
      };
      Object.defineProperty(outputs, port, { get, enumerable: true });
      if (!this.#design.outputs.includes(net)) Object.defineProperty(inputs, port, { get, set, enumerable: true });
    }
    this.in = Object.create(inputs);
    this.out = Object.create(outputs);
  }

  /** Clock edges so far. */
  get edges(): number {
    return this.#edges;
  }

  /** Set an input of the top. A number or bigint within the port's range, or its bit pattern. */
  poke(port: string, value: number | bigint): void {
    this.#port(port).write(value);
    this.#settled = false;
  }

  /** The number on a port of the top; a bigint above 32 bits. */
  peek(port: string): number | bigint {
    this.settle();
    return this.#port(port).read();
  }

  /** The number on any kept net, by its path: ports, registers, clocked reads; with `keepAll` every net. */
  peekPath(path: string): number | bigint {
    let accessor = this.#accessors.get(path);
    if (!accessor) {
      const net = this.#design.nets.findIndex((candidate) => candidate.path === path);
      if (net < 0 || this.#layout.nets[net] === undefined) throw new Error(`net ${path} is not kept`);
      accessor = this.#accessor(net);
      this.#accessors.set(path, accessor);
    }
    this.settle();
    return accessor.read();
  }

  /** Paths and widths of the nets that `peekPath` reads, in a fixed order. */
  keptNets(): { readonly path: string; readonly width: number }[] {
    return this.#design.nets.filter((_, net) => this.#layout.nets[net] !== undefined);
  }

  /** Clock edges, then the outputs that follow. */
  step(cycles = 1): void {
    this.#exports.tick(cycles);
    this.#edges += cycles;
    this.#settled = true;
  }

  /** Compute the outputs from inputs and state; peek does so by itself. */
  settle(): void {
    if (this.#settled) return;
    this.#exports.settle();
    this.#settled = true;
  }

  #port(name: string): Accessor {
    const accessor = this.#accessors.get(name);
    if (!accessor) throw new Error(`no port ${name}; there are ${[...this.#design.ports.keys()].join(", ")}`);
    return accessor;
  }

  #accessor(net: number): Accessor {
    const { width, signed } = this.#design.nets[net];
    const address = this.#layout.nets[net] as number;
    const [words, limbs] = [this.#words, this.#limbs];
    if (width <= 32) {
      const at = address >> 2;
      const unused = 32 - width;
      return signed
        ? { read: () => words[at], write: (value) => (words[at] = (lowWord(value) << unused) >> unused) }
        : { read: () => words[at] >>> 0, write: (value) => (words[at] = (lowWord(value) << unused) >>> unused) };
    }
    const at = address >> 3;
    const count = limbCount(width);
    return {
      read: () => {
        let value = BigInt.asUintN(64, limbs[at]);
        for (let i = 1; i < count; i++) value |= BigInt.asUintN(64, limbs[at + i]) << BigInt(64 * i);
        return signed ? BigInt.asIntN(64 * count, value) : value;
      },
      write: (value) => {
        const number = signed ? BigInt.asIntN(width, BigInt(value)) : BigInt.asUintN(width, BigInt(value));
        for (let i = 0; i < count; i++) limbs[at + i] = BigInt.asIntN(64, number >> BigInt(64 * i));
      },
    };
  }

  #powerUp(initial: (width: number) => bigint): void {
    const { registers, clockedReads, nets, memories } = this.#design;
    for (const { net } of [...registers, ...clockedReads])
      this.#accessor(net).write(initial((nets[net] as FlatNet).width));
    const bytes = new Uint8Array(this.#exports.memory.buffer);
    memories.forEach(({ depth, width }, memory) => {
      const size = wordBytes(width);
      for (let word = 0; word < depth; word++) {
        let value = BigInt.asUintN(width, initial(width));
        for (let i = 0; i < size; i++) {
          bytes[this.#layout.memories[memory] + word * size + i] = Number(value & 0xffn);
          value >>= 8n;
        }
      }
    });
  }
}

function lowWord(value: number | bigint): number {
  return typeof value === "bigint" ? Number(BigInt.asIntN(32, value)) : value | 0;
}
