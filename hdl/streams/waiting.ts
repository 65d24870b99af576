/**
 * `valid` must not wait for `ready`: a consumer may wait for `valid` before it is ready, and two that wait for each other wait
 * for ever.
 */
import { type Bits, bitsRead, type Dependencies, type Driver } from "../dependencies.ts";
import { HdlError } from "../errors.ts";
import type { Circuit, Expression, Module } from "../ir.ts";
import { refuse } from "../messages/problems.ts";
import type { LazyPosition } from "../position.ts";

/** A stream seen from inside a module: the bits that its `valid` is or follows from, and the net of its `ready`. */
interface Handshake {
  readonly name: string;
  readonly valid: readonly Bits[];
  readonly ready: string;
  /** Whether the module offers its words and somebody else drives `ready`; a `ready` of its own is followed to what it comes from. */
  readonly offered: boolean;
  readonly at: LazyPosition;
}

/**
 * Returns the circuit; a `valid` that follows from a `ready` in the same cycle is refused, with the path: from its own, or from
 * that of another stream that the module offers words on, as in a fork that waits until all sides are ready.
 */
export function refuseWaiting(circuit: Circuit, dependencies: Dependencies): Circuit {
  const modules = new Map(circuit.modules.map((module) => [module.name, module]));
  for (const module of circuit.modules) {
    const drivers = dependencies.get(module.name) as ReadonlyMap<string, Driver>;
    const told = new Set<string>();
    const streams = handshakes(module, modules);
    const offered = streams.filter((stream) => stream.offered);
    for (const stream of streams) {
      const readies = new Map([...offered, stream].map(({ ready, name }) => [ready, name]));
      const path = reaches(stream, readies, drivers) ? pathOfBits(stream, readies, drivers) : undefined;
      // The same stream may come up again at an instance.
      if (!path || told.has(path[0].net)) continue;
      told.add(path[0].net);
      const other = readies.get(path[path.length - 1].net) as string;
      refuse(() => waitingError(module, stream, other, path, drivers));
    }
  }
  return circuit;
}

/** The streams that the module offers, those inside it, and those at its instances. */
function handshakes(module: Module, modules: ReadonlyMap<string, Module>): Handshake[] {
  const found: Handshake[] = [];
  const bit = (net: string) => [{ net, low: 0, width: 1 }];
  for (const { name, direction, valid, ready, at } of module.streams)
    if (direction !== "input") found.push({ name, valid: bit(valid), ready, offered: direction === "output", at });
  for (const item of module.items) {
    if (item.kind !== "inst") continue;
    const driven = (port: string) => item.inputs.find((input) => input.port === port)?.value as Expression;
    const net = (port: string) => item.outputs.find((output) => output.port === port)?.net as string;
    for (const stream of modules.get(item.module)?.streams ?? []) {
      const name = `${item.name}.${stream.name}`;
      if (stream.direction === "input") {
        const valid = bitsRead(driven(stream.valid), 0, 1);
        found.push({ name, valid, ready: net(stream.ready), offered: true, at: item.at });
      } else if (stream.direction === "output") {
        const ready = driven(stream.ready);
        // What stands there as an expression follows from streams that are looked at by themselves.
        if (ready.kind === "ref")
          found.push({ name, valid: bit(net(stream.valid)), ready: ready.name, offered: false, at: item.at });
      }
    }
  }
  return found;
}

type Nets = ReadonlyMap<string, unknown>;

/** Whether the nets as wholes lead from `valid` to a `ready`. */
function reaches({ valid }: Handshake, readies: Nets, drivers: ReadonlyMap<string, Driver>): boolean {
  const seen = new Set(valid.map(({ net }) => net));
  for (const net of seen) for (const read of drivers.get(net)?.reads ?? []) seen.add(read);
  return [...seen].some((net) => readies.has(net));
}

/** The shortest way from `valid` to a `ready` by the bits that are really read, both included. */
function pathOfBits({ valid }: Handshake, readies: Nets, drivers: ReadonlyMap<string, Driver>): Bits[] | undefined {
  interface Step extends Bits {
    readonly from?: Step;
  }
  const seen = new Set<string>();
  const pending: Step[] = [...valid];
  for (const step of pending) {
    if (readies.has(step.net)) {
      const path: Bits[] = [];
      for (let at: Step | undefined = step; at; at = at.from) path.unshift(at);
      return path;
    }
    for (const read of drivers.get(step.net)?.bitReads(step.low, step.width) ?? []) {
      const key = `${read.net} ${read.low} ${read.width}`;
      if (!seen.has(key)) pending.push({ ...read, from: step });
      seen.add(key);
    }
  }
  return undefined;
}

function waitingError(
  module: Module,
  { name, at }: Handshake,
  other: string,
  path: readonly Bits[],
  drivers: ReadonlyMap<string, Driver>,
): HdlError {
  const steps = path.slice(0, -1).map(({ net, low, width }, i) => ({
    role: "step",
    what: `"${net}" follows from "${path[i + 1].net}"`,
    at: drivers.get(net)?.line(low, width, path[i + 1]) ?? at,
  }));
  return new HdlError(
    {
      code: "valid-waits-for-ready",
      message: `The valid of stream "${name}" waits for ${
        other === name ? "its own ready" : `the ready of stream "${other}"`
      } in module "${module.name}".`,
      expected: "a valid that does not follow from ready in the same cycle",
      found: path.map(({ net }) => net).join(" <- "),
      hint:
        other === name
          ? "Offer the word, and change state at fire; or cut the path of ready with buffered(…)."
          : "Offer each side its word on its own and remember who took it, as forked(…) does; or cut the path with buffered(…).",
    },
    at,
    steps,
  );
}
