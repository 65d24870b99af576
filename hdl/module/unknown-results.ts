/** The outputs of an instance whose ports nobody knows. */
import { recovery } from "../messages/problems.ts";
import { ofEarlierProblem } from "../messages/unknown.ts";
import type { LazyPosition } from "../position.ts";
import { BitSignal } from "../signals/signal.ts";

/** Whatever is read of it is a value of which nothing is known, and so are the fields and elements of that. */
export function unknownResults(at: LazyPosition): object {
  const unknown = (part: string | symbol) => (typeof part === "string" ? unknownValue(at) : undefined);
  return new Proxy({}, { get: (_, port) => unknown(port) });
}

/** A bit to those that take any signal. */
function unknownValue(at: LazyPosition): BitSignal {
  const value = ofEarlierProblem(new BitSignal(recovery(1, false, at)));
  const methods = new Proxy(Object.create(BitSignal.prototype) as object, {
    get(target, key, receiver) {
      if (key in target || typeof key === "symbol") return Reflect.get(target, key, receiver);
      return unknownValue(at);
    },
  });
  return Object.setPrototypeOf(value, methods) as BitSignal;
}
