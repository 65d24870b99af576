/**
 * Combinational loops: a bit whose value depends on itself in the same cycle. Nets are looked at whole first, which is
 * quick; only those that depend on themselves as wholes are looked at bit by bit, through instances too.
 */

import { type Driver, dependencies } from "./dependencies.ts";
import { HdlError } from "./errors.ts";
import type { Circuit, Module } from "./ir.ts";
import { refuse } from "./messages/problems.ts";
import { components } from "./module/components.ts";

/** Returns the circuit; loops are refused with their path. */
export function refuseLoops(circuit: Circuit, known = dependencies(circuit)): Circuit {
  for (const module of circuit.modules) {
    const drivers = known.get(module.name) as ReadonlyMap<string, Driver>;
    const reads = (net: string) => drivers.get(net)?.reads ?? [];
    const computed = [...drivers.keys()].filter((net) => reads(net).length > 0);
    for (const nets of components(computed, reads)) {
      const whole = nets.length > 1 || reads(nets[0]).includes(nets[0]);
      if (!whole) continue;
      const loop = bitLoop(nets, drivers);
      const tangle = loop ? undefined : bitLoop(nets, drivers, true);
      if (loop) refuse(() => loopError(module, drivers, loop));
      if (tangle) refuse(() => tangleError(module, drivers, tangle));
    }
  }
  return circuit;
}

/**
 * The shortest loop of bits among some nets, the first again at the end; undefined when there is none. With `wholePorts`
 * every bit of an instance's output follows from all bits of the inputs that any of its bits follows from.
 */
function bitLoop(
  nets: readonly string[],
  drivers: ReadonlyMap<string, Driver>,
  wholePorts = false,
): string[] | undefined {
  const inside = new Set(nets);
  const known = new Map<string, string[]>();
  const next = (node: string): string[] => {
    const before = known.get(node);
    if (before) return before;
    const [net, bit] = node.split(" ");
    const found = new Set<string>();
    const driver = drivers.get(net) as Driver;
    const bits = (wholePorts ? driver.wholeReads?.() : undefined) ?? driver.bitReads(Number(bit), 1);
    for (const { net: read, low, width } of bits) {
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
  return pathError(drivers, loop, {
    message: `A value depends on itself in the same cycle in module "${module.name}".`,
    hint: "Put a register on the way.",
  });
}

/** No bit depends on itself, but Verilog has no pieces of ports, and its tools take a port whole. */
function tangleError(module: Module, drivers: ReadonlyMap<string, Driver>, loop: readonly string[]): HdlError {
  return pathError(drivers, loop, {
    message: `An instance or a memory read at once makes a loop in module "${module.name}": tools take ports and addresses whole, though no bit depends on itself.`,
    hint: "Split the net on the way: a vec or a record has a net for each of its parts.",
  });
}

function pathError(
  drivers: ReadonlyMap<string, Driver>,
  loop: readonly string[],
  { message, hint }: { readonly message: string; readonly hint: string },
): HdlError {
  const named = (node: string) => {
    const [net, bit] = node.split(" ");
    return drivers.get(net)?.width === 1 ? net : `${net}[${bit}]`;
  };
  const steps = loop.slice(0, -1).map((node, i) => {
    const [[net, bit], [from, low]] = [node.split(" "), loop[i + 1].split(" ")];
    const read = { net: from, low: Number(low), width: 1 };
    return {
      role: "step",
      what: `"${named(node)}" follows from "${named(loop[i + 1])}"`,
      at: (drivers.get(net) as Driver).line(Number(bit), 1, read),
    };
  });
  const found = loop.map(named).join(" <- ");
  return new HdlError({ code: "combinational-loop", message, found, hint }, steps[0].at, steps);
}
