import { planes } from "../generators/planes/planes.ts";
import { planesCycles } from "../sw-model/planes/cycles.ts";
import { fitPlanes } from "../sw-model/planes/fit.ts";
import { planesFormats } from "../sw-model/planes/formats.ts";
import { goldenPlanes } from "../sw-model/planes/golden.ts";
import { type PlanesOperation, parsePlanesOperation } from "../sw-model/planes/operation.ts";
import { type PlanesParameters, planesSpec } from "../sw-model/planes/spec.ts";
import * as cases from "../testbench/cases/planes.ts";
import { drivePlanes, driveStalledPlanes } from "../testbench/drivers/planes.ts";
import type { Generator } from "./generator.ts";

export const planesGenerator: Generator<PlanesParameters, PlanesOperation, { dot: number[][] }> = {
  spec: planesSpec,
  module: planes,
  operation: { parse: parsePlanesOperation, fit: fitPlanes },
  golden: (parameters, operation) => ({
    result: goldenPlanes(operation),
    cycles: planesCycles(parameters, operation),
  }),
  drive: drivePlanes,
  driveStalled: driveStalledPlanes,
  formats: planesFormats,
  cases: { parameters: (parameters) => parameters, arbitrary: cases.arbitrary, directed: cases.directed },
};
