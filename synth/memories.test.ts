import { describe, expect, it } from "vitest";
import { plain, type TemplateParameters, templateCircuit } from "../hdl/fixtures/memory-templates.ts";
import { emitVerilog } from "../hdl/index.ts";
import { synthesize } from "./synthesize.ts";

const block = plain;
const distributed = { ...plain, depth: 64, width: 8, latency: 0 } as const;

interface Expectation {
  readonly name: string;
  readonly parameters: TemplateParameters;
  /** What the memory must become; an absent target has no such memory, which docs/language.md says. */
  readonly xc7?: "block RAM" | "LUT RAM" | "flip-flops" | "LUTs";
  readonly ice40?: "block RAM" | "flip-flops" | "LUTs";
}

const expectations: readonly Expectation[] = [
  { name: "latency 1, old", parameters: block, xc7: "block RAM", ice40: "block RAM" },
  {
    name: "latency 1, undefined",
    parameters: { ...block, underWrite: "undefined" },
    xc7: "block RAM",
    ice40: "block RAM",
  },
  { name: "latency 1, new", parameters: { ...block, underWrite: "new" }, xc7: "block RAM", ice40: "block RAM" },
  { name: "latency 2", parameters: { ...block, latency: 2 }, xc7: "block RAM", ice40: "block RAM" },
  { name: "without enable", parameters: { ...block, enable: false }, xc7: "block RAM", ice40: "block RAM" },
  { name: "byte lanes", parameters: { ...block, width: 32, lanes: 4 }, xc7: "block RAM", ice40: "block RAM" },
  {
    name: "byte lanes, new",
    parameters: { ...block, width: 32, lanes: 4, underWrite: "new" },
    xc7: "block RAM",
    ice40: "block RAM",
  },
  { name: "initial words", parameters: { ...block, init: true }, xc7: "block RAM", ice40: "block RAM" },
  {
    name: "ROM, latency 1",
    parameters: { ...block, depth: 1024, init: true, writes: 0 },
    xc7: "block RAM",
    ice40: "block RAM",
  },
  { name: "two reads", parameters: { ...block, reads: 2 }, xc7: "block RAM", ice40: "block RAM" },
  {
    name: "two ports that read and write",
    parameters: { ...block, reads: 2, writes: 2, shared: true },
    xc7: "block RAM",
  },
  { name: "latency 0", parameters: distributed, xc7: "LUT RAM", ice40: "flip-flops" },
  { name: "latency 0, two reads", parameters: { ...distributed, reads: 2 }, xc7: "LUT RAM", ice40: "flip-flops" },
  { name: "ROM, latency 0", parameters: { ...distributed, init: true, writes: 0 }, xc7: "LUTs", ice40: "LUTs" },
  {
    name: 'style "block"',
    parameters: { ...distributed, latency: 1, style: "block" },
    xc7: "block RAM",
    ice40: "block RAM",
  },
  { name: 'style "distributed"', parameters: { ...block, depth: 128, style: "distributed" }, xc7: "LUT RAM" },
  {
    name: 'style "registers"',
    parameters: { ...distributed, depth: 8, style: "registers" },
    xc7: "flip-flops",
    ice40: "flip-flops",
  },
];

const cases = expectations.flatMap(({ name, parameters, xc7, ice40 }) => [
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
