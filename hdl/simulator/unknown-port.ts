/** Errors of code that lost its types and names a port that there is not, or writes one that the hardware drives. */
import { HdlError } from "../errors.ts";
import { nearest } from "../names/nearest.ts";
import { here } from "../position.ts";

/** What tools ask any object for, so that no test or print of a view fails. */
const asked = new Set(["then", "toJSON", "asymmetricMatch", "nodeType", "tagName", "inspect", "length"]);

/** The prototype of a view of ports or fields: whatever is read or written there is none of `keys`. */
export function unknownPort(path: string, keys: readonly string[]): object {
  const isOther = (key: string | symbol): boolean =>
    typeof key === "symbol" || key in Object.prototype || asked.has(key) || /^[$@_]/.test(key);
  return new Proxy(Object.prototype, {
    get: (target, key) => (isOther(key) ? Reflect.get(target, key) : refuseUnknown(path, key as string, keys)),
    set: (_, key) => refuseUnknown(path, String(key), keys),
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
