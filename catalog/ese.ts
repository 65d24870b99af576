import { ese } from "../generators/ese/ese.ts";
import { eseCycles } from "../sw-model/ese/cycles.ts";
import { fitEse } from "../sw-model/ese/fit.ts";
import { eseFormats } from "../sw-model/ese/formats.ts";
import { goldenEse } from "../sw-model/ese/golden.ts";
import { type EseOperation, type EseResult, parseEseOperation } from "../sw-model/ese/operation.ts";
import { type EseParameters, eseSpec } from "../sw-model/ese/spec.ts";
import * as cases from "../testbench/cases/ese.ts";
import { driveEse } from "../testbench/drivers/ese.ts";
import { driveStalledEse } from "../testbench/drivers/ese-overlapped.ts";
import { EseOwnPort } from "../testbench/drivers/ese-port.ts";
import { eseRecurrent } from "./ese-recurrent.ts";
import type { Generator } from "./generator.ts";

export const eseGenerator: Generator<EseParameters, EseOperation, EseResult> = {
  spec: eseSpec,
  module: ese,
  operation: { parse: parseEseOperation, fit: fitEse },
  golden: (parameters, operation) => ({
    result: goldenEse(parameters, operation),
    cycles: eseCycles(parameters, operation),
  }),
  formats: eseFormats,
  recurrent: eseRecurrent((parameters) => new EseOwnPort(parameters)),
  drive: driveEse,
  driveStalled: driveStalledEse,
  cases: { parameters: cases.caseParameters, arbitrary: cases.arbitrary, directed: cases.directed },
};
