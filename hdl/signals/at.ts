/** Elements of a vec chosen by hardware. */

import { HdlError } from "../errors.ts";
import { cast, cat, indexed } from "../expression.ts";
import type { Expression } from "../ir.ts";
import { bitCount } from "../messages/described.ts";
import { recovery, refuse } from "../messages/problems.ts";
import { wrongArgument } from "../messages/wrong-argument.ts";
import type { FixedSignal } from "../numbers/fixed.ts";
import { here, type LazyPosition } from "../position.ts";
import { addressWidth, isSigned, type LeafType, typeName, uint } from "../types.ts";
import { select } from "./bundle.ts";
import type { EnumSignal } from "./enum-signal.ts";
import { refuseNoSignal, refuseNoWord } from "./given.ts";
import { LeafSignal } from "./leaf.ts";
import { leafSignal } from "./leaf-signal.ts";
import { operandNote } from "./notes.ts";
import { alike } from "./operand.ts";
import type { BitSignal, SIntSignal, UIntSignal } from "./signal.ts";

/** What can be read of an element: the same without `set`. */
export type Read<T> = T extends BitSignal
  ? BitSignal
  : T extends UIntSignal<infer W>
    ? UIntSignal<W>
    : T extends SIntSignal<infer W>
      ? SIntSignal<W>
      : T extends FixedSignal<infer I, infer F>
        ? FixedSignal<I, F>
        : T extends EnumSignal<infer V>
          ? EnumSignal<V>
          : T extends readonly (infer E)[]
            ? readonly Read<E>[]
            : { readonly [K in Exclude<keyof T, "set">]: Read<T[K]> };

/** The members of a union, or never where they are all one type. */
type Mixed<T, All = T> = T extends unknown ? ([All] extends [T] ? never : T) : never;

/** An element of some that are all one type: nothing chooses between numbers of different widths, signs or formats. */
type ElementOf<T> = [Mixed<Read<T>>] extends [never] ? Read<T> : "the elements have different types";

/**
 * Element `index` of a vec of any type, or of an array of signals of one type. An index beyond the end gives the last element. The index must be wide enough
 * to reach every element; it may be wider.
 */
export function at<T>(vector: readonly T[], index: UIntSignal): ElementOf<T> {
  const position = here();
  if (!Array.isArray(vector)) throw wrongArgument("at", "a vec, or an array of signals,", vector, position);
  refuseNoWord("at", index, position);
  const { length } = vector;
  const wanted = addressWidth(length);
  if (length === 0 || index.width < wanted) {
    const problem = () =>
      new HdlError(
        {
          code: "slice-out-of-range",
          message: `An index of ${bitCount(index.width)} does not reach every element of a vec of ${length}.`,
          expected: length === 0 ? "a vec with elements" : `at least ${bitCount(wanted)}`,
          hint: length === 0 ? "Where a parameter can leave none, leave the choice out." : "Extend the index.",
        },
        position,
        [operandNote("index", index)],
      );
    refuse(problem, index.expression);
    if (length === 0) return leafSignal(uint(1), recovery(1, false, position)) as ElementOf<T>;
    return chosen(vector, recovery(wanted, false, position), position) as ElementOf<T>;
  }
  return chosen(vector, inReach(index, length, wanted), position) as ElementOf<T>;
}

/** The index in just the bits that reach every element; one beyond them becomes the largest. */
function inReach(index: UIntSignal, length: number, width: number): Expression {
  if (index.width === width) return index.expression;
  return select(uint(width), index.ge(length), 2 ** width - 1, index.wrap(width)).expression;
}

/** Leaf by leaf: the packed elements, the last one repeated up to a power of two, and a part of them. */
function chosen(elements: readonly unknown[], index: Expression, position: LazyPosition): unknown {
  const [first] = elements;
  if (first instanceof LeafSignal) return chosenLeaf(first as LeafSignal<LeafType>, elements, index, position);
  const stray = elements.findIndex((element) => typeof element !== "object" || element === null);
  if (stray >= 0) throw wrongArgument("at", "elements that are signals", elements[stray], position);
  const parts = elements as readonly Readonly<Record<string, unknown>>[];
  const names = Object.keys(parts[0]);
  const shape = shapeOf(parts[0]);
  const odd = parts.find((part) => shapeOf(part) !== shape);
  if (odd !== undefined) throw mixedShapes(parts[0], odd, position);
  const field = (name: string) =>
    chosen(
      parts.map((part) => part[name]),
      index,
      position,
    );
  return Array.isArray(first) ? names.map(field) : Object.fromEntries(names.map((name) => [name, field(name)]));
}

function chosenLeaf(
  first: LeafSignal<LeafType>,
  elements: readonly unknown[],
  index: Expression,
  position: LazyPosition,
): unknown {
  const { type } = first;
  for (const other of elements) refuseNoSignal("at", other, position);
  const leaves = (elements as LeafSignal<LeafType>[]).map((other, i) =>
    alike(first, other, ["element 0", `element ${i}`], position),
  );
  const all = Array.from({ length: 2 ** index.width }, (_, i) => leaves[i] ?? leaves[leaves.length - 1]);
  const part = leaves.length === 1 ? leaves[0] : indexed(cat(all.reverse(), position), index, type.width, position);
  return leafSignal(type, cast(part, isSigned(type), position));
}

/** Names of the parts of a bundle, or how many elements a vec has. */
function shapeOf(value: object): string {
  if (value instanceof LeafSignal) return typeName(value.type);
  return Array.isArray(value)
    ? `a vec of ${value.length}`
    : `a record of ${Object.keys(value).join(", ") || "nothing"}`;
}

function mixedShapes(first: object, odd: object, position: LazyPosition): HdlError {
  const message = "The elements have different shapes.";
  const details = { code: "width-mismatch", message, expected: shapeOf(first), found: shapeOf(odd) } as const;
  return new HdlError(
    { ...details, hint: "Every element is of one type; `vec` of that type makes a port of them." },
    position,
  );
}
