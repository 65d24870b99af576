/** How long words take through a chain of stream parts, and how many come out, where nothing stalls them. */

import { refuseNoObject } from "../messages/wrong-argument.ts";
import type { StreamSource, StreamTiming } from "../signals/bundle.ts";
import type { StreamFlow } from "../signals/stream-flow.ts";
import type { DataType } from "../types.ts";
import { behind, type FlowPart, startOf, timingAt } from "./flow.ts";

/** What carries words from some place: a source, or the sender's end of a link. */
interface Timed {
  readonly timing?: StreamTiming;
  readonly flow?: StreamFlow;
}

/**
 * What is known of a source: of a port, an instance or a stream made by hand, that words may come at every edge, whatever came
 * before. Credits of a link are taken to come back without registers on the way.
 */
export function timingOf(source: { readonly timing?: StreamTiming }): StreamTiming {
  refuseNoObject("timingOf", "a stream", source);
  return source.timing ?? { latency: 0, throughput: 1 };
}

/** Where the words of a source stand. */
export function flowOf(source: Timed): StreamFlow {
  const timing = timingOf(source);
  // Another latency was put behind it by hand.
  return source.flow?.latency === timing.latency ? source.flow : startOf(timing, [source.flow]);
}

/** The source with the timing of a place. */
export function timedAt<S extends object>(source: S, flow: StreamFlow): S & { timing: StreamTiming; flow: StreamFlow } {
  return { ...source, timing: timingAt(flow), flow };
}

/** The source with the timing of one more part than `before`. */
export function timed<T extends DataType>(source: StreamSource<T>, before: Timed, part: FlowPart): StreamSource<T> {
  return timedAt(source, behind(flowOf(before), part));
}

/** The source with a timing of its own, where words do not come one for one as they do before. */
export function timedAnew<T extends DataType>(
  source: StreamSource<T>,
  before: readonly Timed[],
  timing: StreamTiming,
): StreamSource<T> {
  const flow = startOf(
    timing,
    before.map((one) => one.flow),
  );
  return { ...source, timing, flow };
}
