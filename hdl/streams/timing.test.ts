/** What `timingOf` says of branches that meet again, measured. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { traffic } from "../fixtures/stream-traffic.ts";
import {
  arbitrated,
  bit,
  buffered,
  defineModule,
  elaborate,
  forked,
  input,
  joined,
  mapped,
  narrowed,
  output,
  queued,
  receivedOnCredit,
  record,
  registered,
  type StreamSource,
  type StreamTiming,
  sentOnCredit,
  stream,
  timingOf,
  type UIntType,
  uint,
  vec,
  widened,
} from "../index.ts";
import type { Builder } from "../module/builder.ts";

type Words = StreamSource<UIntType>;
type Part = (m: Builder, name: string, source: Words) => Words;

const narrow = uint(4) as UIntType;

const parts: Readonly<Record<string, Part>> = {
  forward: (m, name, source) => registered(m, name, source),
  half: (m, name, source) => registered(m, name, source, "half"),
  skid: (m, name, source) => buffered(m, name, source),
  one: (m, name, source) => queued(m, name, source, 1),
  two: (m, name, source) => queued(m, name, source, 2),
  three: (m, name, source) => queued(m, name, source, 3),
  credit: (m, name, source) => {
    const returned = m.wire(`${name}_returned`, bit);
    const sent = sentOnCredit(m, `${name}_sender`, source, 2, returned);
    const valid = m.reg(`${name}_far_valid`, bit, { reset: false });
    const data = m.reg(`${name}_far_data`, sent.type);
    valid.set(sent.valid);
    data.set(sent.data);
    const { latency, throughput } = timingOf(sent);
    const far = { ...sent, valid, data, timing: { latency: latency + 1, throughput } };
    const received = receivedOnCredit(m, name, far, 2);
    returned.set(received.returned);
    return received.source;
  },
};

const chained =
  (names: readonly string[]): Part =>
  (m, name, source) =>
    names.reduce((words, part, i) => parts[part](m, `${name}_${i}`, words), source);

const wide = (factor: number): Part => {
  return (m, name, source) => mapped(widened(m, name, source, factor), narrow, ([first]) => first);
};
const split = (factor: number): Part => {
  const words = (word: Words["data"]) => Array.from({ length: factor }, () => word);
  return (m, name, source) => narrowed(m, name, mapped(source, vec(factor, narrow), words as never));
};

/** Wide words through parts, and apart again. */
const changed =
  (factor: number, between: readonly string[]): Part =>
  (m, name, source) => {
    const words = widened(m, `${name}_wide`, source, factor) as never;
    return narrowed(m, `${name}_narrow`, chained(between)(m, `${name}_between`, words) as never);
  };

/** Branches of one fork, joined again; the words of the first one go on. */
const diamond =
  (branches: readonly Part[]): Part =>
  (m, name, source) => {
    const ways = forked(m, `${name}_fork`, source, branches.length);
    const joint = joined(
      m,
      `${name}_join`,
      Object.fromEntries(branches.map((part, i) => [`b${i}`, part(m, `${name}_way${i}`, ways[i])])),
    );
    return mapped(joint, narrow, (words) => Object.values(words).reduce((a, b) => a.and(b as never)) as never);
  };

/** What a part says, and what it does: the edges of `counted` words behind some more. */
function measured(part: Part): { said: StreamTiming; first: number; edges: number } {
  let said: StreamTiming | undefined;
  const module = defineModule("probe", (_: Record<never, never>) => ({
    ports: { a: input(stream(narrow)), q: output(stream(narrow)) },
    build({ a, q }, m) {
      const out = part(m, "part", a);
      said = timingOf(out);
      q.valid.set(out.valid);
      q.data.set(out.data);
      out.ready.set(q.ready);
    },
  }));
  const circuit = elaborate(module, {});
  const edgesOf = (expected: number) => {
    const words = { a: Array.from({ length: (expected + 40) * mostTaken }, () => [5n]) };
    return traffic(circuit, words, { seed: 1, stalls: 0, expected, limit: 20_000 });
  };
  const [few, many] = [edgesOf(skipped), edgesOf(skipped + counted)];
  return { said: said as StreamTiming, first: few.firstOffer, edges: many.edges - few.edges };
}

/** Enough words to tell rates apart, whose periods are of a dozen edges at the most. */
const [skipped, counted, period] = [120, 420, 12];

/** Words that chains here take for one at the most. */
const mostTaken = 27;

function expectTrue(part: Part): void {
  const { said, first, edges } = measured(part);
  expect(first).toBe(said.latency);
  expect(Math.abs(edges - counted / said.throughput)).toBeLessThanOrEqual(period);
}

