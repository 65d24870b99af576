import { wrongArgument } from "../messages/wrong-argument.ts";
import type { StreamSink, StreamSource, ValueOf } from "../signals/bundle.ts";
import { refuseNoStream } from "../signals/given.ts";
import type { DataType } from "../types.ts";

/** The words of `source` go out at `sink`: of an output port, or of a stream made by `m.stream`. */
export function connect<T extends DataType>(sink: StreamSink<T>, source: StreamSource<T>): void {
  refuseNoStream("connect", source);
  refuseNoStream("connect", sink);
  if (typeof sink.valid.set !== "function") throw wrongArgument("connect", "the sink of a stream", sink);
  sink.valid.set(source.valid);
  sink.data.set(source.data as ValueOf<T>);
  source.ready.set(sink.ready);
}
