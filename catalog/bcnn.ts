import { bcnn } from "../generators/bcnn/bcnn.ts";
import { layerCountRegisters } from "../generators/bcnn/geometry.ts";
import { bcnnCycles, bcnnLatency } from "../sw-model/bcnn/cycles.ts";
import { fitBcnn } from "../sw-model/bcnn/fit.ts";
import { type BcnnOperation, type BcnnResult, goldenBcnn } from "../sw-model/bcnn/golden.ts";
import { parseBcnnOperation } from "../sw-model/bcnn/operation.ts";
import { type BcnnParameters, bcnnSpec, layersOf } from "../sw-model/bcnn/spec.ts";
import * as cases from "../testbench/cases/bcnn.ts";
import { driveBcnn, driveStalledBcnn } from "../testbench/drivers/bcnn.ts";
import { convolutionalNetwork } from "./bcnn-network.ts";
import type { Generator } from "./generator.ts";

export const bcnnGenerator: Generator<BcnnParameters, BcnnOperation, BcnnResult> = {
  spec: bcnnSpec,
  module: bcnn,
  operation: { parse: parseBcnnOperation, fit: fitBcnn },
  golden: (parameters, operation) => ({
    result: goldenBcnn(operation),
    cycles: bcnnCycles(
      layersOf(parameters),
      parameters.results === "dots",
      operation.inputs.length,
      layerCountRegisters(parameters),
    ),
  }),
  drive: driveBcnn,
  driveStalled: driveStalledBcnn,
  latency: (parameters) =>
    bcnnLatency(layersOf(parameters), parameters.results === "dots", layerCountRegisters(parameters)),
  cases: { parameters: (parameters) => parameters, arbitrary: cases.arbitrary, directed: cases.directed },
  network: convolutionalNetwork,
};
