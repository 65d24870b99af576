/** Makes a failing case small, whatever the engine that fails. */
import { refuseLoops } from "../../hdl/loops.ts";
import { verifyCircuit } from "../../hdl/verify.ts";
import { clocksOf, type FuzzCase, inputsOf } from "../case.ts";
import type { Difference } from "../trace.ts";
import { fewerCycles, quieterInputs } from "./cycles.ts";
import { simplerExpressions } from "./expressions.ts";
import { lessHierarchy } from "./hierarchy.ts";
import { fewerItems, plainerItems } from "./items.ts";
import { sizeOf } from "./size.ts";
import { narrower } from "./widths.ts";

/** For each case what an engine does otherwise than the oracle, if anything. */
export type FindDifferences = (cases: readonly FuzzCase[]) => Promise<readonly (Difference | undefined)[]>;

export interface Shrunk {
  readonly fuzzCase: FuzzCase;
  readonly difference: Difference;
}

const passes = [lessHierarchy, fewerItems, fewerCycles, simplerExpressions, plainerItems, narrower, quieterInputs];

/**
 * Takes smaller cases for as long as one still fails in the same way: by other values, or by an error. `batch` cases are
 * tried at a time, since some engines take long to start; of those that fail the smallest is taken.
 */
export async function shrink(
  start: Shrunk,
  find: FindDifferences,
  { batch, log = () => undefined }: { readonly batch: number; readonly log?: (line: string) => void },
): Promise<Shrunk> {
  let best = cut(start);
  let size = sizeOf(best.fuzzCase);
  for (let idle = 0, turn = 0; idle < passes.length; turn++) {
    const smaller = await firstSmaller(best, size, passes[turn % passes.length], find, batch);
    if (!smaller) {
      idle++;
      continue;
    }
    best = cut(smaller);
    size = sizeOf(best.fuzzCase);
    log(`shrunk to ${size}`);
    idle = 0;
    // The same pass again.
    turn--;
  }
  return best;
}

/** Without the cycles after the first difference. */
function cut({ fuzzCase, difference }: Shrunk): Shrunk {
  return { fuzzCase: { ...fuzzCase, cycles: fuzzCase.cycles.slice(0, difference.cycle + 1) }, difference };
}

async function firstSmaller(
  best: Shrunk,
  size: number,
  pass: (fuzzCase: FuzzCase) => Iterable<FuzzCase>,
  find: FindDifferences,
  batch: number,
): Promise<Shrunk | undefined> {
  const attempt = async (cases: readonly FuzzCase[]): Promise<Shrunk | undefined> => {
    const differences = await find(cases);
    const failing = cases.flatMap((fuzzCase, i): Shrunk[] => {
      const difference = differences[i];
      return difference && difference.error === best.difference.error ? [{ fuzzCase, difference }] : [];
    });
    return failing.reduce<Shrunk | undefined>(
      (a, b) => (a && sizeOf(a.fuzzCase) <= sizeOf(b.fuzzCase) ? a : b),
      undefined,
    );
  };
  let pending: FuzzCase[] = [];
  for (const changed of pass(best.fuzzCase)) {
    const fuzzCase = fitting(changed);
    if (sizeOf(fuzzCase) >= size || !isWhole(fuzzCase)) continue;
    pending.push(fuzzCase);
    if (pending.length < batch) continue;
    const found = await attempt(pending);
    if (found) return found;
    pending = [];
  }
  return pending.length > 0 ? await attempt(pending) : undefined;
}

/** The cycles without ports that are gone. */
function fitting(fuzzCase: FuzzCase): FuzzCase {
  const inputs = inputsOf(fuzzCase.circuit).map(({ name }) => name);
  const clocks = new Set(clocksOf(fuzzCase.circuit).map(({ name }) => name));
  return {
    ...fuzzCase,
    cycles: fuzzCase.cycles.map((cycle) => ({
      inputs: new Map(inputs.map((name) => [name, cycle.inputs.get(name) ?? 0n])),
      clocks: cycle.clocks.filter((name) => clocks.has(name)),
    })),
  };
}

/** Whether a change left a circuit that can be simulated. */
function isWhole({ circuit, cycles }: FuzzCase): boolean {
  if (cycles.length === 0 || !circuit.modules.at(-1)?.ports.some((port) => port.direction === "output")) return false;
  try {
    refuseLoops(verifyCircuit(circuit));
    return true;
  } catch {
    return false;
  }
}
