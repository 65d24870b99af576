import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { encodeEse } from "../ese/encode.ts";
import { compressLstm, type Pruning } from "../ese/lstm.ts";
import { gates } from "../ese/network.ts";
import type { DenseMatrix } from "../ese/prune.ts";
import { type DigitLstm, loadDigitLstm, storeDigitLstm } from "./stored.ts";
import { digitsPlan } from "./train.ts";

/** Weights of a matrix that are not 0, PE by PE. */
function kept({ rows, cols, values }: DenseMatrix): number[] {
  const { pes } = digitsPlan;
  const counts = new Array<number>(pes).fill(0);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) if (values[row * cols + col] !== 0) counts[row % pes]++;
  }
  return counts;
}

it("a tenth of the weights is left, balanced or not", () => {
  const { balanced, unbalanced } = loadDigitLstm();
  let uneven = 0;
  for (const part of ["input", "recurrent"] as const) {
    for (const gate of gates) {
      const [even, free] = [balanced, unbalanced].map(({ lstm }) => kept(lstm[part][gate]));
      const share = Math.round((0.1 * balanced.lstm[part][gate].values.length) / digitsPlan.pes);
      // A weight may have been trained to what is stored as 0.
      for (const count of even) expect([share - count >= 0, share - count <= 3]).toEqual([true, true]);
      expect(free.reduce((a, b) => a + b)).toBeLessThanOrEqual(
        Math.round(0.1 * balanced.lstm[part][gate].values.length),
      );
      uneven += Math.max(...free) - Math.min(...free);
    }
  }
  expect(uneven).toBeGreaterThan(8 * 10);
});

it("has weights where its array would take padding", () => {
  const { balanced, filled } = loadDigitLstm();
  const { padded } = digitsPlan;
  const padding = ({ lstm }: DigitLstm) => {
    const notZero: Pruning = ({ values }) => Uint8Array.from(values, (value) => (value === 0 ? 0 : 1));
    const { network } = compressLstm(lstm, notZero, { weightBits: 12, biasBits: 16 });
    const all = [...Object.values(network.input), ...Object.values(network.recurrent)];
    const weights = all.reduce((sum, { entries }) => sum + entries.length, 0);
    return encodeEse(network, padded).reduce((sum, pe) => sum + pe.weights.length, 0) - weights;
  };
  expect(padding(balanced)).toBeGreaterThan(500);
  expect(padding(filled)).toBeLessThan(10);
});

it("comes back as it was stored, and is refused when it was damaged", () => {
  const folder = mkdtempSync(join(tmpdir(), "whittle-lstm-"));
  try {
    const stored = loadDigitLstm();
    storeDigitLstm(stored, folder);
    expect(loadDigitLstm(folder)).toEqual(stored);
    const file = join(folder, digitsPlan.name, "lstm.json");
    writeFileSync(file, readFileSync(file, "utf8").replace('"dense": 0.959', '"dense": 0.999'));
    expect(() => loadDigitLstm(folder)).toThrow(/checksum/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
