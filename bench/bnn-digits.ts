import { bnnGenerator } from "../catalog/bnn.ts";
import { startGenerator } from "../catalog/execute.ts";
import { packBits, unpackBits } from "../sw-model/binary/bits.ts";
import { initiationInterval } from "../sw-model/bnn/cycles.ts";
import { fitBnn } from "../sw-model/bnn/fit.ts";
import { type BnnOperation, goldenBnn } from "../sw-model/bnn/golden.ts";
import { bnnSpec } from "../sw-model/bnn/spec.ts";
import { imageOf, loadMnist } from "../sw-model/data/mnist.ts";
import { binariseImage } from "../sw-model/model/binary-network.ts";
import { argmax } from "../sw-model/model/mlp.ts";
import type { BinaryModel } from "../sw-model/model/model.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { resultRows } from "../sw-model/xnor/golden.ts";
import { loadLayers, streamVectors } from "../testbench/drivers/bnn.ts";
import type { BenchRow } from "./row.ts";

/** At a fourth of the edges no word is offered, and at a fourth no result is taken. */
const stalls = { seed: 1, push: 64, pull: 64 };

/**
 * All test digits through the stored network on the chained arrays, in the in-process simulator, while both ends stall at random:
 * the share that is recognised, digits whose results differ from the golden model's, and cycles from one to the next.
 */
export async function digitRows(model: BinaryModel): Promise<BenchRow[]> {
  const { layers } = model;
  const { test } = loadMnist();
  const images = Array.from({ length: test.count }, (_, i) => unpackBits(binariseImage(model, imageOf(test, i)))[0]);
  const operation = (count: number): BnnOperation => ({ layers, inputs: packBits(images.slice(0, count)) });
  const shapes = layers.map(({ weights }) => weights);
  const { parameters: defaults } = resolveParameters(bnnSpec, { sets: ["results=dots"] });
  const parameters = fitBnn(defaults, new Set(), shapes);
  const simulation = await startGenerator(bnnGenerator, { ...parameters }, "wasm");
  try {
    await simulation.execute(loadLayers(parameters, operation(1)));
    const half = Math.floor(test.count / 2);
    const first = await streamVectors(simulation, parameters, operation(half), stalls);
    const all = await streamVectors(simulation, parameters, operation(test.count), stalls);
    const expected = resultRows(goldenBnn(operation(test.count)));
    const got = resultRows(all.result);
    const mismatches = expected.filter((dots, i) => dots.some((dot, row) => dot !== got[i][row])).length;
    const value = (all.cycles - first.cycles) / (test.count - half);
    const interval = initiationInterval(parameters, shapes);
    const right = got.filter((dots, i) => argmax(dots) === test.labels[i]).length;
    return [
      { what: `${model.name}/accuracy`, value: right / got.length, unit: "share" },
      { what: `${model.name}/digits`, value: got.length, unit: "digit" },
      { what: `${model.name}/digits-that-differ`, value: mismatches, unit: "digit", bar: 0, met: mismatches === 0 },
      {
        what: `${model.name}/cycles-per-digit`,
        value,
        unit: "cycle",
        reference: interval,
        ratio: value / interval,
        bar: interval,
        met: value <= interval,
      },
    ];
  } finally {
    await simulation.close();
  }
}
