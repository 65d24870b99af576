/** Arrays of the elements of vecs: reading an element that there is not is an error, where JavaScript gives undefined. */

import type { Involved } from "../errors.ts";
import { HdlError } from "../errors.ts";
import { here } from "../position.ts";
import { typeName, type VecType } from "../types.ts";
import { LeafSignal } from "./leaf.ts";

const types = new WeakMap<object, VecType>();

/**
 * What stands between the arrays and `Array.prototype`. Elements are the array's own, so a read of one never comes here:
 * only names of methods do, and indices without element.
 */
const guard = new Proxy(Object.create(Array.prototype) as object, {
  get(methods, key, array: object) {
    const type = types.get(array);
    if (type && typeof key === "string" && isIndex(key)) throw noElement(type, array, key);
    return Reflect.get(methods, key, array);
  },
});

function isIndex(key: string): boolean {
  return String(Number(key)) === key;
}

function noElement(type: VecType, array: object, key: string): HdlError {
  return new HdlError(
    {
      code: "slice-out-of-range",
      message: `There is no element ${key} in a ${typeName(type)}.`,
      expected: type.length === 1 ? "element 0, the only one" : `an element from 0 to ${type.length - 1}`,
      hint: "Count elements from 0; `at(vec, index)` takes an index that is a signal.",
    },
    here(),
    madeAt("vec", typeName(type), array),
  );
}

/** Where a value of several parts was made is where its first leaf was. */
function madeAt(role: string, what: string, value: object): Involved[] {
  if (value instanceof LeafSignal) return [{ role, what, at: value.expression.at }];
  const [first] = Object.values(value);
  return typeof first === "object" && first !== null ? madeAt(role, what, first) : [];
}

/** The array, which from now on refuses reads beyond its ends. Its methods give plain arrays. */
export function guarded<E>(elements: E[], type: VecType): readonly E[] {
  types.set(elements, type);
  return Object.setPrototypeOf(elements, guard) as E[];
}
