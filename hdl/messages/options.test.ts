/** Options that are misspelt, and words and numbers that no option takes, as code without types gives them. */
import { describe, expect, it } from "vitest";
import {
  addressWidth,
  arbitrated,
  bit,
  bitWidth,
  countWidth,
  defineModule,
  elaborate,
  emitVerilog,
  fixed,
  HdlError,
  input,
  output,
  registered,
  Simulator,
  simulate,
  stream,
  synchronize,
  uint,
} from "../index.ts";

// biome-ignore lint/suspicious/noExplicitAny: this is about code without types
type Untyped = any;

const ports = {
  a: input(uint(3)),
  t: input(bit),
  f: input(fixed(4, 4)),
  w: input(stream(uint(8))),
  w2: input(stream(uint(8))),
  q: output(uint(8)),
};

const held = defineModule("held", (_: object) => ({
  ports: { a: input(uint(4)), q: output(uint(4)) },
  build({ a, q }, m) {
    const r = m.reg("r", uint(4), { reset: 0 });
    r.set(a);
    q.set(r);
  },
}));

/** The first problem of a build: its code, its message, what was expected and the fix. */
function problem(body: (io: Untyped, m: Untyped) => unknown): string {
  const module = defineModule("probe", (_: object) => ({ ports, build: (io, m) => void body(io, m) }));
  return failure(() => elaborate(module, {}));
}

function failure(body: () => unknown): string {
  try {
    body();
  } catch (error) {
    if (!(error instanceof HdlError)) throw error;
    const { code, message, expected, hint } = error.details;
    return `${message} [${code}] ${expected} | ${hint}`;
  }
  return "no error";
}

const remove = "Remove it, or write one of those that there are.";

describe("misspelt options", () => {
  it.each<[string, (io: Untyped, m: Untyped) => unknown, string, string]>([
    ["reg", (_, m) => m.reg("r", bit, { init: 0 }), 'reg takes no "init".', "reset, crossing"],
    ["mem", (_, m) => m.mem("r", 4, bit, { initial: [] }), 'mem takes no "initial".', "init, style"],
    [
      "inst",
      (io, m) => m.inst("u", held, {}, { a: io.a.extend(4) }, { domain: {} }),
      'inst takes no "domain".',
      "domains",
    ],
    [
      "fsm",
      (_, m) => m.fsm("s", { initial: "a", reset: "a", states: { a() {} } }),
      'fsm takes no "reset".',
      "initial, states",
    ],
    [
      "synchronize",
      (io, m) => synchronize(m, "s", io.t, { stage: 2 } as Untyped),
      'synchronize takes no "stage".',
      "stages, reset",
    ],
    [
      "round",
      (io) => io.f.round({ il: 2, fl: 2, mode: "truncate", seed: 1 }),
      'round takes no "seed".',
      "il, fl, mode, random",
    ],
    ["input", () => input(bit, { clock: "x" } as Untyped), 'input takes no "clock".', "domain"],
  ])("of %s", (_, body, message, expected) => {
    const near = { inst: "domains", synchronize: "stages" }[_];
    const fix = near ? `Write "${near}", if that is meant.` : remove;
    expect(problem(body)).toBe(`${message} [wrong-argument] ${expected} | ${fix}`);
  });

  it("of the ports of a memory", () => {
    const port = { adress: 0, address: 0, underWrite: "old", data: 0 };
    expect(problem((_, m) => m.mem("w", 4, bit).readClocked("r", port))).toContain('readClocked takes no "adress"');
    expect(problem((_, m) => m.mem("w", 4, bit).write({ address: 0, data: 0, byteMask: 1 }))).toContain(
      "address, data, enable, mask, domain",
    );
  });

  it("of simulate, emitVerilog and waves", () => {
    const untyped = (options: object) => options as Untyped;
    expect(failure(() => simulate(held, {}, untyped({ sead: 1 })))).toContain('Write "seed", if that is meant.');
    expect(failure(() => emitVerilog(elaborate(held, {}), untyped({ resets: "sync-low" })))).toContain('Write "reset"');
    expect(
      failure(() =>
        simulate(held, {})
          .trace()
          .waves(untyped({ width: 60 })),
      ),
    ).toContain("columns");
  });
});

describe("words and numbers that an option does not take", () => {
  it.each<[string, (io: Untyped, m: Untyped) => unknown, string]>([
    ["policy", (io, m) => arbitrated(m, "c", [io.w, io.w2], "rr" as Untyped), '"fixed", "round-robin"'],
    ["style", (_, m) => m.mem("w", 4, bit, { style: "bram" }), '"block", "distributed", "registers"'],
    ["style of a ROM", (_, m) => m.rom("w", bit, [true], "lutram"), '"block", "distributed", "registers"'],
    ["kind", (io, m) => registered(m, "c", io.w, "backward" as Untyped), '"forward", "half"'],
    [
      "latency",
      (_, m) => m.mem("w", 4, bit).readClocked("r", { address: 0, underWrite: "old", latency: 0 }),
      "latency 1 or 2",
    ],
    ["port to leave unused", (_, m) => m.unused(3), "signals, bundles and streams"],
    ["initial", (_, m) => m.fsm("s", { states: { a() {}, b() {} } }), 'initial: one of "a", "b"'],
  ])("%s", (_, body, expected) => {
    const found = problem(body);
    expect(found).toMatch(/\[(wrong-argument|memory-shape)\]/);
    expect(found).toContain(expected);
  });

  it("the kind of a reset", () => {
    const found = failure(() => emitVerilog(elaborate(held, {}), { reset: "async-high" as Untyped }));
    expect(found).toContain('[wrong-argument] "sync-high", "sync-low", "async-low"');
  });

  it("depths, counts and seeds", () => {
    for (const depth of [-1, 2.5, Number.NaN, "x"]) {
      expect(failure(() => addressWidth(depth as number))).toContain("a whole number of 0 or more");
      expect(failure(() => countWidth(depth as number))).toContain("a whole number of 0 or more");
    }
    for (const seed of [1.5, -1, 2 ** 32])
      expect(failure(() => simulate(held, {}, { seed }))).toContain("a whole number from 0 to 4294967295");
    expect([0, 1, 2, 3, 4, 5, 2 ** 49 + 1].map(addressWidth)).toEqual([1, 1, 1, 2, 2, 3, 50]);
    expect([0, 1, 2, 3, 4].map(countWidth)).toEqual([1, 1, 2, 2, 3]);
    expect(bitWidth(bit)).toBe(1);
  });

  it("a number beyond a port", () => {
    const simulator = new Simulator(elaborate(held, {}));
    for (const value of [99, -1, 1.5, Number.NaN, 16n, "3" as Untyped]) {
      expect(failure(() => simulator.poke("a", value))).toContain("[literal-out-of-range] a whole number from 0 to 15");
    }
    simulator.poke("a", 15n);
    simulator.step();
    expect(simulator.peek("q")).toBe(15);
  });
});

it("a case of a switch that JavaScript may have rounded", () => {
  const wide = (label: string) => (io: Untyped, m: Untyped) => {
    m.switch(m.node("wide", io.w.data.extend(64)), { [label]: () => undefined, default: () => undefined });
  };
  expect(problem(wide("9007199254740992"))).toContain("The case 9007199254740992 is beyond 2^53");
  expect(problem(wide("9007199254740993"))).not.toContain("2^53");
  expect(problem(wide("9007199254740991"))).not.toContain("2^53");
});
