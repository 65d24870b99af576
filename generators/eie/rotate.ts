import { addressWidth, defineModule, input, output, select, uint, vec } from "../../hdl/index.ts";
import type { EieParameters } from "../../sw-model/eie/spec.ts";
import { eieGeometry } from "./geometry.ts";

/**
 * Results back in their own order, an edge later: PE k gets that of PE k + `by`, modulo the number of PEs. A level of two-way
 * choices for each bit of `by`, which is there when the registered results are.
 */
export const rotate = defineModule("eie_rotate", (p: EieParameters) => {
  const { activation } = eieGeometry(p);
  return {
    summary: `Rotates the results of ${p.pes} processing elements.`,
    ports: {
      rounded: input(vec(p.pes, activation)),
      by: input(uint(addressWidth(p.pes))),
      rotated: output(vec(p.pes, activation)),
    },
    build({ rounded, by, rotated }, m) {
      // One PE has nothing to rotate.
      m.unused(by);
      let level = rounded.map((result, k) => {
        const held = m.reg(`held_${k}`, activation);
        held.set(result);
        return held as typeof result;
      });
      for (let digit = 0; digit < by.width; digit++) {
        const above = (k: number) => level[(k + 2 ** digit) % p.pes];
        level = level.map((own, k) =>
          m.node(`rotated_${digit}_${k}`, select(activation, by.bit(digit), above(k), own)),
        );
      }
      level.forEach((result, k) => {
        rotated[k].set(result);
      });
    },
  };
});
