/** Less hierarchy: a child as the top, instances dissolved in their parent. */

import { reference } from "../../hdl/expression.ts";
import { Dice } from "../../hdl/fixtures/dice.ts";
import type { Circuit, Expression, Inst, Item, Module } from "../../hdl/ir.ts";
import { clocksOf, type FuzzCase, inputsOf } from "../case.ts";
import { changeExpressions, replaceModule } from "./rewrite.ts";
import { withoutUnused } from "./unused.ts";

export function* lessHierarchy(fuzzCase: FuzzCase): Iterable<FuzzCase> {
  const { circuit } = fuzzCase;
  for (let count = 1; count < circuit.modules.length; count++) yield asTop(fuzzCase, count);
  for (const parent of circuit.modules)
    for (const item of parent.items)
      if (item.kind === "inst") yield { ...fuzzCase, circuit: withoutUnused(dissolved(circuit, parent, item)) };
}

/** The first modules alone, under inputs of their own. */
function asTop(fuzzCase: FuzzCase, count: number): FuzzCase {
  const modules = fuzzCase.circuit.modules.slice(0, count);
  const circuit = { top: modules[count - 1].name, modules };
  const dice = new Dice(fuzzCase.seed + count);
  const clocks = clocksOf(circuit).map(({ name }) => name);
  const cycles = fuzzCase.cycles.map(() => ({
    inputs: new Map(
      inputsOf(circuit).map(({ name, width, role }) => [
        name,
        role === "reset" ? BigInt(dice.once(10) ? 1 : 0) : dice.bits(width),
      ]),
    ),
    clocks: clocks.filter(() => !dice.once(4)),
  }));
  return { ...fuzzCase, circuit, cycles };
}

/** The items of the child in place of the instance, under its name; its ports become wires. */
function dissolved(circuit: Circuit, parent: Module, inst: Inst): Circuit {
  const child = circuit.modules.find(({ name }) => name === inst.module) as Module;
  const controls = new Map(inst.controls.map(({ port, net }) => [port, net]));
  const outputs = new Map(inst.outputs.map(({ port, net }) => [port, net]));
  const own = (name: string) => controls.get(name) ?? outputs.get(name) ?? `${inst.name}_${name}`;
  const inputs = inst.inputs.map(({ port, value }): Item => {
    const { width, signed, at } = value;
    return { kind: "wire", name: own(port), width, signed, output: false, value, at };
  });
  const rename = (e: Expression) => (e.kind === "ref" ? reference(own(e.name), e.width, e.signed, e.at) : undefined);
  const items = changeExpressions(child.items, rename).map((item) => moved(item, own));
  const position = parent.items.indexOf(inst);
  return replaceModule(circuit, {
    ...parent,
    items: [...parent.items.slice(0, position), ...inputs, ...items, ...parent.items.slice(position + 1)],
  });
}

function moved(item: Item, own: (name: string) => string): Item {
  const clock = "clock" in item ? { clock: own(item.clock) } : {};
  switch (item.kind) {
    case "wire":
      return { ...item, name: own(item.name), output: false };
    case "reg": {
      const reset = item.reset ? { reset: { ...item.reset, signal: own(item.reset.signal) } } : {};
      return { ...item, ...clock, ...reset, name: own(item.name) };
    }
    case "mem":
      return { ...item, name: own(item.name) };
    case "memRead":
      return { ...item, ...clock, name: own(item.name), memory: own(item.memory) };
    case "memWrite":
      return { ...item, ...clock, memory: own(item.memory) };
    case "property":
      return { ...item, ...clock, ...(item.reset ? { reset: own(item.reset) } : {}), name: own(item.name) };
    case "inst":
      return {
        ...item,
        name: own(item.name),
        outputs: item.outputs.map((output) => ({ ...output, net: own(output.net) })),
        controls: item.controls.map(({ port, net }) => ({ port, net: own(net) })),
      };
  }
}
