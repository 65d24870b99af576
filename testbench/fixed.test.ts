/** The `fixed` type of the language against the golden model's own implementation of fixed point. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  asFixed,
  bit,
  defineModule,
  elaborate,
  fixed,
  Interpreter,
  input,
  output,
  type Ports,
  type RoundingMode,
  Simulator,
  sint,
  type UIntSignal,
  uint,
} from "../hdl/index.ts";
import { dropBits, dropBitsStochastic, saturate } from "../sw-model/format/fixed.ts";
import { designOf } from "./design.ts";
import { startSimulation } from "./engine.ts";

const modes = ["truncate", "nearest", "nearest-even", "stochastic"] as const;

interface Case {
  readonly il: number;
  readonly fl: number;
  readonly toIl: number;
  readonly toFl: number;
  readonly mode: RoundingMode;
}

/** The golden result: rule 2 of the contract's numbers. */
function golden({ fl, toIl, toFl, mode }: Case, raw: bigint, random: bigint): bigint {
  const k = fl - toFl;
  const kept = mode === "stochastic" ? dropBitsStochastic(raw, k, random) : dropBits(raw, k, mode);
  return saturate(kept, toIl + toFl);
}

interface RoundingParameters {
  readonly width: number;
  readonly randomWidth: number;
  readonly cases: readonly Case[];
}

/** One input read in the format of each case, and rounded: output `y<i>`. */
const rounding = defineModule("rounding", ({ width, randomWidth, cases }: RoundingParameters) => {
  const outputs = cases.map(({ toIl, toFl }, i) => [`y${i}`, output(sint(toIl + toFl))] as const);
  return {
    ports: { raw: input(sint(width)), random: input(uint(randomWidth)), ...Object.fromEntries(outputs) } as Ports,
    build(io, m) {
      // Only stochastic rounding draws.
      m.unused(io.random as unknown as UIntSignal);
      const ports = io as Record<string, ReturnType<typeof asFixed> & { set(value: unknown): void }>;
      cases.forEach(({ il, fl, toIl, toFl, mode }, i) => {
        const x = asFixed(ports.raw as never, il, fl);
        ports[`y${i}`].set(x.round({ il: toIl, fl: toFl, mode, random: ports.random as never }).raw());
      });
    },
  };
});

/** Every rounding of a `width`-bit number: all formats, all targets, all modes. */
function allCases(width: number): Case[] {
  const cases: Case[] = [];
  for (let fl = 0; fl <= width; fl++) {
    for (let toFl = 0; toFl <= fl; toFl++) {
      for (let toIl = toFl === 0 ? 1 : 0; toIl <= width - fl + 2; toIl++) {
        for (const mode of modes) cases.push({ il: width - fl, fl, toIl, toFl, mode });
      }
    }
  }
  return cases;
}

