/** Unknown words of memories. */
import { describe, expect, it } from "vitest";
import { bit, connect, defineModule, input, output, queued, select, simulate, stream, uint } from "../index.ts";

describe("memories", () => {
  const store = defineModule("store", (p: { depth: number; underWrite: "old" | "undefined" }) => ({
    ports: {
      write: input(bit),
      to: input(uint(2)),
      data: input(uint(8)),
      from: input(uint(2)),
      second: input(bit),
      secondTo: input(uint(2)),
      useState: input(bit),
      now: output(uint(8)),
      clocked: output(uint(8)),
      entry: output(uint(8)),
    },
    build(io, m) {
      const words = m.mem("words", p.depth, uint(8));
      const unset = m.reg("unset", uint(2));
      unset.set(unset);
      words.write({ address: select(uint(2), io.useState, unset, io.to), data: io.data, enable: io.write });
      words.write({ address: io.secondTo, data: 99, enable: io.second });
      io.now.set(words.read("seen", io.from));
      io.clocked.set(
        words.readClocked("later", {
          address: io.from,
          enable: io.write.not().or(io.second),
          underWrite: p.underWrite,
        }),
      );
      const rom = m.mem("rom", 4, uint(8), { init: [5, 6] });
      io.entry.set(rom.read("constant", io.from));
    },
  }));
  const start = (parameters: { depth: number; underWrite: "old" | "undefined" }) => {
    const dut = simulate(store, parameters, { poison: true, seed: 1 });
    const put = (address: number, data: number) => {
      Object.assign(dut.in, { write: true, to: address, data });
      dut.tick();
      dut.in.write = false;
    };
    return { dut, put };
  };

  it("words are known from their first write on; a table always is", () => {
    const { dut, put } = start({ depth: 4, underWrite: "old" });
    dut.in.from = 2;
    expect(dut.unknownBits("now")).toBe(255n);
    expect(dut.out.entry).toBe(0);
    put(2, 77);
    expect(dut.out.now).toBe(77);
    expect(dut.peek("words[2]")).toBe(77);
    expect(() => dut.peek("words[1]")).toThrow('"words[1]" has unknown bits');
    expect(dut.unknownBits("clocked")).toBe(255n);
    dut.tick();
    expect(dut.out.clocked).toBe(77);
  });

  it("no word is there beyond the depth", () => {
    const { dut, put } = start({ depth: 3, underWrite: "old" });
    put(3, 1);
    dut.in.from = 3;
    expect(dut.unknownBits("now")).toBe(255n);
  });

  it("a read of the new word knows the lanes that a mask leaves as they were", () => {
    const masked = defineModule("masked", (_: Record<never, never>) => ({
      ports: {
        from: input(uint(1)),
        write: input(bit),
        mask: input(uint(2)),
        data: input(uint(8)),
        word: output(uint(8)),
      },
      build({ from, write, mask, data, word }, m) {
        const words = m.mem("words", 2, uint(8), { init: [0x12, 0x34] });
        m.when(write, () => words.write({ address: from, data, mask }));
        word.set(words.readClocked("read", { address: from, underWrite: "new" }));
      },
    }));
    const dut = simulate(masked, {}, { poison: true });
    Object.assign(dut.in, { from: 1, write: true, mask: 1, data: 0x56 });
    dut.tick();
    expect(dut.out.word).toBe(0x36);
  });

  it("a read of the word that is written gives the old one, or nothing known", () => {
    for (const underWrite of ["old", "undefined"] as const) {
      const { dut, put } = start({ depth: 4, underWrite });
      put(1, 11);
      put(2, 22);
      Object.assign(dut.in, { from: 1, second: true, secondTo: 1 });
      dut.tick();
      expect(dut.unknownBits("clocked")).toBe(underWrite === "old" ? 0n : 255n);
      // Another word.
      dut.in.from = 2;
      dut.tick();
      expect(dut.out.clocked).toBe(22);
    }
  });

  it("two writes of one word leave it unknown, of two words do not", () => {
    const { dut, put } = start({ depth: 4, underWrite: "old" });
    Object.assign(dut.in, { second: true, secondTo: 1 });
    put(0, 5);
    dut.in.from = 0;
    expect(dut.out.now).toBe(5);
    dut.in.from = 1;
    expect(dut.out.now).toBe(99);
    put(1, 5);
    expect(dut.unknownBits("now")).toBe(255n);
    dut.in.second = false;
    put(1, 6);
    expect(dut.out.now).toBe(6);
  });

  it("a write to an unknown address leaves no word known", () => {
    const { dut, put } = start({ depth: 4, underWrite: "old" });
    put(1, 11);
    dut.in.from = 1;
    expect(dut.out.now).toBe(11);
    dut.in.useState = true;
    put(0, 3);
    expect(dut.unknownBits("now")).toBe(255n);
    expect(() => dut.peek("words[1]")).toThrow("unknown");
  });
});

