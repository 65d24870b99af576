import { lnzd } from "../generators/lnzd/lnzd.ts";
import { goldenLnzd, type LnzdResult, lnzdCycles } from "../sw-model/lnzd/golden.ts";
import { type LnzdOperation, parseLnzdOperation } from "../sw-model/lnzd/operation.ts";
import { type LnzdParameters, lnzdLatency, lnzdSpec } from "../sw-model/lnzd/spec.ts";
import * as cases from "../testbench/cases/lnzd.ts";
import { driveLnzd } from "../testbench/drivers/lnzd.ts";
import type { Generator } from "./generator.ts";

export const lnzdGenerator: Generator<LnzdParameters, LnzdOperation, { results: LnzdResult[] }> = {
  spec: lnzdSpec,
  module: lnzd,
  operation: { parse: parseLnzdOperation, fit: (parameters) => parameters },
  golden: (parameters, operation) => ({
    result: goldenLnzd(parameters, operation),
    cycles: lnzdCycles(parameters, operation),
  }),
  drive: driveLnzd,
  latency: lnzdLatency,
  cases: { parameters: (parameters) => parameters, arbitrary: cases.arbitrary, directed: cases.directed },
};