describe("round", () => {
  it.each([1, 2, 3, 4, 5])("equals the golden model for every format, target, mode and value of %d bits", (width) => {
    const cases = allCases(width);
    const circuit = elaborate(rounding, { width, randomWidth: width + 1, cases });
    const [oracle, compiled] = [new Interpreter(circuit), new Simulator(circuit)];
    for (let raw = -(2 ** (width - 1)); raw < 2 ** (width - 1); raw++) {
      for (let random = 0; random < 2 ** (width + 1); random++) {
        const wanted = cases.map((one) => golden(one, BigInt(raw), BigInt(random)));
        for (const [name, value] of Object.entries({ raw, random })) {
          oracle.poke(name, BigInt(value));
          compiled.poke(name, value);
        }
        expect(cases.map((_, i) => BigInt(compiled.peek(`y${i}`)))).toEqual(wanted);
        if (width <= 4) expect(cases.map((_, i) => oracle.peek(`y${i}`))).toEqual(wanted);
      }
    }
  });

  it("equals it for formats of any width", () => {
    const size = fc.nat(60);
    const format = fc
      .record({ il: size, fl: size, drop: size, toIl: size, mode: fc.constantFrom(...modes) })
      .map(({ il, fl, drop, toIl, mode }) => ({ il, fl, toFl: Math.max(0, fl - drop), toIl, mode }))
      .filter(({ il, fl, toIl, toFl }) => il + fl > 0 && toIl + toFl > 0);
    fc.assert(
      fc.property(format, fc.bigInt(0n, (1n << 130n) - 1n), fc.bigInt(0n, (1n << 60n) - 1n), (one, bits, random) => {
        const width = one.il + one.fl;
        const circuit = elaborate(rounding, { width, randomWidth: 60, cases: [one] });
        // The corners of the range, where sums carry and saturate, and random values.
        const top = 1n << BigInt(width - 1);
        for (const value of [
          bits,
          top - 1n,
          top - 1n - (bits % 7n),
          -top,
          -top + (bits % 7n),
          bits % 16n,
          -bits % 16n,
        ]) {
          const raw = BigInt.asIntN(width, value);
          const compiled = new Simulator(circuit);
          compiled.poke("raw", raw);
          compiled.poke("random", random);
          expect(BigInt(compiled.peek("y0"))).toBe(golden(one, raw, random));
        }
      }),
      { numRuns: 300 },
    );
  });

  it.each(["icarus", "verilator"])("equals it in the emitted Verilog, run by %s", async (engine) => {
    const width = 6;
    const cases = allCases(width).filter((_, i) => i % 5 === 0);
    const circuit = elaborate(rounding, { width, randomWidth: 7, cases });
    const rows = fc.sample(fc.tuple(fc.bigInt(0n, 63n), fc.bigInt(0n, 127n)), { numRuns: 400, seed: 3 });
    const simulation = await startSimulation(engine, designOf(circuit));
    try {
      const outputs = cases.map((_, i) => `y${i}`);
      const [values] = await simulation.execute([{ kind: "batch", inputs: ["raw", "random"], rows, outputs }]);
      const wanted = rows.flatMap(([raw, random]) =>
        cases.map((one) => BigInt.asUintN(one.toIl + one.toFl, golden(one, BigInt.asIntN(width, raw), random))),
      );
      expect(values).toEqual(wanted);
    } finally {
      await simulation.close();
    }
  });

  /** x.round({ il: 4, fl: 0, mode }) of raw values in fixed(4, 2), with the random bits r. */
  const worked = (mode: RoundingMode, raws: readonly number[], r = 0): number[] => {
    const cases = [{ il: 4, fl: 2, toIl: 4, toFl: 0, mode }];
    const compiled = new Simulator(elaborate(rounding, { width: 6, randomWidth: 2, cases }));
    return raws.map((raw) => {
      compiled.poke("raw", raw);
      compiled.poke("random", r);
      return Number(compiled.peek("y0"));
    });
  };

  // -1.5, -0.5, 0.5, 1.5; -0.25 and 0.75; and 7.75, the largest number, which rounds to 8 and saturates.
  const raws = [-6, -2, 2, 6, -1, 3, 31];
  it("gives by hand: truncate towards minus infinity", () =>
    expect(worked("truncate", raws)).toEqual([-2, -1, 0, 1, -1, 0, 7]));
  it("nearest: ties down", () => expect(worked("nearest", raws)).toEqual([-2, -1, 0, 1, 0, 1, 7]));
  it("nearest-even: ties to even", () => expect(worked("nearest-even", raws)).toEqual([-2, 0, 0, 2, 0, 1, 7]));
  it("stochastic: up when the dropped part and the random bits carry", () => {
    expect(worked("stochastic", raws, 0)).toEqual([-2, -1, 0, 1, -1, 0, 7]);
    expect(worked("stochastic", raws, 1)).toEqual([-2, -1, 0, 1, 0, 1, 7]);
    expect(worked("stochastic", raws, 2)).toEqual([-1, 0, 1, 2, 0, 1, 7]);
    expect(worked("stochastic", raws, 3)).toEqual([-1, 0, 1, 2, 0, 1, 7]);
  });
});

