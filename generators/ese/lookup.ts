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
import { type EseParameters, lookupGroups, sampleFraction } from "../../sw-model/ese/spec.ts";

/** Edges from an argument to its value. */
export const lookupLatency = 2;

export interface LookupParameters
  extends Pick<EseParameters, "lookup" | "tableSize" | "tableRange" | "gateOutputFraction"> {
  readonly name: "sigmoid" | "tanh";
  /** Width and fraction bits of the argument, which reaches at least as far as the samples. */
  readonly width: number;
  readonly fraction: number;
}

/** What a look-up is called in the summary of its module. */
const kinds = {
  table: "the nearest sample",
  linear: "lines between samples",
  "k-tanh": "lines with slopes of powers of two",
} as const;

/**
 * Sigmoid or tanh from samples of the positive half (docs/ese-numerics.md): the nearest sample, a line between two, or a line with the
 * slope of a power of two (K-TanH, Kundu et al., 2019, here for fixed point). The value follows two edges after its argument.
 */
export const lookup = defineModule("ese_lookup", (p: LookupParameters) => {
  const value = sint(p.gateOutputFraction + 1);
  return {
    summary: `${p.name} by ${kinds[p.lookup]}.`,
    ports: { z: input(sint(p.width)), value: output(value) },
    build(io, m) {
      const isNegative = io.z.negative();
      const negative = m.reg("negative", bit);
      negative.set(isNegative);
      const ways = { table: nearest, linear: onLine, "k-tanh": byShift };
      const magnitude = ways[p.lookup](m, p, io.z);

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

/** The base of the argument's segment, and beside it what is beyond the segment's start, shifted by the segment's slope. */
function byShift(m: Builder, p: LookupParameters, z: SIntSignal): UIntSignal {
  const isNegative = z.negative();
  const mirrored = z.asUint().xor(spread(isNegative, p.width)).addWrap(concat(isNegative).extend(p.width));
  const top = p.fraction + Math.log2(p.tableRange);
  const segmentBits = Math.log2(p.tableSize / lookupGroups);
  const restBits = top - 1 - segmentBits;
  const beyond = mirrored.width === top ? fixedValue(bit, false) : mirrored.bits(mirrored.width - 1, top).nonzero();

  // The octave of the highest one; all are brought to the length of the first. Below the lowest octave there is one more group.
  const octaves = lookupGroups - 1;
  const within = (octave: number) => {
    const highest = Math.max(top - 2 - octave, top - 1 - octaves);
    // An octave of a single argument.
    if (highest < 0) return fixedValue(uint(top - 1), 0);
    const own = mirrored.bits(highest, 0);
    const zeros = top - 1 - own.width;
    return zeros === 0 ? own : concat(own, fixedValue(uint(zeros), 0));
  };
  let group: UIntSignal = fixedValue(uint(3), octaves);
  let place: UIntSignal = within(octaves);
  for (let octave = octaves - 1; octave >= 0; octave--) {
    const here = mirrored.bit(top - 1 - octave);
    group = select(uint(3), here, octave, group);
    place = select(uint(top - 1), here, within(octave), place);
  }
  const groupNode = m.node("group", group);
  const placeNode = m.node("place", place);
  const index = segmentBits === 0 ? groupNode : concat(groupNode, placeNode.bits(top - 2, restBits));

  const lines = linesOf(p);
  // Shifts to the right of what was first shifted to the left by as much as any slope asks for.
  const ahead = Math.max(0, ...lines.map(({ shift }) => -shift));
  const most = restBits + ahead;
  const shifts = lines.map(({ shift }) => Math.min(most, shift + ahead));
  const base = uint(p.gateOutputFraction);
  const shiftType = uint(countWidth(Math.max(1, ...shifts)));
  const table = m.rom(
    "segments",
    record({ base, shift: shiftType }),
    lines.map((line, k) => ({ base: line.base, shift: shifts[k] })),
  );
  const segment = table.readClocked("segment", { address: index, underWrite: "old" });
  const rest = m.reg("rest", uint(restBits));
  rest.set(placeNode.bits(restBits - 1, 0));
  const last = m.reg("last", bit);
  last.set(beyond);
  let rise: UIntSignal = ahead === 0 ? rest : concat(rest, fixedValue(uint(ahead), 0));
  for (let stage = 0; stage < shiftType.width; stage++) {
    const shifted = 2 ** stage >= most ? fixedValue(uint(most), 0) : rise.shiftRight(2 ** stage).extend(most);
    rise = m.node(`rise${stage}`, select(uint(most), segment.shift.bit(stage), shifted, rise));
  }
  const value = segment.base.add(rise);
  const end = Math.min(
    2 ** p.gateOutputFraction - 1,
    Math.floor(curve(p.name)(p.tableRange) * 2 ** p.gateOutputFraction + 0.5),
  );
  return select(base, last, end, value.wrap(base.width));
}

/** Base and shift of every segment by its index: octaves from the highest down, then what is below them. */
function linesOf({ name, tableSize, tableRange, gateOutputFraction, fraction }: LookupParameters) {
  const f = curve(name);
  const one = 2 ** gateOutputFraction;
  const perGroup = tableSize / lookupGroups;
  return Array.from({ length: tableSize }, (_, k) => {
    const group = Math.floor(k / perGroup);
    const octave = Math.min(group, lookupGroups - 2);
    const width = tableRange / 2 ** (octave + 1) / perGroup;
    const left = (group === octave ? width * perGroup : 0) + (k % perGroup) * width;
    const steepness = Math.round(Math.log2(width / (f(left + width) - f(left))));
    // The flattest slope adds nothing over a whole segment.
    const slope = 2 ** -Math.min(Math.log2(one * tableRange), steepness);
    const points = Array.from({ length: width * 2 ** fraction }, (_unused, i) => i / 2 ** fraction);
    const risen = points.map((x) => Math.floor(x * slope * one));
    const missing = points.map((x, i) => f(left + x) * one - risen[i]);
    const middle = missing.reduce((a, b) => Math.min(a, b)) + missing.reduce((a, b) => Math.max(a, b));
    const base = Math.min(one - 1 - risen[risen.length - 1], Math.max(0, Math.floor(middle / 2 + 0.5)));
    // In units of the last place of `place`, all octaves having been brought to the first one's length.
    return { base, shift: -Math.log2(slope) + fraction - gateOutputFraction + octave };
  });
}

function curve(name: LookupParameters["name"]): (x: number) => number {
  return name === "tanh" ? Math.tanh : (x) => 1 / (1 + Math.exp(-x));
}

/** Samples in the middle of their steps, or at all ends of them; 1 itself is out of range. */
function samplesOf({ name, lookup: kind, tableSize, tableRange, gateOutputFraction }: LookupParameters): number[] {
  const one = 2 ** gateOutputFraction;
  const f = curve(name);
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
