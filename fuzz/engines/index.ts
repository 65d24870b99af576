/** Every engine that fuzzing compares with the oracle. */
import type { FuzzCase } from "../case.ts";
import type { Engine } from "../differences.ts";
import { runIcarus } from "./icarus.ts";
import { runWasm, wasmVariants } from "./ours.ts";
import { runVerilator } from "./verilator.ts";
import { runNetlists, synthesisTargets } from "./yosys.ts";

export interface FuzzEngine {
  readonly name: string;
  /** One of this many of the circuits goes to this engine, where the user says nothing else. */
  readonly oneOf: number;
  /** This many circuits run together. */
  readonly batch: number;
  readonly run: Engine;
  readonly accepts: (fuzzCase: FuzzCase) => boolean;
}

const portable = (fuzzCase: FuzzCase) => fuzzCase.portable;
const narrow = (fuzzCase: FuzzCase) => fuzzCase.portable && fuzzCase.narrow;
/** Not every combination of ports and initial words has cells in a family of FPGAs. */
const withoutMemories = (fuzzCase: FuzzCase) =>
  narrow(fuzzCase) && !fuzzCase.circuit.modules.some(({ items }) => items.some(({ kind }) => kind === "mem"));

export const fuzzEngines: readonly FuzzEngine[] = [
  ...Object.entries(wasmVariants).map(
    ([name, options]): FuzzEngine => ({
      name,
      oneOf: name === "wasm" ? 1 : 4,
      batch: 1,
      run: async (cases) => cases.map((fuzzCase) => runWasm(fuzzCase, options)),
      accepts: () => true,
    }),
  ),
  { name: "icarus", oneOf: 10, batch: 50, run: runIcarus, accepts: portable },
  { name: "verilator", oneOf: 20, batch: 50, run: (cases) => runVerilator(cases), accepts: portable },
  ...synthesisTargets.map(
    (target): FuzzEngine => ({
      name: `yosys/${target.name}`,
      oneOf: target.name === "gates" ? 40 : 1000,
      batch: 5,
      run: (cases) => runNetlists(cases, target),
      accepts: target.cells ? withoutMemories : narrow,
    }),
  ),
];
