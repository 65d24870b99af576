/** Every error of the language with its meaning, an example and the fix; `docs/errors.md` is made of it. */
import type { ErrorExample, ShownCode } from "./example.ts";
import { simulation } from "./simulation.ts";
import { statements } from "./statements.ts";
import { structure } from "./structure.ts";
import { values } from "./values.ts";

/** A code without an example does not compile. */
export const errors: Readonly<Record<ShownCode, ErrorExample>> = {
  ...values,
  ...statements,
  ...structure,
  ...simulation,
};
