import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import {
  blackBoxMemories,
  type Circuit,
  type CircuitPort,
  elaborate,
  emitVerilog,
  memoriesWithWords,
  type ResetKind,
  resetStyle,
} from "../hdl/index.ts";
import { type FileToWrite, writeFilesAtomically } from "../platform/atomic-write.ts";
import { withoutComments } from "../platform/verilog-text.ts";
import { UserError } from "../sw-model/errors.ts";
import type { AnyGenerator } from "./generator.ts";
import { testbenchFor } from "./testbench.ts";

export interface GenerateOptions {
  /** Keep the comments that name TypeScript lines. */
  readonly positions: boolean;
  /** Put before the name of every module. */
  readonly prefix?: string;
  /** Add a plain Verilog testbench with vectors. */
  readonly testbench?: boolean;
  /** How resets look; default synchronous, active high. */
  readonly reset?: ResetKind;
  /** "blackbox" leaves memories to modules that the user brings, but for those with initial words. Default "infer". */
  readonly memories?: "infer" | "blackbox";
}

export interface Generated {
  readonly generator: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly top: string;
  /** Names inside the folder: a Verilog file a module, the file list, the manifest. */
  readonly files: readonly string[];
  /** Of the Verilog without comments, modules in the order of the file list. */
  readonly sha256: string;
  /** What the user must know of them, if anything. */
  readonly notes?: readonly string[];
}

/**
 * Writes the Verilog of a generator, a file list for tools (`<top>.f`) and a manifest (`<generator>.manifest.json`) into a
 * folder, all or nothing. The ports of each black box go to a file of their own (`<module>.stub.v`), which the list leaves
 * out: whoever brings the boxes brings them whole. A testbench brings models of primitives (`<module>.sim.v`), for simulation
 * alone. Files that an earlier run into the folder listed in its manifest are replaced or removed; a file of the same name that
 * is not ours is an error.
 */
export async function generate(
  generator: AnyGenerator,
  parameters: Record<string, unknown>,
  folder: string,
  { positions, prefix = "", testbench = false, reset = "sync-high", memories = "infer" }: GenerateOptions,
): Promise<Generated> {
  const inferred = prefixed(elaborate(generator.module, parameters), prefix);
  const circuit = memories === "blackbox" ? blackBoxMemories(inferred) : inferred;
  const inferredMemories = memories === "blackbox" ? memoriesWithWords(circuit) : [];
  const emitted = emitVerilog(circuit, { reset });
  const top = circuit.modules.at(-1);
  const text = (verilog: string) => (positions ? verilog : withoutPositions(verilog));
  const sources = emitted.modules.map(({ name, text: verilog }) => ({ name: `${name}.v`, content: text(verilog) }));
  const listName = `${emitted.top}.f`;
  const manifestName = `${prefix}${generator.spec.name}.manifest.json`;
  const extra = [
    ...(testbench ? await testbenchFor(generator, parameters, circuit, reset) : []),
    ...(generator.documents?.(parameters, emitted.top) ?? []),
  ];
  // Tools expect a module in a file of its name, as far as the first dot.
  const stubs = emitted.blackBoxes.map(({ name, text: verilog }) => ({ name: `${name}.stub.v`, content: verilog }));
  const files = [
    ...sources.map(({ name }) => name),
    ...stubs.map(({ name }) => name),
    ...extra.map(({ name }) => name),
    listName,
    manifestName,
  ];
  const sha256 = createHash("sha256").update(withoutComments(emitted.text)).digest("hex");
  const manifest = {
    generator: generator.spec.name,
    parameters,
    top: emitted.top,
    files,
    sha256,
    reset,
    ...(generator.latency ? { latency: generator.latency(parameters) } : {}),
    ...(generator.formats ? { formats: generator.formats(parameters) } : {}),
    ports: (top?.ports ?? []).map((port) => portOf(port, reset)),
    blackBoxes: circuit.modules.flatMap(({ external, summary, ports }) =>
      external ? [{ module: external.module, summary, ports: ports.map((port) => portOf(port, "sync-high")) }] : [],
    ),
    ...(memories === "blackbox" ? { inferredMemories } : {}),
    positions: emitted.positions,
  };

  const outputs: FileToWrite[] = [
    ...[...sources, ...stubs, ...extra].map(({ name, content }) => ({ path: join(folder, name), content })),
    { path: join(folder, listName), content: `${sources.map(({ name }) => name).join("\n")}\n` },
    { path: join(folder, manifestName), content: `${JSON.stringify(manifest, null, 2)}\n` },
  ];
  const earlier = earlierFiles(folder, manifestName);
  const others = otherManifests(folder, manifestName).flatMap((name) => listedFiles(join(folder, name)));
  for (const { path, content } of outputs) {
    // A module that another generator wrote there, the same to the byte, serves both.
    const ours = earlier.includes(basename(path)) && !others.includes(basename(path));
    if (existsSync(path) && !ours && !holds(path, content)) throw foreignFile(path);
  }
  writeFilesAtomically(outputs);
  for (const name of earlier) {
    if (!files.includes(name) && !others.includes(name)) rmSync(join(folder, name), { force: true });
  }
  const notes = inferredMemories.map(
    ({ module, memory }) =>
      `${memory} in ${module} stays a memory in the Verilog: it has initial words, and a black box has none at power-up`,
  );
  return {
    generator: generator.spec.name,
    parameters,
    top: emitted.top,
    files,
    sha256,
    ...(notes.length > 0 ? { notes } : {}),
  };
}

