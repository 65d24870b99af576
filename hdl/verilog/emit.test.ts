import { expect, it } from "vitest";
import {
  addressWidth,
  bit,
  concat,
  defineModule,
  elaborate,
  emitVerilog,
  input,
  output,
  record,
  select,
  sint,
  stream,
  uint,
  vec,
} from "../index.ts";

/** The text without positions, which change with every edit of this file. */
const plain = (text: string) => text.replaceAll(/ \/\/ [\w/.-]+:\d+$/gm, "");

const average = defineModule("average", (p: { width: number }) => ({
  summary: "Mean of the last two accepted samples.",
  ports: { sample: input(stream(sint(p.width))), mean: output(sint(p.width)), seen: output(uint(2)) },
  build({ sample, mean, seen }, m) {
    const last = m.reg("last", sint(p.width), { reset: 0 });
    const count = m.reg("count", uint(2), { reset: 0 });
    sample.ready.set(true);
    m.when(sample.fire, () => {
      last.set(sample.data);
      m.when(count.lt(2), () => count.set(count.addWrap(1)));
    });
    mean.set(last.add(sample.data).shiftRight(1));
    seen.set(count);
  },
}));

it("prints what a person would like to read", () => {
  const { text } = emitVerilog(elaborate(average, { width: 8 }));
  expect(plain(text)).toMatchInlineSnapshot(`
    "// Mean of the last two accepted samples.
    module average (
      input wire clock,
      input wire reset,
      input wire sample_valid,
      output wire sample_ready,
      input wire signed [7:0] sample_data,
      output wire signed [7:0] mean,
      output wire [1:0] seen
    );
      reg signed [7:0] last;
      reg [1:0] count;

      assign sample_ready = 1'b1;

      always @(posedge clock)
        if (reset) last <= 8'sd0;
        else if (sample_valid && sample_ready) last <= sample_data;

      always @(posedge clock)
        if (reset) count <= 2'd0;
        else if (sample_valid && sample_ready) begin
          if (count < 2'd2) count <= count + 2'd1;
        end

      wire signed [8:0] mean_last_plus_sample_data_wide = {last[7], last} + {sample_data[7], sample_data};
      assign mean = mean_last_plus_sample_data_wide[8:1];
      assign seen = count;

      // Bits that nothing reads.
      wire unused_bits = &{
        mean_last_plus_sample_data_wide[0],
        1'b0
      };
    endmodule
    "
  `);
});

const buffer = defineModule("buffer", (p: { depth: number; word?: number }) => ({
  ports: { index: input(uint(addressWidth(p.depth))), put: input(uint(4)), got: output(uint(4)) },
  build({ index, put, got }, m) {
    const words = m.mem("words", p.depth, uint(4));
    words.write({ address: index, data: put });
    got.set(words.read("word", index));
  },
}));

const two = defineModule("two", (p: { first: object; second: object }) => ({
  ports: { index: input(uint(3)), put: input(uint(4)), got: output(vec(2, uint(4))) },
  build({ index, put, got }, m) {
    const make = (name: string, given: object) =>
      m.inst(name, buffer, given as { depth: number }, { index: index as never, put }).got;
    got.set([make("first", p.first), make("second", p.second)]);
  },
}));

const modulesOf = (first: object, second: object) =>
  emitVerilog(elaborate(two, { first, second })).modules.map(({ name }) => name);

it("shares a module among equal parameters, whatever the order of their keys", () => {
  expect(modulesOf({ depth: 8, word: 1 }, { word: 1, depth: 8 })).toEqual(["buffer_depth8_word1", "two"]);
});

it("names a module after its parameters, as far as they are not the top's", () => {
  expect(modulesOf({ depth: 8, word: 1 }, { word: 1, depth: 7 })).toEqual([
    "buffer_depth8_word1",
    "buffer_depth7_word1",
    "two",
  ]);
  const types = [uint(8), record({ low: uint(2), flags: vec(2, bit) })].map((type) => ({ depth: 8, type }));
  expect(modulesOf(types[0], types[1])).toEqual(["buffer_depth8_typeuint8", "buffer_depth8_1e9l655", "two"]);
  expect(modulesOf({ depth: 8, taps: [3, 1, 3] }, { depth: 8, taps: [] })).toEqual([
    "buffer_depth8_taps3_1_3",
    "buffer_depth8_taps",
    "two",
  ]);
  expect(modulesOf({ depth: 8, "a:1,b": 2 }, { depth: 8, a: 1, b: 2 })).toHaveLength(3);
  expect(modulesOf({ depth: 8, list: [undefined] }, { depth: 8, list: [] })).toHaveLength(3);
  const many = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`parameter${i}`, i]));
  expect(modulesOf({ depth: 8, ...many }, { depth: 7, ...many })).toEqual([
    "buffer_depth8_parameter00_parameter11_01dc89d",
    "buffer_depth7_parameter00_parameter11_1pnylfu",
    "two",
  ]);
  const whole = defineModule("whole", (_: { depth: number; word: number }) => ({
    ports: { index: input(uint(3)), put: input(uint(4)), got: output(uint(4)) },
    build: ({ index, put, got }, m) => got.set(m.inst("only", buffer, { depth: 8 }, { index, put }).got),
  }));
  expect(elaborate(whole, { depth: 8, word: 1 }).modules.map(({ name }) => name)).toEqual(["buffer", "whole"]);
});

