import { lnzd } from "../../../generators/lnzd/lnzd.ts";
import { concat, defineModule, input, type UIntType, uint, vec } from "../../../hdl/index.ts";

/** The detector against its definition, one input at a time. */
export const lnzdProof = defineModule("lnzd_proof", ({ inputs, width }: { inputs: number; width: number }) => ({
  ports: { values: input(vec(inputs, uint(width) as UIntType)) },
  build({ values }, m) {
    const found = m.inst("detector", lnzd, { inputs, width }, { values });
    m.assert("finds_if_there_is_one", found.valid.xor(concat(...values).nonzero()).not());
    values.forEach((value, i) => {
      const alone = value.nonzero();
      const first =
        i === 0
          ? alone
          : alone.and(
              concat(...values.slice(0, i))
                .nonzero()
                .not(),
            );
      m.assert(`finds_${i}_when_first`, first.not().or(found.index.eq(i).and(found.value.eq(value))));
    });
    m.cover("finds_nothing", found.valid.not());
    m.cover("finds_the_last", found.index.eq(inputs - 1));
  },
}));
