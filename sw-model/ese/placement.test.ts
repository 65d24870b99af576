import { expect, it } from "vitest";
import { Random } from "../random.ts";
import { denseFloat } from "./dense-float.ts";
import { floatStep } from "./float.ts";
import { type DenseLstm, pruneTo } from "./lstm.ts";
import { placeRows } from "./placement.ts";
import type { DenseMatrix } from "./prune.ts";

const random = new Random(5);

/** Rows of very different magnitudes. */
const matrix = (rows: number, cols: number): DenseMatrix => ({
  ...{ rows, cols },
  values: Float32Array.from(
    { length: rows * cols },
    (_, at) => (random.normal() * (1 + (Math.floor(at / cols) % 5))) / 9,
  ),
});
const byGate = <T>(make: () => T) => ({ i: make(), f: make(), g: make(), o: make() });
const [inputs, cells, outputs, pes] = [7, 22, 9, 4];
const drawn = (columns: number): DenseLstm => ({
  input: byGate(() => matrix(cells, inputs)),
  recurrent: byGate(() => matrix(cells, columns)),
  bias: byGate(() => Float32Array.from({ length: cells }, () => random.normal())),
});

it.each([
  ["with a projection", { ...drawn(outputs), projection: matrix(outputs, cells) }],
  ["without", drawn(cells)],
])("computes the same in another order of rows, which is nearly even: %s", (_, lstm) => {
  const { lstm: placed, outputs: order } = placeRows(lstm, pruneTo(0.3), pes);
  const x = Array.from({ length: inputs }, () => random.normal());
  const start = (length: number) => ({ c: new Array<number>(cells).fill(0), y: new Array<number>(length).fill(0) });
  const steps = [lstm, placed].map((one) => {
    const network = denseFloat(one, pruneTo(0.3));
    const full = { ...network, ...(one.projection ? { projection: dense(one.projection) } : {}) };
    return floatStep(full, x, floatStep(full, x, start(order.length))).y;
  });
  expect([...order].sort((a, b) => a - b)).toEqual(order.map((__, j) => j));
  order.forEach((place, j) => void expect(steps[1][j]).toBeCloseTo(steps[0][place], 9));
  const loads = new Array<number>(pes).fill(0);
  for (const one of [...Object.values(placed.input), ...Object.values(placed.recurrent)]) {
    pruneTo(0.3)(one).forEach((kept, at) => {
      loads[Math.floor(at / one.cols) % pes] += kept;
    });
  }
  // PEs 0 and 1 have a row more of 22 than the others; the even share is kept to within the lightest rows.
  expect(Math.max(...loads) / (loads.reduce((a, b) => a + b) / pes)).toBeLessThan(1.05);
});

function dense({ rows, cols, values }: DenseMatrix): number[][] {
  return Array.from({ length: rows }, (_, row) => Array.from(values.subarray(row * cols, (row + 1) * cols)));
}
