import { type EseParameters, lookupGroups, sampleFraction } from "./spec.ts";

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

/** A segment of k-tanh: base + floor(offset * 2^-shift) for the arguments `start` + offset, offset below `length`. */
export interface Segment {
  readonly start: number;
  readonly length: number;
  readonly base: number;
  readonly shift: number;
}

/**
 * The segments of k-tanh for raw arguments of `fraction` fraction bits, from 0 on (docs/ese-numerics.md): each slope is the power of
 * two nearest to the chord's, and the base balances the errors above and below.
 */
export function segments(name: Nonlinearity, parameters: LookupParameters, fraction: number): Segment[] {
  const { tableSize, tableRange, gateOutputFraction } = parameters;
  const each = tableSize / lookupGroups;
  const end = tableRange * 2 ** fraction;
  const one = 2 ** gateOutputFraction;
  const value = (raw: number) => functions[name](raw * 2 ** -fraction);
  return Array.from({ length: tableSize }, (_, at) => {
    // Group 0 is below the lowest octave, and as long as it.
    const group = Math.floor(at / each);
    const from = group === 0 ? 0 : end * 2 ** (group - lookupGroups);
    const length = (end * 2 ** (Math.max(group, 1) - lookupGroups)) / each;
    const start = from + (at % each) * length;
    const slope = (value(start + length) - value(start)) / (length * 2 ** -fraction);
    const exponent = Math.min(gateOutputFraction + Math.log2(tableRange), Math.round(-Math.log2(slope)));
    const shift = exponent + fraction - gateOutputFraction;
    const rise = (offset: number) => Math.floor(offset * 2 ** -shift);
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let offset = 0; offset < length; offset++) {
      const distance = value(start + offset) * one - rise(offset);
      least = Math.min(least, distance);
      most = Math.max(most, distance);
    }
    const highest = one - 1 - rise(length - 1);
    return { start, length, base: Math.max(0, Math.min(highest, Math.round((least + most) / 2))), shift };
  });
}

/** Looks arguments of `fraction` fraction bits up (docs/ese-numerics.md, sigmoid and tanh): raw in, raw out. */
export function lookupOf(name: Nonlinearity, parameters: LookupParameters, fraction: number): (z: number) => number {
  if (parameters.lookup === "k-tanh") return mirroredAtZero(name, parameters, bySegments(name, parameters, fraction));
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

/** The value for arguments from 0 on. */
function bySegments(name: Nonlinearity, parameters: LookupParameters, fraction: number): (u: number) => number {
  const all = segments(name, parameters, fraction);
  const end = parameters.tableRange * 2 ** fraction;
  const one = 2 ** parameters.gateOutputFraction;
  const last = Math.min(one - 1, Math.round(functions[name](parameters.tableRange) * one));
  // The segment of every argument in the range.
  const of = Array.from({ length: end }, (): Segment => all[0]);
  for (const segment of all) of.fill(segment, segment.start, segment.start + segment.length);
  return (u) => {
    if (u >= end) return last;
    const { start, base, shift } = of[u];
    return base + Math.floor((u - start) * 2 ** -shift);
  };
}

function mirroredAtZero(
  name: Nonlinearity,
  { gateOutputFraction }: LookupParameters,
  positive: (u: number) => number,
): (z: number) => number {
  const whole = name === "sigmoid" ? 2 ** gateOutputFraction : 0;
  return (z) => (z >= 0 ? positive(z) : whole - positive(-z));
}

/** The function itself. */
export function exact(name: Nonlinearity, x: number): number {
  return functions[name](x);
}
