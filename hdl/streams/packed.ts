/** Streams of any type through modules that know numbers only, so that equal widths share a module. */
import { pack, type StreamSource, unpack, type ValueOf } from "../signals/bundle.ts";
import { refuseNoStream } from "../signals/given.ts";
import { type DataType, type StreamType, stream, type UIntType, uint } from "../types.ts";

/** The same handshake with each word as one number. */
export function packed<T extends DataType>(source: StreamSource<T>): StreamSource<UIntType> {
  refuseNoStream("A part", source);
  const data = pack(source.type.data, source.data as ValueOf<T>);
  return { ...source, type: stream(uint(data.width) as UIntType), data };
}

/** The inverse of `packed`. */
export function unpacked<T extends DataType>(type: StreamType<T>, source: StreamSource<UIntType>): StreamSource<T> {
  return { ...source, type, data: unpack(type.data, source.data) };
}
