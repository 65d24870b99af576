import {
  type BitSignal,
  type Builder,
  concat,
  countWidth,
  fixedValue,
  type SIntSignal,
  type UIntSignal,
  uint,
} from "../../hdl/index.ts";
import { shiftedLeft } from "../common/shift.ts";
import { type AndPopcountStructure, andPopcount } from "../popcount/and-popcount.ts";

/** How many lanes are 1 in both planes, through a register called `name`. */
export function countedPair(
  m: Builder,
  name: string,
  structure: AndPopcountStructure,
  weights: UIntSignal,
  inputs: UIntSignal,
): UIntSignal {
  const count = m.reg(name, uint(countWidth(weights.width)));
  count.set(andPopcount(m, `${name}_ones`, weights, inputs, structure));
  return count;
}

/** A number inverted where `negative`, so that it is negated once 1 is added: the sum with `plusCarry` needs one adder. */
export function invertedIf(value: SIntSignal, negative: BitSignal): SIntSignal {
  return value
    .asUint()
    .xor(concat(...Array.from({ length: value.width }, () => negative)))
    .asSint();
}

/** a + b + carry, modulo 2^width of the wider one: a bit below both makes the carry, so that it costs no second adder. */
export function plusCarry(a: SIntSignal, b: SIntSignal, carry: BitSignal): SIntSignal {
  const width = Math.max(a.width, b.width);
  const withCarry = (x: SIntSignal) => concat(x.extend(width), carry).asSint();
  return withCarry(a)
    .add(withCarry(b))
    .wrap(width + 1)
    .shiftRight(1);
}

/** The sum of term i times 2^i; the highest term counts negative where asked. Exact. */
export function planeSum(terms: readonly SIntSignal[], topNegative: BitSignal): SIntSignal {
  const top = shiftedLeft(terms[terms.length - 1], terms.length - 1);
  const rest = terms.slice(0, -1).map((term, i) => shiftedLeft(term, i));
  const signed = top.extend(top.width + 1);
  const below = rest.length === 0 ? fixedValue({ kind: "sint", width: 1 }, 0) : sumOf(rest);
  const width = Math.max(signed.width, below.width) + 1;
  return plusCarry(invertedIf(signed, topNegative).extend(width), below.extend(width), topNegative);
}

/** A balanced tree of adders. */
function sumOf(terms: readonly SIntSignal[]): SIntSignal {
  if (terms.length === 1) return terms[0];
  const half = Math.floor(terms.length / 2);
  return sumOf(terms.slice(0, half)).add(sumOf(terms.slice(half)));
}
