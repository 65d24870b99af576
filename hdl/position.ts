/**
 * Where the user wrote something. The stack is captured when a node is made, which is cheap, and only formatted (and
 * mapped back from compiled JavaScript to TypeScript) when somebody asks.
 */
import { packageRelative, parentOf, pathOf, sourceLine } from "./source-files.ts";

export interface Position {
  /** Path of the source file, relative to the folder of its nearest package.json, with forward slashes. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The same file as the stack named it. */
  readonly path: string;
}

let captured = 0;

/** Something that will know its position when asked. */
export class LazyPosition {
  readonly #rank = captured++;
  #stack: { stack?: string } | undefined;
  #position: Position | undefined;
  #callers: readonly Position[] = [];

  constructor(holder: { stack?: string }) {
    this.#stack = holder;
  }

  /** How many were captured before: what the build made earlier has the smaller number. */
  get rank(): number {
    return this.#rank;
  }

  /** The innermost frame outside the language itself; undefined when there is none. */
  get position(): Position | undefined {
    this.#read();
    return this.#position;
  }

  /**
   * The same and its callers, up to the one that the language called. None where the build is of the language: what stands
   * in it is not the user's, whose line only instantiates it.
   */
  get callers(): readonly Position[] {
    this.#read();
    return this.#callers;
  }

  #read(): void {
    if (!this.#stack) return;
    ({ position: this.#position, callers: this.#callers } = userFrames(this.#stack.stack ?? ""));
    this.#stack = undefined;
  }

  /** "generators/eie/queue.ts:42", or an empty string. */
  toString(): string {
    const at = this.position;
    return at ? `${at.file}:${at.line}` : "";
  }

  /** The source line under its number, and a caret under the column; nothing where the file cannot be read. */
  excerpt(): string[] {
    const at = this.position;
    const text = at && sourceLine(at.path, at.line);
    if (at === undefined || text === undefined) return [];
    const gutter = String(at.line).padStart(6);
    const margin = Math.max(0, Math.min(text.length - text.trimStart().length, at.column - 1));
    return [
      `${gutter} | ${text.slice(margin).trimEnd()}`,
      `${" ".repeat(gutter.length)} | ${" ".repeat(at.column - 1 - margin)}^`,
    ];
  }
}

const stackDepth = 14;

/** Capture the caller's position; formatting is left for later. */
export function here(): LazyPosition {
  if (!Error.captureStackTrace) return new LazyPosition(new Error());
  const holder: { stack?: string } = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = stackDepth;
  Error.captureStackTrace(holder, here);
  Error.stackTraceLimit = limit;
  return new LazyPosition(holder);
}

const frame = /(?:\(|at |@)(?:async )?((?:[a-z]+:\/\/|\/|[A-Za-z]:[\\/])[^()]*):(\d+):(\d+)\)?$/;

/**
 * The folder of the language, with a slash at its end, as stacks name it: so it is right where source maps are applied, and
 * needs nothing that only some surroundings have.
 */
const languageFolder = `${parentOf(framePath(new Error().stack ?? ""))}/`;

/** The file of the innermost frame; empty where stacks name no files. */
function framePath(stack: string): string {
  const place = stack
    .split("\n")
    .map((line) => frame.exec(line)?.[1])
    .find((path) => path !== undefined);
  return pathOf(place ?? "");
}

const parsed = new Map<string, Position | undefined>();

/** A call of a build stands in this file. */
const elaboration = `${languageFolder}elaborate.`;

function userFrames(stack: string): { position: Position | undefined; callers: readonly Position[] } {
  const callers: Position[] = [];
  let inBuild = true;
  for (const text of stack.split("\n")) {
    const match = frame.exec(text);
    if (!match) continue;
    const position = userPosition(match);
    if (position) callers.push(position);
    else if (callers.length > 0) break;
    else if (pathOf(match[1]).startsWith(elaboration)) inBuild = false;
  }
  return { position: callers[0], callers: inBuild ? callers : [] };
}

/** Where a frame stands; undefined inside the language. */
function userPosition([key, place, line, column]: RegExpExecArray): Position | undefined {
  const known = parsed.get(key);
  if (known || parsed.has(key)) return known;
  const path = pathOf(place);
  const inside = path.startsWith(languageFolder) && !/\.test\.|\bfixtures\b/.test(path);
  const position = inside
    ? undefined
    : { file: packageRelative(path), line: Number(line), column: Number(column), path };
  parsed.set(key, position);
  return position;
}
