import {
  type BitSignal,
  type Builder,
  bit,
  concat,
  countWidth,
  defineModule,
  fixedValue,
  input,
  output,
  record,
  type SIntSignal,
  select,
  sint,
  type UIntSignal,
  uint,
} from "../../hdl/index.ts";
import { type EseParameters, sampleFraction } from "../../sw-model/ese/spec.ts";

/** Edges from an argument to its value. */
export const lookupLatency = 2;

export interface LookupParameters
  extends Pick<EseParameters, "lookup" | "tableSize" | "tableRange" | "gateOutputFraction"> {
  readonly name: "sigmoid" | "tanh";
  /** Width and fraction bits of the argument, which reaches at least as far as the samples. */
  readonly width: number;
  readonly fraction: number;
}

/**
 * Sigmoid or tanh from samples of the positive half (docs/ese-numerics.md): the nearest sample, or a line between two. The value
 * follows two edges after its argument.
 */
export const lookup = defineModule("ese_lookup", (p: LookupParameters) => {
  const value = sint(p.gateOutputFraction + 1);
  return {
    summary: `${p.name} by ${p.lookup === "table" ? "the nearest sample" : "lines between samples"}.`,
    ports: { z: input(sint(p.width)), value: output(value) },
    build(io, m) {
      const isNegative = io.z.negative();
      const negative = m.reg("negative", bit);
      negative.set(isNegative);
      const magnitude = p.lookup === "table" ? nearest(m, p, io.z) : onLine(m, p, io.z);

      const positive = concat(fixedValue(uint(1), 0), magnitude).asSint();
      const mirror = p.name === "sigmoid" ? 2 ** p.gateOutputFraction : 0;
      const below = fixedValue(sint(value.width + 1), mirror)
        .sub(positive)
        .wrap(value.width);
      const result = m.reg("result", value);
      result.set(select(value, negative, below, positive));
      io.value.set(result);
    },
  };
});

/** The sample of the step in which the argument lies, or the last one. */
function nearest(m: Builder, p: LookupParameters, z: SIntSignal): UIntSignal {
  // Samples lie in the middle of their steps, so -1 - z has the sample of z: no adder.
  const mirrored = z
    .asUint()
    .xor(spread(z.negative(), p.width))
    .bits(p.width - 2, 0);
  const { index, beyond } = stepOf(p, mirrored);
  const table = m.rom("samples", uint(p.gateOutputFraction), samplesOf(p));
  const address = index.or(spread(beyond, index.width));
  return table.readClocked("sample", { address, underWrite: "old" });
}

/** From the sample below the argument towards the one above it. */
function onLine(m: Builder, p: LookupParameters, z: SIntSignal): UIntSignal {
  const isNegative = z.negative();
  const mirrored = z.asUint().xor(spread(isNegative, p.width)).addWrap(concat(isNegative).extend(p.width));
  const { index, beyond, shift } = stepOf(p, mirrored);
  const values = samplesOf(p);
  const slopes = values.slice(1).map((next, k) => next - values[k]);
  const base = uint(p.gateOutputFraction);
  const slope = uint(countWidth(Math.max(1, ...slopes)));
  const table = m.rom(
    "samples",
    record({ base, slope }),
    slopes.map((difference, k) => ({ base: values[k], slope: difference })),
  );
  const sample = table.readClocked("sample", { address: index, underWrite: "old" });
  const last = m.reg("last", bit);
  last.set(beyond);
  const end = values[values.length - 1];
  if (shift === 0) {
    m.unused(z);
    return select(base, last, end, sample.base);
  }
  const rest = m.reg("rest", uint(shift));
  rest.set(mirrored.bits(shift - 1, 0));
  // Between two samples of `base` bits.
  const between = sample.base.add(sample.slope.mul(rest).shiftRight(shift)).wrap(base.width);
  return select(base, last, end, between);
}

/** Samples in the middle of their steps, or at all ends of them; 1 itself is out of range. */
function samplesOf({ name, lookup: kind, tableSize, tableRange, gateOutputFraction }: LookupParameters): number[] {
  const one = 2 ** gateOutputFraction;
  const f = name === "tanh" ? Math.tanh : (x: number) => 1 / (1 + Math.exp(-x));
  const places = Array.from({ length: tableSize }, (_, k) => k + 0.5);
  const ends = Array.from({ length: tableSize + 1 }, (_, k) => k);
  return (kind === "table" ? places : ends).map((k) => {
    return Math.min(one - 1, Math.floor(f((k * tableRange) / tableSize) * one + 0.5));
  });
}

/** Which step the argument lies in, and whether it lies beyond all of them. */
function stepOf(p: LookupParameters, magnitude: UIntSignal) {
  const shift = p.fraction - sampleFraction(p);
  const indexBits = Math.log2(p.tableSize);
  const top = shift + indexBits;
  return {
    shift,
    index: magnitude.bits(top - 1, shift),
    beyond: magnitude.width === top ? fixedValue(bit, false) : magnitude.bits(magnitude.width - 1, top).nonzero(),
  };
}

function spread(flag: BitSignal, width: number): UIntSignal {
  return concat(...Array.from({ length: width }, () => flag));
}
