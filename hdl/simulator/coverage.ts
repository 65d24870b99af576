/** Which arms of `when` and `switch` a simulation takes, told on the lines of the TypeScript. */
import { cutDeep } from "../deep.ts";
import { constant } from "../expression.ts";
import type { Arm, Circuit, Module, Property } from "../ir.ts";
import { sourceLine } from "../messages/source-files.ts";
import type { Position } from "../position.ts";
import { type FileCoverage, lcovText } from "./lcov.ts";

/** Names that no user can write: dollars are not for them. */
const armName = (index: number) => `arm$${index}`;

/** The circuit with a cover property for every arm; `Coverage` reads their counts. */
export function coverArms(circuit: Circuit): Circuit {
  return cutDeep({ ...circuit, modules: circuit.modules.map(withCovers) });
}

function withCovers(module: Module): Module {
  const { arms = [], ports, items } = module;
  if (arms.length === 0) return module;
  // A module without clock is looked at in every edge of the design.
  const clock = ports.find((port) => port.role === "clock")?.name ?? "";
  const reset = ports.find((port) => port.role === "reset")?.name;
  const covers = arms.map(({ condition = constant(1n, 1, false, module.at), at }, i): Property => {
    const name = armName(i);
    return { kind: "property", property: "cover", name, condition, clock, ...(reset ? { reset } : {}), at };
  });
  return { ...module, items: [...items, ...covers] };
}

/** The counts of a simulation: how often each cover held, by the path of the instance and its name. */
interface Counts {
  readonly covers: ReadonlyMap<string, number>;
}

/**
 * Adds up how often arms were taken and covers held: at how many edges, outside reset, their conditions held. Equal lines of several
 * instances, parameters and simulations count together.
 */
export class Coverage {
  readonly #watched: { circuit: Circuit; simulator: Counts; before: Counts["covers"] }[] = [];
  readonly #counted: { circuit: Circuit; countOf: (module: string, property: string) => number }[] = [];

  /** Counts in a simulation of `coverArms(circuit)` from now on. */
  watch(circuit: Circuit, simulator: Counts): void {
    this.#watched.push({ circuit, simulator, before: simulator.covers });
  }

  /** Adds what another simulator of `coverArms(circuit)` has counted of each property, over all instances of its module. */
  add(circuit: Circuit, countOf: (module: string, property: string) => number): void {
    this.#counted.push({ circuit, countOf });
  }

  /** Arms that were taken at least once. */
  get taken(): number {
    return this.#arms().filter(({ count }) => count > 0).length;
  }

  /** Arms that there are. */
  get total(): number {
    return this.#arms().length;
  }

  /** The counts of each file, by name. */
  files(): FileCoverage[] {
    const files = new Map<string, FileCounts>();
    for (const { circuit, countOf } of this.#counted)
      for (const module of circuit.modules) addModule(files, module, (name) => countOf(module.name, name));
    for (const { circuit, simulator, before } of this.#watched) {
      const modules = new Map(circuit.modules.map((module) => [module.name, module]));
      const { covers } = simulator;
      const visit = (module: Module, prefix: string): void => {
        addModule(files, module, (name) => {
          const path = prefix + name;
          return (covers.get(path) ?? 0) - (before.get(path) ?? 0);
        });
        for (const item of module.items) {
          const child = item.kind === "inst" ? modules.get(item.module) : undefined;
          if (child && item.kind === "inst") visit(child, `${prefix}${item.name}.`);
        }
      };
      visit(circuit.modules[circuit.modules.length - 1], "");
    }
    return [...files.values()].sort((a, b) => (a.file < b.file ? -1 : 1)).map(sorted);
  }

  /** The lcov text: DA lines for what stands in arms, BRDA lines for the arms. */
  lcov(): string {
    return lcovText(this.files());
  }

  #arms() {
    return this.files().flatMap(({ arms }) => arms);
  }
}

/** The counts of one source file, by line and what tells several on a line apart. */
interface FileCounts {
  readonly file: string;
  readonly path: string;
  readonly arms: Map<string, { line: number; column: number; label: string; count: number }>;
  readonly lines: Map<number, { line: number; count: number }>;
  readonly covers: Map<string, { line: number; name: string; count: number }>;
}

function sorted({ file, path, arms, lines, covers }: FileCounts): FileCoverage {
  const byLine = <T extends { line: number }>(all: Map<unknown, T>) =>
    [...all.values()].sort((a, b) => a.line - b.line);
  return { file, path, arms: byLine(arms), lines: byLine(lines), covers: byLine(covers) };
}

function addModule(files: Map<string, FileCounts>, module: Module, countOf: (property: string) => number): void {
  module.arms?.forEach((arm, i) => {
    // What stands in a module of the language is not the user's to cover.
    const [at] = arm.at.callers;
    if (at) addArm(fileOf(files, at), arm, at, countOf(armName(i)));
  });
  for (const item of module.items) {
    if (item.kind !== "property" || item.property !== "cover" || item.name.includes("$")) continue;
    const [at] = item.at.callers;
    if (!at) continue;
    const { covers } = fileOf(files, at);
    const key = `${at.line} ${item.name}`;
    const known = covers.get(key) ?? { line: at.line, name: item.name, count: 0 };
    covers.set(key, { ...known, count: known.count + countOf(item.name) });
  }
}

function fileOf(files: Map<string, FileCounts>, { file, path }: Position): FileCounts {
  const known = files.get(file) ?? { file, path, arms: new Map(), lines: new Map(), covers: new Map() };
  files.set(file, known);
  return known;
}

function addArm({ arms, lines }: FileCounts, arm: Arm, at: Position, count: number): void {
  const line = lineOf(arm, at);
  // A condition in a loop of TypeScript stands on one line and is many arms: they count together, as do instances.
  const key = `${line} ${at.column} ${arm.label}`;
  const known = arms.get(key) ?? { line, column: at.column, label: arm.label, count: 0 };
  arms.set(key, { ...known, count: known.count + count });
  for (const statement of arm.statements) {
    const place = statement.position;
    if (place?.file !== at.file) continue;
    lines.set(place.line, { line: place.line, count: (lines.get(place.line)?.count ?? 0) + count });
  }
}

/**
 * The line of an arm. JavaScript tells where `m.switch` and `m.fsm` were called, not where a case stands: it is the last line
 * with its label before the first thing in it, or the first one in the call; the call, where the cases are made otherwise.
 */
function lineOf({ label, statements }: Arm, call: Position): number {
  if (label === "") return call.line;
  const begins = new RegExp(`(?:^|[{,])\\s*(["']?)${label}\\1\\s*[:(]`);
  const isLabel = (line: number) => begins.test(sourceLine(call.path, line) ?? "");
  const inside = statements.flatMap(({ position }) =>
    position?.path === call.path && position.line >= call.line ? [position.line] : [],
  );
  if (inside.length > 0) {
    for (let line = Math.min(...inside); line >= call.line; line--) if (isLabel(line)) return line;
    return call.line;
  }
  const indent = indentOf(sourceLine(call.path, call.line) ?? "");
  for (let line = call.line; ; line++) {
    const text = sourceLine(call.path, line);
    const ended = line > call.line && (text === undefined || (text.trim() !== "" && indentOf(text) <= indent));
    if (text === undefined || ended) return call.line;
    if (isLabel(line)) return line;
  }
}

function indentOf(text: string): number {
  return text.length - text.trimStart().length;
}
