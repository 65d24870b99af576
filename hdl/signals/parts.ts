/** Parts of a word: the bits from one position to another, and the element at an index. */
import { HdlError } from "../errors.ts";
import { cast, indexed } from "../expression.ts";
import type { Expression } from "../ir.ts";
import { bitCount } from "../messages/described.ts";
import { recovery, refuse } from "../messages/problems.ts";
import { wrongArgument } from "../messages/wrong-argument.ts";
import type { LazyPosition } from "../position.ts";
import { type LeafType, typeName } from "../types.ts";
import { LeafSignal } from "./leaf.ts";
import { expressionNote, operandNote } from "./notes.ts";

/** Bits `high` down to `low` of a signal, where they exist; undefined after refusing them. */
export function existingBits(
  signal: LeafSignal<LeafType>,
  high: number,
  low: number,
  at: LazyPosition,
): { low: number; width: number } | undefined {
  const { type, expression } = signal;
  if (Number.isInteger(high) && Number.isInteger(low) && high < type.width && low >= 0 && high >= low)
    return { low, width: high - low + 1 };
  refuse(
    () =>
      new HdlError(
        {
          code: "slice-out-of-range",
          message: `Bits ${high} down to ${low} do not exist in a ${typeName(type)}.`,
          expected: `${type.width - 1} >= high >= low >= 0`,
          ...(high === Number(low) - 1 ? { hint: "High and low are both included; there is no part of no bits." } : {}),
        },
        at,
        [operandNote("word", signal)],
      ),
    expression,
  );
  return undefined;
}

/** Element `index` of a word, of `width` bits; every index must meet one. */
export function elementOf(word: Expression, index: LeafSignal<LeafType>, width: number, at: LazyPosition): Expression {
  if (!(index instanceof LeafSignal && index.type.kind === "uint"))
    throw wrongArgument("An element of a word", "a uint signal as its index", index, at);
  if (!Number.isInteger(width) || width < 1)
    return refuseNoBits(`An element needs at least one bit, got ${width}.`, at);
  if (word.width !== width * 2 ** index.width) {
    refuse(
      () =>
        new HdlError(
          {
            code: "slice-out-of-range",
            message: `An index of ${bitCount(index.width)} does not match a word of ${bitCount(word.width)} in elements of ${width}.`,
            expected: `a word of ${bitCount(width * 2 ** index.width)}`,
            found: bitCount(word.width),
            hint: "Extend the word, or wrap the index, so that every index meets an element.",
          },
          at,
          [expressionNote("word", word), operandNote("index", index)],
        ),
      word,
      index.expression,
    );
    return recovery(width, false, at);
  }
  return indexed(cast(word, false, at), index.expression, width, at);
}

/** Refuses a value of no bits; gives one in its place. */
export function refuseNoBits(message: string, at: LazyPosition): Expression {
  const hint = "Where a parameter can leave none, leave the signal out.";
  refuse(() => new HdlError({ code: "bad-width", message, hint }, at));
  return recovery(1, false, at);
}
