/** Checks of arguments that types promise: signals and streams. */

import { wrongArgument } from "../messages/wrong-argument.ts";
import { here, type LazyPosition } from "../position.ts";
import type { PortType } from "../types.ts";
import { LeafSignal } from "./leaf.ts";
import { BitSignal, SIntSignal, UIntSignal } from "./signal.ts";

/** Any signal of one net. */
export function refuseNoSignal(taker: string, value: unknown, at: LazyPosition = here()): void {
  if (!(value instanceof LeafSignal)) throw wrongArgument(taker, "a signal", value, at);
}

/** An unsigned number. */
export function refuseNoWord(taker: string, value: unknown, at: LazyPosition = here()): void {
  if (!(value instanceof UIntSignal)) throw wrongArgument(taker, "a uint signal", value, at);
}

/** A signed number. */
export function refuseNoSigned(taker: string, value: unknown, at: LazyPosition = here()): void {
  if (!(value instanceof SIntSignal)) throw wrongArgument(taker, "a sint signal", value, at);
}

/** A truth value. */
export function refuseNoBit(taker: string, value: unknown, at: LazyPosition = here()): void {
  if (!(value instanceof BitSignal)) throw wrongArgument(taker, "a bit signal", value, at);
}

/** Either end of a stream. */
export function refuseNoStream(taker: string, value: unknown, at: LazyPosition = here()): void {
  const { type, valid, ready } = (value ?? {}) as { type?: PortType; valid?: unknown; ready?: unknown };
  const isStream = type?.kind === "stream" && valid instanceof BitSignal && ready instanceof BitSignal;
  if (!isStream) throw wrongArgument(taker, "a stream", value, at);
}
