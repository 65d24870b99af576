/** The nets of a stream: `<name>_valid`, `<name>_ready` and `<name>_data`. */
import { binary } from "../expression.ts";
import type { StreamNets } from "../ir.ts";
import type { LazyPosition } from "../position.ts";
import type { SignalOf, StreamSink, StreamSource } from "../signals/bundle.ts";
import { BitSignal } from "../signals/signal.ts";
import { bit, type DataType, leaves, type StreamType } from "../types.ts";
import { assignable } from "./assignable.ts";
import type { Contents } from "./contents.ts";

/** Says which nets a stream is made of. */
export function noteStream(
  contents: Contents,
  name: string,
  direction: StreamNets["direction"],
  { data }: StreamType,
  domain: string,
  at: LazyPosition,
): void {
  contents.streams.push({
    name,
    direction,
    valid: `${name}_valid`,
    ready: `${name}_ready`,
    data: leaves(`${name}_data`, data).map((leaf) => leaf.name),
    ...(domain === "" ? {} : { domain }),
    at,
  });
}

/** Both ends of a stream inside a module. */
export function innerStream<T extends DataType>(
  contents: Contents,
  name: string,
  type: StreamType<T>,
  domain: string,
  at: LazyPosition,
): { sink: StreamSink<T>; source: StreamSource<T> } {
  const end = <D extends DataType>(side: "sink" | "source", part: string, t: D) =>
    assignable(contents, "wire", `${name}_${part}`, t, at, { path: `${name}.${side}.${part}` });
  const valid = end("sink", "valid", bit);
  const ready = end("source", "ready", bit);
  const data = end("sink", "data", type.data);
  noteStream(contents, name, "inside", type, domain, at);
  const fire = fireOf(valid, ready, at);
  return {
    sink: Object.freeze({ type, valid, data, ready, fire }),
    source: Object.freeze({ type, valid, data: data as SignalOf<T>, ready, fire }),
  };
}

/** High in the cycles in which a word moves. */
export function fireOf(valid: BitSignal, ready: BitSignal, at: LazyPosition): BitSignal {
  return new BitSignal(binary("and", valid.expression, ready.expression, 1, false, at.aside()));
}
