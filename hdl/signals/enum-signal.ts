/** Signals that hold one of several named values. */
import { binary } from "../expression.ts";
import { here } from "../position.ts";
import type { AnyValue, EnumType } from "../types.ts";
import { operandOf } from "./operand.ts";
import { BitSignal, BitsSignal } from "./signal.ts";

/** One of the values of an enumeration. */
export class EnumSignal<V extends string = AnyValue> extends BitsSignal<EnumType<V>> {
  declare protected readonly brand: ["enum", (value: V) => V];

  /** True where it is this value. */
  eq(other: EnumSignal<V> | V): BitSignal {
    return this.#compare("eq", other);
  }

  /** True where it is another value. */
  ne(other: EnumSignal<V> | V): BitSignal {
    return this.#compare("ne", other);
  }

  #compare(operator: "eq" | "ne", other: EnumSignal<V> | V): BitSignal {
    const at = here();
    return new BitSignal(binary(operator, this.expression, operandOf(this.type, other, at, this), 1, false, at));
  }
}
