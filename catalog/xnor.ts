import { countRegisters } from "../generators/xnor/geometry.ts";
import { arrayOf, xnor } from "../generators/xnor/xnor.ts";
import { arrayLatency, xnorCycles } from "../sw-model/xnor/cycles.ts";
import { fitXnor } from "../sw-model/xnor/fit.ts";
import { type BinaryResult, goldenXnor, type XnorOperation } from "../sw-model/xnor/golden.ts";
import { parseXnorOperation } from "../sw-model/xnor/operation.ts";
import { type XnorParameters, xnorSpec } from "../sw-model/xnor/spec.ts";
import * as cases from "../testbench/cases/xnor.ts";
import { driveStalledXnor, driveXnor } from "../testbench/drivers/xnor.ts";
import type { Generator } from "./generator.ts";

export const xnorGenerator: Generator<XnorParameters, XnorOperation, BinaryResult> = {
  spec: xnorSpec,
  module: xnor,
  operation: { parse: parseXnorOperation, fit: fitXnor },
  golden: (parameters, operation) => ({
    result: goldenXnor(operation),
    cycles: xnorCycles(parameters, operation, countRegisters(arrayOf(parameters))),
  }),
  drive: driveXnor,
  driveStalled: driveStalledXnor,
  latency: (parameters) => arrayLatency + countRegisters(arrayOf(parameters)),
  cases: { parameters: (parameters) => parameters, arbitrary: cases.arbitrary, directed: cases.directed },
};
