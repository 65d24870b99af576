import {
  addressWidth,
  type BitSignal,
  type Builder,
  bit,
  fixedValue,
  mapped,
  record,
  type StreamSource,
  type UIntSignal,
  type UIntType,
  uint,
} from "../../hdl/index.ts";
import { gather } from "../bnn/gather.ts";
import { split } from "../bnn/split.ts";
import type { LayerParameters } from "./geometry.ts";

/** A stream of words, and whether a part of one is held. */
interface Words {
  readonly words: StreamSource<UIntType>;
  readonly busy?: BitSignal;
}

/** Windows, or the pixels of a dense layer, as words of `lanes` bits, the lowest bits first and zeros for what is missing. */
export function vectorWords(m: Builder, items: StreamSource<UIntType>, p: LayerParameters): Words {
  const { lanes, itemBits, parts, itemsPerWord } = p;
  if (parts > 1) {
    const push = mapped(items, uint(parts * lanes), (item) => widened(item, parts * lanes));
    const made = m.inst("words", split, { width: lanes, parts }, { push });
    return { words: made.pop, busy: made.busy };
  }
  if (itemsPerWord === 1) return { words: mapped(items, uint(lanes), (item) => widened(item, lanes)) };
  // Where whole words hold the items of a vector, a word is complete with its last item.
  const whole = p.items % itemsPerWord === 0;
  const item = whole ? undefined : m.reg("item", uint(addressWidth(p.items)), { reset: 0 });
  const last = item ? m.node("lastItem", item.eq(p.items - 1)) : fixedValue(bit, false);
  const both = record({ last: bit, bits: uint(itemBits) });
  const push = mapped(items, both, (bits) => ({ last, bits }));
  const made = m.inst("words", gather, { width: itemBits, parts: itemsPerWord }, { push });
  if (item) {
    m.when(push.fire, () => {
      m.when(last, () => item.set(0)).otherwise(() => item.set(item.addWrap(1)));
    });
  }
  return { words: mapped(made.pop, uint(lanes), (word) => widened(word, lanes)), busy: made.busy };
}

function widened(x: UIntSignal, width: number): UIntSignal {
  return x.width === width ? x : x.extend(width);
}
