import { existsSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Where the user wrote something. The stack is captured when the node is made, which is cheap, and only formatted
 * (and mapped back from compiled JavaScript to TypeScript) when somebody asks.
 */
export interface Position {
  /** Path of the source file, relative to the folder of its nearest package.json, with forward slashes. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Something that will know its position when asked. */
export class LazyPosition {
  #stack: { stack?: string } | undefined;
  #position: Position | undefined;

  constructor(holder: { stack?: string }) {
    this.#stack = holder;
  }

  /** The innermost frame outside the language itself; undefined when there is none. */
  get position(): Position | undefined {
    if (this.#stack) {
      this.#position = userFrame(this.#stack.stack ?? "");
      this.#stack = undefined;
    }
    return this.#position;
  }

  /** "generators/eie/queue.ts:42", or an empty string. */
  toString(): string {
    const at = this.position;
    return at ? `${at.file}:${at.line}` : "";
  }
}

const stackDepth = 14;

/** Capture the caller's position; formatting is left for later. */
export function here(): LazyPosition {
  const holder: { stack?: string } = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = stackDepth;
  Error.captureStackTrace(holder, here);
  Error.stackTraceLimit = limit;
  return new LazyPosition(holder);
}

const languageFolder = `${dirname(fileURLToPath(import.meta.url))}${sep}`;
/** The same folder as source maps name it, when this file runs from `dist/`. */
const languageSources = languageFolder.replace(`${sep}dist${sep}hdl${sep}`, `${sep}hdl${sep}`);
const parsed = new Map<string, Position | undefined>();

function userFrame(stack: string): Position | undefined {
  for (const line of stack.split("\n")) {
    const match = /(?:\(|at )(?:async )?((?:file:\/\/)?\/[^()]*|[A-Za-z]:\\[^()]*):(\d+):(\d+)\)?$/.exec(line);
    if (!match) continue;
    const path = match[1].startsWith("file://") ? fileURLToPath(match[1]) : match[1];
    const ours =
      (path.startsWith(languageFolder) || path.startsWith(languageSources)) && !/\.test\.|\bfixtures\b/.test(path);
    if (ours) continue;
    const key = match[0];
    if (!parsed.has(key)) {
      parsed.set(key, { file: relativeToPackage(path), line: Number(match[2]), column: Number(match[3]) });
    }
    return parsed.get(key);
  }
  return undefined;
}

const packageRoots = new Map<string, string>();

function relativeToPackage(path: string): string {
  return relative(packageRoot(dirname(path)), path)
    .split(sep)
    .join("/");
}

function packageRoot(folder: string): string {
  const known = packageRoots.get(folder);
  if (known !== undefined) return known;
  const parent = dirname(folder);
  const root = existsSync(join(folder, "package.json")) || parent === folder ? folder : packageRoot(parent);
  packageRoots.set(folder, root);
  return root;
}
