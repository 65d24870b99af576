/** Literals where a signal is needed. */
import { wrongArgument } from "../messages/wrong-argument.ts";
import { here } from "../position.ts";
import { type LeafType, refuseNoType } from "../types.ts";
import { type SignalOf, signalOf } from "./bundle.ts";
import type { AnyLiteral } from "./literal.ts";
import { operandOf } from "./operand.ts";

/** A literal as a signal of the given type, for places that need a signal. */
export function fixedValue<T extends LeafType>(type: T, value: AnyLiteral): SignalOf<T> {
  refuseNoType(type);
  if (!("width" in type)) throw wrongArgument("fixedValue", "a type of one net; of a bundle, make its parts", type);
  const expression = operandOf(type, value, here());
  return signalOf("", type, () => expression);
}
