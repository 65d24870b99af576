/** What all signals of one net are. */
import { HdlError } from "../errors.ts";
import type { Expression } from "../ir.ts";
import { here } from "../position.ts";
import { type LeafType, typeName } from "../types.ts";

/** A signal of one net: a type, and the expression that gives it. */
export abstract class LeafSignal<T extends LeafType> {
  readonly type: T;
  /** The circuit expression behind this signal; for passes and library code. */
  readonly expression: Expression;

  constructor(type: T, expression: Expression) {
    this.type = type;
    this.expression = expression;
  }

  /** Bits. */
  get width(): number {
    return this.type.width;
  }

  /** JavaScript operators would compute with the object, not the hardware. */
  [Symbol.toPrimitive](): never {
    throw new HdlError(
      {
        code: "signal-as-value",
        message: `A ${typeName(this.type)} signal was used as a JavaScript value.`,
        hint: "Write a.add(b) for a + b, a.eq(b) for a == b, a.lt(b) for a < b, m.when(a, …) for if (a), at(v, i) for v[i], and put names, not signals, into template strings.",
      },
      here(),
    );
  }
}