it("gives a bundle a net for each part", () => {
  const bundles = defineModule("bundles", (_: Record<string, never>) => ({
    ports: { pair: input(record({ low: uint(2), flags: vec(2, bit) })), out: output(stream(record({ all: uint(4) }))) },
    build({ pair, out }) {
      out.valid.set(pair.flags[0]);
      out.data.all.set(concat(pair.flags[1], out.ready, pair.low));
    },
  }));
  const [module] = elaborate(bundles, {}).modules;
  expect(module.ports.map(({ name, direction, width }) => `${direction} ${name}:${width}`)).toEqual([
    "input pair_low:2",
    "input pair_flags_0:1",
    "input pair_flags_1:1",
    "output out_valid:1",
    "input out_ready:1",
    "output out_data_all:4",
  ]);
});

it("is the same from run to run, and names do not move when an unrelated line is added", () => {
  const edited = (extra: boolean) =>
    defineModule("edited", (_: Record<string, never>) => ({
      ports: { a: input(uint(8)), b: input(uint(8)), q: output(uint(16)), r: output(uint(8)) },
      build({ a, b, q, r }, m) {
        if (extra) m.node("extra", a.addWrap(b).mul(b).bits(3, 0));
        q.set(select(uint(16), a.lt(b), a.mul(b), a.xor(b).mul(a.addWrap(3))));
        r.set(a.mul(b).bits(9, 2));
      },
    }));
  const lines = (extra: boolean) => plain(emitVerilog(elaborate(edited(extra), {})).text).split("\n");
  expect(lines(false)).toEqual(lines(false));
  const added = lines(true);
  for (const line of lines(false)) expect(added).toContain(line);
});

it("carries the user's line beside what it made, and in the list of positions", () => {
  const { text, positions } = emitVerilog(elaborate(average, { width: 8 }));
  const port = positions.find(({ net }) => net === "seen");
  expect(port).toMatchObject({ module: "average", file: "hdl/verilog/emit.test.ts" });
  expect(text).toContain(`output wire [1:0] seen // hdl/verilog/emit.test.ts:${port?.line}`);
  const register = positions.find(({ net }) => net === "last");
  expect(register?.line).toBe((port?.line as number) + 2);
});

it("computes at the width that is used, so that no carry dangles", () => {
  const narrow = defineModule("narrow", (_: Record<string, never>) => ({
    ports: { a: input(uint(8)), b: input(uint(8)), q: output(uint(8)) },
    build: ({ a, b, q }) => q.set(a.add(b).add(1).wrap(8)),
  }));
  expect(emitVerilog(elaborate(narrow, {})).text).toContain("assign q = a + b + 8'd1;");
});

it("gathers the bits that nothing reads", () => {
  const partial = defineModule("partial", (_: Record<string, never>) => ({
    ports: { a: input(uint(8)), on: input(bit), q: output(uint(3)) },
    build({ a, on, q }, m) {
      const idle = m.reg("idle", uint(2));
      m.when(on, () => idle.set(a.bits(1, 0)));
      q.set(a.bits(5, 3));
    },
  }));
  expect(emitVerilog(elaborate(partial, {})).text).toContain(
    "wire unused_bits = &{\n    a[2], a[7:6],\n    idle,\n    1'b0\n  };",
  );
});

it("a product keeps its width beside a choice that has a net of its own", () => {
  const joined = defineModule("joined", (_: Record<string, never>) => ({
    ports: { a: input(uint(7)), on: input(bit), q: output(uint(13)) },
    build({ a, on, q }, m) {
      const choice = select(uint(3), on, 7, 0);
      const r = m.reg("r", uint(13));
      r.set(concat(choice, a.mul(choice)));
      q.set(r);
    },
  }));
  const { text } = emitVerilog(elaborate(joined, {}));
  expect(text).toMatch(/wire \[9:0\] \w+ = a \* \w+;/);
});

it("declares a memory of one word without addresses, as far as every port has the address 0", () => {
  const one = defineModule("one", (p: { fixed: boolean }) => ({
    ports: { index: input(uint(1)), put: input(uint(4)), got: output(uint(4)) },
    build({ index, put, got }, m) {
      const words = m.mem("words", 1, uint(4), { init: [7], style: "block" });
      words.write({ address: p.fixed ? 0 : index, data: put });
      got.set(words.read("word", 0));
      m.unused(index);
    },
  }));
  const fixed = emitVerilog(elaborate(one, { fixed: true })).text;
  expect(fixed).toMatch(/^ {2}reg \[3:0\] words;/m);
  expect(fixed).toMatch(/^ {4}words = 4'd7;/m);
  expect(fixed).toMatch(/^ {4}words <= put;/m);
  expect(fixed).toMatch(/^ {2}assign word = words;/m);
  const addressed = emitVerilog(elaborate(one, { fixed: false })).text;
  expect(addressed).toMatch(/ words \[0:0\];/);
  expect(addressed).toMatch(/^ {4}words\[index\] <= put;/m);
  expect(addressed).toMatch(/^ {2}assign word = words\[1'b0\];/m);
});

it("gives the address a net where a memory is written at literal ones only, of which Yosys would make registers with a warning", () => {
  const two = defineModule("two", (p: { literal: boolean }) => ({
    ports: { index: input(uint(2)), put: input(uint(4)), got: output(uint(4)) },
    build({ index, put, got }, m) {
      const words = m.mem("words", 4, uint(4));
      words.write({ address: 3, data: put });
      words.write({ address: p.literal ? 1 : index, data: put });
      got.set(words.read("word", index));
    },
  }));
  const literal = emitVerilog(elaborate(two, { literal: true })).text;
  expect(literal).toMatch(/wire \[1:0\] words_write_address_3 = 2'd3;/);
  expect(literal).toMatch(/^ {4}words\[words_write_address_3\] <= put;/m);
  expect(literal).toMatch(/^ {4}words\[words_write_address_1\] <= put;/m);
  expect(emitVerilog(elaborate(two, { literal: false })).text).toMatch(/^ {4}words\[2'd3\] <= put;/m);
});
