/** Narrower nets, memories and operators. */
import { reference } from "../../hdl/expression.ts";
import type { Circuit, Expression, Item, Mem, Module } from "../../hdl/ir.ts";
import { binaryOperators } from "../../hdl/operators.ts";
import { mapOperands } from "../../hdl/walk.ts";
import { type FuzzCase, inputsOf } from "../case.ts";
import { expressionsOf } from "./expressions.ts";
import { changeExpressions, fitted, replaceModule } from "./rewrite.ts";

export function* narrower(fuzzCase: FuzzCase): Iterable<FuzzCase> {
  const { circuit } = fuzzCase;
  const top = circuit.modules[circuit.modules.length - 1];
  for (const module of circuit.modules) {
    for (const item of module.items) {
      if (item.kind === "mem")
        yield* widths(item).map((width) => ({ ...fuzzCase, circuit: narrowMemory(circuit, module, item, width) }));
      else if (item.kind === "reg" || (item.kind === "wire" && (!item.output || module === top)))
        yield* widths(item).map((width) => ({ ...fuzzCase, circuit: narrowNet(circuit, module, item.name, width) }));
    }
    for (const e of expressionsOf(module.items))
      if (isBitwise(e))
        yield* widths(e).map((width) => ({ ...fuzzCase, circuit: narrowOperator(circuit, module, e, width) }));
  }
  for (const port of inputsOf(circuit)) {
    if (port.role !== "data") continue;
    for (const width of widths(port)) {
      const cycles = fuzzCase.cycles.map(({ inputs, clocks }) => ({
        inputs: new Map(inputs).set(port.name, BigInt.asUintN(width, inputs.get(port.name) ?? 0n)),
        clocks,
      }));
      yield { ...fuzzCase, circuit: narrowNet(circuit, top, port.name, width), cycles };
    }
  }
}

function widths({ width }: { readonly width: number }): number[] {
  return [...new Set([1, Math.ceil(width / 2), width - 1])].filter((less) => less >= 1 && less < width);
}

/** Users see the low bits, extended again; the driver gives its low bits. */
function narrowNet(circuit: Circuit, module: Module, name: string, width: number): Circuit {
  const users = changeExpressions(module.items, (e) =>
    e.kind === "ref" && e.name === name ? fitted(reference(name, width, e.signed, e.at), e) : undefined,
  );
  const items = users.map((item): Item => {
    if (!("name" in item) || item.name !== name) return item;
    const type = { width, signed: "signed" in item && item.signed, at: item.at };
    if (item.kind === "wire") return { ...item, width, value: fitted(item.value, type) };
    if (item.kind !== "reg") return item;
    const { reset, ...free } = item;
    const value = reset && (item.signed ? BigInt.asIntN(width, reset.value) : BigInt.asUintN(width, reset.value));
    const kept = reset && value !== undefined ? { reset: { signal: reset.signal, value } } : {};
    return { ...free, ...kept, width, next: fitted(item.next, type) };
  });
  const ports = module.ports.map((port) => (port.name === name ? { ...port, width } : port));
  return replaceModule(circuit, { ...module, ports, items });
}

function narrowMemory(circuit: Circuit, module: Module, memory: Mem, width: number): Circuit {
  const reads = new Set(
    module.items.flatMap((item) => (item.kind === "memRead" && item.memory === memory.name ? [item.name] : [])),
  );
  const users = changeExpressions(module.items, (e) =>
    e.kind === "ref" && reads.has(e.name) ? fitted(reference(e.name, width, false, e.at), e) : undefined,
  );
  const items = users.map((item): Item => {
    if (item.kind === "mem" && item.name === memory.name)
      return { ...item, width, ...(item.init ? { init: item.init.map((word) => BigInt.asUintN(width, word)) } : {}) };
    if (item.kind === "memRead" && item.memory === memory.name) return { ...item, width };
    if (item.kind !== "memWrite" || item.memory !== memory.name) return item;
    const { mask: _, ...whole } = item;
    return { ...whole, data: fitted(item.data, { width, signed: false, at: item.at }) };
  });
  return replaceModule(circuit, { ...module, items });
}

/** Whether the low bits of the result follow from the low bits of the operands. */
function isBitwise(e: Expression): boolean {
  if (e.kind === "mux") return true;
  if (e.kind === "unary") return e.operator === "not";
  if (e.kind !== "binary") return false;
  const { family } = binaryOperators[e.operator];
  return family === "sum" || family === "bitwise";
}

function narrowOperator(circuit: Circuit, module: Module, e: Expression, width: number): Circuit {
  const condition = e.kind === "mux" ? e.condition : undefined;
  const narrow = (operand: Expression) =>
    operand === condition ? operand : fitted(operand, { width, signed: operand.signed, at: operand.at });
  const inner = { ...mapOperands(e, narrow), width } as Expression;
  const result = fitted(inner, e);
  return replaceModule(circuit, {
    ...module,
    items: changeExpressions(module.items, (candidate) => (candidate === e ? result : undefined)),
  });
}
