/** Setting registers: those that depend on one condition share a branch, so that idle hardware costs a test. */
import { constant, mux, reference } from "../../expression.ts";
import type { Expression } from "../../ir.ts";
import { operands } from "../../walk.ts";
import type { Scope } from "../flatten.ts";
import type { Generator } from "./generator.ts";

/** Sets registers of one instance to their next states; all that is read of their old ones is held. */
export function setRegisters(generator: Generator, indices: readonly number[]): void {
  const { registers } = generator.shared.design;
  const assignments = indices.map((index): Assignment => {
    const { net, scope, reg } = registers[index];
    const { name, next, reset, width, signed, at } = reg;
    if (!reset) return { net, name, scope, value: next };
    const whenReset = constant(reset.value, width, signed, at);
    return { net, name, scope, value: mux(reference(reset.signal, 1, false, at), whenReset, next, at) };
  });
  assign(generator, assignments);
}

/** A register of a given name and net, and its next value. */
interface Assignment {
  readonly net: number;
  readonly name: string;
  readonly scope: Scope;
  readonly value: Expression;
}

/** Less work than this, in operators, is not worth a branch that may be predicted wrongly. */
const worthwhile = 12;

function assign(generator: Generator, assignments: readonly Assignment[]): void {
  let left = assignments.filter((assignment) => !holds(assignment, assignment.value));
  while (left.length > 0) {
    const [first] = left;
    const { value } = first;
    const together = left.filter(
      (other) => other.value.kind === "mux" && value.kind === "mux" && same(other.value.condition, value.condition),
    );
    if (value.kind !== "mux" || !worthBranch(together)) {
      generator.set(first.net, value, first.scope);
      left = left.slice(1);
      continue;
    }
    left = left.filter((other) => !together.includes(other));
    const arm = (side: "whenTrue" | "whenFalse") =>
      together.map((one) => ({ ...one, value: (one.value as typeof value)[side] }));
    const [yes, no] = [arm("whenTrue"), arm("whenFalse")];
    const idle = no.every((one) => holds(one, one.value));
    generator.push(value.condition, first.scope);
    generator.branch(() => assign(generator, yes), idle ? undefined : () => assign(generator, no));
  }
}

/** Whether the value is the register's own. */
function holds({ name }: Assignment, value: Expression): boolean {
  return value.kind === "ref" && value.name === name;
}

function worthBranch(together: readonly Assignment[]): boolean {
  return together.reduce((sum, { value }) => sum + work(value), 0) >= worthwhile;
}

/** Operators of an expression, and one for the store. */
function work(e: Expression): number {
  return 1 + operands(e).reduce((sum, operand) => sum + work(operand), 0);
}

function same(a: Expression, b: Expression): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || a.width !== b.width || a.signed !== b.signed) return false;
  switch (a.kind) {
    case "const":
      return b.kind === "const" && a.value === b.value;
    case "ref":
      return b.kind === "ref" && a.name === b.name;
    case "slice":
      if (b.kind !== "slice" || a.low !== b.low) return false;
      break;
    case "unary":
    case "binary":
      if ((b.kind !== "unary" && b.kind !== "binary") || a.operator !== b.operator) return false;
      break;
  }
  const [left, right] = [operands(a), operands(b)];
  return left.length === right.length && left.every((operand, i) => same(operand, right[i]));
}
