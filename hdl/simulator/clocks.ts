/**
 * Several clocks in terms of one: what belongs to a clock acts at an edge only where the clock's net is 1, which the
 * simulator sets for the clocks that take part. A circuit of one clock stays as it is.
 */
import { binary, constant, mux, reference } from "../expression.ts";
import type { Circuit, Expression, Item, Module } from "../ir.ts";
import type { LazyPosition } from "../position.ts";

export function gateClocks(circuit: Circuit): Circuit {
  const top = circuit.modules[circuit.modules.length - 1];
  if (top.ports.filter((port) => port.role === "clock").length < 2) return circuit;
  return { ...circuit, modules: circuit.modules.map(gated) };
}

function gated(module: Module): Module {
  return { ...module, items: module.items.map(gatedItem) };
}

function gatedItem(item: Item): Item {
  switch (item.kind) {
    case "reg": {
      const { reset, ...free } = item;
      const { width, signed, at } = item;
      const initial = reset && constant(reset.value, width, signed, at);
      const next = reset && initial ? mux(bitNet(reset.signal, at), initial, item.next, at) : item.next;
      return { ...free, next: mux(bitNet(item.clock, at), next, reference(item.name, width, signed, at), at) };
    }
    case "memRead":
      return item.enable ? { ...item, enable: both(item.enable, bitNet(item.clock, item.at)) } : item;
    case "memWrite":
      return { ...item, enable: both(item.enable, bitNet(item.clock, item.at)) };
    case "property": {
      if (item.clock === "") return item;
      const clock = bitNet(item.clock, item.at);
      return { ...item, enable: item.enable ? both(item.enable, clock) : clock };
    }
    default:
      return item;
  }
}

function bitNet(name: string, at: LazyPosition): Expression {
  return reference(name, 1, false, at);
}

function both(a: Expression, b: Expression): Expression {
  return binary("and", a, b, 1, false, a.at);
}
