import {
  type BitSignal,
  type Builder,
  bit,
  concat,
  defineModule,
  fixedValue,
  HdlError,
  input,
  output,
  type UIntSignal,
  uint,
} from "../../hdl/index.ts";
import { leapMatrix } from "./leap.ts";

export interface LfsrParameters {
  /** Bits of the state: 2 or more. */
  readonly width: number;
  /** Feedback: what is inverted when a 1 is shifted out. Of maximal length where the polynomial is primitive (`maximalMask`). */
  readonly mask: number | bigint;
  /** Single steps from one value to the next, 1 or more; they take one edge. */
  readonly stepsPerDraw: number;
}

/**
 * Galois LFSR that shifts right: a source of pseudo-random bits, one value of `width` bits a draw. The state steps only at
 * an edge with `draw` high, so the sequence does not depend on idle cycles. `load` takes a seed. Reset gives 1, and so does a
 * seed of 0: the state 0, which would stay, cannot be reached.
 */
export const lfsr = defineModule("lfsr", (p: LfsrParameters) => {
  checkLfsr(p);
  const state = uint(p.width);
  return {
    summary: summaryOf(p),
    ports: {
      load: input(bit),
      seed: input(state),
      draw: input(bit),
      /** What the next draw takes. */
      value: output(state),
    },
    build({ load, seed, draw, value }, m) {
      const current = m.reg("state", state, { reset: 1 });
      m.when(load, () => {
        current.set(seed.or(concat(seed.nonzero().not()).extend(p.width)));
      }).elseWhen(draw, () => {
        current.set(stepped(current, p));
      });
      value.set(current);
    },
  };
});

/**
 * The same generator with a seed that enters bit by bit, the lowest first, one at each edge with `load` high: the state is
 * loaded by shifting, which takes hardware for the taps only. The first bit brings a 1 with it, which goes ahead of the seed; where it
 * leaves, the seed is whole, and `loading` ends. Meanwhile draws do not step. Where the seed would leave all bits 0 its highest
 * bit becomes 1, so that the state 0 cannot be reached, whatever the order of bits and draws: a seed of 0 gives 2^(width - 1).
 */
export const serialLfsr = defineModule("serial_lfsr", (p: LfsrParameters) => {
  checkLfsr(p);
  const state = uint(p.width);
  return {
    summary: `${summaryOf(p)} The seed enters bit by bit.`,
    ports: {
      load: input(bit),
      seed: input(bit),
      draw: input(bit),
      /** A part of a seed is in. */
      loading: output(bit),
      /** What the next draw takes. */
      value: output(state),
    },
    build({ load, seed, draw, loading, value }, m) {
      const { current, partial } = buildSerialLfsr(m, { load, seed, draw }, p);
      loading.set(partial);
      value.set(current);
    },
  };
});

/** What a `serialLfsr` is made of. */
export function buildSerialLfsr(
  m: Builder,
  { load, seed, draw }: { readonly load: BitSignal; readonly seed: BitSignal; readonly draw: BitSignal },
  p: LfsrParameters,
) {
  const ahead = 2n ** BigInt(p.width - 2);
  const current = m.reg("state", uint(p.width), { reset: ahead });
  const partial = m.reg("partial", bit, { reset: false });
  // A bit of the seed was 1, or none is in.
  const seen = m.reg("seen", bit, { reset: true });
  const last = m.node("last", current.bit(0));
  const highest = m.node("highest", seed.or(last.and(seen.not())));
  // As in a reset, but for the seed.
  m.when(load.and(partial.not()), () => current.set(concat(highest, fixedValue(uint(p.width - 1), ahead))))
    .elseWhen(load, () => current.set(concat(highest, current.bits(p.width - 1, 1))))
    .elseWhen(draw.and(partial.not()), () => current.set(stepped(current, p)));
  m.when(load, () => {
    partial.set(partial.and(last).not());
    seen.set(seed.or(partial.and(seen.or(last))));
  });
  return { current, partial, seen };
}

function checkLfsr({ width, mask, stepsPerDraw }: LfsrParameters): void {
  const whole = [width, stepsPerDraw].every(Number.isInteger) && (typeof mask === "bigint" || Number.isInteger(mask));
  // The highest bit of the mask is the one that comes in at the top.
  if (whole && width >= 2 && BigInt(mask) >> BigInt(width - 1) === 1n && stepsPerDraw >= 1) return;
  throw new HdlError({
    code: "bad-width",
    message: `There is no LFSR of ${width} bits with the mask ${mask} and ${stepsPerDraw} steps a draw.`,
    expected: "2 or more bits, a mask whose highest bit is bit width - 1, 1 or more steps",
  });
}

function summaryOf({ width, stepsPerDraw }: LfsrParameters): string {
  return `Galois LFSR of ${width} bits, ${stepsPerDraw === 1 ? "one step" : `${stepsPerDraw} steps`} a draw.`;
}

/** The state after some steps: every bit is a sum modulo 2 of bits of the state. */
function stepped(state: UIntSignal, p: LfsrParameters): UIntSignal {
  return concat(...stepsOf(bitsOf(state), p).reverse());
}

/** The bits, the lowest first. */
function bitsOf(state: UIntSignal): BitSignal[] {
  return Array.from({ length: state.width }, (_, i) => state.bit(i));
}

function stepsOf(bits: readonly BitSignal[], { width, mask, stepsPerDraw }: LfsrParameters): BitSignal[] {
  // A step at a time shares most sums; beyond a few rounds it only makes them longer than they need be.
  if (stepsPerDraw > 2 * width) {
    const sum = (terms: readonly BitSignal[]) => terms.reduce((total, term) => total.xor(term));
    const rows = leapMatrix(width, BigInt(mask), stepsPerDraw);
    return rows.map((row) => sum(bits.filter((_, i) => (row >> BigInt(i)) & 1n)));
  }
  let current = [...bits];
  for (let step = 0; step < stepsPerDraw; step++) {
    const [lowest] = current;
    current = current.map((_, i) => {
      const above = current[i + 1];
      if (((BigInt(mask) >> BigInt(i)) & 1n) === 0n) return above;
      return above ? above.xor(lowest) : lowest;
    });
  }
  return current;
}
