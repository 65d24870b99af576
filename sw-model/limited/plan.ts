import type { FixedFormat } from "../format/fixed.ts";
import type { TrainingArray, TrainingFormats } from "./fixed.ts";

/** Dense layers of these sizes with ReLU between them, or the convolutional network of the paper. */
export type NetworkShape =
  | { readonly kind: "dense"; readonly sizes: readonly number[] }
  | { readonly kind: "convolutional" };

/** How weights move; the same for all number formats of a plan. */
export interface Descent {
  readonly epochs: number;
  readonly batch: number;
  readonly rate: number;
  /** What the learning rate is multiplied by after each epoch. */
  readonly slowing: number;
  readonly momentum: number;
  readonly decay: number;
}

/** A network, how it is trained, and how its first weights scatter. */
export interface LimitedPlan {
  readonly name: string;
  readonly summary: string;
  readonly shape: NetworkShape;
  readonly descent: Descent;
  /** Standard deviation of the first weights. */
  readonly deviation: number;
  readonly activations: FixedFormat;
  readonly errors: FixedFormat;
}

/** The numbers of one training. */
export type NumberKind =
  | { readonly kind: "float" }
  | { readonly kind: "fixed"; readonly formats: TrainingFormats; readonly array: TrainingArray };

/** Inputs, maps of 5 x 5 convolutions, dense layers, as in the paper. */
export const convolutional = { side: 28, kernel: 5, maps: [8, 16], dense: [128, 10] } as const;

const paper16 = { activations: { il: 6, fl: 10 }, errors: { il: 2, fl: 14 } } as const;

const dense = { batch: 100, rate: 0.4, slowing: 0.9, momentum: 0, decay: 0 } as const;

export const limitedPlans = {
  small: {
    name: "small",
    summary: "784-256-256-10, a few minutes",
    shape: { kind: "dense", sizes: [784, 256, 256, 10] },
    descent: { epochs: 20, ...dense },
    deviation: 0.01,
    ...paper16,
  },
  dnn: {
    name: "dnn",
    summary: "784-1000-1000-10, the paper's fully connected network",
    shape: { kind: "dense", sizes: [784, 1000, 1000, 10] },
    descent: { epochs: 30, ...dense },
    deviation: 0.01,
    ...paper16,
  },
  cnn: {
    name: "cnn",
    summary: "the paper's small convolutional network: 5x5 by 8 and 16 maps, 2x2 pools, 128, 10",
    shape: { kind: "convolutional" },
    descent: { epochs: 10, batch: 100, rate: 0.1, slowing: 0.95, momentum: 0.9, decay: 5e-4 },
    deviation: 0.01,
    ...paper16,
  },
} as const satisfies Record<string, LimitedPlan>;

export type PlanName = keyof typeof limitedPlans;

/** Weight formats of 16 bits by their integer bits, the widest range first. */
export const weightFormats: readonly FixedFormat[] = [8, 6, 4, 2].map((il) => ({ il, fl: 16 - il }));

/** The paper's array, with draws that share no bits. */
const array = { rows: 28, cols: 28, lfsrWidth: 32, stepsPerDraw: 32 } as const;

/** "float", or the rounding and the weight format, such as "stochastic-8-8". Undefined where it is none of these. */
export function numbersNamed(
  name: string,
  { activations, errors }: Pick<LimitedPlan, "activations" | "errors">,
): NumberKind | undefined {
  if (name === "float") return { kind: "float" };
  const match = /^(nearest|stochastic)-(\d+)-(\d+)$/.exec(name);
  if (!match) return undefined;
  const [il, fl] = [Number(match[2]), Number(match[3])];
  if (il < 1 || il + fl > 16) return undefined;
  const rounding = match[1] as TrainingArray["rounding"];
  return { kind: "fixed", formats: { weights: { il, fl }, activations, errors }, array: { ...array, rounding } };
}

/** All trainings of a plan as the paper's figures have them. */
export const allNumbers: readonly string[] = [
  "float",
  ...weightFormats.flatMap(({ il, fl }) => [`stochastic-${il}-${fl}`, `nearest-${il}-${fl}`]),
];

/** Order of lists: float, then formats from wide range to narrow, stochastic before nearest. */
export function compareNumbers(a: string, b: string): number {
  const rank = (numbers: string) => {
    const [rounding, il] = numbers.split("-");
    return il === undefined ? -1000 : -2 * Number(il) + (rounding === "nearest" ? 1 : 0);
  };
  return rank(a) - rank(b);
}
