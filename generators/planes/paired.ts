import {
  type Builder,
  bit,
  mapped,
  record,
  registered,
  type StreamSource,
  select,
  stream,
  uint,
} from "../../hdl/index.ts";
import type { PlanesParameters } from "../../sw-model/planes/spec.ts";
import { planesGeometry } from "./geometry.ts";

/** A dot product, whether its row is the second of a pair, and how it is used. */
export function dotWord(p: PlanesParameters) {
  const { total, scale } = planesGeometry(p);
  return record({ value: total, second: bit, ternary: bit, positive: scale, negative: scale });
}

/**
 * Dot products as they come; those of ternary weights in pairs, positive * first - negative * second (TTQ, section 3). One
 * multiplier serves both. Latency 1.
 */
export function paired(m: Builder, p: PlanesParameters, dots: StreamSource<ReturnType<typeof dotWord>>) {
  const { total } = planesGeometry(p);
  const amountWord = record({ amount: total, second: bit, ternary: bit });
  const scaled = mapped(dots, amountWord, ({ value, second, ternary, positive, negative }) => {
    const scale = m.node("scale", select(uint(p.scaleBits), second, negative, positive));
    // Scales of one bit need no multiplier, not even one of a DSP block.
    const product =
      p.scaleBits === 1
        ? select(total, scale.bit(0), value, 0)
        : m.node("product", value.mul(scale.toSint()).wrap(p.accWidth));
    return { amount: select(total, ternary, product, value), second, ternary };
  });
  const amounts = registered(m, "scaled", scaled);

  const { amount, second, ternary } = amounts.data;
  const { sink, source } = m.stream("finished", stream(total));
  const held = m.reg("held", total);
  const keep = m.node("keep", ternary.and(second.not()));
  amounts.ready.set(sink.ready.or(keep));
  m.when(amounts.fire, () => held.set(amount));
  sink.valid.set(amounts.valid.and(keep.not()));
  sink.data.set(select(total, ternary, held.sub(amount).wrap(p.accWidth), amount));
  return source;
}
