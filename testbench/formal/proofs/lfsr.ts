/** The random source whose seed enters bit by bit: its state 0, which would stay, and the invariants that exclude it. */
import { buildSerialLfsr } from "../../../generators/common/lfsr.ts";
import { bit, defineModule, input } from "../../../hdl/index.ts";
import { maximalMask } from "../../../sw-model/format/lfsr-masks.ts";

export const lfsrProof = defineModule(
  "lfsr_proof",
  ({ width, stepsPerDraw }: { width: number; stepsPerDraw: number }) => ({
    ports: { load: input(bit), seed: input(bit), draw: input(bit) },
    build(io, m) {
      const source = { width, mask: maximalMask(width), stepsPerDraw };
      const { current, partial, seen } = buildSerialLfsr(m, io, source);
      m.assert("never_0", current.nonzero());
      m.cover("whole_seed", partial.and(current.bit(0)).and(io.load));
      // A 1 of the seed stands above the one that goes ahead of it.
      const others = current.and(current.subWrap(1)).nonzero();
      m.assert("two_ones_where_seen", partial.and(seen).not().or(others));
      m.assert("seen_between_seeds", partial.or(seen));
    },
  }),
);
