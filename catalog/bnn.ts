import { bnn } from "../generators/bnn/bnn.ts";
import { layerCountRegisters } from "../generators/bnn/geometry.ts";
import { bnnCycles, bnnLatency } from "../sw-model/bnn/cycles.ts";
import { fitBnn } from "../sw-model/bnn/fit.ts";
import { bnnFormats } from "../sw-model/bnn/formats.ts";
import { type BnnOperation, goldenBnn } from "../sw-model/bnn/golden.ts";
import { parseBnnOperation } from "../sw-model/bnn/operation.ts";
import { type BnnParameters, bnnSpec } from "../sw-model/bnn/spec.ts";
import type { BinaryResult } from "../sw-model/xnor/golden.ts";
import * as cases from "../testbench/cases/bnn.ts";
import { driveBnn, driveStalledBnn } from "../testbench/drivers/bnn.ts";
import { binaryNetwork } from "./bnn-network.ts";
import type { Generator } from "./generator.ts";

const shapesOf = ({ layers }: BnnOperation) => layers.map(({ weights }) => weights);

const vectorsOf = ({ inputs, inputBits = 1 }: BnnOperation) => inputs.rows / inputBits;

export const bnnGenerator: Generator<BnnParameters, BnnOperation, BinaryResult> = {
  spec: bnnSpec,
  module: bnn,
  operation: {
    parse: parseBnnOperation,
    fit: (parameters, explicit, operation) =>
      fitBnn(parameters, explicit, shapesOf(operation), operation.inputBits, operation.scales),
  },
  golden: (parameters, operation) => ({
    result: goldenBnn(operation),
    cycles: bnnCycles(
      parameters,
      shapesOf(operation),
      vectorsOf(operation),
      operation.inputBits,
      layerCountRegisters(parameters),
    ),
  }),
  drive: driveBnn,
  driveStalled: driveStalledBnn,
  latency: (parameters) => bnnLatency(parameters, layerCountRegisters(parameters)),
  formats: bnnFormats,
  cases: { parameters: (parameters) => parameters, arbitrary: cases.arbitrary, directed: cases.directed },
  network: binaryNetwork,
};
