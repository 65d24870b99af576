/** Checks of options: of what they are called, and of the words that they take. */

import { HdlError } from "../errors.ts";
import { nearest } from "../names/nearest.ts";
import { here, type LazyPosition } from "../position.ts";
import { described } from "./described.ts";
import { refuse } from "./problems.ts";
import { refuseNoObject } from "./wrong-argument.ts";

/** Refuses what is no object of options, and every key that is no option. `known` lists all of them, as the type checker sees to. */
export function checkOptions<T extends object>(
  taker: string,
  what: string,
  options: T,
  known: { readonly [K in keyof T]-?: true },
  at?: LazyPosition,
): void {
  refuseNoObject(taker, what, options);
  for (const key of Object.keys(options).filter((one) => !(one in known))) {
    const [near] = nearest(key, Object.keys(known));
    const message = `${taker} takes no "${key}".`;
    const hint = near ? `Write "${near}", if that is meant.` : "Remove it, or write one of those that there are.";
    const expected = Object.keys(known).join(", ");
    refuse(() => new HdlError({ code: "wrong-argument", message, expected, hint }, at ?? here()));
  }
}

/** The value, one of some words; the first of them in place of any other. */
export function checkedChoice<T extends string>(what: string, value: T, choices: readonly T[], at?: LazyPosition): T {
  if (choices.includes(value)) return value;
  const expected = choices.map((choice) => `"${choice}"`).join(", ");
  const message = `${what} is one of ${choices.length} words.`;
  const [near] = typeof value === "string" ? nearest(value, choices) : [];
  const hint = near ? `Write "${near}", if that is meant.` : "Write one of the words expected.";
  refuse(
    () => new HdlError({ code: "wrong-argument", message, expected, found: described(value), hint }, at ?? here()),
  );
  return choices[0];
}

/** The value, a whole number from `least` to `most`; `least` in place of any other. */
export function checkedCount(
  what: string,
  value: number,
  least: number,
  at?: LazyPosition,
  most = Number.POSITIVE_INFINITY,
): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  const expected =
    most < Number.POSITIVE_INFINITY ? `a whole number from ${least} to ${most}` : `a whole number of ${least} or more`;
  const details = { message: `${what} is ${expected}.`, expected, found: described(value) } as const;
  refuse(() => new HdlError({ code: "wrong-argument", ...details, hint: `Give ${expected}.` }, at ?? here()));
  return least;
}
