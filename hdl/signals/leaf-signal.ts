import type { Expression } from "../ir.ts";
import { FixedSignal } from "../numbers/fixed.ts";
import type { LeafType } from "../types.ts";
import { EnumSignal } from "./enum-signal.ts";
import { BitSignal, SIntSignal, UIntSignal } from "./signal.ts";

/** The signal of a leaf type around an expression. */
export function leafSignal(
  type: LeafType,
  expression: Expression,
): BitSignal | UIntSignal | SIntSignal | FixedSignal | EnumSignal {
  switch (type.kind) {
    case "bit":
      return new BitSignal(expression);
    case "uint":
      return new UIntSignal(type, expression);
    case "sint":
      return new SIntSignal(type, expression);
    case "fixed":
      return new FixedSignal(type, expression);
    case "enum":
      return new EnumSignal(type, expression);
  }
}
