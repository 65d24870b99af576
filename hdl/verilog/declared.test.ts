/** Designs out of source files: what a `const` names is called so in Verilog, and an edited line changes its own lines alone. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { elaborate, emitVerilog } from "../index.ts";

let folder: string;
let files = 0;
beforeAll(() => {
  mkdirSync("build", { recursive: true });
  folder = mkdtempSync(join(process.cwd(), "build", "declared-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The Verilog of a module whose build has these lines: inputs a and b of 8 bits, outputs q0, q1, … of 8 bits. */
async function verilogOf(lines: readonly string[], outputs: number): Promise<string> {
  const file = join(folder, `design${files++}.ts`);
  const ports = Array.from({ length: outputs }, (_, i) => `q${i}: output(uint(8))`);
  const text = [
    `import { concat, connect, defineModule, input, output, registered, select, stream, uint } from ${JSON.stringify(join(process.cwd(), "hdl", "index.ts"))};`,
    "const twice = (x) => x.add(x).bits(7, 0);",
    "function scaled(x, y) {",
    "  const product = x.mul(y);",
    "  return product.bits(11, 4);",
    "}",
    "function mean(x, y) {",
    "  const total = x.add(y);",
    "  return total.bits(8, 1);",
    "}",
    `export const edited = defineModule("edited", () => ({`,
    `  ports: { a: input(uint(8)), b: input(uint(8)), ${ports.join(", ")} },`,
    `  build({ a, b, ${Array.from({ length: outputs }, (_, i) => `q${i}`).join(", ")} }, m) {`,
    ...lines.map((line) => `    ${line}`),
    "  },",
    "}));",
    "",
  ];
  writeFileSync(file, text.join("\n"));
  const { edited } = await import(/* @vite-ignore */ file);
  return emitVerilog(elaborate(edited, {})).text.replaceAll(/ \/\/ \S+\/design\d+\.ts/g, " // line");
}

const firstLine = 14;

it("calls a value what the const calls it, also through functions and over several lines", async () => {
  const text = await verilogOf(
    [
      'const held = m.reg("held", uint(8), { reset: 0 });',
      "const product = a.mul(b).bits(11, 4);",
      "const sum = a",
      "  .addWrap(b)",
      "  .xor(3);",
      "const part = scaled(a, sum);",
      "const doubled = twice(sum);",
      "const other = scaled(sum, sum);",
      "const many = [a, b, a.not()].map((x) => x.addWrap(7));",
      "[b, a].forEach((x, i) => {",
      "  const less = x.lt(sum);",
      "  m.when(less, () => {",
      "    const inner = x.addWrap(other);",
      "    held.set(inner);",
      "  });",
      "});",
      "const lesser = a.subWrap(1), table = b.subWrap(1);",
      "const wide = // a remark",
      "  a.mul(lesser);",
      "const [low, high] = [a.bits(3, 0), a.bits(7, 4)];",
      "const terms = [a, b].map((x) => x.xor(sum));",
      "const isBig = product.ge(part);",
      "const next =",
      "  held.addWrap(doubled);",
      "m.when(isBig, () => held.set(next));",
      "q0.set(terms[0]);",
      "q1.set(terms[1].and(held).xor(concat(low, high)).xor(many[2]).and(table).and(wide.bits(7, 0)).xor(scaled(a, a)));",
    ],
    2,
  );
  expect(text.replaceAll(/ \/\/ line:\d+/g, "")).toMatchInlineSnapshot(`
    "module edited (
      input wire clock,
      input wire reset,
      input wire [7:0] a,
      input wire [7:0] b,
      output wire [7:0] q0,
      output wire [7:0] q1
    );
      reg [7:0] held;

      wire [15:0] product_product = a * b;
      wire [7:0] product = product_product[11:4];
      wire [7:0] sum = (a + b) ^ 8'd3;
      wire [15:0] part_product = a * sum;
      wire [7:0] part = part_product[11:4];
      wire [7:0] doubled = sum + sum;
      wire [15:0] other_product = sum * sum;
      wire [7:0] other = other_product[11:4];
      wire [7:0] many_2 = ~a + 8'd7;
      wire held_less_b_sum = b < sum;
      wire [7:0] held_inner_b_other = b + other;
      wire held_less_a_sum = a < sum;
      wire [7:0] held_inner_a_other = a + other;
      wire [7:0] lesser = a - 8'd1;
      wire [7:0] table_value = b - 8'd1;
      wire [15:0] wide = a * lesser;
      wire [3:0] low = a[3:0];
      wire [3:0] high = a[7:4];
      wire [7:0] terms_0 = a ^ sum;
      wire [7:0] terms_1 = b ^ sum;
      wire isBig = part <= product;
      wire [7:0] next = held + doubled;

      always @(posedge clock)
        if (reset) held <= 8'd0;
        else if (isBig) held <= next;
        else if (held_less_a_sum) held <= held_inner_a_other;
        else if (held_less_b_sum) held <= held_inner_b_other;

      assign q0 = terms_0;
      wire [15:0] q1_product_a = a * a;
      assign q1 = (((terms_1 & held) ^ {low, high} ^ many_2) & table_value & wide[7:0]) ^ q1_product_a[11:4];

      // Bits that nothing reads.
      wire unused_bits = &{
        product_product[3:0], product_product[15:12],
        part_product[3:0], part_product[15:12],
        other_product[3:0], other_product[15:12],
        wide[15:8],
        q1_product_a[3:0], q1_product_a[15:12],
        1'b0
      };
    endmodule
    "
  `);
});

