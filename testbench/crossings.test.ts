import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { refuseMixedDomains } from "../hdl/domains.ts";
import {
  asyncFifo,
  asynchronous,
  type BitSignal,
  bit,
  defineModule,
  elaborate,
  emitVerilog,
  HdlError,
  type InputPort,
  input,
  type ModuleDefinition,
  type OutputPort,
  output,
  synchronize,
  type UIntSignal,
  uint,
} from "../hdl/index.ts";
import { designOf } from "./design.ts";
import { startSimulation } from "./engine.ts";

/** What a program does with both sides of an asynchronous FIFO in a row: which clocks rise, what is offered and taken. */
interface Row {
  readonly rises: { readonly push: boolean; readonly pop: boolean };
  readonly offer: boolean;
  readonly take: boolean;
}

const rows = (length: number) =>
  fc.array(
    fc.record({
      rises: fc.record({ push: fc.boolean(), pop: fc.boolean() }),
      offer: fc.boolean(),
      take: fc.boolean(),
    }),
    { minLength: length, maxLength: length },
  );

/** Runs the FIFO; gives what was popped and how many words were pushed. The words are 0, 1, 2, … */
async function transfer(engine: string, depth: number, program: readonly Row[]) {
  const width = 8;
  // Offers come and go at random here, which the FIFO does not mind.
  const simulation = await startSimulation(engine, designOf(elaborate(asyncFifo, { depth, width })), { checks: false });
  const inputs = ["push_clock", "push_reset", "pop_clock", "pop_reset", "push_valid", "push_data", "pop_ready"];
  const popped: number[] = [];
  let pushed = 0;
  const batch = (values: readonly number[][], outputs: string[]) =>
    simulation.execute([{ kind: "batch", inputs, rows: values, outputs }]).then(([values]) => values.map(Number));
  try {
    const inReset = [0, 1, 0].map((level) => [level, 1, level, 1, 0, 0, 0]);
    await batch(inReset, []);
    for (const { rises, offer, take } of program) {
      const pins = [0, Number(offer), pushed % 256, Number(take)];
      const low = [0, 0, 0, ...pins];
      const high = [Number(rises.push), 0, Number(rises.pop), ...pins];
      const [ready, valid] = await batch([low], ["push_ready", "pop_valid"]);
      const [data] = valid === 1 ? await batch([low], ["pop_data"]) : [0];
      await batch([high, low], []);
      if (rises.pop && take && valid === 1) popped.push(data);
      if (rises.push && offer && ready === 1) pushed++;
    }
  } finally {
    await simulation.close();
  }
  return { popped, pushed };
}

describe("asynchronous FIFO between unrelated clocks", () => {
  it.each([
    ["wasm", 40, 300],
    ["icarus", 2, 150],
    ["verilator", 2, 150],
  ])("in %s: every word once and in order, never more than its depth inside", async (engine, runs, length) => {
    const depths = fc.constantFrom(2, 4, 8, 16);
    await fc.assert(
      fc.asyncProperty(engine === "wasm" ? depths : fc.constant(4), rows(length), async (depth, program) => {
        const { popped, pushed } = await transfer(engine, depth, program);
        expect(popped).toEqual(popped.map((_, i) => i % 256));
        expect(pushed - popped.length).toBeGreaterThanOrEqual(0);
        expect(pushed - popped.length).toBeLessThanOrEqual(depth);
      }),
      { numRuns: runs, seed: 1 },
    );
  });

  it("is full at its depth and empties again", async () => {
    const fill: Row[] = Array.from({ length: 12 }, () => ({
      rises: { push: true, pop: true },
      offer: true,
      take: false,
    }));
    const drain: Row[] = Array.from({ length: 12 }, () => ({
      rises: { push: true, pop: true },
      offer: false,
      take: true,
    }));
    expect(await transfer("wasm", 8, [...fill, ...drain])).toEqual({ popped: [0, 1, 2, 3, 4, 5, 6, 7], pushed: 8 });
  });
});

