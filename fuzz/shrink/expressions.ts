/** Simpler expressions in the place of others. */
import { constant } from "../../hdl/expression.ts";
import type { Expression, Item, Module } from "../../hdl/ir.ts";
import { itemValues, operands } from "../../hdl/walk.ts";
import type { FuzzCase } from "../case.ts";
import { changeExpressions, fitted, replaceModule, zero } from "./rewrite.ts";

export function* simplerExpressions(fuzzCase: FuzzCase): Iterable<FuzzCase> {
  const { circuit } = fuzzCase;
  for (const module of circuit.modules) {
    for (const e of expressionsOf(module.items))
      for (const simpler of replacements(e, module))
        yield {
          ...fuzzCase,
          circuit: replaceModule(circuit, {
            ...module,
            items: changeExpressions(module.items, (candidate) => (candidate === e ? simpler : undefined)),
          }),
        };
  }
}

/** All of them, an expression before its operands. */
export function expressionsOf(items: readonly Item[]): Expression[] {
  const seen = new Set<Expression>(items.flatMap(itemValues));
  for (const e of seen) for (const operand of operands(e)) seen.add(operand);
  return [...seen];
}

function replacements(e: Expression, module: Module): Expression[] {
  if (e.kind === "const")
    return e.value === 0n ? [] : [zero(e), { ...constant(1n, e.width, false, e.at), signed: e.signed }];
  const ones = constant(e.signed ? -1n : (1n << BigInt(e.width)) - 1n, e.width, e.signed, e.at);
  if (e.kind === "ref") {
    const driver = module.items.find((item) => item.kind === "wire" && item.name === e.name);
    return [zero(e), ones, ...(driver?.kind === "wire" ? [driver.value] : [])];
  }
  const parts = operands(e);
  return [
    zero(e),
    ones,
    ...parts.map((part) => fitted(part, e)),
    ...parts.flatMap(operands).map((part) => fitted(part, e)),
  ];
}
