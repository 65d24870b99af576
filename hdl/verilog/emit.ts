import type { Circuit, Module } from "../ir.ts";
import { verifyCircuit } from "../verify.ts";
import { hoistCircuit } from "./hoist.ts";
import { printModule } from "./module.ts";

/** Where a net of the Verilog comes from. */
export interface NetPosition {
  readonly module: string;
  readonly net: string;
  readonly file: string;
  readonly line: number;
}

export interface EmittedVerilog {
  readonly top: string;
  /** All modules in one text, an instantiated one before its user. */
  readonly text: string;
  /** The same, a text a module. */
  readonly modules: readonly { readonly name: string; readonly text: string }[];
  /** One entry a port, wire, register, memory and instance that has a position. */
  readonly positions: readonly NetPosition[];
}

/** The circuit as Verilog-2005: deterministic, free of lint warnings, with the user's lines as comments. */
export function emitVerilog(circuit: Circuit): EmittedVerilog {
  const printable = verifyCircuit(hoistCircuit(circuit));
  const modules = printable.modules.map((module) => ({ name: module.name, text: printModule(module) }));
  return {
    top: circuit.top,
    text: modules.map(({ text }) => text).join("\n"),
    modules,
    positions: printable.modules.flatMap(netPositions),
  };
}

function netPositions(module: Module): NetPosition[] {
  const ports = module.ports.filter((port) => port.role === "data");
  const items = module.items.filter((item) => item.kind !== "memWrite");
  return [...ports, ...items].flatMap((net) => {
    const at = net.at.position;
    return at ? [{ module: module.name, net: net.name, file: at.file, line: at.line }] : [];
  });
}