describe("clock domains", () => {
  const failure = (build: () => unknown): string => {
    try {
      build();
    } catch (error) {
      if (error instanceof HdlError) {
        const numbers = /(?<=crossings\.test\.ts:)\d+|^ +\d+(?= \|)/gm;
        return error.message.replace(/^\S+: /, "").replace(numbers, (text) => text.replace(/\d/g, "·"));
      }
      throw error;
    }
    return "no error";
  };

  it("a value of one domain in a register of another is an error that names both", () => {
    const crossing = defineModule("crossing", (_: Record<string, never>) => ({
      ports: { flag: input(bit, { domain: "fast" }), seen: output(bit) },
      build({ flag, seen }, m) {
        const state = m.reg("state", bit, { reset: false });
        state.set(flag);
        seen.set(state);
      },
    }));
    expect(failure(() => elaborate(crossing, {}))).toMatchInlineSnapshot(`
      "Values of two clock domains meet. [clock-domain]
         ··· | state.set(flag);
             |       ^
        of:       "flag", domain "fast", testbench/crossings.test.ts:···
         ··· | ports: { flag: input(bit, { domain: "fast" }), seen: output(bit) },
             |                ^
        of:       "state", the default domain, testbench/crossings.test.ts:···
         ··· | const state = m.reg("state", bit, { reset: false });
             |                 ^
        expected: one domain
        fix:      Cross with synchronize (a bit) or crossed (a stream; without \`from\` or \`to\` that side has the module's own clock), or make the register with m.domain(…)."
    `);
  });

  it("logic of two domains is an error, also through instances and memories", () => {
    const pass = defineModule("pass", (_: Record<string, never>) => ({
      ports: { a: input(bit), b: input(bit), q: output(bit) },
      build({ a, b, q }) {
        q.set(a.and(b));
      },
    }));
    const meeting = defineModule("meeting", (_: Record<string, never>) => ({
      ports: {
        a: input(bit, { domain: "fast" }),
        b: input(bit, { domain: "slow" }),
        q: output(bit, { domain: "slow" }),
      },
      build({ a, b, q }, m) {
        q.set(m.domain("slow").inst("both", pass, {}, { a, b }).q);
      },
    }));
    expect(failure(() => elaborate(meeting, {}))).toMatchInlineSnapshot(`
      "Values of two clock domains meet. [clock-domain]
         ··· | q.set(m.domain("slow").inst("both", pass, {}, { a, b }).q);
             |                        ^
        of:       "a", domain "fast", testbench/crossings.test.ts:···
         ··· | a: input(bit, { domain: "fast" }),
             |    ^
        of:       port "a" of "both", domain "slow"
        expected: one domain
        fix:      Cross with synchronize (a bit) or crossed (a stream), or make the register with m.domain(…)."
    `);
    const reading = defineModule("reading", (_: Record<string, never>) => ({
      ports: { data: input(uint(4), { domain: "fast" }), address: input(uint(2)), q: output(uint(4)) },
      build({ data, address, q }, m) {
        const words = m.domain("fast").mem("words", 4, uint(4));
        words.write({ address: 0, data });
        q.set(words.readClocked("word", { address, underWrite: "undefined", domain: "" }));
        void address;
      },
    }));
    // Ports of two domains are what a memory with two clocks is for.
    expect(failure(() => elaborate(reading, {}))).toBe("no error");
  });

  it("a memory of two clocks promises nothing of a word that is being written, and is not read at once", () => {
    const reading = (underWrite: "old" | "new" | "at once") =>
      defineModule("reading", (_: Record<string, never>) => ({
        ports: { data: input(uint(4), { domain: "fast" }), address: input(uint(2)), q: output(uint(4)) },
        build({ data, address, q }, m) {
          const words = m.domain("fast").mem("words", 4, uint(4));
          words.write({ address: 0, data });
          if (underWrite !== "at once") q.set(words.readClocked("word", { address, underWrite, domain: "" }));
          else q.set(words.read("word", address));
        },
      }));
    expect(failure(() => elaborate(reading("old"), {}))).toMatch(
      /read and written by different clocks.*\[clock-domain\]/,
    );
    expect(failure(() => elaborate(reading("new"), {}))).toMatch(
      /expected: underWrite: "undefined"\n {2}found: {4}"new"/,
    );
    // The read port belongs to the writing domain: what meets is its word and the output.
    expect(failure(() => elaborate(reading("at once"), {}))).toContain("[clock-domain]");
  });

  it("a read at once across domains is for parts that know what they do", () => {
    const peeking = defineModule("peeking", (_: Record<string, never>) => ({
      ports: {
        data: input(uint(4)),
        address: input(uint(2), { domain: "slow" }),
        q: output(uint(4), { domain: "slow" }),
      },
      build({ data, address, q }, m) {
        const words = m.mem("words", 4, uint(4));
        words.write({ address: 0, data });
        q.set(words.readAcross("word", { address, domain: "slow" }));
      },
    }));
    const circuit = elaborate(peeking, {});
    // The same circuit without the part's word for it.
    const [module] = circuit.modules;
    const items = module.items.map((item) => (item.kind === "memRead" ? { ...item, crossing: false } : item));
    expect(failure(() => refuseMixedDomains({ ...circuit, modules: [{ ...module, items }] }))).toMatch(
      /read at once of memory "words"[\s\S]*write of memory "words"/,
    );
  });

  it("a synchroniser takes one bit, whatever the types were told", () => {
    const wide = defineModule("wide", (_: Record<string, never>) => ({
      ports: { a: input(uint(4), { domain: "fast" }), q: output(uint(4)) },
      build({ a, q }, m) {
        // @ts-expect-error: the type checker refuses it too
        q.set(synchronize(m, "late", a));
      },
    }));
    expect(failure(() => elaborate(wide, {}))).toMatchInlineSnapshot(`
      "synchronize takes one bit: those of a uint(4) could each come an edge earlier or later. [clock-domain]
         ··· | q.set(synchronize(m, "late", a));
             |       ^
        value:    "a", uint(4), testbench/crossings.test.ts:···
         ··· | ports: { a: input(uint(4), { domain: "fast" }), q: output(uint(4)) },
             |             ^
        expected: bit
        found:    uint(4)
        fix:      Cross with \`crossed\` or \`asyncFifo\`; a number of which one bit changes at a time, with \`synchronizeGray\`."
    `);
  });

  it("a synchroniser takes a register or a port, not logic", () => {
    const gated = defineModule("gated", (_: Record<string, never>) => ({
      ports: { a: input(bit, { domain: "fast" }), b: input(bit, { domain: "fast" }), q: output(bit) },
      build({ a, b, q }, m) {
        q.set(synchronize(m, "late", m.domain("fast").node("both", a.and(b))));
      },
    }));
    expect(failure(() => elaborate(gated, {}))).toMatchInlineSnapshot(`
      "What "late" synchronises at "value" is logic, which could glitch. [clock-domain]
         ··· | q.set(synchronize(m, "late", m.domain("fast").node("both", a.and(b))));
             |       ^
        value:    logic, testbench/crossings.test.ts:···
         ··· | q.set(synchronize(m, "late", m.domain("fast").node("both", a.and(b))));
             |                                                              ^
        expected: a register or a port
        fix:      Put a register of the sending domain in front."
    `);
  });

  it("a synchroniser takes a bit of a register or of a port, which is a wire", () => {
    const picking = (value: (a: UIntSignal) => BitSignal) => () =>
      elaborate(
        defineModule("picking", (_: Record<string, never>) => ({
          ports: { a: input(uint(4), { domain: asynchronous }), q: output(bit) },
          build({ a, q }, m) {
            q.set(synchronize(m, "late", value(a)));
            m.unused(a);
          },
        })),
        {},
      );
    expect(failure(picking((a) => a.bit(2)))).toBe("no error");
    expect(failure(picking((a) => a.bits(3, 2).bit(0)))).toBe("no error");
    expect(failure(picking((a) => a.not().bit(2)))).toContain("is logic, which could glitch");
    expect(failure(picking((a) => a.bit(2).or(a.bit(1))))).toContain("is logic, which could glitch");
  });

  describe("logic does not reach a synchroniser through ports of modules", () => {
    const pair = (name: string, value: (a: BitSignal, b: BitSignal) => BitSignal) =>
      defineModule(name, () => ({
        ports: { a: input(bit), b: input(bit), q: output(bit) },
        build: ({ a, b, q }, m) => {
          m.unused(a, b);
          q.set(value(a, b));
        },
      }));
    const ports = { a: input(bit, { domain: "x" }), b: input(bit, { domain: "x" }), q: output(bit) };
    /** What a child in domain "x" gives is synchronised. */
    const readingOf = (child: ReturnType<typeof pair>) =>
      defineModule("reading", () => ({
        ports,
        build: ({ a, b, q }, m) => q.set(synchronize(m, "late", m.domain("x").inst("u", child, {}, { a, b }).q)),
      }));
    const inner = defineModule("inner", (p: { depth: number }) => ({
      ports: { a: input(bit, { domain: "x" }), q: output(bit) },
      build({ a, q }, m): void {
        q.set(p.depth > 0 ? m.inst("deeper", inner, { depth: p.depth - 1 }, { a }).q : synchronize(m, "late", a));
      },
    })) as ModuleDefinition<{ depth: number }, { a: InputPort<typeof bit>; q: OutputPort<typeof bit> }>;
    /** A child synchronises, perhaps deep inside, what it is given. */
    const givingTo = (depth: number, value: (a: BitSignal, b: BitSignal) => BitSignal) =>
      defineModule("giving", () => ({
        ports,
        build({ a, b, q }, m) {
          m.unused(a, b);
          q.set(m.inst("u", inner, { depth }, { a: value(a, b) }).q);
        },
      }));

    it("an output of logic is none for a synchroniser around it, an output that is an input is", () => {
      expect(failure(() => elaborate(readingOf(pair("both", (a, b) => a.and(b))), {}))).toMatchInlineSnapshot(`
        "What "late" synchronises at "value" is logic, which could glitch. [clock-domain]
           ··· | build: ({ a, b, q }, m) => q.set(synchronize(m, "late", m.domain("x").inst("u", child, {}, { a, b }).q)),
               |                                  ^
          value:    logic, testbench/crossings.test.ts:···
           ··· | expect(failure(() => elaborate(readingOf(pair("both", (a, b) => a.and(b))), {}))).toMatchInlineSnapshot(\`
               |                                                                   ^
          through:  "u", testbench/crossings.test.ts:···
           ··· | build: ({ a, b, q }, m) => q.set(synchronize(m, "late", m.domain("x").inst("u", child, {}, { a, b }).q)),
               |                                                                       ^
          expected: a register or a port
          fix:      Put a register of the sending domain in front."
      `);
      expect(failure(() => elaborate(readingOf(pair("passed", (a) => a)), {}))).toBe("no error");
      const gated = defineModule("gated", () => ({
        ports,
        build({ a, b, q }, m) {
          const through = m.domain("x").inst(
            "u",
            pair("passed", (x) => x),
            {},
            { a: a.or(b), b },
          );
          q.set(synchronize(m, "late", through.q));
        },
      }));
      expect(failure(() => elaborate(gated, {}))).toContain("is logic, which could glitch");
    });

    it("a module takes logic at no port that it synchronises", () => {
      for (const depth of [0, 2]) {
        expect(
          failure(() =>
            elaborate(
              givingTo(depth, (a) => a),
              {},
            ),
          ),
        ).toBe("no error");
        const message = failure(() =>
          elaborate(
            givingTo(depth, (a, b) => a.and(b)),
            {},
          ),
        );
        expect(message).toContain('What "u" synchronises at "a" is logic, which could glitch. [clock-domain]');
      }
    });
  });

  it("a synchroniser delays by its stages, and marks its flip-flops", async () => {
    const two = defineModule("two", (_: Record<string, never>) => ({
      ports: { flag: input(bit, { domain: "fast" }), seen: output(bit) },
      build({ flag, seen }, m) {
        seen.set(synchronize(m, "seenFlag", flag));
      },
    }));
    const circuit = elaborate(two, {});
    expect(emitVerilog(circuit).text).toMatch(
      /ASYNC_REG = "TRUE" \*\) reg stage0;[\s\S]*ASYNC_REG = "TRUE" \*\) reg stage1;/,
    );
    const simulation = await startSimulation("wasm", designOf(circuit));
    const [values] = await simulation.execute([
      { kind: "batch", inputs: ["flag"], rows: [[1], [1], [1], [0], [0], [0]], outputs: ["seen"] },
    ]);
    expect(values.slice(2)).toEqual([1n, 1n, 1n, 0n]);
    await simulation.close();
  });
});
