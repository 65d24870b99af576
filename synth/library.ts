import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { UserError } from "../sw-model/errors.ts";

/** What is taken from a Liberty file besides the mapping itself, which Yosys does. */
export interface Library {
  readonly text: string;
  /** Cells with a flip-flop inside. */
  readonly flipFlops: ReadonlySet<string>;
  /** Area of the smallest two-input NAND, the yardstick between libraries. */
  readonly nand2Area?: number;
}

/** Read a Liberty file, compressed or not. */
export async function readLibrary(path: string): Promise<Library> {
  const text = await readText(path);
  if (!/\blibrary\s*\(/.test(text.slice(0, 100_000))) {
    throw unusable(path, "no `library (...)` group in it", "a Liberty file");
  }
  return { text, ...inspectCells(text) };
}

async function readText(path: string): Promise<string> {
  try {
    const bytes = await readFile(path);
    return (path.endsWith(".gz") ? await promisify(gunzip)(bytes) : bytes).toString("utf8");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw unusable(path, reason, "a Liberty file that can be read", error);
  }
}

function inspectCells(text: string): Omit<Library, "text"> {
  const flipFlops = new Set<string>();
  const nandAreas: number[] = [];
  for (const cell of text.split(/\bcell\s*\(/).slice(1)) {
    const name = /^\s*"?([^")\s]+)/.exec(cell)?.[1] ?? "";
    if (/\bff\s*\(/.test(cell)) flipFlops.add(name);
    const area = /\barea\s*:\s*"?([\d.]+)/.exec(cell)?.[1];
    if (/nand2(?!\d|b)/i.test(name) && area !== undefined) nandAreas.push(Number(area));
  }
  return { flipFlops, ...(nandAreas.length === 0 ? {} : { nand2Area: Math.min(...nandAreas) }) };
}

function unusable(path: string, found: string, expected: string, cause?: unknown): UserError {
  const details = { code: "bad-liberty-file", message: `cannot use ${path}`, where: path, expected, found };
  return new UserError(details, 2, { cause });
}
