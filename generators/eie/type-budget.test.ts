/** What the types of the language cost the checker on the largest design: instantiations of types, not time. */
import { join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);

/** A file that nobody has on disk, in this folder. */
const path = join(import.meta.dirname, "checked.ts");

const parsed = new Map<string, ts.SourceFile | undefined>();

/** How many types the checker instantiates to check this text as a file of this folder, and everything of it that it needs. */
function instantiations(text: string): number {
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => name === path || fileExists(name);
  host.readFile = (name) => (name === path ? text : readFile(name));
  host.getSourceFile = (name, version) => {
    if (name === path) return ts.createSourceFile(name, text, version, true);
    if (!parsed.has(name)) parsed.set(name, getSourceFile(name, version));
    return parsed.get(name);
  };
  const program = ts.createProgram([path], options, host);
  const checked = program
    .getSourceFiles()
    .filter(({ fileName }) => fileName === path || /\/generators\/eie\/[\w-]+\.ts$/.test(fileName));
  const problems = checked.flatMap((file) => program.getSemanticDiagnostics(file));
  expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))).toEqual([]);
  return program.getInstantiationCount();
}

/** The language is loaded, and one of its smallest modules checked. */
const language = `
  import { bit, defineModule, elaborate, input, output, simulate } from "../../hdl/index.ts";
  const wire = defineModule("wire", (_: Record<string, never>) => ({
    ports: { a: input(bit), q: output(bit) },
    build: ({ a, q }) => q.set(a),
  }));
  import type { EieParameters } from "../../sw-model/eie/spec.ts";
  declare const defaults: EieParameters;
  export const { pes } = defaults;
  export const dut = simulate(wire, {});
  export const circuit = elaborate(wire, {});
`;

const array = `${language}
  import { eie } from "./eie.ts";
  const parameters = { ...defaults, pes: 64 };
  export const arrayCircuit = elaborate(eie, parameters);
  export const arrayDut = simulate(eie, parameters);
  arrayDut.in.load = { valid: false, data: { space: 0, pe: 0, address: 0, data: 0n } };
  arrayDut.tick();
  export const busy: boolean = arrayDut.out.busy;
`;

/**
 * Measured: 24,009; it grows with the array, whose counters and balance were 4,900 of them, whose clusters 5,400 and whose banks 2,100, more than
 * with the language.
 */
const bound = 26_000;

it("an array of 64 processing elements is checked within its budget of instantiations", () => {
  const base = instantiations(language);
  const cost = instantiations(array) - base;
  expect(cost).toBeGreaterThan(1_000);
  expect(cost).toBeLessThan(bound);
  // Widths computed by types, as by counting the elements of tuples, would not stay within it.
  const counted = `
    type Count<N extends number, T extends 0[] = []> = T["length"] extends N ? T : Count<N, [...T, 0]>;
    type Widths = [${Array.from({ length: 16 }, (_, i) => `Count<${i + 400}>["length"]`).join(", ")}];
    export const widths = [0 as never] as unknown as Widths;
  `;
  expect(instantiations(array + counted) - base).toBeGreaterThan(bound);
});
