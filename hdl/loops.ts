/**
 * Combinational loops: a bit whose value depends on itself in the same cycle. Nets are looked at whole first, which is
 * quick; only those that depend on themselves as wholes are looked at bit by bit, through instances too.
 */
import { eachBitRead } from "./bit-reads.ts";
import { components } from "./components.ts";
import { HdlError } from "./errors.ts";
import { type Circuit, type Expression, type Inst, type Module, operands } from "./ir.ts";
import type { LazyPosition } from "./position.ts";
import { refuse } from "./problems.ts";

/** Some bits of a net. */
interface Bits {
  readonly net: string;
  readonly low: number;
  readonly width: number;
}

/** What computes a net in the same cycle. */
interface Driver {
  readonly width: number;
  readonly reads: readonly string[];
  /** The bits that some bits of the net follow from. */
  bitReads(low: number, width: number): readonly Bits[];
  readonly at: LazyPosition;
}

/** What is known of a module when its instances are looked at. */
interface Summary {
  /** For every output the inputs that it depends on in the same cycle. */
  readonly inputs: ReadonlyMap<string, ReadonlySet<string>>;
  /** The same for some bits. */
  inputBits(port: string, low: number, width: number): readonly Bits[];
}

/** Returns the circuit; loops are refused with their path. */
export function refuseLoops(circuit: Circuit): Circuit {
  const summaries = new Map<string, Summary>();
  for (const module of circuit.modules) {
    const drivers = driversOf(module, summaries);
    const reads = (net: string) => drivers.get(net)?.reads ?? [];
    for (const nets of components(drivers.keys(), reads)) {
      const whole = nets.length > 1 || reads(nets[0]).includes(nets[0]);
      const loop = whole ? bitLoop(nets, drivers) : undefined;
      if (loop) refuse(() => loopError(module, drivers, loop));
    }
    summaries.set(module.name, summary(module, drivers));
  }
  return circuit;
}

/** What computes each net. Registers, clocked reads and inputs are not computed in the same cycle. */
function driversOf(module: Module, summaries: ReadonlyMap<string, Summary>): Map<string, Driver> {
  const drivers = new Map<string, Driver>();
  for (const item of module.items) {
    if (item.kind === "wire") {
      const { value, width, at } = item;
      const bitReads = (low: number, bits: number) => bitsRead(value, low, bits);
      drivers.set(item.name, { width, reads: namesIn([value]), bitReads, at });
    } else if (item.kind === "memRead" && item.latency === 0) {
      const { address, width, at } = item;
      const bitReads = () => bitsRead(address, 0, address.width);
      drivers.set(item.name, { width, reads: namesIn([address]), bitReads, at });
    } else if (item.kind === "inst") {
      const through = summaries.get(item.module);
      if (through) for (const [net, driver] of outputDrivers(item, through)) drivers.set(net, driver);
    }
  }
  return drivers;
}

function outputDrivers(inst: Inst, through: Summary): [string, Driver][] {
  const values = new Map(inst.inputs.map(({ port, value }) => [port, value]));
  return inst.outputs.map(({ port, net, width }) => {
    const inputs = inst.inputs.filter((connection) => through.inputs.get(port)?.has(connection.port));
    const bitReads = (low: number, bits: number) =>
      through.inputBits(port, low, bits).flatMap((part) => {
        const value = values.get(part.net);
        return value ? bitsRead(value, part.low, part.width) : [];
      });
    return [net, { width, reads: namesIn(inputs.map(({ value }) => value)), bitReads, at: inst.at }];
  });
}

function bitsRead(value: Expression, low: number, width: number): Bits[] {
  const found: Bits[] = [];
  eachBitRead(value, low, width, (ref, from, bits) => found.push({ net: ref.name, low: from, width: bits }));
  return found;
}

function namesIn(roots: readonly Expression[]): string[] {
  const names = new Set<string>();
  const seen = new Set<Expression>();
  const pending = [...roots];
  for (let e = pending.pop(); e !== undefined; e = pending.pop()) {
    if (seen.has(e)) continue;
    seen.add(e);
    if (e.kind === "ref") names.add(e.name);
    else pending.push(...operands(e));
  }
  return [...names];
}

/** The shortest loop of bits among some nets, the first again at the end; undefined when there is none. */
function bitLoop(nets: readonly string[], drivers: ReadonlyMap<string, Driver>): string[] | undefined {
  const inside = new Set(nets);
  const known = new Map<string, string[]>();
  const next = (node: string): string[] => {
    const before = known.get(node);
    if (before) return before;
    const [net, bit] = node.split(" ");
    const found = new Set<string>();
    for (const { net: read, low, width } of (drivers.get(net) as Driver).bitReads(Number(bit), 1)) {
      if (inside.has(read)) for (let i = 0; i < width; i++) found.add(`${read} ${low + i}`);
    }
    known.set(node, [...found]);
    return [...found];
  };
  const bits = nets.flatMap((net) =>
    Array.from({ length: (drivers.get(net) as Driver).width }, (_, i) => `${net} ${i}`),
  );
  const looped = components(bits, next).find((nodes) => nodes.length > 1 || next(nodes[0]).includes(nodes[0]));
  // By name, so that the same loop is told the same way whatever the order of the items.
  return looped && shortestLoop([...looped].sort()[0], next);
}

/** The shortest way from a node back to itself. */
function shortestLoop(start: string, next: (node: string) => readonly string[]): string[] {
  const from = new Map<string, string>();
  const pending = [start];
  for (const node of pending) {
    for (const successor of next(node)) {
      if (successor === start) {
        const path = [start];
        for (let at = node; at !== start; at = from.get(at) as string) path.unshift(at);
        return [start, ...path];
      }
      if (from.has(successor)) continue;
      from.set(successor, node);
      pending.push(successor);
    }
  }
  return [start];
}

function loopError(module: Module, drivers: ReadonlyMap<string, Driver>, loop: readonly string[]): HdlError {
  const named = (node: string) => {
    const [net, bit] = node.split(" ");
    return drivers.get(net)?.width === 1 ? net : `${net}[${bit}]`;
  };
  const at = (node: string) => (drivers.get(node.split(" ")[0]) as Driver).at;
  const steps = loop.slice(0, -1).map((node, i) => ({
    role: "step",
    what: `"${named(node)}" follows from "${named(loop[i + 1])}"`,
    at: at(node),
  }));
  return new HdlError(
    {
      code: "combinational-loop",
      message: `A value depends on itself in the same cycle in module "${module.name}".`,
      found: loop.map(named).join(" <- "),
      hint: "Put a register on the way.",
    },
    at(loop[0]),
    steps,
  );
}

function summary(module: Module, drivers: ReadonlyMap<string, Driver>): Summary {
  const ports = new Set(module.ports.filter((port) => port.direction === "input").map((port) => port.name));
  const inputs = new Map<string, ReadonlySet<string>>();
  for (const port of module.ports) {
    if (port.direction !== "output") continue;
    const seen = new Set([port.name]);
    for (const net of seen) for (const read of drivers.get(net)?.reads ?? []) seen.add(read);
    inputs.set(port.name, new Set([...seen].filter((net) => ports.has(net))));
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