describe("timingOf", () => {
  it.each([
    [[[], ["forward"]], 1 / 2],
    [[[], ["forward", "forward"]], 1 / 3],
    [[["one"], ["forward", "forward"]], 1 / 2],
    [[["two"], ["forward", "forward"]], 3 / 4],
    [[["three"], ["forward", "forward"]], 1],
    [[["forward"], ["forward"]], 1],
    [[["three", "two"], ["credit"]], 2 / 3],
    [[[], ["credit", "forward"], ["two"]], 1 / 4],
  ])("tells the rate behind a join of branches of one fork: %j", (branches, throughput) => {
    const part = diamond(branches.map(chained));
    expect(measured(part).said.throughput).toBeCloseTo(throughput, 9);
    expectTrue(part);
  });

  const chain = fc.array(fc.constantFrom(...Object.keys(parts)), { maxLength: 3 });

  it("is what the hardware does, whatever stands before, in and behind the branches", () => {
    const branches = fc.array(chain, { minLength: 2, maxLength: 3 });
    fc.assert(
      fc.property(chain, branches, chain, (before, ways, after) => {
        expectTrue((m, name, source) => {
          const start = chained(before)(m, `${name}_before`, source);
          return chained(after)(m, `${name}_after`, diamond(ways.map(chained))(m, name, start));
        });
      }),
      { numRuns: 30 },
    );
  });

  it("is what the hardware does, with a fork in a branch of another", () => {
    fc.assert(
      fc.property(chain, chain, chain, chain, (before, left, right, other) => {
        const inner: Part = (m, name, source) =>
          diamond([chained(left), chained(right)])(m, `${name}_in`, chained(before)(m, name, source));
        expectTrue(diamond([inner, chained(other)]));
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    [2, [], 2 / 3],
    [3, [], 3 / 5],
    [4, [], 4 / 7],
    [3, ["half"], 3 / 4],
    [3, ["one"], 3 / 4],
    [3, ["forward"], 1],
    [2, ["skid"], 1],
    [4, ["credit"], 1],
  ])("tells the rate of words widened by %i, through %j, and narrowed", (factor, between, throughput) => {
    const part = changed(factor, between);
    expect(measured(part).said.throughput).toBeCloseTo(throughput, 9);
    expectTrue(part);
    const buffer: Part = (m, name, source) => buffered(m, `${name}_behind`, part(m, name, source));
    expect(measured(buffer).said.throughput).toBeCloseTo(throughput, 9);
    expectTrue(buffer);
  });

  const factor = fc.integer({ min: 2, max: 3 });
  const change = fc.oneof(
    fc.tuple(factor, chain).map(([by, between]) => changed(by, between)),
    factor.map(wide),
    factor.map(split),
    chain.map(chained),
  );
  const changes = fc.array(change, { minLength: 1, maxLength: 3 });

  it("is what the hardware does, where words change their width", () => {
    fc.assert(
      fc.property(chain, changes, chain, (before, all, after) => {
        expectTrue((m, name, source) => {
          const start = chained(before)(m, `${name}_before`, source);
          const words = all.reduce((words, part, i) => part(m, `${name}_${i}`, words), start);
          return chained(after)(m, `${name}_after`, words);
        });
      }),
      { numRuns: 60 },
    );
  });

  it("is what the hardware does, where words change their width in a branch", () => {
    // Without words of room in the other branch none would ever meet.
    fc.assert(
      fc.property(factor, chain, chain, chain, (by, between, other, after) => {
        const branches = [changed(by, between), chained(["three", ...other])];
        expectTrue((m, name, source) => chained(after)(m, `${name}_after`, diamond(branches)(m, name, source)));
      }),
      { numRuns: 30 },
    );
  });

  it("knows branches whose words never meet", () => {
    const stuck = measured(diamond([changed(3, []), chained(["one"])]));
    expect(stuck.first).toBe(-1);
    expect(stuck.said).toEqual({ latency: Number.POSITIVE_INFINITY, throughput: 0 });
    const other = measured(diamond([wide(2), chained(["three"])]));
    expect(other.said.throughput).toBeNaN();
  });

  it("does not claim what it does not know", () => {
    const mixed: Part = (m, name, source) => {
      const [a, b] = forked(m, `${name}_f`, source, 2);
      return mapped(arbitrated(m, name, [a, b]), narrow, ({ word }) => word);
    };
    const told: number[] = [];
    const other = defineModule("other", (_: Record<never, never>) => ({
      ports: { a: input(stream(narrow)), q: output(stream(record({ x: narrow, y: narrow }))) },
      build({ a, q }, m) {
        const [x, y] = forked(m, "fork", a, 2);
        const both = joined(m, "join", { x, y: mixed(m, "mixed", y) });
        told.push(timingOf(both).throughput);
        q.valid.set(both.valid);
        q.data.set(both.data);
        both.ready.set(q.ready);
      },
    }));
    elaborate(other, {});
    expect(told).toEqual([Number.NaN]);
  });
});
