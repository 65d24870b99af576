import { UserError } from "../errors.ts";
import { foldsOf, type MatrixShape } from "../xnor/folding.ts";
import { arrayLuts } from "./area.ts";
import { initiationInterval } from "./cycles.ts";
import type { BnnParameters } from "./spec.ts";

/** What a pipeline is chosen for: cycles a vector at most, or look-up tables at most. */
export type FoldTarget = { readonly interval: number } | { readonly luts: number };

/** A choice of processing elements and lanes, as parameters of `bnn`, and what it comes to. */
export interface Fold extends Pick<BnnParameters, "pes" | "lanes"> {
  /** Cycles a vector. */
  readonly interval: number;
  /** Look-up tables by the model of area.ts. */
  readonly luts: number;
}

/**
 * Processing elements and lanes, powers of two and divisors, of the least area by the model of area.ts, with which a vector takes no more than `interval` cycles, or the fastest within
 * a budget of `luts` (FINN, section 4.3: a layer is folded until all layers take about as long). Results of a layer are
 * gathered or split whole into words of the next. Throws `UserError` fold-impossible where no choice will do, with the nearest
 * that would.
 */
export function fold(layers: readonly MatrixShape[], target: FoldTarget): Fold {
  if ("interval" in target) {
    const found = cheapest(layers, target.interval);
    if (found) return found;
    throw impossible(`a vector in ${target.interval} cycles`, "interval", "1 or more");
  }
  // More cycles never cost more tables, so the smallest interval within the budget is found by halving.
  let [low, high] = [1, Math.max(...layers.map(({ rows, cols }) => rows * cols))];
  const least = cheapest(layers, high);
  if (!least || least.luts > target.luts) {
    throw impossible(`${target.luts} look-up tables`, "luts", `at least ${Math.ceil(least?.luts ?? 0)}`);
  }
  let best = least;
  while (low <= high) {
    const middle = Math.floor((low + high) / 2);
    const tried = cheapest(layers, middle);
    if (tried && tried.luts <= target.luts) {
      best = tried;
      high = middle - 1;
    } else low = middle + 1;
  }
  return best;
}

interface Choice {
  readonly pes: number;
  readonly lanes: number;
  readonly luts: number;
}

/** As many lanes as the model of the area was checked for; more are counted in one cycle, too, but that is a long path. */
const checkedLanes = 128;

/** The cheapest pipeline of at most `interval` cycles; with more than 128 lanes only where it must be. */
function cheapest(layers: readonly MatrixShape[], interval: number): Fold | undefined {
  return cheapestOf(layers, interval, checkedLanes) ?? cheapestOf(layers, interval, 4096);
}

/** Layer by layer: the best way to end in each number of elements. */
function cheapestOf(layers: readonly MatrixShape[], interval: number, mostLanes: number): Fold | undefined {
  let ways = new Map<number, { luts: number; choices: readonly Choice[] }>([[0, { luts: 0, choices: [] }]]);
  layers.forEach((matrix, i) => {
    const choices = choicesFor(matrix, interval, i > 0, mostLanes);
    const next: typeof ways = new Map();
    for (const [before, way] of ways) {
      for (const choice of choices) {
        if (before > 0 && before % choice.lanes !== 0 && choice.lanes % before !== 0) continue;
        // What is split must not take longer than the interval either: that many words pass one by one.
        if (before > choice.lanes && Math.ceil(matrix.cols / choice.lanes) > interval) continue;
        const luts = way.luts + choice.luts;
        if (luts >= (next.get(choice.pes)?.luts ?? Number.POSITIVE_INFINITY)) continue;
        next.set(choice.pes, { luts, choices: [...way.choices, choice] });
      }
    }
    ways = next;
  });
  const best = [...ways.values()].sort((a, b) => a.luts - b.luts)[0];
  if (!best) return undefined;
  const [pes, lanes] = [best.choices.map((choice) => choice.pes), best.choices.map((choice) => choice.lanes)];
  const reached = initiationInterval({ pes, lanes }, layers);
  return reached <= interval ? { pes, lanes, interval: reached, luts: best.luts } : undefined;
}

/**
 * Arrays that are fast enough for a layer: powers of two, which always go together, and for rows (and the columns of the
 * first layer, which follow no other) also what divides them.
 */
function choicesFor(matrix: MatrixShape, interval: number, chained: boolean, mostLanes: number): Choice[] {
  const lanesAllowed = sizes(matrix.cols, mostLanes, !chained);
  return sizes(matrix.rows, 1024, true).flatMap((pes) => {
    // Fewer lanes are always cheaper.
    const lanes = lanesAllowed.filter((count) => {
      const { rowFolds, columnFolds } = foldsOf(matrix, { pes, lanes: count });
      return rowFolds * columnFolds <= interval;
    });
    return lanes.map((count) => ({ pes, lanes: count, luts: arrayLuts({ pes, lanes: count }) }));
  });
}

function sizes(count: number, most: number, divisors: boolean): number[] {
  const found: number[] = [];
  for (let size = 1; size <= Math.min(count, most); size++) {
    if ((size & (size - 1)) === 0 || (divisors && count % size === 0)) found.push(size);
  }
  // The first power of two that takes all at once.
  const all = 2 ** Math.ceil(Math.log2(count));
  if (all <= most && !found.includes(all)) found.push(all);
  return found;
}

function impossible(what: string, where: string, expected: string): UserError {
  return new UserError({
    code: "fold-impossible",
    message: `no folding of these layers reaches ${what}`,
    where,
    expected,
    found: what,
    hint: "allow more cycles or more look-up tables",
  });
}
