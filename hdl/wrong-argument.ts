/** What a function of the language says to code that lost its types, as JavaScript does, or an `any` in TypeScript. */
import { described } from "./described.ts";
import { HdlError } from "./errors.ts";
import { here, type LazyPosition } from "./position.ts";

/** `taker`: the function. `expected`: what it takes, with an article. */
export function wrongArgument(taker: string, expected: string, value: unknown, at: LazyPosition = here()): HdlError {
  const message = `${taker} takes ${expected}.`;
  return new HdlError({ code: "wrong-argument", message, expected, found: described(value) }, at);
}

/** An object of options, or of anything else with names. */
export function refuseNoObject(taker: string, expected: string, value: unknown): void {
  if (typeof value !== "object" || value === null) throw wrongArgument(taker, expected, value);
}

/** A body: of a `when`, of a case, of a change to words. */
export function refuseNoFunction(taker: string, value: unknown): void {
  if (typeof value !== "function") throw wrongArgument(taker, "a function", value);
}
