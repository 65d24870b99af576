/** Nets that are assigned in pieces: a concatenation of which some part has choices of its own. */
import type { Cat, Expression } from "../ir.ts";

/** The value of some bits of a net, `low` the lowest. */
export interface Piece {
  readonly low: number;
  readonly value: Expression;
}

/** The expression without the changes of sign around it. */
export function behindCasts(e: Expression): Expression {
  return e.kind === "unary" && e.operator === "cast" ? behindCasts(e.operand) : e;
}

/** Whether the expression is a net, taken with a sign or not. */
export function isNet(e: Expression): boolean {
  return behindCasts(e).kind === "ref";
}

/** Whether the value prints as an assignment a part. */
export function isPiecewise(e: Expression): e is Cat {
  return e.kind === "cat" && e.parts.some((part) => part.kind === "mux");
}

/** The parts, the most significant first; undefined where the value prints in one piece. */
export function piecesOf(value: Expression): Piece[] | undefined {
  const whole = behindCasts(value);
  if (!isPiecewise(whole)) return undefined;
  let low = whole.width;
  return whole.parts.map((part) => {
    low -= part.width;
    return { low, value: part };
  });
}

/** Whether a value for bits `low` and up of a register is what they hold. */
export function keepsBits(register: string, low: number, value: Expression): boolean {
  const e = behindCasts(value);
  if (e.kind === "ref") return e.name === register && low === 0;
  if (e.kind !== "slice" || e.low !== low) return false;
  const net = behindCasts(e.operand);
  return net.kind === "ref" && net.name === register;
}
