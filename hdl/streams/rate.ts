/**
 * When words come by a place of a marked graph, and how many. Where parts change the width of words, a round is the least number
 * of words at each place that fits together, and each word of a round is an event of its own (Lee and Messerschmitt 1987,
 * "Synchronous data flow").
 */
import type { StreamFlow } from "../signals/stream-flow.ts";

/** An event comes `edges` after another of `rounds` before. */
interface Step {
  readonly from: number;
  readonly to: number;
  readonly edges: number;
  readonly rounds: number;
}

interface Unfolded {
  /** In the order in which a round goes. */
  readonly steps: readonly Step[];
  readonly events: number;
  /** Words of a round at the place in question. */
  readonly words: number;
  /** The edge of its first offer. */
  readonly first: number;
  /** Some event waits for itself. */
  readonly stuck: boolean;
}

/** The edge at which the first word is offered: Infinity if none ever is, NaN if that is not known. */
export const firstOffer = (flow: StreamFlow): number => unfolded(flow)?.first ?? Number.NaN;

/** Words an edge: the least of all cycles, found by taking the rate of one that is slower until there is none. */
export function rateOf(flow: StreamFlow): number {
  const graph = unfolded(flow);
  if (graph === undefined) return Number.NaN;
  if (graph.stuck) return 0;
  // A word an edge at the most.
  let slowest: Cycle = { rounds: 1, edges: graph.words };
  for (let slower = slowerCycle(graph, slowest); slower !== undefined; slower = slowerCycle(graph, slowest)) {
    slowest = slower;
  }
  return (slowest.rounds * graph.words) / slowest.edges;
}

/** More is not worked out: wide words of so many parts that nobody has. */
const mostEvents = 50_000;

/** All events of a round; undefined where branches never fit together, or are too many. */
function unfolded(flow: StreamFlow): Unfolded | undefined {
  const words = wordsOfRound(flow);
  if (words === undefined) return undefined;
  const events = new Map<object, { readonly start: number; readonly count: number }>();
  const least: number[] = [];
  for (const [{ offered, taken, latency }, count] of words) {
    if (least.length + 2 * count > mostEvents) return undefined;
    for (const event of [offered, taken]) {
      events.set(event, { start: least.length, count });
      for (let i = 0; i < count; i++) least.push(latency);
    }
  }
  const steps: Step[] = [];
  for (const place of words.keys()) {
    for (const { from, to, edges, words, fromPhase = whole, toPhase = whole } of place.bounds) {
      const [source, target] = [from, to].map((event) => events.get(event) as { start: number; count: number });
      const count = target.count / toPhase.step;
      for (let k = 0; k < count; k++) {
        const rounds = -Math.floor((k - words) / count);
        const before = k - words + rounds * count;
        steps.push({
          from: source.start + before * fromPhase.step + fromPhase.at,
          to: target.start + k * toPhase.step + toPhase.at,
          edges,
          rounds,
        });
      }
    }
  }
  const own = events.get(flow.offered) as { start: number; count: number };
  return { ...inOrder(steps, least, own.start), words: own.count };
}

const whole = { step: 1, at: 0 };

/** The least whole numbers of words that all places see in the same time. */
function wordsOfRound(flow: StreamFlow): ReadonlyMap<StreamFlow, number> | undefined {
  const shares = new Map([[flow, { over: 1, under: 1 }]]);
  let common = 1;
  for (const [place, { over, under }] of shares) {
    for (const before of place.before) {
      const [a, b] = [over * place.ratio.before, under * place.ratio.here];
      const divisor = greatestDivisor(a, b);
      const share = { over: a / divisor, under: b / divisor };
      const known = shares.get(before);
      if (known === undefined) shares.set(before, share);
      else if (known.over !== share.over || known.under !== share.under) return undefined;
      common *= share.under / greatestDivisor(common, share.under);
      if (common > mostEvents) return undefined;
    }
  }
  return new Map([...shares].map(([place, { over, under }]) => [place, (common / under) * over]));
}

const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b));

/** The first round, each event as soon as all that it waits for have come. */
function inOrder(steps: readonly Step[], least: readonly number[], asked: number): Omit<Unfolded, "words"> {
  const after = least.map((): Step[] => []);
  const waits = least.map(() => 0);
  for (const step of steps) {
    after[step.from].push(step);
    if (step.rounds === 0) waits[step.to]++;
  }
  const times = [...least];
  const order = waits.flatMap((count, event) => (count === 0 ? [event] : []));
  for (const event of order) {
    for (const { to, edges, rounds } of after[event]) {
      if (rounds > 0) continue;
      times[to] = Math.max(times[to], times[event] + edges);
      if (--waits[to] === 0) order.push(to);
    }
  }
  return {
    steps: order.flatMap((event) => after[event]),
    events: least.length,
    first: waits[asked] > 0 ? Number.POSITIVE_INFINITY : times[asked],
    stuck: order.length < least.length,
  };
}

/** Far less than rates differ by, far more than sums of them are off by. */
const tolerance = 1e-9;

type Cycle = Pick<Step, "rounds" | "edges">;

/** A cycle that is slower than one, after Bellman and Ford. */
function slowerCycle({ steps, events }: Unfolded, than: Cycle): Cycle | undefined {
  const rate = than.rounds / than.edges;
  const least = new Float64Array(events);
  const by: (Step | undefined)[] = Array.from({ length: events });
  for (;;) {
    let changed = false;
    for (const step of steps) {
      const value = least[step.from] + step.rounds - rate * step.edges;
      if (value >= least[step.to] - tolerance) continue;
      least[step.to] = value;
      by[step.to] = step;
      changed = true;
    }
    if (!changed) return undefined;
    const slower = cycleOf(by);
    if (slower !== undefined) return slower;
  }
}

/** A cycle of steps back, if there is one. */
function cycleOf(by: readonly (Step | undefined)[]): Cycle | undefined {
  const seen = new Int32Array(by.length).fill(-1);
  for (let start = 0; start < by.length; start++) {
    let at = start;
    for (let step = by[at]; step !== undefined && seen[at] < 0; step = by[at]) {
      seen[at] = start;
      at = step.from;
    }
    if (by[at] === undefined || seen[at] !== start) continue;
    let [rounds, edges] = [0, 0];
    const end = at;
    do {
      const step = by[at] as Step;
      rounds += step.rounds;
      edges += step.edges;
      at = step.from;
    } while (at !== end);
    return { rounds, edges };
  }
  return undefined;
}