it("calls the value of the line that declares a variable by its name, and none that it is given later", async () => {
  const lines = (between: readonly string[]) => [
    "let sum = a.addWrap(b); q0.set(sum); sum = sum.xor(5); q1.set(sum);",
    "let total = a.xor(b);",
    ...between,
    "for (const x of [a, b]) {",
    "  total = total.addWrap(x);",
    "}",
    "q2.set(total);",
    "let picked;",
    "if (a.width > 4) picked = a.and(b);",
    "q3.set(picked);",
  ];
  const plain = (text: string) =>
    text
      .replaceAll(/ \/\/ line:\d+/g, "")
      .split("\n")
      .filter((line) => / = /.test(line));
  const text = plain(await verilogOf(lines([]), 4));
  expect(text).toEqual([
    "  wire [7:0] sum = a + b;",
    "  assign q0 = sum;",
    "  assign q1 = sum ^ 8'd5;",
    "  wire [7:0] total = a ^ b;",
    "  assign q2 = total + a + b;",
    "  assign q3 = a & b;",
  ]);
  // Another assignment in between renames nothing.
  const more = plain(await verilogOf(lines(["total = total.addWrap(7);"]), 4));
  expect(more).toEqual(text.map((line) => line.replace("= total + a + b", "= total + 8'd7 + a + b")));
});

it("names the whole value, not the argument of a call in it, and ends with the statement", async () => {
  const text = await verilogOf(
    ["const average = mean(mean(a, b), b);", "q0.set(average);", "const extra = a.xor(b); q1.set(extra.addWrap(b));"],
    2,
  );
  expect(text).toContain("wire [7:0] average = average_total_2[8:1];");
  expect(text).toContain("assign q0 = average;");
  expect(text).toContain("wire [7:0] extra = a ^ b;");
  expect(text).toContain("assign q1 = extra + b;");
});

it("calls what a class keeps in a field by the field, behind the name of what was made of the class", async () => {
  const text = await verilogOf(
    [
      "class Unit {",
      "  constructor(x, y) {",
      "    this.product = x.mul(y);",
      "    this.#low = this.product.bits(7, 0);",
      "  }",
      "  #low;",
      "  get mixed() { return this.#low.xor(5); }",
      "}",
      "const unit = new Unit(a, b);",
      "q0.set(unit.product.bits(11, 4));",
      "q1.set(unit.product.bits(8, 1).xor(unit.mixed));",
    ],
    2,
  );
  expect(text).toContain("wire [15:0] unit_product = a * b;");
  expect(text).toContain("wire [7:0] unit_low = unit_product[7:0];");
});

