/**
 * Every named net of a circuit by its path in the Verilog. A port of an instance that is wired straight to a net of the
 * parent is that net: it has two names and one value.
 */
import type { Circuit, Inst, Module, NetFormat } from "../ir.ts";

export interface NamedNet {
  /** Instance names and the net's own, joined by dots. */
  readonly path: string;
  /** The outermost name of the same net. */
  readonly source: string;
  readonly width: number;
  readonly signed: boolean;
  readonly role: "data" | "clock" | "reset";
  /** What the number on the net stands for, where the circuit knows. */
  readonly format?: NetFormat;
}

/** All names, the ports of a module before its nets, the nets in the order of the source. */
export function namedNets(circuit: Circuit): NamedNet[] {
  const modules = new Map(circuit.modules.map((module) => [module.name, module]));
  const found: NamedNet[] = [];
  const visit = (module: Module, prefix: string, outside: ReadonlyMap<string, string>): void => {
    const source = (name: string) => outside.get(name) ?? prefix + name;
    const add = (net: Pick<NamedNet, "width" | "signed" | "format"> & { name: string; role?: NamedNet["role"] }) => {
      const { name, width, signed, role = "data", format } = net;
      found.push({ path: prefix + name, source: source(name), width, signed, role, ...(format ? { format } : {}) });
    };
    for (const port of module.ports) add(port);
    for (const item of module.items) {
      if (item.kind === "reg") add(item);
      else if (item.kind === "memRead") add({ name: item.name, width: item.width, signed: false });
      else if (item.kind === "wire" && !item.output) add(item);
      else if (item.kind === "inst") {
        const child = modules.get(item.module) as Module;
        for (const { net, port, ...rest } of item.outputs) add({ name: net, ...rest, ...formatAt(child, port) });
      }
    }
    for (const item of module.items) {
      if (item.kind !== "inst") continue;
      const child = modules.get(item.module) as Module;
      visit(child, `${prefix}${item.name}.`, portsOutside(item, source));
    }
  };
  visit(circuit.modules[circuit.modules.length - 1], "", new Map());
  return found;
}

/** The format of an output of a module. */
function formatAt({ items }: Module, port: string): { format?: NetFormat } {
  const driver = items.find((item) => item.kind === "wire" && item.output && item.name === port);
  return driver?.kind === "wire" && driver.format ? { format: driver.format } : {};
}

/** The ports of an instance that are nets of the parent, and which. */
function portsOutside(inst: Inst, source: (name: string) => string): ReadonlyMap<string, string> {
  const outside = new Map<string, string>();
  for (const { port, value } of inst.inputs) if (value.kind === "ref") outside.set(port, source(value.name));
  for (const { port, net } of inst.outputs) outside.set(port, source(net));
  for (const { port, net } of inst.controls) outside.set(port, source(net));
  return outside;
}
