import { type Account, accountOf } from "../sw-model/model/account.ts";
import { loadModelOf } from "../sw-model/model/store.ts";
import type { Spread } from "../sw-model/quantised/evaluate.ts";
import { digitRows } from "./bnn-digits.ts";
import { pipelineRows } from "./bnn-pipelines.ts";
import type { BenchRow } from "./row.ts";

const modelName = "bnn-mnist";
const mostPoints = 1.5;

/**
 * The stored binary network: accuracy beside float networks of its shape, memory and energy beside float32, and all test digits
 * through the hardware. Pipelines: throughput for area beside FINN's.
 */
export async function benchBnn(log: (line: string) => void): Promise<BenchRow[]> {
  const model = loadModelOf("binary", modelName);
  const { layers, training } = model;
  const spreads = training.testAccuracy as Record<"binary" | "float" | "floatOnBinaryInputs", Spread>;
  return [
    ...storedRows(spreads),
    ...accountRows(accountOf(layers)),
    ...(await digitRows(model)),
    ...(await pipelineRows(log)),
  ];
}

/** How far the means over the seeds are apart, as the evaluation stored with the model has them. */
function storedRows(spreads: Record<"binary" | "float" | "floatOnBinaryInputs", Spread>): BenchRow[] {
  const value = spreads.binary.mean;
  const points = (reference: number) => Math.round(1e4 * (reference - value)) / 100;
  const row = (what: string, reference: number): BenchRow => ({
    what: `${modelName}/${what}`,
    value: points(reference),
    unit: "points, as stored by make train-bnn",
    bar: mostPoints,
    met: points(reference) <= mostPoints,
  });
  return [
    row("points-below-float", spreads.float.mean),
    row("points-below-float-on-binary-inputs", spreads.floatOnBinaryInputs.mean),
  ];
}

function accountRows({ macs, footprint, float, binary }: Account): BenchRow[] {
  const row = (what: string, unit: string, value: number, reference: number): BenchRow => ({
    what: `${modelName}/${what}`,
    value,
    unit,
    reference,
    ratio: value / reference,
  });
  const nanojoules = (pj: number) => pj / 1000;
  return [
    { what: `${modelName}/macs`, value: macs, unit: "MAC" },
    row("weight-bytes", "byte", footprint.binaryWeightBytes, footprint.floatWeightBytes),
    row("bytes", "byte", footprint.binaryBytes, footprint.floatBytes),
    row("arithmetic-nj", "nJ", nanojoules(binary.arithmeticPj), nanojoules(float.arithmeticPj)),
    row("read-nj", "nJ", nanojoules(binary.readPj), nanojoules(float.readPj)),
    row("energy-nj", "nJ", nanojoules(binary.totalPj), nanojoules(float.totalPj)),
  ];
}
