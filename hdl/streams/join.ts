import { refuseNoObject } from "../messages/wrong-argument.ts";
import type { Builder } from "../module/builder.ts";
import { refuseNoBuilder } from "../module/given-builder.ts";
import type { StreamSource, ValueOf } from "../signals/bundle.ts";
import { refuseNoStream } from "../signals/given.ts";
import { type DataType, type RecordType, record, stream } from "../types.ts";
import { meeting } from "./flow.ts";
import { flowOf, timedAt } from "./timing.ts";

/** The types of the words that sources carry, by name. */
export type Joined<S> = RecordType<{ readonly [K in keyof S]: S[K] extends StreamSource<infer T> ? T : never }>;

/**
 * A word of each source as one record, when all of them have one. Latency 0; a word an edge, unless the sources are branches of one
 * fork of which some are longer: each needs as much room as the longest has latency, such as by `queued`.
 */
// biome-ignore lint/suspicious/noExplicitAny: a bound; the types of the words are recovered by inference
export function joined<const S extends Readonly<Record<string, StreamSource<any>>>>(
  m: Builder,
  name: string,
  sources: S,
): StreamSource<Joined<S>> {
  refuseNoBuilder("joined", m);
  refuseNoObject("joined", "an object of streams", sources);
  for (const source of Object.values(sources)) refuseNoStream("joined", source);
  const entries = Object.entries(sources) as [string, StreamSource<DataType>][];
  const word = record(Object.fromEntries(entries.map(([field, source]) => [field, source.type.data])));
  const { sink, source: out } = m.stream(name, stream(word));
  sink.valid.set(entries.map(([, { valid }]) => valid).reduce((a, b) => a.and(b)));
  sink.data.set(Object.fromEntries(entries.map(([field, { data }]) => [field, data])) as ValueOf<typeof word>);
  for (const [, source] of entries) source.ready.set(sink.fire);
  const flow = meeting(entries.map(([, source]) => flowOf(source)));
  return timedAt(out, flow) as unknown as StreamSource<Joined<S>>;
}
