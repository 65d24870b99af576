import {
  asFixed,
  type BitSignal,
  type Builder,
  concat,
  fixedValue,
  type SIntSignal,
  select,
  sint,
  type UIntSignal,
} from "../../hdl/index.ts";
import type { MacRounding } from "../../sw-model/format/fixed.ts";

/** From <accWidth - dropBits, dropBits> to <outWidth, 0>, in raw bits. */
export interface RoundingParameters {
  /** Bits of the number. */
  readonly accWidth: number;
  /** Low bits that are dropped: 0 to `accWidth`. */
  readonly dropBits: number;
  /** Bits of the result. What does not fit saturates. */
  readonly outWidth: number;
  readonly rounding: MacRounding;
}

/** Whether results take random bits. */
export function drawsBits(p: Pick<RoundingParameters, "rounding" | "dropBits">): boolean {
  return p.rounding === "stochastic" && p.dropBits > 0;
}

/**
 * The signed number without its `dropBits` low bits, rounded, then saturated (contract, numbers, rule 2):
 * - `truncate`: x >> k;
 * - `nearest`: (x + 2^(k-1) - 1) >> k, ties down;
 * - `nearest-even`: ties to even;
 * - `stochastic`: (x + r) >> k, r the low k bits of `random`.
 *
 * A `random` of n bits, fewer than k, stands at the top of the dropped bits, and what is below is cut off. Where those low bits are
 * uniform, results are then low by (2^(k-n) - 1) / 2^(k+1) of their unit in the mean.
 *
 * With `floorFirst` the floor is saturated before the carry of the dropped bits is added, so that only as many bits as the result
 * has are added up. Without, the whole number takes part in one sum: fewer tables where a chain of carries has no price of
 * its own.
 */
export function rounded(
  m: Builder,
  x: SIntSignal,
  p: RoundingParameters,
  { random, floorFirst }: { readonly random?: UIntSignal | undefined; readonly floorFirst: boolean },
): SIntSignal {
  const { dropBits: k, rounding: mode } = p;
  const cut = mode === "stochastic" && random ? Math.max(0, k - random.width) : 0;
  const dropped = k - cut;
  // Something is left of the number, if only its sign.
  const whole = x.extend(Math.max(x.width, k + 1)).shiftRight(cut);
  if (dropped === 0 || mode === "truncate") return saturated(m, whole.shiftRight(dropped), p.outWidth);
  if (floorFirst) {
    const floor = whole.shiftRight(dropped);
    const value = m.node("limited", saturated(m, floor, p.outWidth));
    const up = carryOf(whole, dropped, mode, random).and(mayGrow(m, floor, value));
    return value.asUint().addWrap(concat(up).extend(p.outWidth)).asSint();
  }
  const number = asFixed(whole, whole.width - dropped, dropped);
  const exact = number.round({ il: number.width - dropped + 1, fl: 0, mode, ...(random ? { random } : {}) });
  return saturated(m, m.node("exact", exact.raw()), p.outWidth);
}

/** The nearest value of `width` bits: the number itself where the excess bits all equal its sign. */
export function saturated(m: Builder, x: SIntSignal, width: number): SIntSignal {
  if (x.width <= width) return x.extend(width);
  const excess = x.bits(x.width - 2, width - 1);
  const signs = concat(...new Array<BitSignal>(excess.width).fill(x.negative()));
  const fits = m.node("fits", excess.xor(signs).nonzero().not());
  return select(sint(width), fits, x.bits(width - 1, 0).asSint(), limitOf(x.negative(), width));
}

/** The end of the range of `width` bits on this side of zero. */
export function limitOf(negative: BitSignal, width: number): SIntSignal {
  const half = 2n ** BigInt(width - 1);
  const type = sint(width);
  return select(type, negative, fixedValue(type, -half), fixedValue(type, half - 1n));
}

/** True where all bits are equal; in groups of six that share a bit with the next one, each a table of six inputs. */
function allEqual(bits: UIntSignal): BitSignal {
  const groups: BitSignal[] = [];
  for (let low = 0; low < bits.width - 1; low += 5) {
    const group = bits.bits(Math.min(low + 5, bits.width - 1), low);
    groups.push(group.allOnes().or(group.nonzero().not()));
  }
  return concat(...groups).allOnes();
}

/** Whether rounding the k low bits away adds one to the floor. */
function carryOf(
  x: SIntSignal,
  k: number,
  mode: Exclude<MacRounding, "truncate">,
  random: UIntSignal | undefined,
): BitSignal {
  if (mode === "stochastic" && random)
    return x
      .bits(k - 1, 0)
      .add(random.bits(k - 1, 0))
      .bit(k);
  const half = x.bit(k - 1);
  const beyondTie = [
    ...(k > 1 ? [x.bits(k - 2, 0).nonzero()] : []),
    ...(mode === "nearest-even" ? [x.bit(k)] : []),
  ].reduce<BitSignal | undefined>((any, each) => any?.or(each) ?? each, undefined);
  return beyondTie ? half.and(beyondTie) : half.and(false);
}

/** Whether one may be added to a saturated floor: it was in range below the largest value. */
function mayGrow(m: Builder, floor: SIntSignal, value: SIntSignal): BitSignal | true {
  const { width } = value;
  if (floor.width < width) return true;
  const rest = width === 1 ? [] : [floor.bits(width - 2, 0).allOnes()];
  const largest = rest.reduce((all, each) => all.and(each), floor.negative().not());
  if (floor.width === width) return largest.not();
  const inRange = m.node("inRange", allEqual(floor.bits(floor.width - 1, width - 1)));
  return m.node("mayGrow", inRange.and(largest.not()));
}
