/**
 * Combinational loops: a net whose value depends on itself in the same cycle. Nets count whole: a loop through different
 * bits of one net is a loop too, because simulators schedule nets; a vec or record has a net for every element.
 */
import { HdlError } from "./errors.ts";
import { type Circuit, type Expression, type Module, operands } from "./ir.ts";
import type { LazyPosition } from "./position.ts";

/** For every output of a module, the inputs that it depends on in the same cycle. */
type Summary = ReadonlyMap<string, ReadonlySet<string>>;

interface Driver {
  readonly reads: readonly string[];
  readonly at: LazyPosition;
}

/** Returns the circuit, or throws naming the nets of a loop. */
export function refuseLoops(circuit: Circuit): Circuit {
  const summaries = new Map<string, Summary>();
  for (const module of circuit.modules) {
    const drivers = driversOf(module, summaries);
    refuseLoop(module, drivers);
    summaries.set(module.name, summary(module, drivers));
  }
  return circuit;
}

/** What each net reads in the same cycle. Registers, clocked reads and inputs read nothing. */
function driversOf(module: Module, summaries: ReadonlyMap<string, Summary>): Map<string, Driver> {
  const drivers = new Map<string, Driver>();
  for (const item of module.items) {
    if (item.kind === "wire") drivers.set(item.name, { reads: namesIn([item.value]), at: item.at });
    else if (item.kind === "memRead" && item.latency === 0)
      drivers.set(item.name, { reads: namesIn([item.address]), at: item.at });
    else if (item.kind === "inst") {
      const through = summaries.get(item.module) as Summary;
      for (const { port, net } of item.outputs) {
        const inputs = item.inputs.filter((connection) => through.get(port)?.has(connection.port));
        drivers.set(net, { reads: namesIn(inputs.map(({ value }) => value)), at: item.at });
      }
    }
  }
  return drivers;
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

function refuseLoop(module: Module, drivers: ReadonlyMap<string, Driver>): void {
  const finished = new Set<string>();
  const open = new Set<string>();
  const path: { net: string; reads: readonly string[]; next: number }[] = [];
  const enter = (net: string) => {
    const driver = drivers.get(net);
    if (!driver || finished.has(net)) return;
    if (open.has(net)) throw loopError(module, drivers, [...path.map((step) => step.net), net]);
    open.add(net);
    path.push({ net, reads: driver.reads, next: 0 });
  };
  for (const start of drivers.keys()) {
    enter(start);
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      if (step.next < step.reads.length) enter(step.reads[step.next++]);
      else {
        finished.add(step.net);
        open.delete(step.net);
        path.pop();
      }
    }
  }
}

function loopError(module: Module, drivers: ReadonlyMap<string, Driver>, path: readonly string[]): HdlError {
  const loop = path.slice(path.indexOf(path.at(-1) as string));
  const at = drivers.get(loop[0])?.at;
  const steps = loop.map((net) => {
    const where = drivers.get(net)?.at.toString();
    return where ? `${net} (${where})` : net;
  });
  return new HdlError(
    {
      code: "combinational-loop",
      message: `A value depends on itself in the same cycle in module "${module.name}".`,
      found: steps.join(" <- "),
      hint: "Put a register on the way; if only other bits of a net are meant, make it a vec.",
    },
    at,
  );
}

function summary(module: Module, drivers: ReadonlyMap<string, Driver>): Summary {
  const inputs = new Set(module.ports.filter((port) => port.direction === "input").map((port) => port.name));
  const result = new Map<string, ReadonlySet<string>>();
  for (const port of module.ports) {
    if (port.direction !== "output") continue;
    const seen = new Set([port.name]);
    for (const net of seen) for (const read of drivers.get(net)?.reads ?? []) seen.add(read);
    result.set(port.name, new Set([...seen].filter((net) => inputs.has(net))));
  }
  return result;
}
