/**
 * The slow, plain simulator: bigints and recursion, exact at every width. It is the meaning of the circuit, against which
 * the fast one is checked.
 */

import type { Circuit, Expression } from "../ir.ts";
import { refuseLoops } from "../loops.ts";
import { components } from "../module/components.ts";
import { evaluate, netNames, wrapTo } from "./evaluate.ts";
import { type FlatDesign, type FlatNode, flatten, type PowerUp, type Scope } from "./flatten.ts";
import { outOfRange, unknownClock, unknownName, unknownPortName } from "./refused.ts";

/** The nets that a node follows from in the same cycle. */
function netsBehind(node: FlatNode): number[] {
  const source = node.kind === "value" ? node.value : node.read.address;
  return [...netNames(source)].map((name) => node.scope.net(name));
}

function settlingOrder(circuit: Circuit, { nets, nodeOf }: FlatDesign) {
  const reads = (net: number) => (nodeOf[net] ? netsBehind(nodeOf[net]) : []);
  const order = components(nets.keys(), reads).flatMap((group) => {
    const nodes = group.flatMap((net) => nodeOf[net] ?? []);
    return nodes.length > 0 ? [{ nodes, again: nodes.length > 1 || reads(nodes[0].net).includes(nodes[0].net) }] : [];
  });
  if (order.some(({ again }) => again)) refuseLoops(circuit);
  return order;
}

/** A circuit by its definition, one bigint at a time: what the compiled simulators are compared with. */
export class Interpreter {
  readonly #design: FlatDesign;
  /** Nets that follow from each other stand together, after what they read. */
  readonly #order: readonly { readonly nodes: readonly FlatNode[]; readonly again: boolean }[];
  readonly #values: bigint[];
  readonly #memories: bigint[][];
  #settled = false;
  #met: readonly FlatDesign["properties"][number][] = [];

  /** `initial` gives the power-up bits of each register, clocked read and memory word without initial value. */
  constructor(circuit: Circuit, initial: PowerUp = () => 0n) {
    this.#design = flatten(circuit);
    const { nets, memories, registers, clockedReads } = this.#design;
    this.#order = settlingOrder(circuit, this.#design);
    this.#values = nets.map(() => 0n);
    for (const { net } of [...registers, ...clockedReads])
      this.#values[net] = wrapTo(initial(nets[net].width, nets[net].path), nets[net]);
    this.#memories = memories.map(({ path, depth, width, init }) =>
      Array.from({ length: depth }, (_, i) =>
        init ? (init[i] ?? 0n) : BigInt.asUintN(width, initial(width, path, i)),
      ),
    );
    for (const net of this.#design.clocks.values()) this.#values[net] = 1n;
  }

