import { describe, expect, it } from "vitest";
import { templateCircuit } from "../hdl/fixtures/memory-templates.ts";
import { emitVerilog } from "../hdl/index.ts";
import { memoryExpectations } from "./fixtures/memory-expectations.ts";
import { synthesize } from "./synthesize.ts";

const cases = memoryExpectations.flatMap(({ name, parameters, xc7, ice40 }) => [
  ...(xc7 ? [{ name, parameters, target: "xc7", kind: xc7 }] : []),
  ...(ice40 ? [{ name, parameters, target: "ice40", kind: ice40 }] : []),
]);

describe("what synthesis makes of a memory", () => {
  it.each(cases)("$name on $target: $kind", async ({ parameters, target, kind }) => {
    const { text, top } = emitVerilog(templateCircuit(parameters));
    const report = await synthesize({ verilog: text, top, target });
    const {
      bram = 0,
      lutram = 0,
      ff = 0,
      lut = 0,
    } = report as { bram?: number; lutram?: number; ff?: number; lut?: number };
    const bits = parameters.depth * parameters.width;
    const found =
      bram > 0 && ff < bits
        ? "block RAM"
        : lutram > 0 && ff < bits
          ? "LUT RAM"
          : ff >= bits
            ? "flip-flops"
            : lut > 0
              ? "LUTs"
              : "nothing";
    expect({ found, bram, lutram, ff, lut }).toMatchObject({ found: kind });
  });
});
