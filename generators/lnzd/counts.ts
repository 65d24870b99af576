import { type Builder, countWidth, select, type UIntSignal, uint } from "../../hdl/index.ts";
import { lnzdRadices } from "../../sw-model/lnzd/spec.ts";
import { lnzdIndexTree } from "./lnzd-tree.ts";

/** Zeros above the highest 1 of `word`, its width where there is none, in countWidth(width) bits: an instance called `name`. */
export function leadingZeros(m: Builder, name: string, word: UIntSignal): UIntSignal {
  const { width } = word;
  const valid = Array.from({ length: width }, (_, i) => word.bit(width - 1 - i));
  const radices = lnzdRadices({ inputs: width, structure: "uniform", radix: 4 });
  const found = m.inst(name, lnzdIndexTree, { leaves: width, radices, levelsPerStage: 0 }, { valid });
  const count = uint(countWidth(width));
  const index = found.index as UIntSignal;
  const place = index.width < count.width ? (index.extend(count.width) as UIntSignal) : index;
  return select(count, found.any, place, width);
}

/** Ones above the highest 0 of `word`; see `leadingZeros`. */
export function leadingOnes(m: Builder, name: string, word: UIntSignal): UIntSignal {
  return leadingZeros(m, name, word.not() as UIntSignal);
}
