import { UserError } from "../errors.ts";
import { describeSpec } from "../parameters.ts";
import type { MatrixShape } from "../xnor/folding.ts";
import { initiationInterval } from "./cycles.ts";
import { checkLayers } from "./fit.ts";
import { cheapestFold, type FoldLimits } from "./fold-search.ts";
import { type BnnParameters, bnnSpec } from "./spec.ts";

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
 * Processing elements and lanes of the least area by the model of area.ts, of all that can be chained, with which a vector takes no
 * more than `interval` cycles; or the fastest within a budget of `luts`, and of those the least (FINN, section 4.3: a layer is
 * folded until all layers take about as long). Results of a layer are gathered or split whole into words of the next. Throws
 * `UserError`: fold-impossible where no choice will do, with the nearest that would; wrong-layers.
 */
export function fold(layers: readonly MatrixShape[], target: FoldTarget): Fold {
  checkLayers(layers.length);
  const limits = limitsOfPipelines();
  const found = (interval: number): Fold | undefined => {
    const cheapest = cheapestFold(layers, interval, limits);
    return cheapest && { ...cheapest, interval: initiationInterval(cheapest, layers) };
  };
  // More cycles never cost more tables: what is fast enough for few is for many.
  const slowest = Math.max(...layers.map(({ rows, cols }) => rows * cols));
  if ("interval" in target) {
    const chosen = found(target.interval);
    if (chosen) return chosen;
    const fastest = smallest(found, slowest, () => true);
    throw impossible(`a vector in ${target.interval} cycles`, "interval", fastest && `at least ${fastest.interval}`);
  }
  const chosen = smallest(found, slowest, ({ luts }) => luts <= target.luts);
  if (chosen) return chosen;
  const least = found(slowest);
  throw impossible(`${target.luts} look-up tables`, "luts", least && `at least ${Math.ceil(least.luts)}`);
}

/** What is found for the smallest interval, up to `most`, that suits; any larger one suits too. */
function smallest(
  found: (interval: number) => Fold | undefined,
  most: number,
  suits: (fold: Fold) => boolean,
): Fold | undefined {
  let best: Fold | undefined;
  let [low, high] = [1, most];
  while (low <= high) {
    const middle = Math.floor((low + high) / 2);
    const tried = found(middle);
    if (tried && suits(tried)) {
      best = tried;
      high = Math.min(middle, tried.interval) - 1;
    } else low = middle + 1;
  }
  return best;
}

function limitsOfPipelines(): FoldLimits {
  const { parameters } = describeSpec(bnnSpec);
  const most = (name: string) => parameters.find((parameter) => parameter.name === name)?.max ?? 0;
  return {
    pes: most("pes"),
    lanes: most("lanes"),
    weightDepth: most("weightDepth"),
    inputDepth: most("inputDepth"),
  };
}

function impossible(what: string, where: string, expected = "smaller layers"): UserError {
  return new UserError({
    code: "fold-impossible",
    message: `no folding of these layers reaches ${what}`,
    where,
    expected,
    found: what,
    hint: "allow more cycles or more look-up tables",
  });
}
