/**
 * What users of other hardware languages complain about, one test a complaint: `repository#number` are public issues. Each
 * test fails where the complaint would be true of this language.
 * Here: what the language refuses, and what it makes one state.
 */
import { describe, expect, it } from "vitest";
import { bit, elaborate, emitVerilog, forked, HdlError, input, output, simulate, stream, uint } from "../hdl/index.ts";
import { codes, lint, moduleOf } from "./fixtures/lessons.ts";

describe("lessons from other languages", () => {
  it("assignment never truncates in silence, of constants and addresses neither (chisel#1163, circt#10621, amaranth#360, simten#108)", () => {
    const wrong = moduleOf(
      "truncating",
      { a: input(uint(8)), write: input(bit), q: output(uint(4)), r: output(uint(4)), word: output(uint(8)) },
      ({ a, write, q, r, word }, m) => {
        // @ts-expect-error: the type checker sees it too
        q.set(a);
        r.set(16);
        const memory = m.mem("memory", 16, uint(8));
        memory.write({ address: a, data: 300, enable: write });
        word.set(memory.read("seen", 16));
      },
    );
    expect(codes(() => elaborate(wrong, {}))).toEqual([
      "width-mismatch",
      "literal-out-of-range",
      "literal-out-of-range",
      "width-mismatch",
      "literal-out-of-range",
    ]);
  });

  it("a register states its type; its reset value does not decide it (chisel#649)", () => {
    const untyped = moduleOf("typeless", { q: output(bit) }, ({ q }, m) => {
      q.set(true);
      // @ts-expect-error: no register without a type
      m.reg("state");
    });
    expect(codes(() => elaborate(untyped, {}))).toEqual(["wrong-argument"]);
    const stated = moduleOf("stated", { q: output(uint(9)) }, ({ q }, m) => {
      const state = m.reg("state", uint(9), { reset: 0 });
      state.set(state.addWrap(1));
      q.set(state);
    });
    expect(emitVerilog(elaborate(stated, {})).text).toContain("reg [8:0] state;");
  });

  it("clashing names, keywords and width 0 are refused at the user's line (rohd#205, amaranth#60, amaranth#936)", () => {
    const clash = moduleOf("clash", { a: input(bit), q: output(bit) }, ({ a, q }, m) => {
      m.node("x", a);
      q.set(m.node("x", a));
    });
    const keyword = moduleOf("keyword", { a: input(bit), q: output(bit) }, ({ a, q }, m) => q.set(m.node("wire", a)));
    const inner = moduleOf("inner", { a: input(bit), q: output(bit) }, ({ a, q }) => q.set(a));
    const instance = moduleOf("clash_instance", { a: input(bit), q: output(bit) }, ({ a, q }, m) => {
      const x = m.node("x", a);
      q.set(m.inst("x", inner, {}, { a: x }).q);
    });
    const port = moduleOf("clash_port", { a: input(bit), q: output(bit) }, ({ a, q }, m) =>
      q.set(m.inst("a", inner, {}, { a }).q),
    );
    for (const module of [clash, instance, port])
      expect(
        codes(() => elaborate(module, {})),
        module.name,
      ).toEqual(["duplicate-name"]);
    expect(codes(() => elaborate(keyword, {}))).toEqual(["illegal-name"]);
    expect(codes(() => uint(0))).toEqual(["bad-width"]);
  });

  it("a lookup table is a ROM, not a chain of choices (chisel#1456, chisel#983)", () => {
    const words = Array.from({ length: 256 }, (_, i) => (i * i) % 251);
    const table = moduleOf("squaring", { a: input(uint(8)), q: output(uint(8)) }, ({ a, q }, m) =>
      q.set(m.rom("squares", uint(8), words).read("square", a)),
    );
    const { text } = emitVerilog(elaborate(table, {}));
    expect(text).toContain("assign square = squares[a];");
    expect(text).not.toContain("?");
    expect(text.split("\n").length).toBeLessThan(words.length + 20);
    const dut = simulate(table, {});
    dut.in.a = 77;
    expect(dut.out.q).toBe(words[77]);
  });

  it("what a read of a word being written gives must be stated (amaranth#216, amaranth#1589, amaranth#899, firrtl#1021, spinalhdl#1634, spinalhdl#1392)", () => {
    // What synthesis makes of every template is in synth/memories.test.ts, what each does in testbench/memories.test.ts.
    const ports = { enable: input(bit), address: input(uint(3)), data: input(uint(4)), q: output(uint(4)) };
    const unstated = moduleOf("unstated", ports, ({ enable, address, data, q }, m) => {
      const words = m.mem("words", 8, uint(4));
      words.write({ address, data, enable });
      // @ts-expect-error: no clocked read without a word on read-under-write
      q.set(words.readClocked("word", { address, enable }));
    });
    expect(codes(() => elaborate(unstated, {}))).toEqual(["memory-shape"]);
  });

  it("one reset policy; reset value and power-up value are two words (firrtl#1376, amaranth#1140, chisel#4567)", () => {
    const both = moduleOf("both", { a: input(uint(8)), q: output(uint(8)), r: output(uint(8)) }, (io, m) => {
      const [reset, free] = [m.reg("withReset", uint(8), { reset: 5 }), m.reg("without", uint(8))];
      reset.set(io.a);
      m.when(io.a.eq(9), () => free.set(io.a));
      io.q.set(reset);
      io.r.set(free);
    });
    const { text } = emitVerilog(elaborate(both, {}));
    expect(text.match(/if \(reset\)/g)).toHaveLength(1);
    expect(text).not.toContain("initial");
    const powerUps = [1, 2, 3, 4].map((seed) => {
      const dut = simulate(both, {}, { seed });
      dut.in.a = 0;
      dut.reset();
      return { q: dut.out.q, r: dut.out.r };
    });
    expect(new Set(powerUps.map(({ q }) => q))).toEqual(new Set([5]));
    expect(new Set(powerUps.map(({ r }) => r)).size).toBeGreaterThan(1);
  });

  it("combinational loops are told as a path of the user's lines, bit by bit (firrtl#1203, spinalhdl#231, veryl#3310)", () => {
    const real = moduleOf("looping", { a: input(bit), q: output(bit) }, ({ a, q }, m) => {
      const [x, y] = [m.wire("x", bit), m.wire("y", bit)];
      x.set(y.and(a));
      y.set(x.not());
      q.set(x);
    });
    expect(() => elaborate(real, {})).toThrow(/x\.set\(y\.and\(a\)\)[\s\S]*y\.set\(x\.not\(\)\)/);
    const chain = moduleOf("chain", { a: input(uint(4)), q: output(uint(4)) }, ({ a, q }, m) => {
      const carry = m.wire("carry", uint(5));
      carry.setBit(0, false);
      for (let i = 0; i < 4; i++) carry.setBit(i + 1, carry.bit(i).xor(a.bit(i)));
      q.set(carry.bits(4, 1));
    });
    expect(codes(() => elaborate(chain, {}))).toEqual([]);
    expect(lint(elaborate(chain, {}))).toBe("");
    const dut = simulate(chain, {});
    dut.in.a = 0b1011;
    expect(dut.out.q).toBe(parityFromBelow(0b1011));
  });

  it("state that was never initialised shows: a poison mode follows it, and seeds randomise it (firrtl#2218, circt#10681)", () => {
    const forgetful = moduleOf("forgetful", { a: input(uint(4)), keep: input(bit), q: output(uint(4)) }, (io, m) => {
      const kept = m.reg("kept", uint(4));
      m.when(io.keep, () => kept.set(io.a));
      // The high bits are known whatever the register holds: no optimiser may take the rest for known too.
      io.q.set(kept.and(0b0011));
    });
    const dut = simulate(forgetful, {}, { poison: true });
    dut.in.keep = false;
    expect(dut.unknownBits("q")).toBe(0b0011n);
    expect(() => dut.out.q).toThrow(HdlError);
    dut.in.a = 9;
    dut.in.keep = true;
    dut.tick();
    expect(dut.out.q).toBe(1);
    const seen = [1, 2, 3, 4, 5, 6].map((seed) => simulate(forgetful, {}, { seed }).out.q);
    expect(new Set(seen).size).toBeGreaterThan(1);
  });

  it("a stream fork does not make valid wait for ready, and nothing may (spinalhdl#1514)", () => {
    const split = moduleOf(
      "split",
      { words: input(stream(uint(8))), left: output(stream(uint(8))), right: output(stream(uint(8))) },
      ({ words, left, right }, m) => {
        const [a, b] = forked(m, "fork", words, 2);
        for (const [sink, source] of [[left, a] as const, [right, b] as const]) {
          sink.valid.set(source.valid);
          sink.data.set(source.data);
          source.ready.set(sink.ready);
        }
      },
    );
    const dut = simulate(split, {});
    dut.reset();
    dut.in.words = { valid: true, data: 7 };
    // Neither side is ready, and both are offered the word; one side alone can take it.
    expect([dut.out.left.valid, dut.out.right.valid]).toEqual([true, true]);
    dut.in.left.ready = true;
    dut.tick();
    expect([dut.out.left.valid, dut.out.right.valid]).toEqual([false, true]);
    const waiting = moduleOf("waiting", { q: output(stream(bit)) }, ({ q }) => {
      q.valid.set(q.ready);
      q.data.set(true);
    });
    expect(codes(() => elaborate(waiting, {}))).toEqual(["valid-waits-for-ready"]);
    // The fork of the complaint: each side is offered the word only when the other one is ready.
    const naive = moduleOf(
      "naive",
      { x: input(stream(bit)), y: output(stream(bit)), z: output(stream(bit)) },
      ({ x, y, z }) => {
        y.valid.set(x.valid.and(z.ready));
        z.valid.set(x.valid.and(y.ready));
        x.ready.set(y.ready.and(z.ready));
        y.data.set(x.data);
        z.data.set(x.data);
      },
    );
    expect(codes(() => elaborate(naive, {}))).toEqual(["valid-waits-for-ready", "valid-waits-for-ready"]);
  });
});

function parityFromBelow(word: number): number {
  let [parity, result] = [0, 0];
  for (let i = 0; i < 4; i++) {
    parity ^= (word >> i) & 1;
    result |= parity << i;
  }
  return result;
}
