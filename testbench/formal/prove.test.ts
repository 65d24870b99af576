import { describe, expect, it } from "vitest";
import { bit, defineExternal, defineModule, fixedValue, input, output, sint, uint } from "../../hdl/index.ts";
import { describeProof } from "./describe.ts";
import { prove } from "./prove.ts";

/** Counts to a limit; `top` is what it never exceeds, or so it is claimed. */
const counter = defineModule("counter", (p: { limit: number; claim: number }) => ({
  ports: { enable: input(bit), count: output(uint(4)) },
  build({ enable, count }, m) {
    const value = m.reg("value", uint(4), { reset: 0 });
    m.when(enable, () => {
      m.when(value.eq(p.limit), () => value.set(0)).otherwise(() => value.set(value.addWrap(1)));
    });
    m.assert("below", value.le(p.claim));
    m.cover("at_limit", value.eq(p.limit));
    m.cover("beyond", value.gt(p.limit));
    count.set(value);
  },
}));

/** Two counters that run alike; that they are equal is an invariant, that they stay below 9 needs it. */
const pair = defineModule("pair", (p: { related: boolean }) => ({
  ports: { enable: input(bit), same: output(bit) },
  build({ enable, same }, m) {
    const [a, b] = ["a", "b"].map((name) => m.reg(name, uint(4), { reset: 0 }));
    m.when(enable.and(a.lt(8)), () => a.set(a.addWrap(1)));
    m.when(enable.and(a.lt(8)), () => b.set(b.addWrap(1)));
    m.assert("low", b.lt(9));
    if (p.related) m.assert("equal", a.eq(b));
    same.set(a.eq(b));
  },
}));

const child = defineModule("child", (_: Record<never, never>) => ({
  ports: { x: input(sint(70)), y: output(sint(70)) },
  build({ x, y }, m) {
    const kept = m.reg("kept", sint(70), { reset: -1 });
    m.assume("negative", x.negative());
    m.assert("below_zero", kept.negative());
    kept.set(x);
    y.set(kept);
  },
}));

const parent = defineModule("parent", (p: { keeps: boolean }) => ({
  ports: { x: input(sint(69)), y: output(sint(70)) },
  build({ x, y }, m) {
    const words = m.mem("words", 3, sint(69));
    const at = m.reg("at", words.addressType, { reset: 0 });
    m.when(at.eq(2), () => at.set(0)).otherwise(() => at.set(at.addWrap(1)));
    words.write({ address: at, data: x });
    const word = words.read("word", at).extend(70);
    m.assume("given", x.negative());
    y.set(m.inst("inner", child, {}, { x: p.keeps ? x.extend(70) : word }).y);
  },
}));

