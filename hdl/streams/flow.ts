/**
 * Where words flow, as bounds between the edges at which they are offered and taken, and the rate that these allow. The bounds
 * are those of a marked graph: its rate is that of the slowest cycle, words over edges (Ramamoorthy and Ho 1980, "Performance
 * evaluation of asynchronous concurrent systems using Petri nets"). So a join of branches of one fork is slower than each of them
 * where the shorter one has no room for the words that are still in the longer one.
 */
import type { StreamTiming } from "../signals/bundle.ts";
import type { Bound, StreamFlow } from "../signals/stream-flow.ts";
import { firstOffer, rateOf } from "./rate.ts";

type Made = Omit<StreamFlow, "offered" | "taken" | "bounds" | "ratio"> & Partial<Pick<StreamFlow, "ratio">>;

function place(made: Made, bounds: (offered: object, taken: object) => readonly Bound[]): StreamFlow {
  const [offered, taken] = [{}, {}];
  const own = [bound(offered, taken, 0, 0), bound(taken, offered, 1, 1)];
  return { ratio: { here: 1, before: 1 }, ...made, offered, taken, bounds: [...own, ...bounds(offered, taken)] };
}

/** The place at the edge at which all that stands before it lets the first word come. */
const settled = (flow: StreamFlow): StreamFlow => ({ ...flow, latency: flow.known ? firstOffer(flow) : Number.NaN });

const bound = (from: object, to: object, edges: number, words: number): Bound => ({ from, to, edges, words });

/** Words of which only the timing is known; `mixed` are places before whose words do not come one for one. */
export function startOf(
  { latency, throughput }: StreamTiming,
  mixed: readonly (StreamFlow | undefined)[] = [],
): StreamFlow {
  const known = throughput > 0;
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

/** Behind a part that gathers `factor` words into one, and takes the first of the next as that one leaves. */
export function gathered(flow: StreamFlow, factor: number): StreamFlow {
  const made = { before: [flow], latency: flow.latency, forks: flow.forks, known: flow.known };
  const [first, last] = [0, factor - 1].map((at) => ({ step: factor, at }));
  return settled(
    place({ ...made, ratio: { here: 1, before: factor } }, (offered, taken) => [
      { ...bound(flow.taken, offered, 1, 0), fromPhase: last },
      { ...bound(taken, flow.taken, 0, 1), toPhase: first },
    ]),
  );
}

/** Behind a part that gives each word as `factor`, and takes it with the last of them. */
export function scattered(flow: StreamFlow, factor: number): StreamFlow {
  const made = { before: [flow], latency: flow.latency, forks: flow.forks, known: flow.known };
  const [first, last] = [0, factor - 1].map((at) => ({ step: factor, at }));
  return place({ ...made, ratio: { here: factor, before: 1 } }, (offered, taken) => [
    { ...bound(flow.offered, offered, 0, 0), toPhase: first },
    { ...bound(taken, flow.taken, 0, 0), fromPhase: last },
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
  const joint = place(made, (offered, taken) =>
    flows.flatMap((flow) => [bound(flow.offered, offered, 0, 0), bound(taken, flow.taken, 0, 0)]),
  );
  return known ? settled(joint) : joint;
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
