import { HdlError } from "../errors.ts";
import type { Circuit } from "../ir.ts";
import { checkedChoice, checkOptions } from "../messages/options.ts";
import { wrongArgument } from "../messages/wrong-argument.ts";
import { refuseOwnName } from "../names/naming.ts";
import { lowerTransparentReads } from "../transparent.ts";
import { verifyCircuit } from "../verify.ts";
import { byForeignName, type ForeignVerilog, foreignModels, foreignSources, pinList } from "./foreign-models.ts";
import { hoistCircuit } from "./hoist.ts";
import { printModule, printStub } from "./module.ts";
import { modulePositions, type NetPosition } from "./positions.ts";
import { type PropertyKind, propertyKinds } from "./property.ts";
import { type ResetKind, resetKinds, resetStyle } from "./reset.ts";
import { splitTangled } from "./split.ts";

/** The Verilog of a circuit. */
export interface EmittedVerilog {
  readonly top: string;
  /** All modules in one text, an instantiated one before its user. */
  readonly text: string;
  /** The same, a text a module. */
  readonly modules: readonly { readonly name: string; readonly text: string }[];
  /**
   * Empty modules of the ports and parameters of black boxes, for tools that check instances, by the foreign name. A box
   * that has several sets of parameters is one module, with the ports and the values of the first; a box whose ports differ
   * in width between them is left out, with a comment in its place.
   */
  readonly blackBoxes: readonly { readonly name: string; readonly text: string }[];
  /** The foreign modules that came with their Verilog, which `text` leaves out, by the foreign name. */
  readonly foreign: readonly ForeignVerilog[];
  /**
   * Models of the others, for simulators that lack the library they come from: they fit the parameters that instances of this
   * circuit set, and no others.
   */
  readonly foreignModels: readonly ForeignVerilog[];
  /** Where everything in it comes from; see `verilogAt` and `sourceOf`. */
  readonly positions: readonly NetPosition[];
}

/** How resets, black boxes and properties print. */
export interface VerilogOptions {
  /** Default: synchronous, active high, as the language has it. */
  readonly reset?: ResetKind;
  /**
   * Black boxes are only instantiated; with "modelled" they are printed too, as their simulation models, so that the text
   * is complete. Default "left out".
   */
  readonly blackBoxes?: "left out" | "modelled";
  /**
   * Assertions, assumptions and covers stand under `ifdef FORMAL`, where a prover meets them. "for simulation" prints assertions and
   * assumptions in plain Verilog under `ifdef WHITTLE_CHECKS` instead: one that does not hold prints its path, then the macro
   * follows as a statement, such as `$finish`. "for coverage" prints covers there too, as empty branches that Verilator counts with
   * `--coverage-line`. Default "for proofs".
   */
  readonly properties?: PropertyKind;
}

/** The circuit as Verilog-2005: deterministic, free of lint warnings, with the user's lines as comments. */
export function emitVerilog(circuit: Circuit, options: VerilogOptions = {}): EmittedVerilog {
  if (!Array.isArray(circuit?.modules)) {
    throw wrongArgument("emitVerilog", "a circuit, which `elaborate(module, parameters)` gives", circuit);
  }
  checkOptions("emitVerilog", "an object of options", options, { reset: true, blackBoxes: true, properties: true });
  const reset = checkedChoice("The reset", options.reset ?? "sync-high", resetKinds);
  const blackBoxes = checkedChoice("blackBoxes", options.blackBoxes ?? "left out", ["left out", "modelled"]);
  const properties = checkedChoice("properties", options.properties ?? "for proofs", propertyKinds);
  if (blackBoxes === "left out" && circuit.modules.at(-1)?.external) {
    const message = `The top "${circuit.top}" is a black box, whose Verilog comes from elsewhere.`;
    const hint = 'Instantiate it in a module, or print its model with `blackBoxes: "modelled"`.';
    throw new HdlError({ code: "wrong-argument", message, expected: "a module", hint }, circuit.modules.at(-1)?.at);
  }
  const known = blackBoxes === "modelled" ? modelled(circuit) : circuit;
  const printable = verifyCircuit(hoistCircuit(splitTangled(lowerTransparentReads(known))));
  for (const module of printable.modules) if (!module.external) refuseOwnName(module, module.name, module.at);
  const byName = new Map(printable.modules.map((module) => [module.name, module]));
  const context = { reset: resetStyle(reset), properties, child: (name: string) => byName.get(name) };
  const printed = printable.modules
    .filter((module) => module.external === undefined)
    .map((module) => ({ module, lines: printModule(module, context) }));
  const modules = printed.map(({ module, lines }) => ({
    name: module.name,
    text: lines.map(({ text }) => `${text}\n`).join(""),
  }));
  // Who only wants the text need not wait for them.
  let positions: readonly NetPosition[] | undefined;
  let models: readonly ForeignVerilog[] | undefined;
  return {
    top: circuit.top,
    text: modules.map(({ text }) => text).join("\n"),
    modules,
    blackBoxes: stubs(printable),
    foreign: foreignSources(printable.modules),
    get foreignModels() {
      models ??= foreignModels(circuit.modules, modelsOf(circuit));
      return models;
    },
    get positions() {
      positions ??= printed.flatMap(({ module, lines }) => modulePositions(module, lines));
      return positions;
    },
  };
}

/** One for each foreign module, whatever parameters it is given; none has the widths of all where these differ. */
function stubs({ modules }: Circuit): EmittedVerilog["blackBoxes"] {
  return [...byForeignName(modules)].map(([name, [first, ...others]]) => ({
    name,
    text: others.every((other) => pinList(other) === pinList(first))
      ? printStub(first)
      : `// ${name} is left out: its instances differ in their ports, so no module with fixed widths fits all of them.\n`,
  }));
}

/** Gives the printed model of a black box. */
function modelsOf(circuit: Circuit): (name: string) => string {
  const { modules } = emitVerilog(circuit, { blackBoxes: "modelled" });
  return (name) => modules.find((module) => module.name === name)?.text ?? "";
}

/** Every black box that has a model as an ordinary module of it. */
function modelled(circuit: Circuit): Circuit {
  const modules = circuit.modules.map((module) => {
    const { external, ...own } = module;
    return external?.modelled ? own : module;
  });
  return { ...circuit, modules };
}