describe("prove", () => {
  it("proves what holds in every reachable state, and tells which covers are out of reach", async () => {
    const proof = await prove(counter, { limit: 9, claim: 9 });
    expect(proof).toMatchObject({ outcome: "proven", strength: 1, assertions: ["below"] });
    expect([...(proof.covers ?? [])]).toEqual([
      ["at_limit", 10],
      ["beyond", undefined],
    ]);
    expect(describeProof(proof)).toMatchInlineSnapshot(`
      "counter: 1 assertion proven (induction over 1 edge)
        cover beyond is not reached within 10 edges"
    `);
  });

  it("of covers alone says how many are reached, not that no assertion holds", async () => {
    const reaching = defineModule("reaching", (_: Record<never, never>) => ({
      ports: { x: input(uint(4)), y: output(uint(4)) },
      build({ x, y }, m) {
        y.set(m.node("low", x.and(7)));
        m.cover("seven", x.and(7).eq(7));
        m.cover("eight", x.and(7).eq(8));
      },
    }));
    expect(describeProof(await prove(reaching, {}, { depth: 1 }))).toMatchInlineSnapshot(`
      "reaching: no assertion; 1 of 2 covers reached within 1 edge
        cover eight is not reached within 1 edge"
    `);
  });

  it("refuses an option that there is not", async () => {
    const options = { deep: 3 } as object;
    await expect(prove(counter, { limit: 9, claim: 9 }, options)).rejects.toMatchObject({
      details: {
        code: "bad-option",
        message: 'a proof has no option "deep"',
        hint: "write depth, if that is meant",
        expected: "depth, induction, timeoutMs",
      },
    });
  });

  it("refuses a depth of no edge", async () => {
    for (const depth of [0, -1, 1.5, Number.NaN])
      await expect(prove(counter, { limit: 9, claim: 9 }, { depth })).rejects.toMatchObject({
        details: { code: "bad-depth" },
      });
    const bounded = await prove(counter, { limit: 9, claim: 9 }, { depth: 1, induction: false });
    expect(describeProof(bounded).split("\n")[0]).toBe("counter: 1 assertion holds for 1 edge");
  });

  it("refutes what is wrong, with a run that our simulator repeats", async () => {
    const proof = await prove(counter, { limit: 3, claim: 2 });
    expect(proof).toMatchObject({
      outcome: "refuted",
      counterexample: { property: "below", step: 4, start: "reset", replayed: true },
    });
    // "at_limit" can be reached, but nobody looked.
    expect(proof).not.toHaveProperty("covers");
    // Whether it counts in reset and at the last edge is for the solver to choose.
    const text = describeProof(proof).replace(/(enable +)\d( .* )\d$/m, "$1…$2…");
    expect(text).toMatchInlineSnapshot(`
      "counter: refuted
        below fails in step 4 (testbench/formal/prove.test.ts:14), from reset
                0  1  2  3  4
        reset   1  0  0  0  0
        enable  …  1  1  1  …
        count   0  0  1  2  3
        value   0  0  1  2  3"
    `);
  });

  it("does not take the first edges for all", async () => {
    expect(await prove(counter, { limit: 9, claim: 8 }, { depth: 5, induction: false })).toMatchObject({
      outcome: "bounded",
    });
    expect(await prove(counter, { limit: 9, claim: 8 }, { depth: 9, induction: false })).toMatchObject({
      outcome: "bounded",
    });
    expect(await prove(counter, { limit: 9, claim: 8 }, { depth: 10, induction: false })).toMatchObject({
      outcome: "refuted",
    });
  });

  it("shows the state in which an induction step fails, and takes an invariant that excludes it", async () => {
    const proof = await prove(pair, { related: false }, { depth: 3 });
    expect(proof).toMatchObject({
      outcome: "undecided",
      counterexample: { property: "low", start: "any state", replayed: true },
    });
    const started = Object.fromEntries((proof.counterexample?.values ?? []).map(({ net, values }) => [net, values[0]]));
    expect(started.a).not.toEqual(started.b);
    expect(await prove(pair, { related: true }, { depth: 3 })).toMatchObject({ outcome: "proven" });
  });

  it("lets a design answer for what its instances assume, and replays memories and wide numbers", async () => {
    expect(await prove(parent, { keeps: true })).toMatchObject({
      outcome: "proven",
      assertions: ["inner.negative", "inner.below_zero"],
    });
    expect(await prove(parent, { keeps: false })).toMatchObject({
      outcome: "refuted",
      counterexample: { property: "inner.negative", replayed: true },
    });
  });

  it("says when a counterexample hangs on a word beyond the end of a memory", async () => {
    const beyond = defineModule("beyond", (_: Record<never, never>) => ({
      ports: { at: input(uint(2)), word: output(bit) },
      build({ at, word }, m) {
        const words = m.rom("words", bit, [false, false, false]);
        const read = words.read("read", at);
        m.assert("zero", read.not());
        word.set(read);
      },
    }));
    const proof = await prove(beyond, {});
    expect(proof).toMatchObject({ outcome: "refuted", counterexample: { property: "zero", replayed: false } });
    expect(describeProof(proof)).toContain('the simulator does not repeat it: it reads "words" beyond its end');
  });

  it.each([
    ["undefined", "refuted"],
    ["old", "proven"],
    ["new", "refuted"],
  ] as const)(
    "a word that is read while it is written may be anything where that is so (%s)",
    async (under, outcome) => {
      const probe = defineModule("probe", (_: Record<never, never>) => ({
        ports: { at: input(uint(1)), data: input(uint(2)), write: input(bit), read: input(bit), word: output(uint(2)) },
        build({ at, data, write, read, word }, m) {
          const words = m.mem("words", 2, uint(2));
          m.when(write, () => words.write({ address: at, data }));
          const given = words.readClocked("given", { address: at, enable: read, underWrite: under });
          const [old, begun] = [m.reg("old", uint(2)), m.reg("begun", bit, { reset: false })];
          m.when(read, () => {
            old.set(words.read("seen", at));
            begun.set(true);
          });
          m.when(begun, () => m.assert("old_word", given.eq(old)));
          // Held for as long as nothing is read, whatever it is.
          const [before, held] = [m.reg("earlier", uint(2)), m.reg("held", bit, { reset: false })];
          before.set(given);
          held.set(read.not());
          m.when(held, () => m.assert("stays", given.eq(before)));
          word.set(given);
        },
      }));
      const proof = await prove(probe, {}, { depth: 4 });
      expect(proof.outcome).toBe(outcome);
      if (outcome === "refuted") expect(proof.counterexample?.property).toBe("old_word");
      if (under === "new") expect(proof.counterexample).toMatchObject({ replayed: true });
      expect(describeProof(proof)).not.toContain("fault of Whittle");
    },
  );

  it.each([
    ["first", 0],
    ["second", 1],
    ["masked", 2],
  ] as const)("of two writes to one word neither is sure to win (%s)", async (_, wins) => {
    const probe = defineModule("probe", (_: Record<never, never>) => ({
      ports: { data: input(uint(4)), other: input(uint(4)), word: output(uint(4)) },
      build({ data, other, word }, m) {
        const words = m.mem("words", 2, uint(4));
        words.write({ address: 0, data, mask: fixedValue(uint(2), 3) });
        words.write({ address: 0, data: other, mask: fixedValue(uint(2), wins === 2 ? 2 : 3) });
        const given = words.read("given", 0);
        const last = m.reg("last", uint(4));
        last.set([data, other, data][wins]);
        const begun = m.reg("begun", bit, { reset: false });
        begun.set(true);
        m.when(begun, () => m.assert("wins", wins === 2 ? given.bits(1, 0).eq(last.bits(1, 0)) : given.eq(last)));
        word.set(given);
      },
    }));
    const proof = await prove(probe, {}, { depth: 3 });
    expect(proof.outcome).toBe(wins === 2 ? "proven" : "refuted");
    expect(describeProof(proof)).not.toContain("fault of Whittle");
  });

  it.each(["read", "readClocked"] as const)(
    "repeats and shows a state of a memory with initial words (%s)",
    async (kind) => {
      const probe = defineModule("probe", () => ({
        ports: { a: input(uint(2)), d: input(uint(2)), w: input(bit), q: output(uint(2)) },
        build({ a, d, w, q }, m) {
          const words = m.mem("words", 4, uint(2), { init: [0, 1, 0, 1] });
          m.when(w.and(d.ne(3)), () => words.write({ address: a, data: d }));
          const read =
            kind === "read" ? words.read("word", a) : words.readClocked("word", { address: a, underWrite: "old" });
          const begun = m.reg("begun", bit, { reset: false });
          begun.set(true);
          q.set(read);
          m.when(begun, () => m.assert("no3", read.ne(3)));
        },
      }));
      const proof = await prove(probe, {}, { depth: 3 });
      expect(proof).toMatchObject({ outcome: "undecided", counterexample: { property: "no3", replayed: true } });
      expect(describeProof(proof)).not.toContain("does not repeat");
      const values = new Map(proof.counterexample?.values.map(({ net, values }) => [net, values]));
      const step = values.get("a")?.findIndex((a) => values.get(`words[${a}]`)?.includes(3n));
      expect(step).toBeGreaterThanOrEqual(0);
      expect([...values.keys()].filter((net) => net.includes("$"))).toEqual([]);
    },
  );

  describe("with initial words that are written", () => {
    /** One word is clean at the first edge after reset, unless both were written before. */
    const later = defineModule("later", (p: { data: number }) => ({
      ports: { enable: input(bit), to: input(uint(1)), q: output(uint(4)) },
      build({ enable, to, q }, m) {
        const words = m.mem("words", 2, uint(4), { init: [0, 0] });
        const first = m.reg("first", bit, { reset: true });
        first.set(false);
        const [a, b] = [words.read("w0", 0), words.read("w1", 1)];
        words.write({ address: to, data: p.data, enable });
        q.set(a.or(b));
        m.assert("one_is_clean", first.not().or(a.eq(0)).or(b.eq(0)));
      },
    }));

    it("refutes what a later reset breaks, with the run that breaks it", async () => {
      const proof = await prove(later, { data: 5 }, { depth: 6 });
      expect(proof).toMatchObject({
        outcome: "refuted",
        counterexample: { property: "one_is_clean", start: "reset", replayed: true },
      });
      const resets = proof.counterexample?.values.find(({ net }) => net === "reset")?.values ?? [];
      expect(resets.slice(1)).toContain(1n);
    });

    it("proves nothing that a reset after longer than the depth might break", async () => {
      const proof = await prove(later, { data: 5 }, { depth: 1 });
      expect(proof).toMatchObject({
        outcome: "undecided",
        counterexample: { property: "one_is_clean", start: "any state", replayed: true },
      });
    });

    it("bases a proof on the initial words still", async () => {
      const kept = defineModule("kept", (p: { start: number }) => ({
        ports: { enable: input(bit), q: output(uint(4)) },
        build({ enable, q }, m) {
          const words = m.mem("words", 2, uint(4), { init: [p.start, p.start] });
          words.write({ address: 1, data: 3, enable });
          const [a, b] = [words.read("w0", 0), words.read("w1", 1)];
          m.assert("below", a.lt(4).and(b.lt(4)));
          q.set(a);
        },
      }));
      expect(await prove(kept, { start: 0 }, { depth: 4 })).toMatchObject({ outcome: "proven" });
      expect(await prove(kept, { start: 4 }, { depth: 4 })).toMatchObject({ outcome: "refuted" });
    });
  });

  it("refuses assumptions that contradict each other, and modules without properties", async () => {
    const contradiction = defineModule("contradiction", (p: { states: boolean }) => ({
      ports: { x: input(uint(4)), y: output(bit) },
      build({ x, y }, m) {
        if (p.states) {
          m.assume("low", x.lt(3));
          m.assume("high", x.gt(3));
          m.assert("impossible", x.eq(9));
        }
        y.set(x.eq(0));
      },
    }));
    await expect(prove(contradiction, { states: true })).rejects.toMatchObject({
      exitStatus: 1,
      details: { code: "assumptions-contradict" },
    });
    await expect(prove(contradiction, { states: false })).rejects.toMatchObject({
      exitStatus: 2,
      details: { code: "nothing-to-prove" },
    });
  });

  it("refuses a black box without a model, which may do anything", async () => {
    const buffer = defineExternal("buffer", (_: Record<never, never>) => ({
      ports: { a: input(bit), q: output(bit) },
      verilog: { module: "IBUF" },
    }));
    const buffered = defineModule("buffered", (_: Record<never, never>) => ({
      ports: { a: input(bit), q: output(bit) },
      build({ a, q }, m) {
        const { q: given } = m.inst("u", buffer, {}, { a });
        q.set(given);
        m.assert("same", given.xor(a).not());
      },
    }));
    await expect(prove(buffered, {})).rejects.toMatchObject({
      exitStatus: 2,
      details: { code: "no-model", where: expect.stringContaining("prove.test.ts") },
    });
  });

  it("ends the solver when the time is over", async () => {
    const factors = defineModule("factors", (_: Record<never, never>) => ({
      ports: { a: input(uint(40)), b: input(uint(40)), y: output(bit) },
      build({ a, b, y }, m) {
        m.assert("prime", a.mul(b).ne(604462909807314587353111n).or(a.eq(1)).or(b.eq(1)));
        y.set(a.eq(b));
      },
    }));
    await expect(prove(factors, {}, { depth: 1, timeoutMs: 1500 })).rejects.toMatchObject({
      exitStatus: 1,
      details: { code: "proof-too-long" },
    });
  });

  it("says how to install a missing solver", async () => {
    const path = process.env.PATH;
    process.env.PATH = "";
    try {
      await expect(prove(counter, { limit: 3, claim: 3 })).rejects.toMatchObject({
        exitStatus: 3,
        details: { code: "tool-missing", hint: expect.stringContaining("apt-get install") },
      });
    } finally {
      process.env.PATH = path;
    }
  });
});
