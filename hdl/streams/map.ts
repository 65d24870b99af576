import { refuseNoFunction } from "../messages/wrong-argument.ts";
import type { Builder } from "../module/builder.ts";
import { refuseNoBuilder } from "../module/given-builder.ts";
import { here } from "../position.ts";
import { flattenValue, type SignalOf, type StreamSource, signalOf, type ValueOf } from "../signals/bundle.ts";
import { refuseNoStream } from "../signals/given.ts";
import { BitSignal } from "../signals/signal.ts";
import { conditionOf } from "../statements/condition.ts";
import { type DataType, stream } from "../types.ts";
import { flowOf, timedAt } from "./timing.ts";

/** The words of `source` as `change` makes them, values of `type`. Latency 0; no hardware but what `change` needs. */
export function mapped<T extends DataType, R extends DataType>(
  source: StreamSource<T>,
  type: R,
  change: (data: SignalOf<T>) => ValueOf<R>,
): StreamSource<R> {
  refuseNoStream("mapped", source);
  refuseNoFunction("mapped", change);
  const values = flattenValue(type, change(source.data), here());
  let i = 0;
  return { ...source, type: stream(type), data: signalOf("", type, () => values[i++]) };
}

/**
 * The words of `source` that meet `keep`; the others are taken and dropped. `keep` may look at the word alone: what changes
 * while a word waits would take it back. Latency 0.
 */
export function filtered<T extends DataType>(
  m: Builder,
  name: string,
  source: StreamSource<T>,
  keep: (data: SignalOf<T>) => BitSignal,
): StreamSource<T> {
  refuseNoBuilder("filtered", m);
  refuseNoStream("filtered", source);
  refuseNoFunction("filtered", keep);
  const kept = m.node(`${name}_kept`, new BitSignal(conditionOf("filtered", keep(source.data), here())));
  const { sink, source: out } = m.stream(name, source.type);
  sink.valid.set(source.valid.and(kept));
  sink.data.set(source.data as ValueOf<T>);
  source.ready.set(sink.ready.or(kept.not()));
  return timedAt(out, flowOf(source));
}
