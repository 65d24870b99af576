/** What every net of a module follows from in the same cycle: as wholes, which is quick, and bit by bit; through instances too. */

import type { Circuit, Expression, Inst, Module } from "./ir.ts";
import type { LazyPosition } from "./position.ts";
import { eachBitRead } from "./signals/bit-reads.ts";
import { lineThatReads } from "./statements/assigned.ts";
import { pushOperands } from "./walk.ts";

/** Some bits of a net. */
export interface Bits {
  readonly net: string;
  readonly low: number;
  readonly width: number;
}

/** What computes a net in the same cycle. */
export interface Driver {
  readonly width: number;
  readonly reads: readonly string[];
  /** The bits that some bits of the net follow from. */
  bitReads(low: number, width: number): readonly Bits[];
  /** What it follows from where Verilog's tools take ports of instances, and nets in an address, whole. */
  wholeReads?(): readonly Bits[];
  /** The user's line that makes these bits of the net follow from those. */
  line(low: number, width: number, from: Bits): LazyPosition;
}

/** What is known of a module when its instances are looked at. */
interface Summary {
  /** For every output that depends on inputs in the same cycle those inputs, in the order of the ports. */
  readonly inputs: ReadonlyMap<string, readonly string[]>;
  /** The same for some bits. */
  inputBits(port: string, low: number, width: number): readonly Bits[];
}

/** The drivers of the nets of each module, by the names of both. */
export type Dependencies = ReadonlyMap<string, ReadonlyMap<string, Driver>>;

export function dependencies(circuit: Circuit): Dependencies {
  const summaries = new Map<string, Summary>();
  const found = new Map<string, ReadonlyMap<string, Driver>>();
  for (const module of circuit.modules) {
    const drivers = driversOf(module, summaries);
    found.set(module.name, drivers);
    summaries.set(module.name, summary(module, drivers));
  }
  return found;
}

/**
 * What computes each net. Registers, clocked reads and inputs are not computed in the same cycle, nor are outputs of instances
 * that follow from registers alone.
 */
function driversOf(module: Module, summaries: ReadonlyMap<string, Summary>): Map<string, Driver> {
  const drivers = new Map<string, Driver>();
  for (const item of module.items) {
    if (item.kind === "wire") {
      const { value, width } = item;
      const bitReads = (low: number, bits: number) => bitsRead(value, low, bits);
      const line = (low: number, bits: number, from: Bits) =>
        lineThatReads(item, (e, first, count) => bitsRead(e, first, count).some((read) => overlap(read, from)), {
          low,
          width: bits,
        });
      drivers.set(item.name, { width, reads: namesIn([value]), bitReads, line });
    } else if (item.kind === "memRead" && item.latency === 0) {
      const { address, width, at } = item;
      const bitReads = () => bitsRead(address, 0, address.width);
      const wholeReads = () => wholeNets([address]);
      drivers.set(item.name, { width, reads: namesIn([address]), bitReads, wholeReads, line: () => at });
    } else if (item.kind === "inst") {
      const through = summaries.get(item.module);
      if (!through || through.inputs.size === 0) continue;
      for (const [net, driver] of outputDrivers(item, through)) drivers.set(net, driver);
    }
  }
  return drivers;
}

function outputDrivers(inst: Inst, through: Summary): [string, Driver][] {
  const values = new Map(inst.inputs.map(({ port, value }) => [port, value]));
  return inst.outputs.flatMap(({ port, net, width }): [string, Driver][] => {
    const inputs = through.inputs.get(port)?.flatMap((input) => values.get(input) ?? []);
    if (!inputs) return [];
    const bitReads = (low: number, bits: number) =>
      through.inputBits(port, low, bits).flatMap((part) => {
        const value = values.get(part.net);
        return value ? bitsRead(value, part.low, part.width) : [];
      });
    const wholeReads = () => inputs.flatMap((value) => bitsRead(value, 0, value.width));
    return [[net, { width, reads: namesIn(inputs), bitReads, wholeReads, line: () => inst.at }]];
  });
}

function overlap(a: Bits, b: Bits): boolean {
  return a.net === b.net && a.low < b.low + b.width && b.low < a.low + a.width;
}

/** The bits that `width` bits of an expression follow from, from bit `low` on. */
export function bitsRead(value: Expression, low: number, width: number): Bits[] {
  const found: Bits[] = [];
  eachBitRead(value, low, width, (ref, from, bits) => found.push({ net: ref.name, low: from, width: bits }));
  return found;
}

function namesIn(roots: readonly Expression[]): string[] {
  return wholeNets(roots).map(({ net }) => net);
}

/** All bits of every net that the expressions read. */
function wholeNets(roots: readonly Expression[]): Bits[] {
  const nets = new Map<string, Bits>();
  const seen = new Set<Expression>();
  const pending = [...roots];
  for (let e = pending.pop(); e !== undefined; e = pending.pop()) {
    if (e.kind === "ref") nets.set(e.name, { net: e.name, low: 0, width: e.width });
    else if (!seen.has(e)) pushOperands(e, pending);
    seen.add(e);
  }
  return [...nets.values()];
}

function summary(module: Module, drivers: ReadonlyMap<string, Driver>): Summary {
  const ports = new Set(module.ports.filter((port) => port.direction === "input").map((port) => port.name));
  const inputs = new Map<string, readonly string[]>();
  for (const port of module.ports) {
    if (port.direction !== "output") continue;
    const seen = new Set([port.name]);
    for (const net of seen) for (const read of drivers.get(net)?.reads ?? []) seen.add(read);
    const own = [...ports].filter((input) => seen.has(input));
    if (own.length > 0) inputs.set(port.name, own);
  }
  const inputBits = (port: string, low: number, width: number): Bits[] => {
    const found: Bits[] = [];
    const seen = new Set<string>();
    const pending: Bits[] = [{ net: port, low, width }];
    for (const bits of pending) {
      const key = `${bits.net} ${bits.low} ${bits.width}`;
      if (seen.has(key)) continue;
      seen.add(key);
      if (ports.has(bits.net)) found.push(bits);
      else pending.push(...(drivers.get(bits.net)?.bitReads(bits.low, bits.width) ?? []));
    }
    return found;
  };
  return { inputs, inputBits };
}