  /** Set an input of the top: a whole number within the port's range, or its bit pattern. */
  poke(port: string, value: number | bigint): void {
    const net = this.#port(port);
    if (this.#design.outputs.includes(net)) {
      const inputs = [...this.#design.ports].filter(([, one]) => !this.#design.outputs.includes(one));
      const names = inputs.map(([name]) => name);
      throw unknownName("unknown-port", `"${port}" is an output; only inputs are driven.`, port, names);
    }
    const { width, signed } = this.#design.nets[net];
    const [least, most] = [signed ? -(1n << BigInt(width - 1)) : 0n, (1n << BigInt(width)) - 1n];
    const whole = typeof value === "bigint" || Number.isInteger(value);
    if (!(whole && value >= least && value <= most)) throw outOfRange(port, value, { least, most });
    this.#values[net] = wrapTo(BigInt(value), { width, signed });
    this.#settled = false;
  }

  /** The number on a port of the top. */
  peek(port: string): bigint {
    this.#settle();
    return this.#values[this.#port(port)];
  }

  /** The number on any net, by its path. */
  peekPath(path: string): bigint {
    const net = this.#design.nets.findIndex((one) => one.path === path);
    if (net < 0) {
      const paths = this.#design.nets.map((one) => one.path);
      throw unknownName("unknown-net", `No net is called "${path}".`, path, paths);
    }
    this.#settle();
    return this.#values[net];
  }

  /** Edges of the named clocks of the top at the same moment; of all of them when absent. */
  step(cycles = 1, clocks: readonly string[] = [...this.#design.clocks.keys()]): void {
    const unknown = clocks.find((name) => !this.#design.clocks.has(name));
    if (unknown !== undefined) throw unknownClock(unknown, [...this.#design.clocks.keys()]);
    for (const [name, net] of this.#design.clocks) this.#values[net] = clocks.includes(name) ? 1n : 0n;
    for (let i = 0; i < cycles; i++) this.#edge();
  }

  /** What the last edge found: the failed assertions and assumptions, and the covers that held. */
  get met(): readonly FlatDesign["properties"][number][] {
    return this.#met;
  }

  #port(name: string): number {
    const net = this.#design.ports.get(name);
    if (net === undefined) throw unknownPortName(name, [...this.#design.ports.keys()]);
    return net;
  }

  #settle(): void {
    if (this.#settled) return;
    for (const { nodes, again } of this.#order) {
      // No bit follows from itself, so each round settles some bits for good, and the last one changes nothing.
      for (let changed = true; changed; changed &&= again) {
        changed = false;
        for (const node of nodes) {
          const value =
            node.kind === "value"
              ? this.#evaluate(node.value, node.scope)
              : this.#word(node.scope.memory(node.read.memory), this.#evaluate(node.read.address, node.scope));
          changed ||= value !== this.#values[node.net];
          this.#values[node.net] = value;
        }
      }
    }
    this.#settled = true;
  }

  /** A word; beyond the depth 0. */
  #word(memory: number, address: bigint): bigint {
    return this.#memories[memory][Number(address)] ?? 0n;
  }

  /** The bits of a word of `width` bits that a mask selects. */
  #lanes(mask: Expression, width: number, scope: Scope): bigint {
    const bits = this.#evaluate(mask, scope);
    const lane = width / mask.width;
    const ones = (1n << BigInt(lane)) - 1n;
    let selected = 0n;
    for (let i = 0; i < mask.width; i++) if ((bits >> BigInt(i)) & 1n) selected |= ones << BigInt(i * lane);
    return selected;
  }

  #edge(): void {
    this.#settle();
    const { registers, clockedReads, writes, properties } = this.#design;
    const rises = (scope: Scope, clock: string) => this.#values[scope.net(clock)] === 1n;
    this.#met = properties.filter(({ scope, property: { property, condition, enable, clock, reset } }) => {
      const off = !rises(scope, clock) || (reset !== undefined && this.#values[scope.net(reset)] === 1n);
      if (off || (enable && this.#evaluate(enable, scope) === 0n)) return false;
      return this.#evaluate(condition, scope) === (property === "cover" ? 1n : 0n);
    });
    const changes: [net: number, value: bigint][] = [];
    const after: (() => void)[] = [];
    for (const { net, scope, reg } of registers) {
      if (!rises(scope, reg.clock)) continue;
      const inReset = reg.reset && this.#values[scope.net(reg.reset.signal)] === 1n;
      changes.push([net, inReset && reg.reset ? reg.reset.value : this.#evaluate(reg.next, scope)]);
    }
    for (const { net, scope, read } of clockedReads) {
      if (!rises(scope, read.clock) || !read.enable || this.#evaluate(read.enable, scope) === 0n) continue;
      const memory = scope.memory(read.memory);
      const address = this.#evaluate(read.address, scope);
      if (read.underWrite === "new") after.push(() => changes.push([net, this.#word(memory, address)]));
      else changes.push([net, this.#word(memory, address)]);
    }
    const stores = writes.flatMap(({ scope, write }) => {
      if (!rises(scope, write.clock) || this.#evaluate(write.enable, scope) === 0n) return [];
      const address = Number(this.#evaluate(write.address, scope));
      const data = BigInt.asUintN(write.data.width, this.#evaluate(write.data, scope));
      const written = write.mask ? this.#lanes(write.mask, write.data.width, scope) : -1n;
      return [{ words: this.#memories[scope.memory(write.memory)], address, data, written }];
    });
    for (const { words, address, data, written } of stores) {
      if (address < words.length) words[address] = (words[address] & ~written) | (data & written);
    }
    for (const read of after) read();
    for (const [net, value] of changes) this.#values[net] = value;
    this.#settled = false;
  }

  #evaluate(e: Expression, scope: Scope): bigint {
    return evaluate(e, (name) => this.#values[scope.net(name)]);
  }
}
