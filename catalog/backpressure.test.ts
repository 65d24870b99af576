import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { elaborate } from "../hdl/index.ts";
import { storedMatrix } from "../sw-model/eie/fill.ts";
import { goldenEie } from "../sw-model/eie/golden.ts";
import { eieSpec } from "../sw-model/eie/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { numberOf } from "../testbench/bits.ts";
import { designOf } from "../testbench/design.ts";
import { EieHost } from "../testbench/drivers/eie-host.ts";
import { perform, told } from "../testbench/drivers/exchange.ts";
import { startSimulation } from "../testbench/engine.ts";
import { eieGenerator } from "./eie.ts";

const { parameters: base } = resolveParameters(eieSpec, { sets: ["pes=3"] });
const parameters = eieGenerator.cases.parameters(base, new Set());

describe("the result port of the EIE array", () => {
  it.each(["wasm", "verilator"])(
    "gives every value once and in order, however the reader stalls, on %s",
    async (engine) => {
      const simulation = await startSimulation(engine, designOf(elaborate(eieGenerator.module, parameters)));
      const host = new EieHost(parameters);
      const stalls = fc.infiniteStream(fc.nat(3));
      const cases = fc.sample(fc.tuple(eieGenerator.cases.arbitrary(parameters), stalls), { numRuns: 25, seed: 9 });
      try {
        for (const [operation, stall] of cases) {
          const { codebook, relu, x, rows } = operation;
          await perform(simulation, [
            ...host.loadLayers([{ ...storedMatrix(operation, parameters), codebook, relu }]),
            host.loadActivations(x),
          ]);
          await perform(simulation, [host.run(0, 0), told([host.askFor(Math.ceil(rows / parameters.pes))])]);
          const wanted = Math.ceil(rows / parameters.pes) * parameters.pes;
          const got: bigint[] = [];
          while (got.length < wanted) {
            const ready = stall.next().value > 1 ? 1 : 0;
            const [[valid, data]] = await simulation.execute([
              { kind: "batch", inputs: ["results_ready"], rows: [[ready]], outputs: ["results_valid", "results_data"] },
            ]);
            if (ready === 1 && valid === 1n) got.push(data);
          }
          await simulation.execute([{ kind: "until", port: "busy", value: 0, limit: 10 }]);
          const type = { kind: "sint", width: parameters.activationBits } as const;
          const values = got.slice(0, rows).map((pattern) => Number(numberOf(pattern, type)));
          expect(values).toEqual(goldenEie(parameters, operation).y);
        }
      } finally {
        await simulation.close();
      }
    },
  );
});
