/** A declared name that can be read stands on the value declared, however little of that value is used. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { elaborate, emitVerilog, simulate, sourceOf } from "../index.ts";

let folder: string;
let files = 0;
beforeAll(() => {
  mkdirSync("build", { recursive: true });
  folder = mkdtempSync(join(process.cwd(), "build", "declared-values-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Inputs of unequal widths, so that sums extend their operands; all outputs have 4 bits. */
const inputs = { a: { width: 8, signed: true }, b: { width: 4, signed: true }, u: { width: 8, signed: true } } as const;

async function moduleOf(lines: readonly string[], outputs: number) {
  const file = join(folder, `design${files++}.ts`);
  const ports = Object.entries(inputs).map(([name, { width }]) => `${name}: input(sint(${width}))`);
  const text = [
    `import { defineModule, input, output, sint } from ${JSON.stringify(join(process.cwd(), "hdl", "index.ts"))};`,
    `export const design = defineModule("probe", () => ({`,
    `  ports: { ${[...ports, ...Array.from({ length: outputs }, (_, i) => `q${i}: output(sint(4))`)].join(", ")} },`,
    `  build(io, m) {`,
    "    const { a, b, u } = io;",
    "    m.unused(a, b, u);",
    ...lines.map((line) => `    ${line}`),
    "  },",
    "}));",
    "",
  ];
  writeFileSync(file, text.join("\n"));
  const { design } = await import(/* @vite-ignore */ file);
  return design;
}

it("leaves a sum that is narrowed without its name, and gives it to no operand", async () => {
  const design = await moduleOf(["const sum = u.add(b);", "io.q0.set(sum.wrap(4));"], 1);
  const { text, positions } = emitVerilog(elaborate(design, {}));
  expect(text).toContain("assign q0 = u[3:0] + b;");
  expect(sourceOf(positions, "probe", "sum")).toBeUndefined();
  const dut = simulate(design, {});
  expect(dut.nets()).not.toContain("sum");
});

it("keeps the names of what is declared with its width, and of a product under a narrowed sum", async () => {
  const design = await moduleOf(
    [
      "const low = u.add(b).wrap(4);",
      "const product = a.mul(b);",
      "const sum = product.add(u);",
      "io.q0.set(sum.wrap(4));",
      "io.q1.set(low);",
    ],
    2,
  );
  const { text } = emitVerilog(elaborate(design, {}));
  expect(text).toMatch(/wire signed \[3:0\] low = /);
  expect(text).toMatch(/wire signed \[11:0\] product = a \* b;/);
  expect(text).not.toMatch(/ sum = /);
});

interface Known {
  readonly name: string;
  readonly width: number;
  readonly value: bigint;
}
const step = fc.record(
  {
    operation: fc.constantFrom("add", "sub", "mul", "wrap"),
    left: fc.nat(30),
    right: fc.nat(30),
    bits: fc.nat(30),
  },
  { noNullPrototype: true },
);

it("reads, under every declared name that there is, what plain arithmetic gives", async () => {
  let read = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 8 }),
      fc.array(fc.nat(30), { minLength: 1, maxLength: 3 }),
      fc.tuple(
        fc.integer({ min: -128, max: 127 }),
        fc.integer({ min: -8, max: 7 }),
        fc.integer({ min: -128, max: 127 }),
      ),
      async (steps, picks, [a, b, u]) => {
        const known: Known[] = Object.entries({ a, b, u }).map(([name, value]) => ({
          name,
          width: inputs[name as "a"].width,
          value: BigInt(value),
        }));
        const lines = steps.map(({ operation, left, right, bits }, i) => {
          const [x, y] = [known[left % known.length], known[right % known.length]];
          const made = stepOf(operation, x, y, 1 + (bits % x.width));
          known.push({ ...made, name: `v${i}` });
          return `const v${i} = ${made.text};`;
        });
        const sets = [...picks, known.length - 1].map((pick, i) => {
          const { name, width } = known[pick % known.length];
          return `io.q${i}.set(${name}.${width < 4 ? "extend" : "wrap"}(4));`;
        });
        const dut = simulate(await moduleOf([...lines, ...sets], sets.length), {});
        Object.assign(dut.in, { a, b, u });
        const nets = dut.nets();
        for (const { name, value } of known.slice(3).filter(({ name }) => nets.includes(name))) {
          read++;
          expect([name, BigInt(dut.peek(name))]).toEqual([name, value]);
        }
      },
    ),
    { numRuns: 120 },
  );
  expect(read).toBeGreaterThan(100);
});

/** The text of an operation with its width, by the rules of the guide, and its value. */
function stepOf(operation: string, x: Known, y: Known, bits: number) {
  const widest = Math.max(x.width, y.width);
  const of = (width: number, value: bigint, text: string) => ({ width, value, text });
  if (operation === "wrap" || x.width + y.width > 60)
    return of(bits, BigInt.asIntN(bits, x.value), `${x.name}.wrap(${bits})`);
  if (operation === "add") return of(widest + 1, x.value + y.value, `${x.name}.add(${y.name})`);
  if (operation === "sub") return of(widest + 1, x.value - y.value, `${x.name}.sub(${y.name})`);
  return of(x.width + y.width, x.value * y.value, `${x.name}.mul(${y.name})`);
}
