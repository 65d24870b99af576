/** Leading-nonzero detectors against the definition: look at one value after the other. */
import { lnzd } from "../../../generators/lnzd/lnzd.ts";
import {
  addressWidth,
  type BitSignal,
  type Builder,
  concat,
  defineModule,
  fixedValue,
  input,
  select,
  type UIntSignal,
  type UIntType,
  uint,
  vec,
} from "../../../hdl/index.ts";
import type { LnzdParameters } from "../../../sw-model/lnzd/spec.ts";

/** Instantiates a combinational detector and asserts what it finds among `values`. */
function detect(m: Builder, name: string, p: LnzdParameters, values: readonly UIntSignal[]) {
  const found = m.inst(name, lnzd, p, { values: [...values] });
  const position = uint(addressWidth(p.inputs));
  // The last one that is looked at from the end is the first one.
  let index = fixedValue(position, 0) as UIntSignal;
  let value = fixedValue(uint(p.width), 0) as UIntSignal;
  for (let i = p.inputs - 1; i >= 0; i--) {
    index = select(position, values[i].nonzero(), i, index);
    value = select(uint(p.width), values[i].nonzero(), values[i], value);
  }
  const any = concat(...values).nonzero();
  const when = (right: BitSignal) => any.not().or(right);
  m.assert(`${name}_finds_if_there_is_one`, found.valid.xor(any).not());
  m.assert(`${name}_finds_the_first`, when(found.index.eq(index)));
  if (p.value) m.assert(`${name}_gives_its_value`, when(found.value.eq(value)));
  return found;
}

export const lnzdProof = defineModule("lnzd_proof", (p: LnzdParameters) => ({
  ports: { values: input(vec(p.inputs, uint(p.width) as UIntType)) },
  build({ values }, m) {
    const found = detect(m, "detector", p, values);
    m.cover("finds_nothing", found.valid.not());
    m.cover("finds_the_last", found.valid.and(found.index.eq(p.inputs - 1)));
  },
}));

/** Detectors of several sizes in one circuit, for one run of the solver: they share nothing but their input. */
export const lnzdProofs = defineModule("lnzd_proofs", (ps: readonly LnzdParameters[]) => ({
  ports: { word: input(uint(Math.max(...ps.map(({ inputs, width }) => inputs * width))) as UIntType) },
  build({ word }, m) {
    for (const p of ps) {
      const values = Array.from({ length: p.inputs }, (_, i) => word.bits((i + 1) * p.width - 1, i * p.width));
      detect(m, `of_${p.inputs}`, p, values as UIntSignal[]);
    }
  },
}));
