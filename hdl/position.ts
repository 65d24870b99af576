/**
 * Where the user wrote something. The stack is captured when a node is made, which is cheap, and only formatted (and
 * mapped back from compiled JavaScript to TypeScript) when somebody asks.
 */
import { packageRelative, parentOf, pathOf, sourceLine } from "./messages/source-files.ts";
import { type StackHolder, stackText } from "./messages/stack.ts";

export interface Position {
  /** Path of the source file, relative to the folder of its nearest package.json, with forward slashes. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The same file as the stack named it. */
  readonly path: string;
}

/** A frame of the user's code, and the way it was called. */
export interface Caller extends Position {
  /** Whether the frame before it was called through the language, as the body of a `when` is. */
  readonly throughLanguage: boolean;
  /** The function that the frame calls; undefined where it has no name. */
  readonly calls: string | undefined;
}

/** What a stack says. Equal stacks give the same object. */
interface Trace {
  readonly position: Position | undefined;
  readonly callers: readonly Caller[];
  /** Whether the callers are all there are in the build of a module. */
  readonly whole: boolean;
}

/** What a build has made so far, in that order; nobody asks outside builds. */
let made: LazyPosition[] | undefined;

/** Which time the build came to a place by the same calls, from 0, and how often it did. */
export interface Turn {
  readonly index: number;
  readonly of: number;
}

const turnsOf = new WeakMap<readonly LazyPosition[], ReadonlyMap<LazyPosition, Turn>>();

/** Runs the build of a module: what it makes is counted by itself. */
export function countingApart<T>(build: () => T): T {
  const outer = made;
  made = [];
  try {
    return build();
  } finally {
    made = outer;
  }
}

/** Where the module that is being built is instantiated, or elaborated as the top. */
let instantiated: LazyPosition | undefined;

/** Describes and builds a module that is instantiated there: what is made in it without a line of the user stands there too. */
export function instantiatedAt<T>(at: LazyPosition, make: () => T): T {
  const outer = instantiated;
  instantiated = at;
  try {
    return make();
  } finally {
    instantiated = outer;
  }
}

/** Something that will know its position when asked. */
export class LazyPosition {
  readonly #rank: number;
  readonly #siblings: readonly LazyPosition[] | undefined;
  #stack: StackHolder | undefined;
  #trace: Trace | undefined;
  readonly #instance = instantiated;
  readonly #origin: LazyPosition | undefined;

  constructor(holder: StackHolder | LazyPosition | Position) {
    if (holder instanceof LazyPosition) this.#origin = holder;
    else if ("line" in holder) this.#trace = { position: holder, callers: [], whole: false };
    else this.#stack = holder;
    this.#rank = made?.length ?? 0;
    this.#siblings = made;
    made?.push(this);
  }

  /** How many were captured before in the same build: what the build made earlier has the smaller number. */
  get rank(): number {
    return this.#rank;
  }

  /** How often the build came here by the same calls, as in a loop, and which time this was. To be asked after it. */
  get turn(): Turn {
    const siblings = this.#siblings;
    if (!siblings) return { index: 0, of: 1 };
    let turns = turnsOf.get(siblings);
    if (!turns) {
      turns = LazyPosition.#turns(siblings);
      turnsOf.set(siblings, turns);
    }
    return turns.get(this) ?? { index: 0, of: 1 };
  }

