import { lnzdScan } from "../generators/lnzd/lnzd-scan.ts";
import {
  goldenNonzeros,
  type Nonzeros,
  type NonzerosOperation,
  parseNonzerosOperation,
} from "../sw-model/lnzd/nonzeros.ts";
import { fitLnzdScan, type LnzdScanParameters, lnzdScanCycles, lnzdScanSpec } from "../sw-model/lnzdscan/spec.ts";
import * as cases from "../testbench/cases/nonzeros.ts";
import { driveLnzdScan, driveStalledLnzdScan } from "../testbench/drivers/nonzeros.ts";
import type { Generator } from "./generator.ts";

const shape = ({ lanes, depth, width }: LnzdScanParameters) => ({ capacity: lanes * depth, across: lanes, width });

export const lnzdScanGenerator: Generator<LnzdScanParameters, NonzerosOperation, { results: Nonzeros[] }> = {
  spec: lnzdScanSpec,
  module: lnzdScan,
  operation: { parse: parseNonzerosOperation, fit: fitLnzdScan },
  golden: (parameters, operation) => ({
    result: goldenNonzeros(operation),
    cycles: lnzdScanCycles(parameters, operation),
  }),
  drive: driveLnzdScan,
  driveStalled: driveStalledLnzdScan,
  cases: {
    parameters: (parameters) => parameters,
    arbitrary: (parameters) => cases.arbitrary(shape(parameters)),
    directed: (parameters) => cases.directed(shape(parameters)),
  },
};
