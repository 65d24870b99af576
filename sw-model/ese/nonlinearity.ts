import { type EseParameters, sampleFraction } from "./spec.ts";

/** What decides a look-up besides the format of its argument. */
export type LookupParameters = Pick<EseParameters, "lookup" | "tableSize" | "tableRange" | "gateOutputFraction">;

export type Nonlinearity = "sigmoid" | "tanh";

const functions: Readonly<Record<Nonlinearity, (x: number) => number>> = {
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
};

/**
 * The samples of a function, raw with `gateOutputFraction` fraction bits, for arguments from 0 on. "table": `tableSize` of
 * them in the middle of their steps; "linear": one more, at the ends of the steps. 1 itself does not fit and is the largest value.
 */
export function samples(name: Nonlinearity, parameters: LookupParameters): number[] {
  const { lookup, tableSize, tableRange, gateOutputFraction } = parameters;
  const one = 2 ** gateOutputFraction;
  const [count, offset] = lookup === "table" ? [tableSize, 0.5] : [tableSize + 1, 0];
  return Array.from({ length: count }, (_, k) => {
    const value = functions[name](((k + offset) * tableRange) / tableSize);
    return Math.min(one - 1, Math.round(value * one));
  });
}

/** Looks arguments of `fraction` fraction bits up (docs/ese-numerics.md, sigmoid and tanh): raw in, raw out. */
export function lookupOf(name: Nonlinearity, parameters: LookupParameters, fraction: number): (z: number) => number {
  const table = samples(name, parameters);
  const scale = 2 ** (fraction - sampleFraction(parameters));
  const one = 2 ** parameters.gateOutputFraction;
  const last = table.length - 1;
  const positive =
    parameters.lookup === "table"
      ? (u: number) => table[Math.min(last, Math.floor(u / scale))]
      : (u: number) => {
          const k = Math.floor(u / scale);
          if (k >= last) return table[last];
          return table[k] + Math.floor(((table[k + 1] - table[k]) * (u - k * scale)) / scale);
        };
  // Samples in the middle of their steps mirror -1 - z; samples at the ends mirror -z.
  const mirrored = parameters.lookup === "table" ? (z: number) => -1 - z : (z: number) => -z;
  const negative = name === "sigmoid" ? (value: number) => one - value : (value: number) => 0 - value;
  return (z) => (z >= 0 ? positive(z) : negative(positive(mirrored(z))));
}

/** The function itself. */
export function exact(name: Nonlinearity, x: number): number {
  return functions[name](x);
}
