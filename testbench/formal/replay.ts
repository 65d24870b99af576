/** A counterexample of the solver, run again in our own simulator, where the same property must fail at the same edge. */
import { type Circuit, PropertyFailure, Simulator } from "../../hdl/index.ts";
import type { Trace } from "./trace.ts";

export interface Counterexample {
  /** The assertion that fails: instance names and its own, joined by dots. */
  readonly property: string;
  /** Where it was written; absent when the circuit has no positions. */
  readonly at?: string;
  /** The step at whose edge it fails, the first being 0. */
  readonly step: number;
  /** Whether the first step is in reset, or in a state that need not be reachable (a failed induction step). */
  readonly start: "reset" | "any state";
  /** Ports of the top, registers, and the nets that the property's module names, with a value for each step. */
  readonly values: readonly { readonly net: string; readonly values: readonly bigint[] }[];
}

/** Throws when the simulator does not agree with the solver: one of the two is wrong about the circuit. */
export function replay(
  circuit: Circuit,
  trace: Trace,
  failed: readonly string[],
  start: Counterexample["start"],
): Counterexample {
  const top = circuit.modules[circuit.modules.length - 1];
  const at = (path: string, step: number) => trace.get(path)?.[step] ?? 0n;
  const simulator = new Simulator(circuit, {
    keepAll: true,
    initial: (_, path, word) => at(word === undefined ? path : `${path}[${word}]`, 0),
  });
  const inputs = top.ports.filter((port) => port.direction === "input" && port.role !== "clock");
  const module = /^.*\.|^/.exec(failed[0])?.[0] as string;
  const ports = new Set(top.ports.filter((port) => port.role !== "clock").map((port) => port.name));
  const shown = simulator
    .keptNets()
    .filter(({ path }) => ports.has(path) || (path.startsWith(module) && !path.slice(module.length).includes(".")))
    .map(({ path, width }) => ({ net: path, width, values: [] as bigint[] }))
    .filter(({ net }) => !top.ports.some((port) => port.name === net && port.role === "clock"));
  const steps = Math.max(...inputs.map(({ name }) => trace.get(name)?.length ?? 0), 1);
  for (let step = 0; step < steps; step++) {
    for (const { name } of inputs) simulator.poke(name, at(name, step));
    for (const { net, width, values } of shown) values.push(BigInt.asUintN(width, BigInt(simulator.peekPath(net))));
    try {
      simulator.step();
    } catch (error) {
      if (!(error instanceof PropertyFailure)) throw error;
      if (!failed.includes(error.path) || step !== steps - 1)
        throw disagreement(failed, steps - 1, `${error.path} fails in step ${step}`);
      const { where } = error.details;
      return {
        property: error.path,
        ...(where === undefined ? {} : { at: where }),
        step,
        start,
        values: shown.map(({ net, values }) => ({ net, values })),
      };
    }
  }
  throw disagreement(failed, steps - 1, "nothing fails");
}

function disagreement(failed: readonly string[], step: number, found: string): Error {
  return new Error(
    `the solver finds that ${failed.join(", ")} fails in step ${step}, but in the simulator ${found}; does the property depend on words beyond the end of a memory?`,
  );
}
