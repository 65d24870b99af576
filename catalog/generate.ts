import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { elaborate, emitVerilog } from "../hdl/index.ts";
import { type FileToWrite, writeFilesAtomically } from "../platform/atomic-write.ts";
import { withoutComments } from "../platform/verilog-text.ts";
import { UserError } from "../sw-model/errors.ts";
import type { AnyGenerator } from "./generator.ts";

export interface GenerateOptions {
  /** Leave out the comments that name TypeScript lines. */
  readonly positions: boolean;
}

export interface Generated {
  readonly generator: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly top: string;
  /** Names inside the folder: a Verilog file a module, the file list, the manifest. */
  readonly files: readonly string[];
  /** Of the Verilog without comments, modules in the order of the file list. */
  readonly sha256: string;
}

/**
 * Writes the Verilog of a generator, a file list for tools (`<top>.f`) and a manifest (`<generator>.manifest.json`) into a
 * folder, all or nothing. Files that an earlier run into the folder listed in its manifest are replaced or removed; a file
 * of the same name that is not ours is an error.
 */
export function generate(
  generator: AnyGenerator,
  parameters: Record<string, unknown>,
  folder: string,
  { positions }: GenerateOptions,
): Generated {
  const circuit = elaborate(generator.module, parameters);
  const emitted = emitVerilog(circuit);
  const top = circuit.modules.at(-1);
  const text = (verilog: string) => (positions ? verilog : withoutPositions(verilog));
  const sources = emitted.modules.map(({ name, text: verilog }) => ({ name: `${name}.v`, content: text(verilog) }));
  const listName = `${emitted.top}.f`;
  const manifestName = `${generator.spec.name}.manifest.json`;
  const files = [...sources.map(({ name }) => name), listName, manifestName];
  const sha256 = createHash("sha256").update(withoutComments(emitted.text)).digest("hex");
  const manifest = {
    generator: generator.spec.name,
    parameters,
    top: emitted.top,
    files,
    sha256,
    ports: (top?.ports ?? []).map(({ name, direction, role, width, signed }) => ({
      name,
      direction,
      role,
      width,
      signed,
    })),
    positions: emitted.positions,
  };

  const earlier = earlierFiles(join(folder, manifestName));
  for (const name of files) {
    if (!earlier.includes(name) && existsSync(join(folder, name))) throw foreignFile(join(folder, name));
  }
  const outputs: FileToWrite[] = [
    ...sources.map(({ name, content }) => ({ path: join(folder, name), content })),
    { path: join(folder, listName), content: `${sources.map(({ name }) => name).join("\n")}\n` },
    { path: join(folder, manifestName), content: `${JSON.stringify(manifest, null, 2)}\n` },
  ];
  writeFilesAtomically(outputs);
  for (const name of earlier) if (!files.includes(name)) rmSync(join(folder, name), { force: true });
  return { generator: generator.spec.name, parameters, top: emitted.top, files, sha256 };
}

function withoutPositions(verilog: string): string {
  return verilog.replace(/ \/\/ \S+\.[cm]?[jt]s:\d+$/gm, "");
}

/** Files of the manifest that stands in the folder; names that could lead out of it do not count. */
function earlierFiles(manifest: string): string[] {
  if (!existsSync(manifest)) return [];
  try {
    const { files } = JSON.parse(readFileSync(manifest, "utf8")) as { files?: unknown };
    return Array.isArray(files) ? files.filter((name): name is string => /^[\w.-]+$/.test(String(name))) : [];
  } catch {
    throw foreignFile(manifest);
  }
}

function foreignFile(path: string): UserError {
  return new UserError({
    code: "file-exists",
    message: `${path} is there already and does not come from an earlier run`,
    where: path,
    expected: "an empty folder, or one that an earlier run wrote",
    found: "a file of another origin",
    hint: "choose another folder with -o, or move the file away",
  });
}
