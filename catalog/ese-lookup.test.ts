import { describe, expect, it } from "vitest";
import { lookup, lookupLatency } from "../generators/ese/lookup.ts";
import { elaborate, sint } from "../hdl/index.ts";
import { exact, lookupOf, segments } from "../sw-model/ese/nonlinearity.ts";
import { numberOf, patternOf } from "../testbench/bits.ts";
import { designOf } from "../testbench/design.ts";
import { startSimulation } from "../testbench/engine.ts";

const options = [
  { lookup: "table", tableSize: 2048, tableRange: 8, gateOutputFraction: 15, fraction: 11 },
  { lookup: "linear", tableSize: 64, tableRange: 8, gateOutputFraction: 15, fraction: 11 },
  { lookup: "k-tanh", tableSize: 64, tableRange: 8, gateOutputFraction: 15, fraction: 11 },
  { lookup: "k-tanh", tableSize: 8, tableRange: 16, gateOutputFraction: 9, fraction: 11 },
  { lookup: "k-tanh", tableSize: 256, tableRange: 4, gateOutputFraction: 22, fraction: 13 },
  { lookup: "k-tanh", tableSize: 32, tableRange: 1, gateOutputFraction: 12, fraction: 9 },
  { lookup: "k-tanh", tableSize: 8, tableRange: 8, gateOutputFraction: 7, fraction: 4 },
] as const;
const width = 16;

describe.each(options)(
  "$lookup of $tableSize to $tableRange, $gateOutputFraction bits",
  ({ fraction, ...parameters }) => {
    it.each(["sigmoid", "tanh"] as const)(
      "%s: hardware and golden model agree on every argument of 16 bits",
      async (name) => {
        const circuit = elaborate(lookup, { name, width, fraction, ...parameters });
        const simulation = await startSimulation("wasm", designOf(circuit), {});
        try {
          const all = Array.from({ length: 2 ** width }, (_, i) => i - 2 ** (width - 1));
          const rows = [...all, ...new Array<number>(lookupLatency).fill(0)].map((z) => [patternOf(z, width)]);
          const [found] = await simulation.execute([{ kind: "batch", inputs: ["z"], rows, outputs: ["value"] }]);
          const golden = lookupOf(name, parameters, fraction);
          const type = sint(parameters.gateOutputFraction + 1);
          const wrong = all.find((z, i) => Number(numberOf(found[i + lookupLatency], type)) !== golden(z));
          expect(wrong).toBeUndefined();
        } finally {
          await simulation.close();
        }
      },
    );
  },
);

it("segments of k-tanh cover the range, and each is as good as its slope and a unit allow", () => {
  for (const { fraction, ...parameters } of options.slice(2)) {
    for (const name of ["sigmoid", "tanh"] as const) {
      let next = 0;
      for (const { start, length, base, shift } of segments(name, parameters, fraction)) {
        expect(start).toBe(next);
        next = start + length;
        const one = 2 ** parameters.gateOutputFraction;
        const real = (raw: number) => exact(name, raw * 2 ** -fraction) * one;
        // A power of two is off the chord's slope by at most a factor of the square root of two.
        const rise = real(next) - real(start);
        const worst = Math.max(
          ...[0, length - 1].map((o) => Math.abs(base + Math.floor(o * 2 ** -shift) - real(start + o))),
        );
        expect(worst).toBeLessThan(2 + 0.25 * rise);
      }
      expect(next).toBe(parameters.tableRange * 2 ** fraction);
    }
  }
});
