import { describe, expect, it } from "vitest";
import { countOperators } from "../../hdl/fixtures/random-circuit.ts";
import type { Circuit, Expression, Item } from "../../hdl/ir.ts";
import { runIcarus } from "../engines/icarus.ts";
import type { FuzzEngine } from "../engines/index.ts";
import { runWasm } from "../engines/ours.ts";
import { reportMismatch, shrinkMismatch } from "../report.ts";
import { type FuzzResult, fuzz } from "../run.ts";
import { changeExpressions } from "./rewrite.ts";

/** The circuit with a fault in every expression or item that has the looks of it. */
function faulty(
  circuit: Circuit,
  wrong: (e: Expression) => Expression | undefined,
  wrongItem: (item: Item) => Item = (item) => item,
): Circuit {
  const modules = circuit.modules.map((module) => ({
    ...module,
    items: changeExpressions(module.items, wrong).map(wrongItem),
  }));
  return { ...circuit, modules };
}

function broken(change: (circuit: Circuit) => Circuit): FuzzEngine {
  return {
    name: "wasm",
    oneOf: 1,
    batch: 1,
    accepts: () => true,
    run: async (cases) => cases.map((fuzzCase) => runWasm({ ...fuzzCase, circuit: change(fuzzCase.circuit) })),
  };
}

/** Finds the fault among some circuits and makes the first case small. */
async function found(engine: FuzzEngine, circuits = 60) {
  const result: FuzzResult = await fuzz({ seed: 100, circuits, cycles: 30, engines: [engine] });
  expect(result.mismatches.length).toBeGreaterThan(0);
  return await shrinkMismatch(result.mismatches[0]);
}

describe("a mismatch shrinks to a handful of nodes", () => {
  it("for an operator that gives another value", async () => {
    const engine = broken((circuit) =>
      faulty(circuit, (e) =>
        e.kind === "binary" && e.operator === "sub" ? { ...e, left: e.right, right: e.left } : undefined,
      ),
    );
    const small = await found(engine);
    expect(countOperators(small.fuzzCase.circuit)).toBeLessThanOrEqual(3);
    expect(small.fuzzCase.cycles).toHaveLength(1);
    expect(small.fuzzCase.circuit.modules).toHaveLength(1);
    expect(reportMismatch(small)).toMatchInlineSnapshot(`
      "wasm differs from the oracle in cycle 0: output "o0"
        expected 7ea3c24d
        found    015c3db3
      The circuit before it was made small: make fuzz SEED=100 COUNT=1 ENGINE=wasm
        cycle 0: i0=0x2b87b66, rising: clock

      module m1 ""
        input clock clock: u1
        input data i0: s32
        output data o0: s31
        drive o0: s31 = (sub:s31 0:s31 (cast:s31 (slice 1:u31 i0:s32)))

      module m1 (
        input wire clock,
        input wire signed [31:0] i0, // hdl/fixtures/random-module.ts:25
        output wire signed [30:0] o0 // hdl/fixtures/random-module.ts:25
      );
        assign o0 = 31'sd0 - i0[31:1]; // hdl/fixtures/random-module.ts:25

        // Bits that nothing reads.
        wire unused_bits = &{
          clock,
          i0[0],
          1'b0
        };
      endmodule
      "
    `);
  });

  it("for a register that ignores its reset", async () => {
    const engine = broken((circuit) =>
      faulty(
        circuit,
        () => undefined,
        (item) => {
          if (item.kind !== "reg") return item;
          const { reset: _, ...free } = item;
          return free;
        },
      ),
    );
    const { fuzzCase } = await found(engine);
    expect(fuzzCase.circuit.modules.flatMap(({ items }) => items)).toHaveLength(2);
    expect(fuzzCase.cycles).toHaveLength(2);
  });

  it("for an engine that gives up, several cases at a time", async () => {
    const gives = (circuit: Circuit) =>
      faulty(circuit, (e) => {
        if (e.kind === "unary" && e.operator === "reduceXor") throw new Error("no parity here");
        return undefined;
      });
    const engine: FuzzEngine = {
      ...broken(gives),
      name: "icarus",
      batch: 10,
      run: (cases) => runIcarus(cases.map((fuzzCase) => ({ ...fuzzCase, circuit: gives(fuzzCase.circuit) }))),
    };
    const { fuzzCase, difference } = await found(engine, 10);
    expect(difference.found).toBe("no parity here");
    expect(countOperators(fuzzCase.circuit)).toBeLessThanOrEqual(3);
  });
});
