import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { elaborate } from "../hdl/index.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { generate } from "./generate.ts";
import { generatorNamed } from "./index.ts";

it.each(["srmac", "systolic", "matmul", "eie", "eieaxi", "planes", "bnn", "ese", "eseaxi"])(
  "the manifest of %s states number formats",
  async (name) => {
    const folder = mkdtempSync(join(tmpdir(), "whittle-formats-"));
    try {
      const generator = generatorNamed(name);
      const { parameters } = resolveParameters(generator.spec);
      await generate(generator, parameters, folder, { positions: false });
      const { formats } = JSON.parse(readFileSync(join(folder, `${name}.manifest.json`), "utf8"));
      expect(Object.keys(formats)).toEqual(expect.arrayContaining(["signals", "accumulation", "roundings"]));
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

/** The formats for some settings. */
function formatsOf(name: string, sets: readonly string[]) {
  const generator = generatorNamed(name);
  const { parameters } = resolveParameters(generator.spec, { sets });
  const { signals, ...rest } = (generator.formats?.(parameters) ?? {}) as {
    signals: Record<string, { min: number | string; max: number | string }>;
    randomSource?: object;
  };
  return { generator, parameters, signals, ...rest };
}

it("operands are taken up to the stated ends and no further, and results reach theirs", () => {
  const { generator, parameters, signals } = formatsOf("srmac", ["width=6", "bWidth=9", "outWidth=7", "dropBits=2"]);
  const golden = (a: number, b: number) => {
    const operation = generator.operation.parse({ dots: [{ a: [a], b: [b] }], seed: 1 }, parameters);
    return Number(generator.golden(parameters, operation).result.y[0]);
  };
  const ends = [signals.a, signals.b].map(({ min, max }) => ({ min: Number(min), max: Number(max) }));
  const [a, b] = ends;
  expect(golden(a.min, b.min)).toBe(signals.results.max);
  expect(golden(a.min, b.max)).toBe(signals.results.min);
  expect(() => golden(a.max + 1, 0)).toThrow(/31/);
  expect(() => golden(0, b.min - 1)).toThrow(/-256/);
});

it("ends beyond what a number holds are strings, and a source of random bits is stated where one is", () => {
  const exact = formatsOf("systolic", ["rounding=nearest", "accWidth=64"]);
  expect(exact.signals.sums).toEqual({ width: 64, signed: true, min: `${-(2n ** 63n)}`, max: `${2n ** 63n - 1n}` });
  expect(exact.randomSource).toBeUndefined();
  expect(formatsOf("systolic", []).randomSource).toMatchObject({ width: 16, mask: "0xb400", stepsPerDraw: 1 });
});

it.each([
  ["scaling=shift", "scaleBits=5", "offsetBits=20"],
  ["scaling=multiply", "inputBits=4", "lanes=24", "inputDepth=10"],
  ["inputBits=3", "pes=3", "lanes=40", "inputDepth=18", "results=dots"],
])("what bnn states has the widths of its ports: %s", (...sets) => {
  const generator = generatorNamed("bnn");
  const { parameters } = resolveParameters(generator.spec, { sets });
  const { ports } = elaborate(generator.module, parameters).modules.at(-1) ?? expect.fail("no module");
  const { signals } = (generator.formats?.(parameters) ?? expect.fail("no formats")) as {
    signals: { counts: { width: number }[]; scaled?: { width: number } };
  };
  const stated = signals.scaled ?? signals.counts.at(-1);
  const name = signals.scaled ? "results_data_scaled_0" : "results_data_counts_0";
  expect(ports.find((port) => port.name === name)).toMatchObject({ width: stated?.width });
});
