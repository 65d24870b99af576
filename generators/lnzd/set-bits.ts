import {
  addressWidth,
  type BitSignal,
  type Builder,
  bit,
  concat,
  fixedValue,
  record,
  type StreamSource,
  select,
  stream,
  type UIntSignal,
  type UIntType,
  uint,
} from "../../hdl/index.ts";
import { lnzdRadices } from "../../sw-model/lnzd/spec.ts";
import { lnzdIndexTree, lnzdTree } from "./lnzd-tree.ts";

/** A word whose set bits are wanted, or, with `end`, what follows the last word; then `flags` does not matter. */
export interface FlagWord {
  readonly valid: BitSignal;
  readonly end: BitSignal;
  /** One bit or more, and at least one of them set. */
  readonly flags: UIntSignal;
  /** The number of the word: the high part of an index. */
  readonly high?: UIntSignal;
  /** A value for every flag, of equal widths. */
  readonly values?: readonly UIntSignal[];
  /** Bits of an index. */
  readonly indexWidth: number;
}

/** One set bit. With `end` there is none, and `index` and `value` are 0. */
export function setBitType(indexWidth: number, valueWidth?: number) {
  const value = { value: uint(valueWidth ?? 1) as UIntType };
  return record({
    end: bit,
    index: uint(indexWidth) as UIntType,
    ...(valueWidth === undefined ? ({} as typeof value) : value),
  });
}

/**
 * The set bits of words, lowest first, one an edge, and end marks where they come. The next word is taken at the edge at which
 * the last set bit of the one before leaves, so nothing waits as long as words come. Latency 1; `ready` passes through.
 * `index` is `high` times the number of flags, plus the place of the bit. Registers and nets start with `name`.
 */
export function setBits(m: Builder, name: string, word: FlagWord) {
  const { width } = word.flags;
  const full = m.reg(`${name}Full`, bit, { reset: false });
  const end = m.reg(`${name}End`, bit);
  const left = m.reg(`${name}Left`, uint(width) as UIntType);
  const high = word.high && m.reg(`${name}High`, uint(word.high.width) as UIntType);
  const values = word.values?.map((value, i) => m.reg(`${name}Value_${i}`, uint(value.width) as UIntType));

  const found = lowest(m, `${name}Lowest`, left, values);
  const { indexWidth } = word;
  const place = found.index ?? fixedValue(uint(1), 0);
  const index = high ? positionOf(high, width, place, indexWidth) : place;
  const type = setBitType(indexWidth, found.value?.width);
  const { sink, source } = m.stream(name, stream(type));
  sink.valid.set(full);
  sink.data.set({
    end,
    index: select(uint(indexWidth), end, 0, index),
    ...(found.value && { value: select(uint(found.value.width), end, 0, found.value) }),
  } as never);

  const rest = m.node(`${name}Rest`, left.and(left.subWrap(1)));
  const last = m.node(`${name}Last`, rest.nonzero().not());
  const ready = m.node(`${name}Next`, full.not().or(sink.ready.and(last)));
  const takes = m.node(`${name}Takes`, ready.and(word.valid));
  const gives = m.node(`${name}Gives`, sink.fire);
  m.when(takes, () => {
    full.set(true);
    end.set(word.end);
    left.set(select(uint(width), word.end, 0, word.flags));
    if (high && word.high) high.set(word.high);
    values?.forEach((value, i) => {
      value.set(word.values?.[i] as UIntSignal);
    });
  }).elseWhen(gives, () => {
    full.set(last.not());
    left.set(rest);
  });
  return { source: source as StreamSource<ReturnType<typeof setBitType>>, ready };
}

/** The place of the lowest set bit, absent where there is only one to choose, and its value. */
function lowest(m: Builder, name: string, flags: UIntSignal, values: readonly UIntSignal[] | undefined) {
  const { width } = flags;
  if (width === 1) return { index: undefined, value: values?.[0] };
  const valid = Array.from({ length: width }, (_, i) => flags.bit(i));
  const radices = lnzdRadices({ inputs: width, structure: "uniform", radix: 4 });
  const shape = { leaves: width, radices, levelsPerStage: 0 };
  if (!values) return { index: m.inst(name, lnzdIndexTree, shape, { valid }).index as UIntSignal, value: undefined };
  const found = m.inst(name, lnzdTree, { ...shape, width: values[0].width }, { valid, payload: [...values] });
  return { index: found.index as UIntSignal, value: found.chosen as UIntSignal };
}

/**
 * high * count + low in `width` bits, where low is below count: wires alone where count is a power of two. The product is known
 * to fit.
 */
export function positionOf(high: UIntSignal, count: number, low: UIntSignal, width: number): UIntSignal {
  const exact = (): UIntSignal => {
    if (count === 1) return high;
    if (2 ** low.width === count) return concat(high, low);
    return high.mul(fixedValue(uint(addressWidth(count + 1)), count)).add(low) as UIntSignal;
  };
  const position = exact();
  return position.width > width ? (position.wrap(width) as UIntSignal) : position;
}
