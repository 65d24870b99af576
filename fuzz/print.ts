/** A circuit as text that says everything: an item a line, expressions as operator and operands in parentheses. */
import type { Circuit, Expression, Item, Module } from "../hdl/ir.ts";
import { unreachable } from "../hdl/walk.ts";

export function printCircuit(circuit: Circuit): string {
  return circuit.modules.map(printModule).join("\n");
}

function printModule({ name, ports, items, external }: Module): string {
  const head = ports.map(
    ({ name, direction, role, width, signed, domain }) =>
      `  ${direction} ${role === "data" ? "" : `${role} `}${name}: ${type(width, signed)}${domain ? ` @${domain}` : ""}`,
  );
  return [
    `module ${name}${external ? " (black box)" : ""}`,
    ...head,
    ...items.map((item) => `  ${printItem(item)}`),
    "",
  ].join("\n");
}

function type(width: number, signed: boolean): string {
  return `${signed ? "s" : "u"}${width}`;
}

function printItem(item: Item): string {
  switch (item.kind) {
    case "wire":
      return `${item.output ? "drive" : "wire"} ${item.name}: ${type(item.width, item.signed)} = ${print(item.value)}`;
    case "reg": {
      const reset = item.reset ? ` reset ${item.reset.signal} to ${item.reset.value}` : "";
      const crossing = item.crossing ? " crossing" : "";
      return `reg ${item.name}: ${type(item.width, item.signed)} on ${item.clock}${reset}${crossing} <= ${print(item.next)}`;
    }
    case "mem":
      return `mem ${item.name}: ${item.depth} x u${item.width}${item.init ? ` init [${item.init.join(", ")}]` : ""}${item.style ? ` as ${item.style}` : ""}`;
    case "memRead": {
      const when = item.enable ? ` on ${item.clock} if ${print(item.enable)}, under write ${item.underWrite}` : "";
      return `read ${item.name}: u${item.width} = ${item.memory}[${print(item.address)}]${when}`;
    }
    case "memWrite": {
      const mask = item.mask ? ` mask ${print(item.mask)}` : "";
      return `write ${item.memory}[${print(item.address)}] <= ${print(item.data)} on ${item.clock} if ${print(item.enable)}${mask}`;
    }
    case "inst": {
      const pins = [
        ...item.controls.map(({ port, net }) => `${port}: ${net}`),
        ...item.inputs.map(({ port, value }) => `${port}: ${print(value)}`),
        ...item.outputs.map(({ port, net }) => `${net} = ${port}`),
      ];
      return `inst ${item.name}: ${item.module}(${pins.join(", ")})`;
    }
    case "property": {
      const reset = item.reset ? ` unless ${item.reset}` : "";
      const enable = item.enable ? ` if ${print(item.enable)}` : "";
      return `${item.property} ${item.name}: ${print(item.condition)} on ${item.clock}${reset}${enable}`;
    }
    default:
      return unreachable(item);
  }
}

function print(e: Expression): string {
  const own = type(e.width, e.signed);
  switch (e.kind) {
    case "const":
      return `${e.value}:${own}`;
    case "ref":
      return e.name;
    case "unary":
      return `(${e.operator}:${own} ${print(e.operand)})`;
    case "binary":
      return `(${e.operator}:${own} ${print(e.left)} ${print(e.right)})`;
    case "mux":
      return `(mux:${own} ${print(e.condition)} ${print(e.whenTrue)} ${print(e.whenFalse)})`;
    case "cat":
      return `(cat:${own} ${e.parts.map(print).join(" ")})`;
    case "slice":
      return `(slice:${own} ${print(e.operand)} from ${e.low})`;
    case "index":
      return `(index:${own} ${print(e.operand)} ${print(e.index)})`;
    default:
      return unreachable(e);
  }
}
