import { wrongArgument } from "../messages/wrong-argument.ts";
import { here, type LazyPosition } from "../position.ts";
import { Builder } from "./builder.ts";

/** The builder that a part adds to. */
export function refuseNoBuilder(taker: string, value: unknown, at: LazyPosition = here()): void {
  if (!(value instanceof Builder)) throw wrongArgument(taker, "the builder of a module first", value, at);
}
