import { srmac } from "../generators/srmac/srmac.ts";
import { srmacCycles } from "../sw-model/srmac/cycles.ts";
import { macFormats } from "../sw-model/srmac/formats.ts";
import { goldenSrmac, type SrmacOperation, type SrmacResult } from "../sw-model/srmac/golden.ts";
import { parseSrmacOperation } from "../sw-model/srmac/operation.ts";
import { type SrmacParameters, srmacSpec } from "../sw-model/srmac/spec.ts";
import * as cases from "../testbench/cases/srmac.ts";
import { stalledResults } from "../testbench/drivers/driver.ts";
import { driveSrmac, streamSrmac, twiceSrmac } from "../testbench/drivers/srmac.ts";
import type { Generator } from "./generator.ts";

export const srmacGenerator: Generator<SrmacParameters, SrmacOperation, SrmacResult> = {
  spec: srmacSpec,
  module: srmac,
  operation: { parse: parseSrmacOperation, fit: (parameters) => parameters },
  golden: (parameters, operation) => ({
    result: goldenSrmac(parameters, operation),
    cycles: srmacCycles(parameters, operation),
  }),
  drive: driveSrmac,
  driveStalled: stalledResults(streamSrmac),
  driveTwice: twiceSrmac,
  formats: macFormats,
  cases: { parameters: (parameters) => parameters, arbitrary: cases.arbitrary, directed: cases.directed },
};