interface Formats {
  readonly a: { readonly il: number; readonly fl: number };
  readonly b: { readonly il: number; readonly fl: number };
  /** Integer bits to which `a` is narrowed. */
  readonly narrow: number;
}

const arithmetic = defineModule("arithmetic", ({ a, b, narrow }: Formats) => {
  const [il, fl] = [Math.max(a.il, b.il), Math.max(a.fl, b.fl)];
  return {
    ports: {
      a: input(fixed(a.il, a.fl)),
      b: input(fixed(b.il, b.fl)),
      other: input(fixed(a.il, a.fl)),
      sum: output(fixed(il + 1, fl)),
      difference: output(fixed(il + 1, fl)),
      product: output(fixed(a.il + b.il, a.fl + b.fl)),
      negated: output(fixed(a.il + 1, a.fl)),
      saturated: output(fixed(narrow, a.fl)),
      wrapped: output(fixed(narrow, a.fl)),
      widened: output(fixed(a.il + 3, a.fl + 2)),
      halved: output(fixed(a.il, a.fl + 1)),
      less: output(bit),
      equal: output(bit),
      atLeast: output(bit),
    },
    build(io) {
      io.sum.set(io.a.add(io.b));
      io.difference.set(io.a.sub(io.b));
      io.product.set(io.a.mul(io.b));
      io.negated.set(io.a.negate());
      io.saturated.set(io.a.saturate(narrow));
      io.wrapped.set(io.a.wrap(narrow));
      io.widened.set(io.a.extend(a.il + 3, a.fl + 2));
      // Half the sum of two numbers of one format always fits; the raw value is the same.
      io.halved.set(asFixed(io.a.add(io.other).raw(), a.il, a.fl + 1));
      io.less.set(io.a.lt(io.other));
      io.equal.set(io.a.eq(io.other));
      io.atLeast.set(io.a.ge(io.other));
    },
  };
});

describe("sums, products and comparisons", () => {
  it("are exact in formats of any width", () => {
    const format = fc
      .record({ il: fc.nat(45), fl: fc.nat(45) }, { noNullPrototype: true })
      .filter(({ il, fl }) => il + fl > 0);
    const bits = fc.bigInt(0n, (1n << 90n) - 1n);
    fc.assert(
      fc.property(format, format, fc.nat(44), bits, bits, bits, fc.boolean(), (a, b, less, x, y, z, same) => {
        const narrow = Math.max(a.il - less, a.fl === 0 ? 1 : 0);
        const simulator = new Simulator(elaborate(arithmetic, { a, b, narrow }));
        const rawA = BigInt.asIntN(a.il + a.fl, x);
        const rawB = BigInt.asIntN(b.il + b.fl, y);
        const other = same ? rawA : BigInt.asIntN(a.il + a.fl, z);
        for (const [name, value] of Object.entries({ a: rawA, b: rawB, other })) simulator.poke(name, value);
        const fl = Math.max(a.fl, b.fl);
        const [alignedA, alignedB] = [rawA << BigInt(fl - a.fl), rawB << BigInt(fl - b.fl)];
        const wanted = {
          sum: alignedA + alignedB,
          difference: alignedA - alignedB,
          product: rawA * rawB,
          negated: -rawA,
          saturated: saturate(rawA, narrow + a.fl),
          wrapped: BigInt.asIntN(narrow + a.fl, rawA),
          widened: rawA << 2n,
          halved: rawA + other,
          less: rawA < other ? 1n : 0n,
          equal: rawA === other ? 1n : 0n,
          atLeast: rawA >= other ? 1n : 0n,
        };
        const got = Object.keys(wanted).map((name) => [name, BigInt(simulator.peek(name))]);
        expect(Object.fromEntries(got)).toEqual(wanted);
      }),
      { numRuns: 300 },
    );
  });
});