describe("a write that may have hit any word", () => {
  const parts = defineModule("parts", (_: Record<string, never>) => ({
    ports: {
      a: input(uint(1)),
      useState: input(bit),
      mask: input(uint(2)),
      b: input(uint(1)),
      otherMask: input(uint(4)),
      from: input(uint(1)),
      q: output(uint(8)),
    },
    build(io, m) {
      const words = m.mem("words", 2, uint(8));
      const unset = m.reg("unset", uint(1));
      unset.set(unset);
      const address = select(uint(1), io.useState, unset, io.a);
      words.write({ address, data: 0xaa, mask: io.mask, enable: io.mask.nonzero() });
      words.write({ address: io.b, data: 0xbb, mask: io.otherMask, enable: io.otherMask.nonzero() });
      io.q.set(words.read("r", io.from));
    },
  }));
  const start = () => {
    const dut = simulate(parts, {}, { poison: true, seed: 7 });
    const first = { a: 0, mask: 0, useState: false };
    const edge = (inputs: Partial<typeof dut.in>) => {
      Object.assign(dut.in, { ...first, b: 0, otherMask: 0 }, inputs);
      dut.tick();
    };
    const unknown = () =>
      [0, 1].map((word) => {
        dut.in.from = word;
        const bits = dut.unknownBits("q");
        if (bits === 0n) expect(dut.peek(`words[${word}]`)).toBe(dut.out.q);
        else expect(() => dut.peek(`words[${word}]`)).toThrow(`0b${bits.toString(2)}`);
        return bits.toString(2).padStart(8, "0");
      });
    return { dut, edge, unknown };
  };

  it("makes all unknown once: lane by lane, later writes make them known", () => {
    const { dut, edge, unknown } = start();
    for (let round = 0; round < 3; round++) {
      edge({ b: 0, otherMask: 15 });
      edge({ b: 1, otherMask: 15 });
      expect(unknown()).toEqual(["00000000", "00000000"]);
      edge({ useState: true, mask: 3 });
      expect(unknown()).toEqual(["11111111", "11111111"]);
      edge({ a: 1, mask: 1 });
      expect(unknown()).toEqual(["11111111", "11110000"]);
      edge({ b: 1, otherMask: 0b0100 });
      edge({ b: 0, otherMask: 0b1001 });
      expect(unknown()).toEqual(["00111100", "11000000"]);
      edge({ a: 1, mask: 2 });
      expect(unknown()).toEqual(["00111100", "00000000"]);
      expect(dut.peek("words[1]")).toBe(0xaa);
    }
  });

  it("and those of the same edge with them", () => {
    const { edge, unknown } = start();
    edge({ useState: true, mask: 1, b: 1, otherMask: 15 });
    expect(unknown()).toEqual(["11111111", "11111111"]);
  });

  it("a table that is written loses its words, too, and seeds do not matter", () => {
    const table = defineModule("changed_table", (_: Record<string, never>) => ({
      ports: { known: input(bit), d: input(uint(8)), a: input(uint(1)), q: output(uint(8)) },
      build({ known, d, a, q }, m) {
        const words = m.mem("words", 2, uint(8), { init: [5, 6] });
        const unset = m.reg("unset", uint(1));
        unset.set(unset);
        words.write({ address: select(uint(1), known, a, unset), data: d, enable: d.nonzero() });
        q.set(words.read("r", a));
      },
    }));
    const dut = simulate(table, {}, { poison: true, seed: 3 });
    expect(dut.out.q).toBe(5);
    dut.in.d = 9;
    dut.tick();
    expect(dut.unknownBits("q")).toBe(255n);
    dut.in.known = true;
    dut.tick();
    expect(dut.out.q).toBe(9);
    dut.in.a = 1;
    expect(dut.unknownBits("q")).toBe(255n);
  });

  it("before the first reset: the writes after it are known, so a queue behind a queue is", () => {
    const chain = defineModule("chain", (_: Record<string, never>) => ({
      ports: { x: input(stream(uint(8))), y: output(stream(uint(8))) },
      build({ x, y }, m) {
        connect(y, queued(m, "second", queued(m, "first", x, 2), 8));
      },
    }));
    const dut = simulate(chain, {}, { poison: true });
    dut.in.x = { valid: false, data: 0 };
    dut.in.y.ready = true;
    dut.reset();
    const got: number[] = [];
    for (let n = 1; got.length < 12; n++) {
      dut.in.x = { valid: true, data: n };
      expect(dut.out.x.ready).toBe(true);
      if (dut.out.y.valid) got.push(dut.out.y.data);
      dut.tick();
    }
    expect(got).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it("two ports that write other lanes of one word leave both; a lane that both write is unknown", () => {
    const of = (mask: number, otherMask: number) => {
      const { dut, edge, unknown } = start();
      edge({ b: 0, otherMask: 15 });
      edge({ a: 0, mask, b: 0, otherMask });
      const bits = unknown()[0];
      return bits === "00000000" ? dut.peek("words[0]") : bits;
    };
    expect([of(0b01, 0b1100), of(0b10, 0b0011)]).toEqual([0xba, 0xab]);
    expect([of(0b11, 0b0011), of(0b01, 0b1111)]).toEqual(["00001111", "00001111"]);
    expect([of(0b10, 0b0110), of(0b11, 0b1111)]).toEqual(["00110000", "11111111"]);
  });
});

describe("ports of two clocks", () => {
  const domains = { x: { domain: "x" }, y: { domain: "y" } };
  const shared = (twoWriters: boolean) =>
    simulate(
      defineModule("shared", () => ({
        ports: {
          a: input(uint(2), domains.x),
          data: input(uint(4), domains.x),
          b: input(uint(2), domains.y),
          other: input(uint(4), domains.y),
          q: output(uint(4), domains.y),
        },
        build({ a, data, b, other, q }, m) {
          const words = m.mem("words", 4, uint(4));
          words.write({ address: a, data, domain: "x" });
          if (twoWriters) words.write({ address: b, data: other, domain: "y" });
          else m.unused(other);
          q.set(words.readClocked("r", { address: b, underWrite: "undefined", domain: "y" }));
        },
      })),
      {},
      { poison: true },
    );

  it("collide in a read where both clocks rise, and only there", () => {
    const dut = shared(false);
    Object.assign(dut.in, { a: 1, data: 5, b: 1 });
    dut.tick(1, ["x_clock"]);
    dut.tick(1, ["y_clock"]);
    expect(dut.out.q).toBe(5);
    dut.in.data = 9;
    dut.tick();
    expect(dut.unknownBits("q")).toBe(15n);
    dut.in.a = 2;
    dut.tick();
    expect(dut.out.q).toBe(9);
  });

  it("collide in a word that both write", () => {
    const dut = shared(true);
    Object.assign(dut.in, { a: 1, data: 5, b: 1, other: 6 });
    dut.tick(1, ["x_clock"]);
    expect(dut.peek("words[1]")).toBe(5);
    dut.tick(1, ["y_clock"]);
    expect(dut.peek("words[1]")).toBe(6);
    dut.tick();
    expect(() => dut.peek("words[1]")).toThrow("unknown-bits");
  });
});
