/** How long words take through a chain of stream parts, and how many come out, where nothing stalls them. */

import { refuseNoObject } from "../messages/wrong-argument.ts";
import type { StreamSource, StreamTiming } from "../signals/bundle.ts";
import type { DataType } from "../types.ts";

/** What is known of a source: of a port or a stream made by hand, that words may come at every edge. */
export function timingOf(source: { readonly timing?: StreamTiming }): StreamTiming {
  refuseNoObject("timingOf", "a stream", source);
  return source.timing ?? { latency: 0, throughput: 1 };
}

/** The source with the timing of one more part: `latency` edges, and at the most `throughput` words an edge. */
export function timed<T extends DataType>(
  source: StreamSource<T>,
  before: StreamTiming,
  part: StreamTiming,
): StreamSource<T> {
  const throughput = Math.min(before.throughput, part.throughput);
  return { ...source, timing: { latency: before.latency + part.latency, throughput } };
}
