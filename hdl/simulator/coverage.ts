/** Which arms of `when` and `switch` a simulation takes, told on the lines of the TypeScript. */
import { cutDeep } from "../deep.ts";
import { constant } from "../expression.ts";
import type { Arm, Circuit, Module, Property } from "../ir.ts";
import { sourceLine } from "../messages/source-files.ts";
import type { Position } from "../position.ts";
import type { Simulator } from "./simulator.ts";

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

interface Counted {
  readonly label: string;
  count: number;
}

/** The counts of one source file: arms by the line on which they begin, and lines that stand in an arm. */
interface FileCounts {
  readonly arms: Map<number, Map<string, Counted>>;
  readonly lines: Map<number, number>;
}

/**
 * Adds up how often arms were taken: at how many edges, outside reset, their conditions held. Equal lines of several
 * instances, parameters and simulations count together.
 */
export class Coverage {
  readonly #watched: { circuit: Circuit; simulator: Simulator }[] = [];

  /** Counts in a simulation of `coverArms(circuit)` from now on. */
  watch(circuit: Circuit, simulator: Simulator): void {
    this.#watched.push({ circuit, simulator });
  }

  /** Arms that were taken at least once. */
  get taken(): number {
    return this.#arms().filter(({ count }) => count > 0).length;
  }

  /** Arms that there are. */
  get total(): number {
    return this.#arms().length;
  }

  /** The lcov text: DA lines for what stands in arms, BRDA lines for the arms. */
  lcov(): string {
    const files = [...this.#files()].sort(([a], [b]) => (a < b ? -1 : 1));
    return files.map(([file, counts]) => fileRecord(file, counts)).join("");
  }

  #arms(): Counted[] {
    return [...this.#files().values()].flatMap(({ arms }) => [...arms.values()].flatMap((one) => [...one.values()]));
  }

  #files(): Map<string, FileCounts> {
    const files = new Map<string, FileCounts>();
    for (const { circuit, simulator } of this.#watched) {
      const modules = new Map(circuit.modules.map((module) => [module.name, module]));
      const { covers } = simulator;
      const visit = (module: Module, prefix: string): void => {
        module.arms?.forEach((arm, i) => {
          addArm(files, arm, covers.get(prefix + armName(i)) ?? 0);
        });
        for (const item of module.items) {
          const child = item.kind === "inst" ? modules.get(item.module) : undefined;
          if (child && item.kind === "inst") visit(child, `${prefix}${item.name}.`);
        }
      };
      visit(circuit.modules[circuit.modules.length - 1], "");
    }
    return files;
  }
}

function addArm(files: Map<string, FileCounts>, arm: Arm, count: number): void {
  const at = arm.at.position;
  if (!at) return;
  const counts = files.get(at.file) ?? { arms: new Map(), lines: new Map() };
  files.set(at.file, counts);
  const line = lineOf(arm, at);
  const onLine = counts.arms.get(line) ?? new Map<string, Counted>();
  counts.arms.set(line, onLine);
  // A condition in a loop of TypeScript stands on one line and is many arms: they count together, as do instances.
  const key = arm.label === "" ? `${at.column}` : `${at.column} ${arm.label}`;
  const known = onLine.get(key) ?? { label: arm.label, count: 0 };
  known.count += count;
  onLine.set(key, known);
  for (const statement of arm.statements) {
    const place = statement.position;
    if (place?.file === at.file) counts.lines.set(place.line, (counts.lines.get(place.line) ?? 0) + count);
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

function fileRecord(file: string, { arms, lines }: FileCounts): string {
  const byLine = <T>(map: Map<number, T>) => [...map].sort(([a], [b]) => a - b);
  const branches = byLine(arms).flatMap(([line, onLine]) =>
    [...onLine.values()].map(({ count }, branch) => `BRDA:${line},0,${branch},${count}`),
  );
  const taken = [...arms.values()].flatMap((onLine) => [...onLine.values()]).filter(({ count }) => count > 0).length;
  const hit = [...lines.values()].filter((count) => count > 0).length;
  return [
    "TN:",
    `SF:${file}`,
    ...branches,
    `BRF:${branches.length}`,
    `BRH:${taken}`,
    ...byLine(lines).map(([line, count]) => `DA:${line},${count}`),
    `LF:${lines.size}`,
    `LH:${hit}`,
    "end_of_record",
    "",
  ].join("\n");
}
