import { lnzdQuadtree } from "../generators/lnzd/lnzd-quadtree.ts";
import {
  goldenNonzeros,
  type Nonzeros,
  type NonzerosOperation,
  parseNonzerosOperation,
} from "../sw-model/lnzd/nonzeros.ts";
import { fitLnzdTree, type LnzdTreeParameters, lnzdTreeCycles, lnzdTreeSpec } from "../sw-model/lnzdtree/spec.ts";
import * as cases from "../testbench/cases/nonzeros.ts";
import { driveLnzdTree, driveStalledLnzdTree } from "../testbench/drivers/nonzeros.ts";
import type { Generator } from "./generator.ts";

const shape = ({ leaves, depth, width }: LnzdTreeParameters) => ({ capacity: leaves * depth, across: leaves, width });

export const lnzdTreeGenerator: Generator<LnzdTreeParameters, NonzerosOperation, { results: Nonzeros[] }> = {
  spec: lnzdTreeSpec,
  module: lnzdQuadtree,
  operation: { parse: parseNonzerosOperation, fit: fitLnzdTree },
  golden: (parameters, operation) => ({
    result: goldenNonzeros(operation),
    cycles: lnzdTreeCycles(parameters, operation),
  }),
  drive: driveLnzdTree,
  driveStalled: driveStalledLnzdTree,
  cases: {
    parameters: (parameters) => parameters,
    arbitrary: (parameters) => cases.arbitrary(shape(parameters)),
    directed: (parameters) => cases.directed(shape(parameters)),
  },
};
