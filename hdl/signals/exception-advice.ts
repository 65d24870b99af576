/** Advice on what JavaScript reports of signals: "a.set is not a function", "Cannot assign to read only property 'q'". */
import { nearest } from "../names/nearest.ts";
import { FixedSignal } from "../numbers/fixed.ts";
import { EnumSignal } from "./enum-signal.ts";
import { BitSignal, SIntSignal, UIntSignal } from "./signal.ts";

const kinds: readonly (readonly [string, object])[] = [
  ["bit", BitSignal.prototype],
  ["uint", UIntSignal.prototype],
  ["sint", SIntSignal.prototype],
  ["fixed", FixedSignal.prototype],
  ["enum", EnumSignal.prototype],
];

/** What other languages call it, or what it would need, by the name that was called. */
const advice: Readonly<Record<string, string>> = {
  set: "Outputs, wires, registers and their parts have set; inputs, at(vec, index) and values that were computed have not. A stream takes another by connect(sink, source); an element of a register at a signal's index by a loop of m.when(index.eq(i), () => vec[i].set(…)).",
  shiftLeft:
    "A shift to the left by n is concat(a, fixedValue(uint(n), 0)), or a.mul(2 ** n) where the width may grow.",
  div: "There is no divider: shiftRight(n) divides by 2 ** n; another divisor is a multiplication by its reciprocal, or a circuit of its own.",
};

/** What there is in place of a method that a value does not have, and of `=`. */
export function adviceOnException(error: unknown): { readonly expected?: string; readonly hint: string } | undefined {
  if (!(error instanceof TypeError)) return undefined;
  const assigned = /^Cannot (?:assign to read only|add) property '?(\w+)'?/.exec(error.message);
  if (assigned) return { hint: adviceOnAssignment(assigned[1]) };
  const called = /^(.+)\.(\w+) is not a function$/.exec(error.message);
  if (!called) return undefined;
  const [, value, method] = called;
  const part = /\.(bits?)\(\.\.\.\)$/.exec(value);
  if (part && method === "set") {
    const arguments_ = part[1] === "bit" ? "setBit(i, bit)" : "setBits(high, low, value)";
    return { hint: `Write ${value.slice(0, part.index)}.${arguments_}: what ${part[1]} gives can only be read.` };
  }
  const having = kinds.filter(([, prototype]) => method in prototype).map(([kind]) => kind);
  if (having.length > 0) {
    const expected = `a ${having.join(", ")} signal: these have ${method}`;
    const hint = `See what ${value} is; concat(bit) makes a number of one bit, asUint() and asSint() change the sign, raw() takes the bits of a fixed.`;
    return { expected, hint: advice[method] ?? hint };
  }
  const known = advice[method];
  if (known) return { hint: known };
  const [near] = nearest(method, new Set(kinds.flatMap(([, prototype]) => methodsOf(prototype))));
  return near === undefined ? undefined : { hint: `Write ${near}, if that is meant.` };
}

/** `=` names something anew in JavaScript; hardware has `set`. */
function adviceOnAssignment(name: string): string {
  const target = /^\d/.test(name) ? `[${name}]` : `.${name}`;
  return `Write …${target}.set(value): outputs, wires, registers and their parts are assigned by set, the inputs of an instance where m.inst makes it.`;
}

/** The methods of a prototype and of those that it is made from. */
function methodsOf(prototype: object): string[] {
  const names: string[] = [];
  for (let at = prototype; at && at !== Object.prototype; at = Object.getPrototypeOf(at))
    names.push(...Object.getOwnPropertyNames(at).filter((name) => name !== "constructor"));
  return names;
}
