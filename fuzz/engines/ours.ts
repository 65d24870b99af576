/** The two simulators of the language itself: the bigint oracle, and WebAssembly. */
import { HdlError } from "../../hdl/errors.ts";
import { powerUpBits } from "../../hdl/fixtures/power-up.ts";
import { Interpreter } from "../../hdl/simulator/interpreter.ts";
import { Simulator, type SimulatorOptions } from "../../hdl/simulator/simulator.ts";
import { type FuzzCase, outputsOf } from "../case.ts";
import { joined, type Trace } from "../trace.ts";

/** The meaning of the case. */
export function runOracle({ circuit, cycles }: FuzzCase): Trace {
  const oracle = new Interpreter(circuit, powerUpBits);
  const ports = outputsOf(circuit);
  const covers = new Map<string, number>();
  const failures: string[] = [];
  const outputs = cycles.map(({ inputs, clocks }) => {
    for (const [name, value] of inputs) oracle.poke(name, value);
    const digits = joined(ports, (name) => oracle.peek(name));
    oracle.step(1, clocks);
    failures.push(oracle.met.find(({ property }) => property.property !== "cover")?.path ?? "");
    for (const { path, property } of oracle.met)
      if (property.property === "cover") covers.set(path, (covers.get(path) ?? 0) + 1);
    return digits;
  });
  return { outputs, properties: { failures, covers } };
}

/** Ways to compile, by name; each must give the same. */
export const wasmVariants: Readonly<Record<string, SimulatorOptions>> = {
  wasm: {},
  "wasm/short-functions": { limits: { unitsPerFunction: 5 } },
  "wasm/all-nets": { keepAll: true },
  "wasm/shared-functions": { limits: { leastState: 1 } },
};

export function runWasm({ circuit, cycles }: FuzzCase, options: SimulatorOptions = {}): Trace {
  const simulator = new Simulator(circuit, { ...options, initial: powerUpBits });
  const ports = outputsOf(circuit);
  const failures: string[] = [];
  const outputs = cycles.map(({ inputs, clocks }) => {
    for (const [name, value] of inputs) simulator.poke(name, value);
    const digits = joined(ports, (name) => BigInt(simulator.peek(name)));
    failures.push(failureOf(simulator, clocks));
    return digits;
  });
  return { outputs, properties: { failures, covers: simulator.covers } };
}

/** Takes the edge; the path of the property that fails at it, else "". */
function failureOf(simulator: Simulator, clocks: readonly string[]): string {
  try {
    if (clocks.length > 0) simulator.step(1, clocks);
    return "";
  } catch (error) {
    if (!(error instanceof HdlError) || error.code !== "assertion-failed") throw error;
    return /"([^"]*)"/.exec(error.message)?.[1] ?? "";
  }
}
