import type { ReplayedProduct } from "../sw-model/limited/recording.ts";
import { compareDeep, type Difference } from "../testbench/compare.ts";
import type { SimulationOptions } from "../testbench/engine.ts";
import type { Simulation } from "../testbench/simulation.ts";
import { startGenerator } from "./execute.ts";
import { systolicGenerator } from "./systolic.ts";

export interface TrainingReplay {
  readonly steps: number;
  readonly products: number;
  /** Results, one an element of a product. */
  readonly compared: number;
  readonly mismatches: number;
  readonly first?: Difference & { readonly step: number; readonly kind: ReplayedProduct["kind"] };
  readonly cycles: number;
}

/**
 * Runs every product of the first `count` recorded training steps on the systolic array in a simulator and compares all results.
 * Products whose parameters agree share an array, which takes a new seed with each. `progress` is told of each step and the cycles so far.
 */
export async function replaySteps(
  recorded: Iterator<readonly ReplayedProduct[]>,
  count: number,
  engine: string,
  options: SimulationOptions & { readonly progress?: (step: number, cycles: number) => void } = {},
): Promise<TrainingReplay> {
  const arrays = new Map<string, Simulation>();
  let [products, compared, mismatches, cycles] = [0, 0, 0, 0];
  let first: TrainingReplay["first"];
  try {
    for (let step = 0; step < count; step++) {
      for (const { kind, parameters, operation, c } of recorded.next().value ?? []) {
        const key = JSON.stringify(parameters);
        const simulation =
          arrays.get(key) ?? (await startGenerator(systolicGenerator, { ...parameters }, engine, options));
        arrays.set(key, simulation);
        const outcome = await systolicGenerator.drive(simulation, parameters, operation);
        const found = compareDeep({ c }, outcome.result);
        products++;
        compared += found.compared;
        mismatches += found.differences;
        cycles += outcome.cycles;
        if (found.first) first ??= { ...found.first, step, kind };
      }
      options.progress?.(step + 1, cycles);
    }
  } finally {
    for (const simulation of arrays.values()) await simulation.close();
  }
  return { steps: count, products, compared, mismatches, ...(first ? { first } : {}), cycles };
}