it("an added body with a const of a name that there is renames nothing", async () => {
  const body = (output: string, value: string) => [
    `m.when(${value}.bit(0), () => {`,
    `  const p = ${value}.mul(a);`,
    `  ${output}.set(p.bits(15, 8));`,
    "});",
  ];
  const begun = ["q0.set(0);", "q1.set(0);", "q2.set(0);"];
  const values = (text: string) => text.split("\n").filter((line) => /\bp_/.test(line) && !/^ {4}/.test(line));
  const plain = (text: string) => text.replaceAll(/ \/\/ line:\d+/g, "");
  const one = values(plain(await verilogOf([...begun, ...body("q0", "b")], 3)));
  const two = values(plain(await verilogOf([...begun, ...body("q1", "a.not()"), ...body("q0", "b")], 3)));
  const same = values(plain(await verilogOf([...begun, ...body("q1", "b"), ...body("q0", "b")], 3)));
  expect(one).toEqual(["  wire [15:0] p_b_a = b * a;", "  assign q0 = b[0] ? p_b_a[15:8] : 8'd0;"]);
  expect(two).toEqual(expect.arrayContaining(one));
  // The same value under the same name is one net.
  expect(same).toEqual(expect.arrayContaining(one));
  expect(same).toHaveLength(3);
});

it("leaves a part of the library as it is, whatever a module within a module calls its result", async () => {
  const text = await verilogOf(
    [
      "const bytes = { pop: input(stream(uint(8))), push: output(stream(uint(8))) };",
      'const inner = defineModule("inner", () => ({',
      "  ports: bytes,",
      "  build({ pop, push }, m) {",
      '    const picked = registered(m, "held", pop);',
      "    connect(push, picked);",
      "  },",
      "}));",
      'const bytesIn = m.stream("bytes", stream(uint(8)));',
      "bytesIn.sink.data.set(a);",
      "bytesIn.sink.valid.set(b.bit(0));",
      'const u = m.inst("u", inner, {}, { pop: bytesIn.source });',
      "u.push.ready.set(true);",
      "q0.set(u.push.data);",
    ],
    1,
  );
  expect(text).toContain("forward_register");
  expect(text).not.toContain("picked");
});

it("does not call parts of a target what a const calls the target, nor choices what it calls their statement", async () => {
  const text = await verilogOf(
    [
      'const counter = m.reg("r", uint(8), { reset: 0 });',
      "const chain = m.when(a.bit(0), () => counter.setBits(3, 0, b.bits(7, 4)));",
      'const sum = m.wire("s", uint(8));',
      "sum.setBits(7, 4, b.bits(3, 0));",
      "sum.setBits(3, 0, counter.bits(7, 4).xor(3));",
      'const w = m.wire("w", uint(8));',
      "w.set(a);",
      "w.setBits(5, 2, 3);",
      'const machine = m.fsm("state", { initial: "idle", states: { idle: (go) => go("run"), run: (go) => m.when(a.bit(1), () => go("idle")) } });',
      'q0.set(counter.xor(select(uint(8), machine.is("run"), a, b)));',
      "q1.set(sum.xor(w));",
    ],
    2,
  );
  expect(text.replaceAll(/ \/\/ line:\d+/g, "")).toMatchInlineSnapshot(`
    "module edited (
      input wire clock,
      input wire reset,
      input wire [7:0] a,
      input wire [7:0] b,
      output wire [7:0] q0,
      output wire [7:0] q1
    );
      localparam STATE_IDLE = 1'd0;
      localparam STATE_RUN = 1'd1;

      reg [7:0] r;
      reg state;

      always @(posedge clock)
        if (reset) r <= 8'd0;
        else if (a[0]) r[3:0] <= b[7:4];

      wire [7:0] s = {b[3:0], r[7:4] ^ 4'd3};
      wire [7:0] w = {a[7:6], 4'd3, a[1:0]};

      always @(posedge clock)
        if (reset) state <= STATE_IDLE;
        else if (state == STATE_IDLE) state <= STATE_RUN;
        else if (a[1]) state <= STATE_IDLE;

      wire [7:0] q0_if_state_equals_run_then_a_else_b = (state == STATE_RUN) ? a : b;
      assign q0 = r ^ q0_if_state_equals_run_then_a_else_b;
      assign q1 = s ^ w;
    endmodule
    "
  `);
});

