import type { Circuit, Module } from "../ir.ts";
import { lowerTransparentReads } from "../transparent.ts";
import { verifyCircuit } from "../verify.ts";
import { hoistCircuit } from "./hoist.ts";
import { printModule } from "./module.ts";
import { type ResetKind, resetStyle } from "./reset.ts";

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

export interface VerilogOptions {
  /** Default: synchronous, active high, as the language has it. */
  readonly reset?: ResetKind;
  /**
   * Black boxes are only instantiated; with "modelled" they are printed too, as their simulation models, so that the text
   * is complete. Default "left out".
   */
  readonly blackBoxes?: "left out" | "modelled";
}

/** The circuit as Verilog-2005: deterministic, free of lint warnings, with the user's lines as comments. */
export function emitVerilog(
  circuit: Circuit,
  { reset = "sync-high", blackBoxes = "left out" }: VerilogOptions = {},
): EmittedVerilog {
  const known = blackBoxes === "modelled" ? modelled(circuit) : circuit;
  const printable = verifyCircuit(hoistCircuit(lowerTransparentReads(known)));
  const byName = new Map(printable.modules.map((module) => [module.name, module]));
  const context = { reset: resetStyle(reset), child: (name: string) => byName.get(name) };
  const modules = printable.modules
    .filter((module) => module.external === undefined)
    .map((module) => ({ name: module.name, text: printModule(module, context) }));
  return {
    top: circuit.top,
    text: modules.map(({ text }) => text).join("\n"),
    modules,
    positions: printable.modules.flatMap(netPositions),
  };
}

/** Every black box as an ordinary module of its model. */
function modelled(circuit: Circuit): Circuit {
  return { ...circuit, modules: circuit.modules.map(({ external: _, ...module }) => module) };
}

function netPositions(module: Module): NetPosition[] {
  const ports = module.ports.filter((port) => port.role === "data");
  const items = module.items.filter((item) => item.kind !== "memWrite" && item.kind !== "property");
  return [...ports, ...items].flatMap((net) => {
    const at = net.at.position;
    return at ? [{ module: module.name, net: net.name, file: at.file, line: at.line }] : [];
  });
}
