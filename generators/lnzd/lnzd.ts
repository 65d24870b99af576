import { addressWidth, bit, defineModule, input, output, uint, vec } from "../../hdl/index.ts";
import type { LnzdParameters } from "../../sw-model/lnzd/spec.ts";
import { lnzdLatency, lnzdRadices } from "../../sw-model/lnzd/spec.ts";
import { lnzdIndexTree, lnzdTree } from "./lnzd-tree.ts";

/**
 * Leading-nonzero detector (EIE, Han et al. 2016, section IV): the lowest index whose value is not zero, and that value.
 * It takes a vector at every edge, and its result is there `lnzdLatency(parameters)` edges later: at once where
 * `levelsPerStage` is 0. `index` and `value` mean something only when `valid` is high.
 */
export const lnzd = defineModule("lnzd", (p: LnzdParameters) => {
  const valuePort = { value: output(uint(p.width)) };
  return {
    summary: summary(p),
    ports: {
      values: input(vec(p.inputs, uint(p.width))),
      valid: output(bit),
      index: output(uint(addressWidth(p.inputs))),
      ...(p.value ? valuePort : ({} as typeof valuePort)),
    },
    build({ values, valid, index, value }, m) {
      const nonzero = values.map((word) => word.nonzero());
      if (p.inputs === 1) {
        valid.set(nonzero[0]);
        index.set(0);
        if (p.value) value.set(values[0]);
        return;
      }
      const shape = { leaves: p.inputs, radices: lnzdRadices(p), levelsPerStage: p.levelsPerStage };
      if (p.value) {
        const found = m.inst("tree", lnzdTree, { ...shape, width: p.width }, { valid: nonzero, payload: values });
        valid.set(found.any);
        index.set(found.index);
        value.set(found.chosen);
      } else {
        const found = m.inst("tree", lnzdIndexTree, shape, { valid: nonzero });
        valid.set(found.any);
        index.set(found.index);
      }
    },
  };
});

function summary(p: LnzdParameters): string {
  const edges = lnzdLatency(p);
  const late = edges === 0 ? "" : `, ${edges} ${edges === 1 ? "edge" : "edges"} later`;
  return `Leading-nonzero detector over ${p.inputs} values of ${p.width} bits${late}.`;
}
