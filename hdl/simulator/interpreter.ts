/**
 * The slow, plain simulator: bigints and recursion, exact at every width. It is the meaning of the circuit, against which
 * the fast one is checked.
 */

import { type Circuit, type Expression, unreachable } from "../ir.ts";
import { refuseLoops } from "../loops.ts";
import { components } from "../module/components.ts";
import { type FlatDesign, type FlatNode, flatten, netsRead, type PowerUp, type Scope } from "./flatten.ts";

/** The number that the low bits of `value` mean. */
function wrapTo(value: bigint, { width, signed }: { width: number; signed: boolean }): bigint {
  return signed ? BigInt.asIntN(width, value) : BigInt.asUintN(width, value);
}

function settlingOrder(circuit: Circuit, { nets, nodeOf }: FlatDesign) {
  const reads = (net: number) => (nodeOf[net] ? netsRead(nodeOf[net]) : []);
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

  /** Set an input of the top; a signed port takes a negative number or the bit pattern. */
  poke(port: string, value: bigint): void {
    const net = this.#port(port);
    this.#values[net] = wrapTo(value, this.#design.nets[net]);
    this.#settled = false;
  }

  /** The number on a port of the top. */
  peek(port: string): bigint {
    this.#settle();
    return this.#values[this.#port(port)];
  }

  /** The number on any net, by its path. */
  peekPath(path: string): bigint {
    this.#settle();
    return this.#values[this.#design.nets.findIndex((net) => net.path === path)];
  }

  /** Edges of the named clocks of the top at the same moment; of all of them when absent. */
  step(cycles = 1, clocks: readonly string[] = [...this.#design.clocks.keys()]): void {
    for (const [name, net] of this.#design.clocks) this.#values[net] = clocks.includes(name) ? 1n : 0n;
    for (let i = 0; i < cycles; i++) this.#edge();
  }

  /** What the last edge found: the failed assertions and assumptions, and the covers that held. */
  get met(): readonly FlatDesign["properties"][number][] {
    return this.#met;
  }

  #port(name: string): number {
    const net = this.#design.ports.get(name);
    if (net === undefined) throw new Error(`no port ${name}`);
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
    switch (e.kind) {
      case "const":
        return e.value;
      case "ref":
        return this.#values[scope.net(e.name)];
      case "unary": {
        const value = this.#evaluate(e.operand, scope);
        const bits = BigInt.asUintN(e.operand.width, value);
        switch (e.operator) {
          case "not":
            return wrapTo(~value, e);
          case "extend":
            return value;
          case "cast":
            return wrapTo(value, e);
          case "reduceAnd":
            return bits === (1n << BigInt(e.operand.width)) - 1n ? 1n : 0n;
          case "reduceOr":
            return bits === 0n ? 0n : 1n;
          case "reduceXor":
            return BigInt([...bits.toString(2)].filter((digit) => digit === "1").length & 1);
          default:
            return unreachable(e);
        }
      }
      case "binary": {
        const a = this.#evaluate(e.left, scope);
        const b = this.#evaluate(e.right, scope);
        switch (e.operator) {
          case "add":
            return wrapTo(a + b, e);
          case "sub":
            return wrapTo(a - b, e);
          case "mul":
            return wrapTo(a * b, e);
          case "and":
            return wrapTo(a & b, e);
          case "or":
            return wrapTo(a | b, e);
          case "xor":
            return wrapTo(a ^ b, e);
          case "eq":
            return a === b ? 1n : 0n;
          case "ne":
            return a === b ? 0n : 1n;
          case "lt":
            return a < b ? 1n : 0n;
          case "le":
            return a <= b ? 1n : 0n;
          default:
            return unreachable(e);
        }
      }
      case "mux":
        return this.#evaluate(this.#evaluate(e.condition, scope) === 1n ? e.whenTrue : e.whenFalse, scope);
      case "cat":
        return e.parts.reduce(
          (bits, part) => (bits << BigInt(part.width)) | BigInt.asUintN(part.width, this.#evaluate(part, scope)),
          0n,
        );
      case "slice":
        return BigInt.asUintN(e.width, this.#evaluate(e.operand, scope) >> BigInt(e.low));
      case "index": {
        const from = this.#evaluate(e.index, scope) * BigInt(e.width);
        return BigInt.asUintN(e.width, this.#evaluate(e.operand, scope) >> from);
      }
      default:
        return unreachable(e);
    }
  }
}
