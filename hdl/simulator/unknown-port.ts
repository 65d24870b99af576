/** Errors of code that lost its types and names a port that there is not, or writes one that the hardware drives. */
import { HdlError } from "../errors.ts";
import { nearest } from "../names/nearest.ts";
import { here } from "../position.ts";

/** What tools ask any object for, so that no test or print of a view fails. */
const asked = new Set(["then", "toJSON", "asymmetricMatch", "nodeType", "tagName", "inspect", "length", "href"]);

/** The prototype of a view of ports or fields: whatever is read or written there is none of `keys`. */
export function unknownPort(path: string, keys: readonly string[]): object {
  return refusing((key) => refuseUnknown(path, key, keys));
}

/** The same for the elements of a vec. */
export function unknownElement(path: string, length: number): object {
  return refusing((key) => {
    const message = `dut.${path} has no ${/^\d+$/.test(key) ? `element ${key}` : `"${key}"`}.`;
    const expected = length === 1 ? "element 0, the only one" : `an element from 0 to ${length - 1}`;
    throw new HdlError({ code: "slice-out-of-range", message, expected, hint: "Count elements from 0." }, here());
  });
}

function refusing(refuse: (key: string) => never): object {
  const isOther = (key: string | symbol): boolean =>
    typeof key === "symbol" || key in Object.prototype || asked.has(key) || /^[$@_]/.test(key);
  return new Proxy(Object.prototype, {
    get: (target, key) => (isOther(key) ? Reflect.get(target, key) : refuse(key as string)),
    set: (_, key) => refuse(String(key)),
  });
}

function refuseUnknown(path: string, key: string, keys: readonly string[]): never {
  const [near] = nearest(key, keys);
  const expected = keys.length === 0 ? "nothing: there is none" : keys.join(", ");
  const other = path.startsWith("out") ? "Inputs are at dut.in." : "Outputs are at dut.out.";
  const hint = near === undefined ? other : `Write "${near}", if that is meant.`;
  throw new HdlError({ code: "unknown-port", message: `dut.${path} has no "${key}".`, expected, hint }, here());
}

/** An output is read only. */
export function refuseWrite(place: string): never {
  const message = `dut.${place} is an output, which the hardware drives.`;
  throw new HdlError({ code: "wrong-argument", message, hint: "Write inputs, at dut.in." }, here());
}

/** A vec has as many elements as its type says. */
export function refuseLength(path: string): never {
  const message = `The length of dut.${path} is that of its type.`;
  throw new HdlError(
    { code: "wrong-argument", message, hint: "Set its elements, or all at once by an array." },
    here(),
  );
}
