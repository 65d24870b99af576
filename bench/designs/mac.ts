import { bit, defineModule, input, output, select, sint, uint } from "../../hdl/index.ts";

/**
 * 16 x 16 multiply-accumulate with valid/ready on both sides and stochastic rounding by a 32-bit Galois LFSR: a small
 * design for measuring simulators. `seed` enters the LFSR in cycles with `reseed` high.
 */
export const mac = defineModule("mac", (_: Record<never, never>) => ({
  summary: "16 x 16 multiply-accumulate with stochastic rounding.",
  ports: {
    reseed: input(bit),
    seed: input(uint(32)),
    inValid: input(bit),
    inReady: output(bit),
    last: input(bit),
    a: input(sint(16)),
    b: input(sint(16)),
    outValid: output(bit),
    outReady: input(bit),
    y: output(uint(16)),
  },
  build(io, m) {
    const accumulator = m.reg("accumulator", sint(32), { reset: 0 });
    const lfsr = m.reg("lfsr", uint(32));
    const valid = m.reg("valid", bit, { reset: false });
    const result = m.reg("result", uint(16), { reset: 0 });

    const shifted = lfsr.shiftRight(1).extend(32);
    m.when(io.reseed, () => lfsr.set(io.seed)).otherwise(() =>
      lfsr.set(select(uint(32), lfsr.bit(0), shifted.xor(0x80200003), shifted)),
    );

    const ready = m.node("ready", valid.not().or(io.outReady));
    const fire = m.node("fire", io.inValid.and(ready));
    const sum = m.node("sum", accumulator.add(io.a.mul(io.b)).wrap(32));
    const noise = lfsr.wrap(16).extend(33).asSint();
    const rounded = m.node("rounded", sum.extend(33).add(noise).wrap(33));
    const overflow = m.node("overflow", rounded.bit(32).xor(rounded.bit(31)));
    m.when(fire.and(io.last), () => {
      accumulator.set(0);
      valid.set(true);
      result.set(select(uint(16), overflow, 0x7fff, rounded.bits(31, 16)));
    })
      .elseWhen(fire, () => {
        accumulator.set(sum);
        valid.set(false);
      })
      .elseWhen(io.outReady, () => valid.set(false));
    io.inReady.set(ready);
    io.outValid.set(valid);
    io.y.set(result);
  },
}));
