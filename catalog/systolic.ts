import { systolic } from "../generators/systolic/systolic.ts";
import { macFormats } from "../sw-model/srmac/formats.ts";
import { systolicCycles } from "../sw-model/systolic/cycles.ts";
import { goldenSystolic, type SystolicOperation, type SystolicResult } from "../sw-model/systolic/golden.ts";
import { parseSystolicOperation } from "../sw-model/systolic/operation.ts";
import { type SystolicParameters, systolicSpec } from "../sw-model/systolic/spec.ts";
import * as cases from "../testbench/cases/systolic.ts";
import { stalledResults } from "../testbench/drivers/driver.ts";
import { driveSystolic, streamSystolic, twiceSystolic } from "../testbench/drivers/systolic.ts";
import type { Generator } from "./generator.ts";

export const systolicGenerator: Generator<SystolicParameters, SystolicOperation, SystolicResult> = {
  spec: systolicSpec,
  module: systolic,
  operation: { parse: parseSystolicOperation, fit: (parameters) => parameters },
  golden: (parameters, operation) => ({
    result: goldenSystolic(parameters, operation),
    cycles: systolicCycles(parameters, operation),
  }),
  drive: driveSystolic,
  driveStalled: stalledResults(streamSystolic),
  driveTwice: twiceSystolic,
  formats: macFormats,
  cases: { parameters: (parameters) => parameters, arbitrary: cases.arbitrary, directed: cases.directed },
};
