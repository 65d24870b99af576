/**
 * Nets that depend on each other as wholes, though no bit depends on itself, in pieces that can be computed one after the
 * other: where to cut, and the values of the pieces.
 */

import { binary, cast, cat, constant, indexed, mux, reference, slice, unary } from "../expression.ts";
import type { Expression } from "../ir.ts";
import { binaryOperators } from "../operators.ts";
import { eachBitRead } from "../signals/bit-reads.ts";
import { unreachable } from "../walk.ts";

/** One of the nets that depend on each other. */
export interface TangledNet<K> {
  readonly net: K;
  readonly width: number;
  readonly value: Expression;
  /** Whether it can be cut; of the value of any other every bit counts. */
  readonly divisible: boolean;
  /** The net that a name in the value stands for. */
  named(name: string): K;
}

export interface Piece {
  readonly name: string;
  readonly low: number;
  readonly width: number;
}

/** Where the pieces of each net begin and end, lowest first: where parts are joined, and where what a piece reads ends. */
export function cutNets<K>(group: readonly TangledNet<K>[]): Map<K, { low: number; width: number }[]> {
  const nets = new Map(group.map((one) => [one.net, one]));
  const cuts = new Map(group.map(({ net }) => [net, new Set([0])]));
  const pending = new Set(group);
  const cut = (net: K, at: number) => {
    const [one, known] = [nets.get(net), cuts.get(net)];
    if (!one?.divisible || !known || known.has(at) || at >= one.width) return;
    known.add(at);
    pending.add(one);
  };
  for (const { net, value } of group) for (const at of joints(value)) cut(net, at);
  for (const one of pending) {
    pending.delete(one);
    const { net, value, width, divisible } = one;
    const pieces = divisible ? between(cuts.get(net) as Set<number>, width) : [{ low: 0, width: value.width }];
    for (const piece of pieces) {
      eachBitRead(value, piece.low, piece.width, (ref, from, bits) => {
        cut(one.named(ref.name), from);
        cut(one.named(ref.name), from + bits);
      });
    }
  }
  return new Map(group.map(({ net, width }) => [net, between(cuts.get(net) as Set<number>, width)]));
}

/** Every bit on its own: always enough. */
export function cutToBits<K>(group: readonly TangledNet<K>[]): Map<K, { low: number; width: number }[]> {
  return new Map(
    group.map(({ net, width, divisible }) => [
      net,
      divisible ? Array.from({ length: width }, (_, low) => ({ low, width: 1 })) : [{ low: 0, width }],
    ]),
  );
}

/** Positions at which a value is joined of parts. */
function joints(e: Expression): number[] {
  if (e.kind === "unary" && e.operator === "cast") return joints(e.operand);
  if (e.kind !== "cat") return [];
  let end = e.width;
  return e.parts.map((part) => {
    end -= part.width;
    return end;
  });
}

function between(cuts: ReadonlySet<number>, width: number): { low: number; width: number }[] {
  const starts = [...cuts].sort((a, b) => a - b);
  return starts.map((low, i) => ({ low, width: (starts[i + 1] ?? width) - low }));
}

/** Pieces joined to the whole value again. */
export function joined(pieces: readonly Piece[], { signed, at }: Expression): Expression {
  const parts = [...pieces].reverse().map(({ name, width }) => reference(name, width, false, at));
  return cast(cat(parts, at), signed, at);
}

/** Makes the parts of expressions that read pieces instead of whole nets. */
export class Cutter {
  readonly #pieces: (net: string) => readonly Piece[] | undefined;
  readonly #known = new Map<Expression, Map<string, Expression>>();

  constructor(pieces: (net: string) => readonly Piece[] | undefined) {
    this.#pieces = pieces;
  }

  /** Bits `low` to `low + width - 1` of the value, unsigned. */
  part(e: Expression, low: number, width: number): Expression {
    const known = this.#known.get(e) ?? new Map<string, Expression>();
    this.#known.set(e, known);
    const key = `${low} ${width}`;
    const made = known.get(key) ?? this.#make(e, low, width);
    known.set(key, made);
    return made;
  }

  #whole(e: Expression): Expression {
    return cast(this.part(e, 0, e.width), e.signed, e.at);
  }

  #make(e: Expression, low: number, width: number): Expression {
    const { at } = e;
    switch (e.kind) {
      case "const":
        return slice(e, low, width, at);
      case "ref": {
        const pieces = this.#pieces(e.name);
        if (!pieces) return slice(e, low, width, at);
        const inside = pieces.filter((piece) => piece.low < low + width && low < piece.low + piece.width);
        const first = Math.max(0, low - inside[0].low);
        const all = cat(
          [...inside].reverse().map((piece) => reference(piece.name, piece.width, false, at)),
          at,
        );
        return slice(all, first, width, at);
      }
      case "unary":
        return this.#unary(e, low, width);
      case "binary":
        switch (binaryOperators[e.operator].family) {
          case "bitwise":
            return binary(e.operator, this.part(e.left, low, width), this.part(e.right, low, width), width, false, at);
          case "sum": {
            const reach = low + width;
            const [left, right] = [this.part(e.left, 0, reach), this.part(e.right, 0, reach)];
            return slice(binary(e.operator, left, right, reach, false, at), low, width, at);
          }
          default: {
            const value = binary(e.operator, this.#whole(e.left), this.#whole(e.right), e.width, e.signed, at);
            return slice(value, low, width, at);
          }
        }
      case "mux":
        return mux(this.#whole(e.condition), this.part(e.whenTrue, low, width), this.part(e.whenFalse, low, width), at);
      case "cat": {
        let end = e.width;
        const parts = e.parts.flatMap((part) => {
          end -= part.width;
          const first = Math.max(low, end);
          const last = Math.min(low + width, end + part.width);
          return last > first ? [this.part(part, first - end, last - first)] : [];
        });
        return cat(parts, at);
      }
      case "slice":
        return this.part(e.operand, low + e.low, width);
      case "index": {
        const elements = Array.from({ length: e.operand.width / e.width }, (_, i) =>
          this.part(e.operand, i * e.width + low, width),
        );
        return indexed(cat(elements.reverse(), at), this.#whole(e.index), width, at);
      }
      default:
        return unreachable(e);
    }
  }

  #unary(e: Extract<Expression, { kind: "unary" }>, low: number, width: number): Expression {
    const { operator, operand, at } = e;
    if (operator === "cast") return this.part(operand, low, width);
    if (operator === "not") return unary("not", this.part(operand, low, width), width, false, at);
    if (operator !== "extend") return unary(operator, this.#whole(operand), 1, false, at);
    const inside = Math.max(0, Math.min(low + width, operand.width) - low);
    const below = inside > 0 ? [this.part(operand, low, inside)] : [];
    const above = width - inside;
    if (above === 0) return below[0];
    const sign = this.part(operand, operand.width - 1, 1);
    const high = e.signed ? Array.from({ length: above }, () => sign) : [constant(0n, above, false, at)];
    return cat([...high, ...below], at);
  }
}
