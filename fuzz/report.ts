/** A mismatch made small, and as text for whoever looks for the fault. */
import type { Circuit } from "../hdl/ir.ts";
import { printCircuit } from "../hdl/text/print.ts";
import { emitVerilog } from "../hdl/verilog/emit.ts";
import type { FuzzCase } from "./case.ts";
import { findDifferences } from "./differences.ts";
import type { FuzzEngine } from "./engines/index.ts";
import { runOracle } from "./engines/ours.ts";
import type { Mismatch } from "./run.ts";
import { shrink } from "./shrink/shrink.ts";
import type { Difference, Trace } from "./trace.ts";

/** Cases that are tried at a time while one shrinks. */
const triedTogether = 20;

export async function shrinkMismatch(mismatch: Mismatch, log?: (line: string) => void): Promise<Mismatch> {
  const { engine } = mismatch;
  const find = (cases: readonly FuzzCase[]) => differencesOf(engine, cases);
  const shrunk = await shrink(mismatch, find, {
    batch: engine.batch === 1 ? 1 : triedTogether,
    ...(log ? { log } : {}),
  });
  return { ...mismatch, ...shrunk };
}

/** Differences from an oracle that runs here too; a case that the oracle cannot run has none. */
async function differencesOf(engine: FuzzEngine, cases: readonly FuzzCase[]): Promise<(Difference | undefined)[]> {
  const expected = cases.map((fuzzCase): Trace | undefined => {
    try {
      return runOracle(fuzzCase);
    } catch {
      return undefined;
    }
  });
  const runnable = cases.flatMap((fuzzCase, i) => (expected[i] ? [{ fuzzCase, trace: expected[i] as Trace, i }] : []));
  const found = await findDifferences(
    engine.run,
    runnable.map(({ fuzzCase }) => fuzzCase),
    runnable.map(({ trace }) => trace),
  );
  const all: (Difference | undefined)[] = cases.map(() => undefined);
  for (const [k, { i }] of runnable.entries()) all[i] = found[k];
  return all;
}

/** Seed and command, the first difference, the inputs up to it, the circuit and its Verilog. */
export function reportMismatch({ engine, fuzzCase, difference }: Mismatch): string {
  const { seed, circuit, cycles } = fuzzCase;
  const inputs = cycles.map(({ inputs, clocks }, i) => {
    const values = [...inputs].map(([name, value]) => `${name}=0x${value.toString(16)}`);
    return `  cycle ${i}: ${values.join(" ")}, rising: ${clocks.join(" ") || "none"}`;
  });
  return [
    `${engine.name} differs from the oracle in cycle ${difference.cycle}: ${difference.what}`,
    `  expected ${difference.expected}`,
    `  found    ${difference.found}`,
    `The circuit before it was made small: make fuzz SEED=${seed} COUNT=1 ENGINE=${engine.name}`,
    ...inputs,
    "",
    printCircuit(circuit),
    verilogOf(circuit),
  ].join("\n");
}

function verilogOf(circuit: Circuit): string {
  try {
    return emitVerilog(circuit, { blackBoxes: "modelled" }).text;
  } catch (error) {
    return `no Verilog: ${(error as Error).message}\n`;
  }
}
