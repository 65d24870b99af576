/** The in-process simulator: a circuit compiled to WebAssembly. Starts in milliseconds, exact at every width. */
import type { Circuit } from "../ir.ts";
import { hoistCircuit } from "../verilog/hoist.ts";
import { type Accessor, DesignMemory, type Place } from "./access.ts";
import { type FlatDesign, flatten } from "./flatten.ts";
import { type DesignFunctions, makeHandle } from "./handle.ts";
import { compileDesign, type Layout } from "./wasm/compile.ts";
import { edgesAddress, settledAddress, wordBytes } from "./wasm/storage.ts";

export interface SimulatorOptions {
  /** Gives power-up bits to registers without reset and to memories; absent: all zero. */
  readonly initial?: (width: number) => bigint;
  /** Keep every net readable by its path, not only ports and state. Slower. */
  readonly keepAll?: boolean;
  /** Cut functions at this many values; a small number only serves tests. */
  readonly unitsPerFunction?: number;
}

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

  /** Clock edges, then the outputs that follow. */
  readonly step: (cycles?: number) => void;

  constructor(circuit: Circuit, options: SimulatorOptions = {}) {
    this.#design = flatten(hoistCircuit(circuit));
    const { binary, layout } = compileDesign(this.#design, {
      keepAll: options.keepAll === true,
      ...(options.unitsPerFunction === undefined ? {} : { unitsPerFunction: options.unitsPerFunction }),
    });
    this.#layout = layout;
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary));
    this.#functions = exports as unknown as DesignFunctions;
    this.#memory = new DesignMemory((exports.memory as { buffer: ArrayBuffer }).buffer);
    if (options.initial) this.#powerUp(options.initial);
    const ports = [...this.#design.ports].map(([name, net]) => {
      const place = this.#place(net);
      this.#accessors.set(name, this.#memory.accessor(place));
      return { name, input: !this.#design.outputs.includes(net), ...place };
    });
    const handle = makeHandle(this.#memory, ports, this.#functions);
    this.in = handle.in;
    this.out = handle.out;
    this.step = handle.step;
  }

  /** Clock edges so far. */
  get edges(): number {
    return Number(this.#memory.limbs[edgesAddress >> 3]);
  }

  /** Set an input of the top. A number or bigint within the port's range, or its bit pattern. */
  poke(port: string, value: number | bigint): void {
    this.#port(port).write(value);
    this.#memory.words[settledAddress >> 2] = 0;
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
      accessor = this.#memory.accessor(this.#place(net));
      this.#accessors.set(path, accessor);
    }
    this.settle();
    return accessor.read();
  }

  /** Paths and widths of the nets that `peekPath` reads, in a fixed order. */
  keptNets(): { readonly path: string; readonly width: number }[] {
    return this.#design.nets.filter((_, net) => this.#layout.nets[net] !== undefined);
  }

  /** Compute the outputs from inputs and state; peek does so by itself. */
  settle(): void {
    if (this.#memory.words[settledAddress >> 2] === 0) this.#functions.settle();
  }

  #port(name: string): Accessor {
    const accessor = this.#accessors.get(name);
    if (!accessor) throw new Error(`no port ${name}; there are ${[...this.#design.ports.keys()].join(", ")}`);
    return accessor;
  }

  #place(net: number): Place {
    const { width, signed } = this.#design.nets[net];
    return { address: this.#layout.nets[net] as number, width, signed };
  }

  #powerUp(initial: (width: number) => bigint): void {
    const { registers, clockedReads, nets, memories } = this.#design;
    for (const { net } of [...registers, ...clockedReads])
      this.#memory.accessor(this.#place(net)).write(initial(nets[net].width));
    const bytes = new Uint8Array(this.#memory.words.buffer);
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