  static #turns(siblings: readonly LazyPosition[]): Map<LazyPosition, Turn> {
    const comers = new Map<Trace, LazyPosition[]>();
    for (const sibling of siblings) {
      const trace = sibling.#read();
      const same = comers.get(trace);
      if (same) same.push(sibling);
      else comers.set(trace, [sibling]);
    }
    return new Map([...comers.values()].flatMap((same) => same.map((one, index) => [one, { index, of: same.length }])));
  }

  /**
   * The innermost frame outside the language itself; in a module of the language, where the user's code instantiates it first.
   * Undefined when there is none.
   */
  get position(): Position | undefined {
    const { position, whole } = this.#read();
    return position ?? (whole ? this.#instance?.position : undefined);
  }

  /**
   * The frame of the user and its callers, up to the build of the module. None where the build is of the language: what stands in it is
   * not the user's, whose line only instantiates it.
   */
  get callers(): readonly Caller[] {
    return this.#read().callers;
  }

  /** The functions of the user in which the position stands, the innermost first, where it stands in the build of a module. */
  get calledFrom(): readonly Position[] {
    const { callers, whole } = this.#read();
    if (!whole) return [];
    const through = callers.findIndex((caller, i) => i > 0 && caller.throughLanguage);
    return callers.slice(1, through < 0 ? undefined : through);
  }

  /** The same place, for what the language makes there of its own accord: nobody calls it, so it has no name. */
  aside(): LazyPosition {
    return new LazyPosition(this);
  }

  /** Whether something of the language's own accord stands here. */
  get isAside(): boolean {
    return this.#origin !== undefined;
  }

  #read(): Trace {
    // A trace of its own, which counts for no turn of the origin.
    if (this.#origin) this.#trace ??= { ...this.#origin.#read() };
    if (this.#stack) this.#trace = traceOf(stackText(this.#stack));
    this.#stack = undefined;
    return this.#trace as Trace;
  }

  /** "generators/eie/queue.ts:42", or an empty string. */
  toString(): string {
    const at = this.position;
    return at ? `${at.file}:${at.line}` : "";
  }

  /** The source line under its number, and a caret under the column; nothing where the file cannot be read. */
  excerpt(): string[] {
    return this.position ? excerptOf(this.position) : [];
  }
}

/** The source line under its number, and a caret under the column; nothing where the file cannot be read. */
export function excerptOf(at: Position): string[] {
  const text = sourceLine(at.path, at.line);
  if (text === undefined) return [];
  const gutter = String(at.line).padStart(6);
  const margin = Math.max(0, Math.min(text.length - text.trimStart().length, at.column - 1));
  return [
    `${gutter} | ${text.slice(margin).trimEnd()}`,
    `${" ".repeat(gutter.length)} | ${" ".repeat(at.column - 1 - margin)}^`,
  ];
}

const stackDepth = 14;

/** Capture the caller's position; formatting is left for later. */
export function here(): LazyPosition {
  if (!Error.captureStackTrace) return new LazyPosition(new Error());
  const holder: StackHolder = {};
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

/** One line of a stack. */
interface Frame {
  /** Where it stands; undefined inside the language, and where there is no file. */
  readonly position: Position | undefined;
  /** Whether it stands in a file at all. */
  readonly placed: boolean;
  /** Whether it is the call of a build. */
  readonly elaborates: boolean;
  /** The name of its function. */
  readonly name: string | undefined;
}

/** A call of a build stands in this file. */
const elaboration = `${languageFolder}elaborate.`;

const traces = new Map<string, Trace>();

function traceOf(stack: string): Trace {
  const known = traces.get(stack);
  if (known) return known;
  const callers: Caller[] = [];
  let inBuild = true;
  let whole = false;
  let throughLanguage = false;
  let calls: string | undefined;
  for (const text of stack.split("\n")) {
    const { position, placed, elaborates, name } = frameOf(text);
    if (position) callers.push({ ...position, throughLanguage, calls });
    if (elaborates && !whole) {
      // Who instantiates or elaborates the module is told only where nothing of the module is the user's.
      inBuild = callers.length > 0;
      whole = true;
      if (inBuild) break;
    }
    if (placed) throughLanguage = position === undefined;
    calls = name;
  }
  const [position] = callers;
  const trace = { position, callers: inBuild ? callers : [], whole };
  traces.set(stack, trace);
  return trace;
}

const frames = new Map<string, Frame>();

function frameOf(text: string): Frame {
  const known = frames.get(text);
  if (known) return known;
  const [, place, line, column] = frame.exec(text) ?? [];
  const path = place === undefined ? undefined : pathOf(place);
  const inside = path?.startsWith(languageFolder) && !/\.test\.|\bfixtures\b/.test(path);
  const parsed = {
    position:
      path === undefined || inside
        ? undefined
        : { file: packageRelative(path), line: Number(line), column: Number(column), path },
    placed: path !== undefined,
    elaborates: path?.startsWith(elaboration) ?? false,
    name: functionOf(text),
  };
  frames.set(text, parsed);
  return parsed;
}

/** The name of a frame's function: "add" of "at UIntSignal.add (…)", "plus" of "at UIntSignal.add [as plus] (…)". */
function functionOf(text: string): string | undefined {
  const [, name, alias] = /^\s*at (?:async |new |get |set )*([^\s(]+)(?: \[as (\w+)\])? \(/.exec(text) ?? [];
  return alias ?? /[A-Za-z_$][\w$]*$/.exec(name ?? "")?.[0];
}
