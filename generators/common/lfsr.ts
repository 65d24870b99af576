import { bit, concat, defineModule, HdlError, input, output, type UIntSignal, uint } from "../../hdl/index.ts";

export interface LfsrParameters {
  /** Bits of the state: 2 to 53. */
  width: number;
  /** Feedback: what is inverted when a 1 is shifted out. Of maximal length where the polynomial is primitive. */
  mask: number;
  /** Single steps from one value to the next, 1 or more. */
  stepsPerDraw: number;
}

/**
 * Galois LFSR that shifts right: a source of pseudo-random bits, one value of `width` bits a draw. The state steps only at
 * an edge with `draw` high, so the sequence does not depend on idle cycles. `load` takes a seed, which must not be 0;
 * reset gives 1.
 */
export const lfsr = defineModule("lfsr", ({ width, mask, stepsPerDraw }: LfsrParameters) => {
  const top = 2 ** (width - 1);
  const whole = [width, mask, stepsPerDraw].every(Number.isInteger);
  if (!whole || width < 2 || width > 53 || mask < top || mask >= 2 * top || stepsPerDraw < 1) {
    throw new HdlError({
      code: "bad-width",
      message: `There is no LFSR of ${width} bits with the mask ${mask} and ${stepsPerDraw} steps a draw.`,
      expected: "2 to 53 bits, a mask whose highest bit is bit width - 1, 1 or more steps",
    });
  }
  const state = uint(width);
  return {
    summary: `Galois LFSR of ${width} bits, ${stepsPerDraw === 1 ? "one step" : `${stepsPerDraw} steps`} a draw.`,
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
        current.set(seed);
      }).elseWhen(draw, () => {
        current.set(stepped(current, mask, stepsPerDraw));
      });
      value.set(current);
    },
  };
});

/** The state after some steps: every bit is a sum of bits of the state. */
function stepped(state: UIntSignal, mask: number, steps: number): UIntSignal {
  let bits = Array.from({ length: state.width }, (_, i) => state.bit(i));
  for (let step = 0; step < steps; step++) {
    const [lowest] = bits;
    bits = bits.map((_, i) => {
      const above = bits[i + 1];
      if (Math.floor(mask / 2 ** i) % 2 === 0) return above;
      return above ? above.xor(lowest) : lowest;
    });
  }
  return concat(...bits.reverse());
}
