/** Leading-nonzero detectors against the definition: look at one value after the other until one is not zero. */
import { lnzd } from "../../../generators/lnzd/lnzd.ts";
import {
  addressWidth,
  type BitSignal,
  type Builder,
  defineModule,
  fixedValue,
  input,
  select,
  type UIntSignal,
  type UIntType,
  uint,
  vec,
} from "../../../hdl/index.ts";
import { type LnzdParameters, lnzdLatency } from "../../../sw-model/lnzd/spec.ts";
import { delayed } from "./delayed.ts";

/** What stands first among some values. */
interface First {
  readonly any: BitSignal;
  readonly index: UIntSignal;
  readonly value: UIntSignal;
}

/** The first of one value, of two, and so on: the one before, or else the value that comes after. */
function firstOf(values: readonly UIntSignal[]): First[] {
  const position = uint(addressWidth(values.length));
  const all: First[] = [];
  values.forEach((value, i) => {
    const index = fixedValue(position, i) as UIntSignal;
    const before = all[i - 1];
    all.push({
      any: before === undefined ? value.nonzero() : before.any.or(value.nonzero()),
      index: before === undefined ? index : select(position, before.any, before.index, index),
      value: before === undefined ? value : select(uint(value.width), before.any, before.value, value),
    });
  });
  return all;
}

/** Instantiates a detector of these values, and asserts that it finds their first. */
function detect(m: Builder, name: string, p: LnzdParameters, values: readonly UIntSignal[], first: First) {
  const found = m.inst(name, lnzd, p, { values: [...values] });
  const when = (right: BitSignal) => first.any.not().or(right);
  const index = found.index.width < first.index.width ? found.index.extend(first.index.width) : found.index;
  m.assert(`${name}_finds_if_there_is_one`, found.valid.xor(first.any).not());
  m.assert(`${name}_finds_the_first`, when(index.eq(first.index)));
  if (p.value) m.assert(`${name}_gives_its_value`, when(found.value.eq(first.value)));
  return found;
}

export const lnzdProof = defineModule("lnzd_proof", (p: LnzdParameters) => ({
  ports: { values: input(vec(p.inputs, uint(p.width) as UIntType)) },
  build({ values }, m) {
    const found = detect(m, "detector", p, values, firstOf(values)[p.inputs - 1]);
    m.cover("finds_nothing", found.valid.not());
    m.cover("finds_the_last", found.valid.and(found.index.eq(p.inputs - 1)));
  },
}));

/** Detectors of several sizes in one circuit, for one run of the solver: of the first of the same values. */
export const lnzdProofs = defineModule("lnzd_proofs", (ps: readonly LnzdParameters[]) => ({
  ports: { word: input(uint(Math.max(...ps.map(({ inputs, width }) => inputs * width))) as UIntType) },
  build({ word }, m) {
    const [{ width }] = ps;
    const values = Array.from({ length: word.width / width }, (_, i) => word.bits((i + 1) * width - 1, i * width));
    const first = firstOf(values as UIntSignal[]);
    for (const p of ps) detect(m, `of_${p.inputs}`, p, values.slice(0, p.inputs) as UIntSignal[], first[p.inputs - 1]);
  },
}));

/** A detector with registers: at every edge the first of the values of `lnzdLatency` edges before. */
export const pipelinedLnzdProof = defineModule("pipelined_lnzd_proof", (p: LnzdParameters) => ({
  ports: { word: input(uint(p.inputs * p.width) as UIntType) },
  build({ word }, m) {
    const valuesOf = (bits: UIntSignal) =>
      Array.from({ length: p.inputs }, (_, i) => bits.bits((i + 1) * p.width - 1, i * p.width) as UIntSignal);
    const found = m.inst("detector", lnzd, p, { values: valuesOf(word) });
    const before = delayed(m, word, lnzdLatency(p));
    const first = firstOf(valuesOf(before.word))[p.inputs - 1];
    const when = (right: BitSignal) => before.there.and(first.any).not().or(right);
    m.assert("finds_if_there_is_one", before.there.not().or(found.valid.xor(first.any).not()));
    m.assert("finds_the_first", when(found.index.eq(first.index)));
    if (p.value) m.assert("gives_its_value", when(found.value.eq(first.value)));
    m.cover("finds_the_last", before.there.and(found.valid).and(found.index.eq(p.inputs - 1)));
  },
}));