const names = (count: number) => Array.from({ length: count }, (_, i) => `v${i}`);
const operations = [
  (x: string, y: string, k: number) => `${x}.mul(${y}).bits(${8 + (k % 8)}, ${1 + (k % 8)})`,
  (x: string, y: string, k: number) => `${x}.addWrap(${y}).xor(${k})`,
  (x: string, y: string, k: number) => `select(uint(8), ${x}.lt(${y}), ${x}.mul(${y}).bits(7, 0), ${y}.xor(${k}))`,
  (x: string, y: string) => `${x}.and(${y}).or(${y}.not())`,
  (x: string, y: string) => `scaled(${x}, ${y})`,
  (x: string, y: string, k: number) => `mean(${x}, ${y}).xor(${k})`,
  (x: string, y: string, k: number) =>
    `[${x}, ${y}].map((each) => each.addWrap(${k})).reduce((s, each) => s.xor(each))`,
  (x: string, y: string, k: number) => `twice(${x}).subWrap(${y}).addWrap(${k})`,
];
interface Term {
  readonly operation: number;
  readonly picks: readonly [number, number];
  readonly constant: number;
}
const term = fc.record(
  { operation: fc.nat(7), picks: fc.tuple(fc.nat(40), fc.nat(40)), constant: fc.integer({ min: 1, max: 255 }) },
  { noNullPrototype: true },
);
const textOf = ({ operation, picks, constant }: Term, from: readonly string[]) => {
  // Not one twice: what folds to a net that there is takes that net's place.
  const [x, y] = [picks[0], picks[0] + 1 + (picks[1] % (from.length - 1))].map((pick) => from[pick % from.length]);
  return operations[operation](x, y, constant);
};

/** Every const is read by an output of its own, and by any lines between. */
function linesOf(consts: readonly Term[], registers: readonly Term[]): string[] {
  const known = ["a", "b", "base"];
  const lines = ['const base = m.reg("base", uint(8), { reset: 0 });', "base.set(a.xor(b));"];
  consts.forEach((value, i) => {
    lines.push(`const v${i} = ${textOf(value, known)};`);
    known.push(`v${i}`);
  });
  registers.forEach((value, i) => {
    lines.push(`const r${i} = m.reg("r${i}", uint(8), { reset: 0 });`);
    lines.push(`m.when(a.bit(0), () => r${i}.set(${textOf(value, known)}));`);
  });
  const outputs = [...names(consts.length), ...registers.map((_, i) => `r${i}`)];
  return [...lines, ...outputs.map((name, i) => `q${i}.set(${name});`)];
}

const gathersUnread = /unused_bits|Bits that nothing reads|^ {4}\w+(\[[\d:]+\])?(, .*)?,$|^ {4}1'b0$|^ {2}};$/;

/**
 * The lines of Verilog, in order, without those of this line of the build, which sets this name, and what gathers bits that
 * nothing reads. What a function made carries the position in the function, and the name of who called.
 */
function others(text: string, line: number, name: string): string[] {
  let own = false;
  return text.split("\n").filter((verilog) => {
    const at = Number(/ \/\/ line:(\d+)$/.exec(verilog)?.[1]);
    if (at >= firstLine) own = at === firstLine + line || (name.startsWith("r") && at === firstLine + line - 1);
    else if (at > 0) own = new RegExp(`(?:wire|assign)(?: \\[.*\\])? ${name}(?:_\\w+)?(?:;| =)`).test(verilog);
    else if (/^(endmodule|\);|)$/.test(verilog)) own = false;
    return !own && verilog !== "" && !gathersUnread.test(verilog);
  });
}

it("changes, with a line of the source, the lines that this line made, and their order not at all", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(term, { minLength: 2, maxLength: 8 }),
      fc.array(term, { minLength: 1, maxLength: 4 }),
      fc.nat(),
      term,
      async (consts, registers, pick, other) => {
        const place = pick % (consts.length + registers.length);
        const changed = <T>(list: readonly T[], at: number, value: T) => list.map((one, i) => (i === at ? value : one));
        const before = linesOf(consts, registers);
        const after = linesOf(changed(consts, place, other), changed(registers, place - consts.length, other));
        const outputs = consts.length + registers.length;
        const line = before.findIndex((text, i) => text !== after[i]);
        const name = place < consts.length ? `v${place}` : `r${place - consts.length}`;
        const [first, second] = [await verilogOf(before, outputs), await verilogOf(after, outputs)];
        if (line >= 0) expect(others(second, line, name)).toEqual(others(first, line, name));
      },
    ),
    { numRuns: 60 },
  );
});
