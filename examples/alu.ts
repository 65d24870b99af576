import { defineModule, enumOf, input, output, uint } from "../hdl/index.ts";

export const operation = enumOf("add", "subtract", "and", "pass");

/** One operation a cycle, chosen by name. */
export const alu = defineModule("alu", (p: { width: number }) => ({
  ports: {
    operation: input(operation),
    a: input(uint(p.width)),
    b: input(uint(p.width)),
    result: output(uint(p.width)),
  },
  build({ operation, a, b, result }, m) {
    // #region switch
    m.switch(operation, {
      add: () => result.set(a.addWrap(b)),
      subtract: () => result.set(a.subWrap(b)),
      and: () => result.set(a.and(b)),
      pass: () => result.set(a),
    });
    // #endregion
  },
}));
