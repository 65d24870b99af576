import { matmul } from "../generators/matmul/matmul.ts";
import { matmulRegisters } from "../generators/matmul/registers.ts";
import { matmulCycles } from "../sw-model/matmul/cycles.ts";
import { fitMatmul, goldenMatmul, type MatmulOperation, parseMatmulOperation } from "../sw-model/matmul/operation.ts";
import { type MatmulParameters, matmulSpec } from "../sw-model/matmul/spec.ts";
import { macFormats } from "../sw-model/srmac/formats.ts";
import type { SystolicResult } from "../sw-model/systolic/golden.ts";
import * as cases from "../testbench/cases/matmul.ts";
import { stalledResults } from "../testbench/drivers/driver.ts";
import { driveMatmul, MatmulHost, streamMatmul, twiceMatmul } from "../testbench/drivers/matmul.ts";
import type { Generator } from "./generator.ts";
import { registerDocuments } from "./register-documents.ts";

export const matmulGenerator: Generator<MatmulParameters, MatmulOperation, SystolicResult> = {
  spec: matmulSpec,
  module: matmul,
  operation: { parse: parseMatmulOperation, fit: fitMatmul },
  golden: (parameters, operation) => ({
    result: goldenMatmul(parameters, operation),
    cycles: matmulCycles(parameters, operation),
  }),
  drive: driveMatmul,
  driveStalled: stalledResults(streamMatmul),
  driveTwice: twiceMatmul,
  tryReset: (simulation, parameters) => new MatmulHost(parameters).tryReset(simulation),
  documents(parameters, top) {
    return registerDocuments(matmulRegisters(parameters), top);
  },
  formats: macFormats,
  cases: { parameters: (parameters) => parameters, arbitrary: cases.arbitrary, directed: cases.directed },
};
