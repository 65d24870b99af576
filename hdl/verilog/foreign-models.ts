/** Verilog of foreign modules, for simulators that lack the library they come from. */
import type { Module, Port } from "../ir.ts";
import { printParameter } from "./parameter.ts";

/** The text of a foreign module, by its foreign name, or of a module below it. */
export interface ForeignVerilog {
  readonly name: string;
  readonly text: string;
}

/** The black boxes of a circuit by the foreign module that they stand for. */
export function byForeignName(modules: readonly Module[]): Map<string, Module[]> {
  const boxes = new Map<string, Module[]>();
  for (const module of modules) {
    if (module.external) boxes.set(module.external.module, [...(boxes.get(module.external.module) ?? []), module]);
  }
  return boxes;
}

/** The pins of a black box, in one text. */
export function pinList({ ports, external }: Module): string {
  return JSON.stringify(
    ports.map(({ name, direction, width }) => [external?.pins[name] ?? name, direction, width]).sort(),
  );
}

/** The foreign modules that came with their Verilog. */
export function foreignSources(modules: readonly Module[]): ForeignVerilog[] {
  return [...byForeignName(modules)].flatMap(([name, boxes]) => {
    // It takes parameters, so one serves all.
    const source = boxes.find(({ external }) => external?.source !== undefined)?.external?.source;
    return source === undefined ? [] : [{ name, text: source }];
  });
}

/**
 * The foreign modules that came without Verilog, as models: each takes the model that fits the parameters it is given, which is the
 * next module of the list, or one of those that follow. `modelOf` is the printed model of a black box. What has no model is left out; what no parameter tells apart has a comment in its place.
 */
export function foreignModels(modules: readonly Module[], modelOf: (name: string) => string): ForeignVerilog[] {
  return [...byForeignName(modules)].flatMap(([name, boxes]) => {
    const modelled = boxes.every(({ external }) => external?.modelled && external.source === undefined);
    // A box of the language's own has the name of its model.
    if (!modelled || boxes.some((box) => box.name === name)) return [];
    const problem = undecided(boxes);
    if (problem) return [{ name, text: `// ${name} has no model here: ${problem}, so bring one that fits all.\n` }];
    return [{ name, text: chooser(name, boxes) }, ...boxes.map((box) => ({ name: box.name, text: modelOf(box.name) }))];
  });
}

/** Why one module cannot choose between the models of these boxes; undefined where it can. */
function undecided(boxes: readonly Module[]): string | undefined {
  const different = (text: (box: Module) => string) => new Set(boxes.map(text)).size;
  if (different(pinList) > 1) return "its instances differ in their ports";
  const names = (box: Module) => JSON.stringify(Object.keys(box.external?.parameters ?? {}).sort());
  if (different(names) > 1) return "some instances leave a parameter to its default, which only its own Verilog knows";
  if (different(given) < boxes.length) return "instances of the same parameters have different models";
  return undefined;
}

/** The parameters of a box as a condition. */
function given({ external }: Module): string {
  return Object.entries(external?.parameters ?? {})
    .map(([parameter, value]) => `${parameter} == ${printParameter(value)}`)
    .sort()
    .join(" &&\n        ");
}

/** The foreign module as a choice between the models of its instances. */
function chooser(name: string, boxes: readonly Module[]): string {
  const [first] = boxes;
  const parameters = Object.entries(first.external?.parameters ?? {});
  const pinOf = ({ name: port }: Port) => first.external?.pins[port] ?? port;
  const pins = first.ports.map((port) => {
    const range = `${port.signed ? "signed " : ""}${port.width === 1 ? "" : `[${port.width - 1}:0] `}`;
    return `  ${port.direction} wire ${range}${pinOf(port)}`;
  });
  const instance = (box: Module) =>
    `${box.name} model (${box.ports.map((port) => `.${port.name}(${box.external?.pins[port.name] ?? port.name})`).join(", ")});`;
  const choices = boxes.map((box, i) => `if (${given(box)}) begin : case_${i}\n      ${instance(box)}\n    end`);
  // Several boxes differ in parameters. One with parameters chooses too, so that other ones do not pass unseen.
  const body =
    parameters.length === 0
      ? [`  ${instance(first)}`]
      : [
          "  generate",
          `    ${choices.join(" else ")} else begin : no_case`,
          `      initial $display("${name} has no model for these parameters");`,
          "    end",
          "  endgenerate",
        ];
  return [
    `// What this design needs of ${name}, for simulation alone: as its instances set it, not for other parameters.`,
    parameters.length > 0 ? `module ${name} #(` : `module ${name} (`,
    ...(parameters.length > 0
      ? [
          parameters.map(([parameter, value]) => `  parameter ${parameter} = ${printParameter(value)}`).join(",\n"),
          ") (",
        ]
      : []),
    pins.join(",\n"),
    ");",
    ...body,
    "endmodule",
    "",
  ].join("\n");
}
