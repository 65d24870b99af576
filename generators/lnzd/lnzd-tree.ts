import {
  addressWidth,
  type Builder,
  bit,
  defineModule,
  input,
  output,
  type UIntSignal,
  uint,
  vec,
} from "../../hdl/index.ts";
import { type BetweenLevels, leadingNonzeroTree, type Subtree } from "./tree.ts";

export interface LnzdTreeParameters {
  readonly leaves: number;
  /** Children of a node of each level, from the leaves up. */
  readonly radices: readonly number[];
  /** Levels between registers; 0: no registers. */
  readonly levelsPerStage: number;
}

const ports = (leaves: number) => ({
  valid: input(vec(leaves, bit)),
  any: output(bit),
  index: output(uint(addressWidth(leaves))),
});

/**
 * A leading-nonzero tree (EIE, section IV): the lowest valid leaf, its index and its payload of `width` bits, which mean
 * something only when `any` is high.
 */
export const lnzdTree = defineModule("lnzd_tree", (p: LnzdTreeParameters & { readonly width: number }) => ({
  summary: `Leading-nonzero tree: the lowest valid of ${p.leaves} leaves, and its payload.`,
  ports: { ...ports(p.leaves), payload: input(vec(p.leaves, uint(p.width))), chosen: output(uint(p.width)) },
  build({ valid, payload, any, index, chosen }, m) {
    const leaves = valid.map((one, i) => ({ valid: one, payload: payload[i] }));
    const found = leadingNonzeroTree(m, leaves, p.radices, registersAfter(m, p.levelsPerStage));
    any.set(found.valid);
    index.set(found.index);
    chosen.set(found.payload as UIntSignal);
  },
}));

/** The same without payloads. */
export const lnzdIndexTree = defineModule("lnzd_index_tree", (p: LnzdTreeParameters) => ({
  summary: `Leading-nonzero tree: the lowest valid of ${p.leaves} leaves.`,
  ports: ports(p.leaves),
  build({ valid, any, index }, m) {
    const leaves = valid.map((one) => ({ valid: one }));
    const found = leadingNonzeroTree(m, leaves, p.radices, registersAfter(m, p.levelsPerStage));
    any.set(found.valid);
    index.set(found.index);
  },
}));

/** A register for whatever a level found, after every `levels` levels; none where that is 0. */
function registersAfter(m: Builder, levels: number): BetweenLevels {
  return (found, depth) => {
    if (levels === 0 || (depth + 1) % levels !== 0) return found;
    return found.map((subtree, g) => registered(m, `${depth}_${g}`, subtree));
  };
}

function registered(m: Builder, name: string, { valid, index, payload }: Subtree): Subtree {
  const found = m.reg(`found_${name}`, bit, { reset: false });
  found.set(valid);
  const kept = (label: string, signal: UIntSignal | undefined) => {
    if (!signal) return undefined;
    const register = m.reg(`${label}_${name}`, uint(signal.width));
    register.set(signal);
    return register as UIntSignal;
  };
  return { valid: found, index: kept("foundIndex", index), payload: kept("foundPayload", payload) };
}
