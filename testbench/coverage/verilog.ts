/** What a model of Verilator counted, by the source that its lines come from. */
import { type NetPosition, sourceOf } from "../../hdl/index.ts";
import { propertyMacro } from "../../hdl/verilog/property.ts";
import { plainPlace } from "../../platform/verilog-text.ts";
import type { SignalCoverage, VerilogCoverage } from "./data.ts";
import { textOf } from "./database.ts";
import type { CoverageSource } from "./source.ts";
import type { CoveragePoint } from "./verilator-data.ts";

/** What a run counted, and what of it before reset ended. */
export interface VerilatorCounts {
  readonly all: readonly CoveragePoint[];
  readonly inReset: readonly CoveragePoint[];
}

/** The name under which a model knows the text of its design, unless a directive gives another. */
const designFile = "design.v";

/**
 * Lines and toggles by module of our own, or by file of Verilog from elsewhere. Toggles count from the end of reset on: what registers
 * hold at power-up is random.
 */
export function verilogCoverage(source: CoverageSource, counts: VerilatorCounts): VerilogCoverage[] {
  const key = ({ file, line, column, what, module }: CoveragePoint) =>
    JSON.stringify([file, line, column, what, module]);
  const before = new Map(counts.inReset.map((point) => [key(point), point.count]));
  const points = counts.all.map((point) =>
    point.kind === "line" ? point : { ...point, count: point.count - (before.get(key(point)) ?? 0) },
  );
  return source.made ? ownModules(source.made, points) : otherFiles(source.design, points);
}

/** How often the branch of a property was taken after reset, over all instances of its module. */
export function propertyCounts(
  { modules, positions }: NonNullable<CoverageSource["made"]>,
  { all, inReset }: VerilatorCounts,
): (module: string, property: string) => number {
  const lines = new Map<string, readonly number[]>();
  for (const { module, net, kind, verilog } of positions) {
    if (kind === "property") lines.set(`${module} ${net}`, verilog);
  }
  const taken = new Map<number, number>();
  for (const { kind, what, line, count } of all) if (kind === "line" && what === "if") taken.set(line, count);
  for (const { kind, what, line, count } of inReset) {
    if (kind === "line" && what === "if") taken.set(line, (taken.get(line) ?? 0) - count);
  }
  const before = new Map(modules.map((module) => [module.name, module.before]));
  return (module, property) => {
    const offset = before.get(module) ?? 0;
    return (lines.get(`${module} ${property}`) ?? []).reduce((sum, line) => sum + (taken.get(offset + line) ?? 0), 0);
  };
}

function ownModules(
  { modules, positions }: NonNullable<CoverageSource["made"]>,
  points: readonly CoveragePoint[],
): VerilogCoverage[] {
  const guard = `\`ifdef ${propertyMacro["for coverage"]}`;
  return modules.map(({ name, text, before }) => {
    const lines = text.split("\n");
    // Properties, and the branches that count arms, are no part of the design.
    const [from, to] = [lines.indexOf(guard), lines.indexOf("`endif")];
    const shown = from < 0 ? lines : [...lines.slice(0, from), ...lines.slice(to + 1)];
    const last = from < 0 ? lines.length : from;
    const inside = points.filter(({ line }) => line > before && line <= before + last);
    const local = inside.map((point) => ({
      ...point,
      line: point.line - before,
      lines: point.lines.map((line) => line - before),
    }));
    // Clock, reset and what gathers unread bits have no line of TypeScript.
    const signals = signalsOf(local).flatMap((signal) => {
      const at = declaredAt(positions, name, signal.name);
      return at === undefined ? [] : [{ ...signal, at }];
    });
    return { name, made: true, text: shown.join("\n"), points: linePoints(local), signals };
  });
}

function declaredAt(positions: readonly NetPosition[], module: string, net: string): string | undefined {
  const found = sourceOf(positions, module, net);
  return found && `${found.file}:${found.line}`;
}

function otherFiles(design: CoverageSource["design"], points: readonly CoveragePoint[]): VerilogCoverage[] {
  return [...new Set(points.map(({ file }) => file))].map((file) => {
    const inside = points.filter((point) => point.file === file);
    const own = file === designFile;
    const path = plainPlace(file);
    const text = own ? design.verilog : textOf(path);
    return {
      name: own ? `${design.top}.v` : path,
      made: false,
      text,
      points: linePoints(inside),
      signals: signalsOf(inside),
    };
  });
}

function linePoints(points: readonly CoveragePoint[]): VerilogCoverage["points"] {
  return points
    .filter(({ kind }) => kind === "line")
    .map(({ line, column, module, what, lines, count }) => ({ line, column, module, what, lines: [...lines], count }))
    .sort((a, b) => a.line - b.line);
}

/** Toggles by net, in the order of their declarations. */
function signalsOf(points: readonly CoveragePoint[]): SignalCoverage[] {
  const signals = new Map<string, SignalCoverage>();
  const toggles = points.filter(({ kind }) => kind === "toggle").sort((a, b) => a.line - b.line || a.column - b.column);
  for (const { module, line, what, count } of toggles) {
    const [, name, bit] = /^(.*?)((?:\[\d+\])*)$/.exec(what) ?? ["", what, ""];
    const key = `${module} ${line} ${name}`;
    const known = signals.get(key) ?? { module, name, line, bits: {} };
    known.bits[bit] = (known.bits[bit] ?? 0) + count;
    signals.set(key, known);
  }
  return [...signals.values()];
}