/** A port as it stands in the Verilog. */
function portOf({ name, direction, role, width, signed }: CircuitPort, reset: ResetKind) {
  return { name: role === "reset" ? resetStyle(reset).nameOf(name) : name, direction, role, width, signed };
}

/** The circuit with other module names. */
function prefixed(circuit: Circuit, prefix: string): Circuit {
  if (prefix === "") return circuit;
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(prefix)) {
    throw new UserError({
      code: "bad-prefix",
      message: `"${prefix}" cannot start a module name`,
      where: "--prefix",
      expected: "a letter, then letters, digits and underscores",
      found: prefix,
    });
  }
  return {
    top: prefix + circuit.top,
    modules: circuit.modules.map((module) => ({
      ...module,
      name: prefix + module.name,
      items: module.items.map((item) => (item.kind === "inst" ? { ...item, module: prefix + item.module } : item)),
    })),
  };
}

function withoutPositions(verilog: string): string {
  return verilog.replace(/ \/\/ \S+\.[cm]?[jt]s:\d+$/gm, "");
}

/** Files that an earlier run listed in its manifest. Throws where the manifest is not ours or names something else. */
function earlierFiles(folder: string, manifest: string): string[] {
  if (!existsSync(join(folder, manifest))) return [];
  const names = listedFiles(join(folder, manifest));
  if (!names.includes(manifest)) throw foreignFile(join(folder, manifest));
  for (const name of names) {
    const path = join(folder, name);
    if (existsSync(path) && !statSync(path).isFile()) throw foreignFile(path);
  }
  return names;
}

/** The files that a manifest lists; names that could lead out of its folder do not count. None where it is not ours. */
function listedFiles(manifest: string): string[] {
  try {
    const { files } = JSON.parse(readFileSync(manifest, "utf8")) as { files?: unknown };
    return Array.isArray(files) ? files.filter((name): name is string => /^\w[\w.$-]*$/.test(String(name))) : [];
  } catch {
    return [];
  }
}

function otherManifests(folder: string, manifest: string): string[] {
  if (!(existsSync(folder) && statSync(folder).isDirectory())) return [];
  return readdirSync(folder).filter((name) => name.endsWith(".manifest.json") && name !== manifest);
}

function holds(path: string, content: string | Uint8Array): boolean {
  return statSync(path).isFile() && readFileSync(path, "utf8") === content;
}

function foreignFile(path: string): UserError {
  return new UserError({
    code: "file-exists",
    message: `${path} is there already and does not come from an earlier run of this generator`,
    where: path,
    expected: "an empty folder, or one that an earlier run wrote",
    found: "a file of another origin",
    hint: "choose another folder with -o, or move the file away",
  });
}
