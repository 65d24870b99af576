import type { StreamSink, StreamSource, ValueOf } from "../bundle.ts";
import type { DataType } from "../types.ts";

/** The words of `source` go out at `sink`: of an output port, or of a stream made by `m.stream`. */
export function connect<T extends DataType>(sink: StreamSink<T>, source: StreamSource<T>): void {
  sink.valid.set(source.valid);
  sink.data.set(source.data as ValueOf<T>);
  source.ready.set(sink.ready);
}
