/** Input ports that nothing reads: a forgotten connection, or a port that has lost its use. */

import { HdlError } from "../errors.ts";
import type { Expression } from "../ir.ts";
import { refuse } from "../messages/problems.ts";
import type { LazyPosition } from "../position.ts";
import type { StreamSource } from "../signals/bundle.ts";
import { LeafSignal } from "../signals/leaf.ts";
import type { DataType, LeafType } from "../types.ts";
import { operands } from "../walk.ts";

/** An input port and the nets of it that a module can read. */
export interface InputNets {
  readonly name: string;
  readonly nets: readonly string[];
  readonly at: LazyPosition;
}

/** What an input port is inside its module. */
export type InputValue =
  | LeafSignal<LeafType>
  | StreamSource<DataType>
  | readonly InputValue[]
  | { readonly [field: string]: InputValue };

/** The expressions of the signals in a port. */
export function expressionsIn(port: unknown): Expression[] {
  if (port instanceof LeafSignal) return [port.expression];
  return typeof port === "object" && port !== null ? Object.values(port).flatMap(expressionsIn) : [];
}

/** Every reference in some expressions. */
export function referencesIn(roots: readonly Expression[]): Extract<Expression, { kind: "ref" }>[] {
  const seen = new Set(roots);
  for (const e of seen) for (const operand of operands(e)) seen.add(operand);
  return [...seen].filter((e) => e.kind === "ref");
}

/** Refuses inputs of which `read` has no net at all. */
export function refuseUnusedInputs(module: string, inputs: readonly InputNets[], read: ReadonlySet<string>): void {
  for (const { name, nets, at } of inputs) {
    if (nets.some((net) => read.has(net))) continue;
    const message = `Nothing in module "${module}" depends on input "${name}".`;
    const hint =
      "Remove the port; what reads it may follow from constants alone. Where it has to be there, say m.unused(…) of it in the build.";
    refuse(() => new HdlError({ code: "unused-input", message, hint }, at));
  }
}
