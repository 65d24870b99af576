/** A counterexample of the solver, run again in our own simulator, where the same property must fail at the same edge. */
import { type Circuit, type CircuitModule, PropertyFailure, Simulator } from "../../hdl/index.ts";
import { type MemoryPort, watchedPorts } from "./memory-ports.ts";
import type { Trace } from "./trace.ts";

/** A run in which a property fails, repeated in the simulator. */
export interface Counterexample {
  /** The assertion that fails: instance names and its own, joined by dots. */
  readonly property: string;
  /** Where it was written; absent when the circuit has no positions. */
  readonly at?: string;
  /** The step at whose edge it fails, the first being 0. */
  readonly step: number;
  /** Whether the first step is in reset, or in a state that need not be reachable (a failed induction step). */
  readonly start: "reset" | "any state";
  /**
   * Whether the same property failed at the same edge in our simulator, and none before. It need not where the run does with a
   * memory what the language leaves open: see `open`.
   */
  readonly replayed: boolean;
  /** What the run does that may have any result, which the solver chooses and the simulator takes as it comes. */
  readonly open?: OpenWord;
  /**
   * Ports of the top, registers, the nets that the property's module names, and the words that it reads, with a value for each
   * step, as the solver has them.
   */
  readonly values: readonly { readonly net: string; readonly values: readonly bigint[] }[];
}

/**
 * A word of a memory that may be anything: it lies beyond the memory's end, was read while it was written (`underWrite: "undefined"`), or written
 * by two ports at once.
 */
export interface OpenWord {
  readonly memory: string;
  readonly how: "beyond its end" | "read while written" | "written twice";
}

/** Drives the simulator with the inputs and the start state of a trace at whose last step the given assertions fail. */
export function replay(
  circuit: Circuit,
  trace: Trace,
  failed: readonly { readonly path: string; readonly at: string }[],
  start: Counterexample["start"],
): Counterexample {
  const top = circuit.modules[circuit.modules.length - 1];
  const solved = (path: string, step: number) => trace.get(path)?.[step];
  const { watched, ports } = watchedPorts(circuit, start === "any state");
  const given = new Map(ports.map(({ memory, init }) => [memory, init]));
  const simulator = new Simulator(watched, {
    keepAll: true,
    initial: (_, path, word) =>
      (word === undefined ? solved(path, 0) : (solved(`${path}[${word}]`, 0) ?? given.get(path)?.[word])) ?? 0n,
  });
  const pins = top.ports.filter((port) => port.role !== "clock");
  const steps = Math.max(1, ...pins.map(({ name }) => trace.get(name)?.length ?? 0));
  const shown = netsOf(simulator, failed[0].path, new Set(pins.map(({ name }) => name)), top);
  const inside = moduleOf(failed[0].path);
  const words = new Map<string, { readonly net: string; readonly values: readonly bigint[] }>();
  let open: OpenWord | undefined;
  const look = ({ memory, address }: MemoryPort) => {
    const word = Number(simulator.peekPath(address));
    const net = `${memory}[${word}]`;
    const values = trace.get(net);
    if (values && moduleOf(memory) === inside) words.set(net, { net, values: values.slice(0, steps) });
  };
  let first: PropertyFailure | undefined;
  for (let step = 0; step < steps && !first; step++) {
    for (const { name, direction } of pins) if (direction === "input") simulator.poke(name, solved(name, step) ?? 0n);
    for (const { net, width, values } of shown)
      values.push(solved(net, step) ?? BigInt.asUintN(width, BigInt(simulator.peekPath(net))));
    for (const port of ports) if (port.kind === "read") look(port);
    open ??= openWord(ports, (net) => Number(simulator.peekPath(net)));
    first = failureOf(() => simulator.step());
  }
  const same = failed.find(({ path }) => first?.path === path && first.edge === steps);
  const { path, at } = same ?? failed[0];
  return {
    property: path,
    ...(at === "" ? {} : { at }),
    step: steps - 1,
    start,
    replayed: same !== undefined,
    ...(open === undefined ? {} : { open }),
    values: [...shown.map(({ net, values }) => ({ net, values })), ...words.values()],
  };
}

/** What the ports of the memories do at an edge that may have any result. */
function openWord(ports: readonly MemoryPort[], value: (net: string) => number): OpenWord | undefined {
  for (const port of ports) {
    const { kind, memory, depth } = port;
    const word = value(port.address);
    if (kind === "read" && word >= depth) return { memory, how: "beyond its end" };
    if ((kind === "read" && !port.open) || value(port.enable) === 0) continue;
    const met = ports.some(
      (other) =>
        other !== port &&
        other.kind === "write" &&
        other.memory === memory &&
        other.clock === port.clock &&
        value(other.enable) === 1 &&
        value(other.address) === word,
    );
    if (met) return { memory, how: kind === "read" ? "read while written" : "written twice" };
  }
  return undefined;
}

/** Ports of the top and what the module of the property names, each with its values so far. */
function netsOf(simulator: Simulator, property: string, ports: ReadonlySet<string>, top: CircuitModule) {
  const inside = moduleOf(property);
  const clocks = new Set(top.ports.filter(({ role }) => role === "clock").map(({ name }) => name));
  return simulator
    .keptNets()
    .filter(({ path }) => !clocks.has(path) && !path.includes("$"))
    .filter(({ path }) => ports.has(path) || (path.startsWith(inside) && !path.slice(inside.length).includes(".")))
    .map(({ path, width }) => ({ net: path, width, values: [] as bigint[] }));
}

/** The instance that something stands in, with a dot behind it; "" in the top. */
function moduleOf(path: string): string {
  return path.slice(0, path.lastIndexOf(".") + 1);
}

function failureOf(step: () => void): PropertyFailure | undefined {
  try {
    step();
    return undefined;
  } catch (error) {
    if (error instanceof PropertyFailure) return error;
    throw error;
  }
}
