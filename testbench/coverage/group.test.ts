import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import { connect, defineModule, input, output, queued, stream, uint } from "../../hdl/index.ts";
import { UserError } from "../../sw-model/errors.ts";
import { designOf } from "../design.ts";
import { testDesign } from "../tasks/index.ts";
import { noCoverage } from "./data.ts";
import { between, coverageGroup } from "./group.ts";
import { mergeCoverage } from "./merge.ts";
import { coverCycles } from "./sampling.ts";

const levels = () =>
  coverageGroup(
    "levels",
    {
      level: { empty: 0, some: between(1, 3), full: 4, odd: (value: number) => value % 2 === 1 },
      push: { no: false, yes: true },
    },
    {
      both: ["level", "push"],
      possible: { of: ["level", "push"], ignore: ({ level, push }) => level === "full" && push === "yes" },
    },
  );

const counts = (bins: readonly { name: string; count: number }[]) =>
  Object.fromEntries(bins.map(({ name, count }) => [name, count]));

function errorOf(work: () => unknown): Record<string, string | undefined> {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return { ...error.details };
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("a coverage group", () => {
  it("counts values in each bin that holds them, and combinations", () => {
    const group = levels();
    group.sample({ level: 0, push: true });
    group.sample({ level: 3, push: true });
    group.sample({ level: 9, push: false });
    group.sample({ level: 4, push: true });
    group.sample({ level: -2, push: false });
    const { samples, points, crosses } = group.data;
    expect(samples).toBe(5);
    expect(counts(points[0].bins)).toEqual({ empty: 1, some: 1, full: 1, odd: 2 });
    expect(points.map(({ other }) => other)).toEqual([1, 0]);
    expect(counts(crosses[0].bins)).toEqual({
      "empty × no": 0,
      "empty × yes": 1,
      "some × no": 0,
      "some × yes": 1,
      "full × no": 0,
      "full × yes": 1,
      "odd × no": 1,
      "odd × yes": 1,
    });
    expect(crosses[1].bins.map(({ name }) => name)).not.toContain("full × yes");
    expect(group.covered).toEqual({ hit: 6 + 5 + 4, of: 6 + 8 + 7 });
  });

  it("holds the ends of its ranges, and nothing beyond", () => {
    const group = coverageGroup("ends", { value: { middle: between(1, 3n) } });
    const hits = [0, 1, 2n, 3, 4].map((value) => {
      const before = group.data.points[0].bins[0].count;
      group.sample({ value });
      return group.data.points[0].bins[0].count - before;
    });
    expect(hits).toEqual([0, 1, 1, 1, 0]);
  });

  it("knows what its points are sampled with", () => {
    const group = coverageGroup("types", {
      number: { zero: 0n, many: [1, 2, 3] },
      word: { up: "up" },
      big: { zero: 0, odd: (value: bigint) => (value & 1n) === 1n },
    });
    expectTypeOf(group.sample).parameter(0).toEqualTypeOf<{
      readonly number: number | bigint;
      readonly word: string;
      readonly big: bigint;
    }>();
    group.sample({ number: 2n, word: "up", big: 5n });
    expect(group.data.points.map(({ bins }) => bins.map(({ count }) => count))).toEqual([[0, 1], [1], [0, 1]]);
    // @ts-expect-error there is no point of that name
    expect(() => coverageGroup("wrong", { a: { zero: 0 }, b: { zero: 0 } }, { both: ["a", "c"] })).toThrow();
    // @ts-expect-error a point is missing
    expect(() => group.sample({ number: 1, word: "up" })).toThrow("lacks big");
  });

  it("sums up to what one group would have counted, whatever the values", () => {
    const sample = fc.record({ level: fc.integer({ min: -1, max: 6 }), push: fc.boolean() });
    fc.assert(
      fc.property(fc.array(sample), fc.array(sample), (first, second) => {
        const [a, b, all] = [levels(), levels(), levels()];
        for (const one of first) a.sample(one);
        for (const one of second) b.sample(one);
        for (const one of [...first, ...second]) all.sample(one);
        const merged = mergeCoverage([a, b].map((group) => ({ ...noCoverage, groups: [group.data] })));
        expect(merged.groups).toEqual([all.data]);
      }),
    );
  });

  it("says what is wrong with it", () => {
    const group = levels();
    expect(errorOf(() => group.sample({ level: 1, pusch: true } as never))).toEqual({
      code: "bad-coverage-sample",
      message: "the group levels has no point pusch",
      where: "levels",
      expected: "a value of each of level, push",
      found: "level, pusch",
      hint: "did you mean push?",
    });
    const bad = (bins: Parameters<typeof coverageGroup>[1], crosses: object = {}) =>
      errorOf(() => coverageGroup("g", bins, crosses as never)).message;
    expect(bad({})).toBe("g needs points, not none");
    expect(bad({ a: {} })).toBe("g: a needs bins, not none");
    expect(bad({ a: { none: [] } })).toBe("g: a: none needs values, not an empty list");
    expect(bad({ a: { x: between(3, 1) } })).toBe("g: a: x needs a range from a lower number to a higher, not 3 to 1");
    const points = { a: { x: 1 }, bee: { x: 1 } };
    expect(bad(points, { c: ["a", "be"] })).toBe("g: c needs points of the group: a, bee, not be");
    expect(bad(points, { c: ["a"] })).toBe("g: c needs two points or more, not a");
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`v${i}`, i]));
    expect(bad({ a: many, b: many }, { c: ["a", "b"] })).toBe("g: c needs at most 65536 combinations, not 90000");
  });

  it("is not added to another of its name", () => {
    const other = coverageGroup("levels", { level: { empty: 0 } });
    const merge = () => mergeCoverage([levels(), other].map((group) => ({ ...noCoverage, groups: [group.data] })));
    expect(errorOf(merge)).toMatchObject({
      code: "coverage-groups-differ",
      where: "levels",
      found: "level { empty }",
    });
  });
});

describe("sampling in every cycle", () => {
  const queue = defineModule("queue", (_: Record<never, never>) => ({
    ports: { a: input(stream(uint(8))), b: output(stream(uint(8))) },
    build({ a, b }, m) {
      connect(b, queued(m, "held", a, 2));
    },
  }));

  it("sees ports as they were before each edge, and only those edges that are meant", async () => {
    const word = { data: { small: between(0, 9), large: between(10, 255) } };
    const [every, moved] = [coverageGroup("every", { ready: { no: 0, yes: 1 } }), coverageGroup("moved", word)];
    await testDesign("wasm", designOf(queue, {}), async (task) => {
      task.fork((own) => coverCycles(own, every, { ready: "a_ready" }), { background: true });
      const when = ["a_valid", "a_ready"];
      task.fork((own) => coverCycles(own, moved, { data: "a_data" }, { when }), { background: true });
      task.in.a = { valid: true, data: 7 };
      await task.cycles(1);
      task.in.a.data = 70;
      await task.cycles(4);
    });
    expect(counts(every.data.points[0].bins)).toEqual({ no: 3, yes: 2 });
    expect(counts(moved.data.points[0].bins)).toEqual({ small: 1, large: 1 });
  });

  it("refuses a port that is not there", async () => {
    const group = coverageGroup("every", { ready: { no: 0, yes: 1 } });
    const run = testDesign("wasm", designOf(queue, {}), (task) => coverCycles(task, group, { ready: "a_redy" }));
    await expect(run).rejects.toThrow("a_redy");
  });
});
