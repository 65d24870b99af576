import fc from "fast-check";
import { expect, it } from "vitest";
import { elaborate } from "../hdl/index.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { check } from "./check.ts";
import { fits } from "./fitting.ts";
import { catalog, generatorNamed } from "./index.ts";
import { testbenchFor } from "./testbench.ts";

it.each(catalog.map((generator) => [generator.spec.name, generator] as const))(
  "%s: no operation is left out at the default parameters",
  (_, generator) => {
    const given = resolveParameters(generator.spec);
    const parameters = generator.cases.parameters(given.parameters, given.explicit);
    const operations = [
      ...generator.cases.directed(parameters).map(({ operation }) => operation),
      ...fc.sample(generator.cases.arbitrary(parameters), { numRuns: 20, seed: 1 }),
    ];
    expect(operations.filter((operation) => !fits(generator, parameters, operation))).toEqual([]);
  },
);

/** Memories that hold next to nothing. */
const smallest: readonly (readonly [name: string, ...sets: string[]])[] = [
  ["planes", "rows=1", "cols=1", "lanes=1", "weightBits=1", "inputBits=1", "weightDepth=1"],
  ["planes", "rows=1", "cols=1", "lanes=1", "weightBits=1", "inputBits=1", "rowDepth=1"],
  ["planes", "rows=2", "lanes=2", "weightBits=2", "inputBits=2", "weightDepth=1", "inputDepth=1", "rowDepth=1"],
  ["planes", "rows=1", "cols=1", "lanes=2", "weightDepth=8", "inputDepth=8", "rowDepth=1", "scaleBits=1"],
  ["xnor", "rows=1", "lanes=1", "weightDepth=1", "rowDepth=1", "inputDepth=4"],
  ["bnn", "pes=1", "lanes=1", "weightDepth=1", "rowDepth=1", "inputDepth=4"],
  ["eie", "pes=1", "queueDepth=1", "activationDepth=1", "columnDepth=2", "entryDepth=8", "layers=1", "codebooks=1"],
  ["eieaxi", "activationDepth=1", "columnDepth=2", "entryDepth=8", "layers=1", "codebooks=1"],
  ["eieaxi", "pes=11", "activationDepth=2"],
  ["lnzdtree", "leaves=1", "depth=1", "width=1"],
  ["lnzdscan", "lanes=1", "depth=1", "width=1"],
];

it.each(smallest)(
  "%s with small memories: no false alarm in check or testbench %s %s %s %s %s %s",
  async (name, ...sets) => {
    const generator = generatorNamed(name);
    const given = resolveParameters(generator.spec, { sets });
    const report = await check(generator, given, { engine: "wasm", cases: 20, seed: 1, reproduce: "" });
    expect(report.mismatches).toBe(0);
    expect(report.cases).toBeGreaterThan(0);
    const circuit = elaborate(generator.module, given.parameters);
    const files = await testbenchFor(generator, given.parameters, circuit, "sync-high");
    expect(files.length).toBeGreaterThan(1);
  },
);
