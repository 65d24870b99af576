import { type BitSignal, type Builder, bit, type SIntSignal, sint, type UIntSignal } from "../../hdl/index.ts";
import type { EieParameters } from "../../sw-model/eie/spec.ts";
import { shiftedLeft } from "../common/shift.ts";
import { eieGeometry } from "./geometry.ts";

/** A weight, the activation that it is multiplied with, the row that their product is for, and whether the one before is for the same. */
interface Operands {
  readonly valid: BitSignal;
  readonly weight: SIntSignal;
  readonly row: UIntSignal;
  readonly repeats: BitSignal;
  readonly activation: SIntSignal;
}

/** A product without its low `productShift` bits, and the row that it is for. */
interface Product extends Pick<Operands, "valid" | "row" | "repeats"> {
  readonly product: SIntSignal;
}

/** The product of the operands, `productStages` - 1 edges later. */
export function productOf(
  m: Builder,
  p: EieParameters,
  { valid, weight, row, repeats, activation }: Operands,
): Product {
  if (p.productStages === 1) {
    return { valid, row, repeats, product: weight.mul(activation).shiftRight(p.productShift) };
  }
  // weight = high * 2^half + low with low >= 0, and what the shift cuts from the low product alone is cut before the register.
  const half = Math.floor(p.codebookBits / 2);
  const cut = Math.min(half, p.productShift);
  const highProduct = m.reg("highProduct", sint(p.codebookBits - half + p.activationBits));
  const lowProduct = m.reg("lowProduct", sint(half + p.activationBits - cut));
  const halvesRow = m.reg("halvesRow", eieGeometry(p).row);
  const halvesRepeat = m.reg("halvesRepeat", bit);
  const halvesValid = m.reg("halvesValid", bit, { reset: false });
  halvesValid.set(valid);
  m.when(valid, () => {
    const high = weight.bits(p.codebookBits - 1, half).asSint();
    const low = weight.bits(half - 1, 0).toSint();
    highProduct.set(high.mul(activation));
    lowProduct.set(
      low
        .mul(activation)
        .wrap(half + p.activationBits)
        .shiftRight(cut),
    );
    halvesRow.set(row);
    halvesRepeat.set(repeats);
  });
  const sum = shiftedLeft(highProduct, half - cut).add(lowProduct);
  const exact = sum.wrap(p.codebookBits + p.activationBits - cut);
  const product = exact.shiftRight(p.productShift - cut);
  return { valid: halvesValid, row: halvesRow, repeats: halvesRepeat, product };
}
