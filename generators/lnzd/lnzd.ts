import { addressWidth, bit, defineModule, input, output, uint, vec } from "../../hdl/index.ts";
import type { LnzdParameters } from "../../sw-model/lnzd/spec.ts";
import { leadingNonzeroTree } from "./tree.ts";

/**
 * Leading-nonzero detector (EIE, Han et al. 2016, section IV): the lowest index whose value is not zero, and that value.
 * Combinational, any number of inputs. `index` and `value` are 0 when no value is nonzero.
 */
export const lnzd = defineModule("lnzd", ({ inputs, width }: LnzdParameters) => ({
  summary: `Leading-nonzero detector over ${inputs} values of ${width} bits.`,
  ports: {
    values: input(vec(inputs, uint(width))),
    valid: output(bit),
    index: output(uint(addressWidth(inputs))),
    value: output(uint(width)),
  },
  build({ values, valid, index, value }, m) {
    const found = leadingNonzeroTree(
      m,
      "node",
      values.map((payload) => ({ valid: payload.nonzero(), payload })),
    );
    valid.set(found.valid);
    index.set(0);
    value.set(0);
    m.when(found.valid, () => {
      index.set(found.index);
      value.set(found.payload);
    });
  },
}));
