import { readFile } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { labelledBlank } from "../../platform/verilog-text.ts";
import { UserError } from "../../sw-model/errors.ts";

/** Where the text of a design comes from, besides its files. */
export interface SourceOptions {
  /** Folders in which `include` looks, after the one of the file that includes. */
  readonly includeFolders?: readonly string[];
  /** Macros, by name: their text; `true` for those that are only asked for. */
  readonly defines?: Readonly<Record<string, string | number | true>>;
}

/**
 * Files of Verilog as one text: included files stand in place, and every part is labelled with where it comes from (`line`),
 * so that the messages of any tool point there. What `include` does not find stays as it is, for the tool to complain about if
 * it gets there, and so does a file that includes itself.
 */
export async function gatherSources(files: readonly string[], options: SourceOptions = {}): Promise<string> {
  const defines = Object.entries(options.defines ?? {}).map(([name, value]) =>
    value === true ? `\`define ${name}` : `\`define ${name} ${value}`,
  );
  const texts: string[] = [];
  if (files.length === 0) throw noFiles();
  for (const file of files) {
    const path = resolve(file);
    const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => unreadable(file, error));
    texts.push(await labelled(path, text, options.includeFolders ?? [], [path]));
  }
  return [...defines, ...texts].map((text) => `${text}\n`).join("");
}

/** A string, a comment, an `include`, or a file that the design reads when it runs. */
const tokens =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|`include[ \t]*"([^"\n]+)"|(\$readmem[hb]\s*\(\s*)"([^"\n]+)"|"(?:[^"\\\n]|\\[\s\S])*"/g;

async function labelled(
  path: string,
  text: string,
  folders: readonly string[],
  open: readonly string[],
): Promise<string> {
  const parts = [label(1, path)];
  let from = 0;
  for (const match of text.matchAll(tokens)) {
    const [whole, included, readsMemory, data] = match;
    const here = [dirname(path), ...folders];
    const line = text.slice(0, match.index).split("\n").length;
    let replacement: string | undefined;
    if (included !== undefined) {
      const found = await firstReadable(included, here);
      if (found === undefined || open.includes(found.path)) continue;
      const inside = await labelled(found.path, found.text, folders, [...open, found.path]);
      // What follows in the line of the directive keeps its number.
      replacement = `\n${inside}\n${label(line, path)}`;
    } else if (data !== undefined) {
      // The simulator runs in a folder of its own.
      const found = await firstReadable(data, [".", ...here]);
      if (found === undefined) continue;
      replacement = `${readsMemory}${JSON.stringify(found.path)}`;
    } else continue;
    parts.push(text.slice(from, match.index), replacement);
    from = match.index + whole.length;
  }
  return [...parts, text.slice(from)].join("");
}

/** Verilator and Yosys take no blanks in a label. */
const label = (line: number, path: string) => `\`line ${line} "${path.replaceAll(" ", labelledBlank)}" 0\n`;

async function firstReadable(
  name: string,
  folders: readonly string[],
): Promise<{ readonly path: string; readonly text: string } | undefined> {
  for (const folder of isAbsolute(name) ? [""] : folders) {
    const path = resolve(join(folder, name));
    const text = await readFile(path, "utf8").catch(() => undefined);
    if (text !== undefined) return { path, text };
  }
  return undefined;
}

function noFiles(): UserError {
  return new UserError({
    code: "no-files",
    message: "there is no Verilog to import: the list of files is empty",
    where: "files",
    expected: "one file of Verilog or more",
    found: "none",
    hint: "a pattern of the shell finds nothing where it is not expanded; name each file",
  });
}

function unreadable(file: string, error: NodeJS.ErrnoException): never {
  const missing = error.code === "ENOENT";
  const folder = error.code === "EISDIR";
  throw new UserError({
    code: missing ? "file-not-found" : "file-unreadable",
    message: missing ? `there is no file ${file}` : `${file} ${folder ? "is a folder" : "cannot be read"}`,
    where: file,
    expected: "a file of Verilog",
    found: missing ? `nothing at ${resolve(file)}` : folder ? "a folder" : error.message,
    ...(folder ? { hint: "name its files; includeFolders is for folders in which `include looks" } : {}),
  });
}
