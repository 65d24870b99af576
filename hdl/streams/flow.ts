/**
 * Where words flow, as bounds between the edges at which they are offered and taken, and the rate that these allow. The bounds
 * are those of a marked graph: its rate is that of the slowest cycle, words over edges (Ramamoorthy and Ho 1980, "Performance
 * evaluation of asynchronous concurrent systems using Petri nets"). So a join of branches of one fork is slower than each of them
 * where the shorter one has no room for the words that are still in the longer one.
 */
import type { StreamTiming } from "../signals/bundle.ts";
import type { Bound, StreamFlow } from "../signals/stream-flow.ts";

type Made = Omit<StreamFlow, "offered" | "taken" | "bounds">;

function place(made: Made, bounds: (offered: object, taken: object) => readonly Bound[]): StreamFlow {
  const [offered, taken] = [{}, {}];
  const own = [bound(offered, taken, 0, 0), bound(taken, offered, 1, 1)];
  return { ...made, offered, taken, bounds: [...own, ...bounds(offered, taken)] };
}

const bound = (from: object, to: object, edges: number, words: number): Bound => ({ from, to, edges, words });

/** Words of which only the timing is known; `mixed` are places before whose words do not come one for one. */
export function startOf(
  { latency, throughput }: StreamTiming,
  mixed: readonly (StreamFlow | undefined)[] = [],
): StreamFlow {
  const known = !Number.isNaN(throughput);
  const forks = new Map(mixed.flatMap((flow) => [...(flow?.forks.keys() ?? [])].map((fork) => [fork, false] as const)));
  return place({ before: [], latency, forks, known }, (offered) =>
    known ? [bound(offered, offered, 1 / throughput, 1)] : [],
  );
}

/** A part that a word takes `latency` edges through and that holds `slots`; one left is free `back` edges later. */
export interface FlowPart {
  readonly latency: number;
  readonly slots: number;
  readonly back: number;
}

/** Behind a part. */
export function behind(flow: StreamFlow, { latency, slots, back }: FlowPart): StreamFlow {
  const made = { before: [flow], latency: flow.latency + latency, forks: flow.forks, known: flow.known };
  return place(made, (offered, taken) => [
    bound(flow.taken, offered, latency, 0),
    bound(taken, flow.taken, back, slots),
  ]);
}

/** The branches of a fork: each takes a word when it likes, and the next one comes when all have taken this one. */
export function branchesOf(flow: StreamFlow, count: number): StreamFlow[] {
  const forks = new Map([...flow.forks, [{}, true] as const]);
  const made = { before: [flow], latency: flow.latency, forks, known: flow.known };
  return Array.from({ length: count }, () =>
    place(made, (offered, taken) => [bound(flow.offered, offered, 0, 0), bound(taken, flow.taken, 0, 0)]),
  );
}

/** Behind a join, which takes a word of each at once. */
export function meeting(flows: readonly StreamFlow[]): StreamFlow {
  const forks = new Map<object, boolean>();
  let known = flows.every((flow) => flow.known);
  for (const flow of flows) {
    for (const [fork, even] of flow.forks) {
      // Which words of two branches meet, and when, hangs on the parts between.
      if (forks.has(fork) && !(even && forks.get(fork))) known = false;
      forks.set(fork, even && forks.get(fork) !== false);
    }
  }
  const made = { before: flows, latency: Math.max(...flows.map(({ latency }) => latency)), forks, known };
  return place(made, (offered, taken) =>
    flows.flatMap((flow) => [bound(flow.offered, offered, 0, 0), bound(taken, flow.taken, 0, 0)]),
  );
}

/** What the place says of itself; the rate is worked out when somebody asks. */
export function timingAt(flow: StreamFlow): StreamTiming {
  let rate: number | undefined;
  return {
    latency: flow.latency,
    get throughput() {
      rate ??= flow.known ? rateOf(flow) : Number.NaN;
      return rate;
    },
  };
}

/** Words an edge: the least of all cycles, found by taking the rate of one that is slower until there is none. */
function rateOf(flow: StreamFlow): number {
  const places = new Set([flow]);
  for (const { before } of places) for (const one of before) places.add(one);
  const bounds = [...places].reverse().flatMap((one) => one.bounds);
  let rate = 1;
  for (let slower = slowerCycle(bounds, rate); slower !== undefined; slower = slowerCycle(bounds, rate)) rate = slower;
  return rate;
}

/** Far less than rates differ by, far more than sums of them are off by. */
const tolerance = 1e-9;

/** The rate of a cycle that is slower, after Bellman and Ford. */
function slowerCycle(bounds: readonly Bound[], rate: number): number | undefined {
  const least = new Map<object, number>();
  const by = new Map<object, Bound>();
  const events = new Set(bounds.map(({ to }) => to)).size;
  let last: Bound | undefined;
  for (let round = 0; round <= events; round++) {
    last = undefined;
    for (const one of bounds) {
      const value = (least.get(one.from) ?? 0) + one.words - rate * one.edges;
      if (value >= (least.get(one.to) ?? 0) - tolerance) continue;
      least.set(one.to, value);
      by.set(one.to, one);
      last = one;
    }
    if (last === undefined) return undefined;
  }
  // Backwards from anywhere behind a cycle, so many steps end in it.
  let at = last as Bound;
  for (let i = 0; i < events; i++) at = by.get(at.from) as Bound;
  let [words, edges] = [0, 0];
  const end = at;
  do {
    words += at.words;
    edges += at.edges;
    at = by.get(at.from) as Bound;
  } while (at !== end);
  return words / edges;
}
