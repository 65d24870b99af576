/** What several runs covered together. */
import { UserError } from "../../sw-model/errors.ts";
import {
  type CoverageData,
  type GroupCoverage,
  noCoverage,
  type SignalCoverage,
  type TypescriptCoverage,
  type VerilogCoverage,
} from "./data.ts";

/**
 * The sum of runs. Equal lines, bits and bins count together; Verilog is equal when its text is. Runs of different versions of a file of
 * TypeScript (`coverage-sources-differ`) or of a group (`coverage-groups-differ`) cannot be added.
 */
export function mergeCoverage(all: readonly CoverageData[]): CoverageData {
  return {
    ...noCoverage,
    runs: all.reduce((sum, { runs }) => sum + runs, 0),
    typescript: mergedBy(
      all.flatMap(({ typescript }) => typescript),
      ({ file }) => file,
      addFiles,
    ).sort(byFile),
    verilog: mergedBy(
      all.flatMap(({ verilog }) => verilog),
      ({ name, text }) => `${name}\n${text}`,
      addVerilog,
    ),
    groups: mergedBy(
      all.flatMap(({ groups }) => groups),
      ({ name }) => name,
      addGroups,
    ),
  };
}

const byFile = (a: TypescriptCoverage, b: TypescriptCoverage) => (a.file < b.file ? -1 : 1);

/** One for each key, in the order of the first of its kind. */
function mergedBy<T>(all: readonly T[], keyOf: (one: T) => string, add: (a: T, b: T) => T): T[] {
  const merged = new Map<string, T>();
  for (const one of all) {
    const key = keyOf(one);
    const known = merged.get(key);
    merged.set(key, known === undefined ? one : add(known, one));
  }
  return [...merged.values()];
}

/** Counts of both lists, equal keys together. */
function added<T extends { count: number }>(a: readonly T[], b: readonly T[], keyOf: (one: T) => string): T[] {
  return mergedBy([...a, ...b], keyOf, (x, y) => ({ ...x, count: x.count + y.count }));
}

const byLine = (a: { line: number }, b: { line: number }) => a.line - b.line;

function addFiles(a: TypescriptCoverage, b: TypescriptCoverage): TypescriptCoverage {
  if (a.text !== b.text) throw sourcesDiffer(a.file);
  return {
    ...a,
    arms: added(a.arms, b.arms, ({ line, column, label }) => `${line} ${column} ${label}`).sort(byLine),
    lines: added(a.lines, b.lines, ({ line }) => `${line}`).sort(byLine),
    covers: added(a.covers, b.covers, ({ line, name }) => `${line} ${name}`).sort(byLine),
  };
}

function addVerilog(a: VerilogCoverage, b: VerilogCoverage): VerilogCoverage {
  const points = added(a.points, b.points, ({ line, column, module, what }) => `${line} ${column} ${module} ${what}`);
  const signals = mergedBy(
    [...a.signals, ...b.signals],
    ({ module, name, line }) => `${module} ${name} ${line}`,
    addBits,
  );
  return { ...a, points: points.sort(byLine), signals };
}

function addBits(a: SignalCoverage, b: SignalCoverage): SignalCoverage {
  const bits = { ...a.bits };
  for (const [bit, count] of Object.entries(b.bits)) bits[bit] = (bits[bit] ?? 0) + count;
  return { ...a, bits };
}

function addGroups(a: GroupCoverage, b: GroupCoverage): GroupCoverage {
  if (shapeOf(a) !== shapeOf(b)) throw groupsDiffer(a, b);
  const sum = (x: GroupCoverage["points"][number]["bins"], y: typeof x) =>
    x.map((bin, i) => ({ ...bin, count: bin.count + y[i].count }));
  return {
    name: a.name,
    samples: a.samples + b.samples,
    points: a.points.map((point, i) => ({
      ...point,
      bins: sum(point.bins, b.points[i].bins),
      other: point.other + b.points[i].other,
    })),
    crosses: a.crosses.map((cross, i) => ({ ...cross, bins: sum(cross.bins, b.crosses[i].bins) })),
  };
}

/** Names of points, bins and crosses. */
function shapeOf({ points, crosses }: GroupCoverage): string {
  const part = ({ name, bins }: { name: string; bins: readonly { name: string }[] }) =>
    `${name} { ${bins.map((bin) => bin.name).join(", ")} }`;
  return [...points, ...crosses].map(part).join("; ");
}

function sourcesDiffer(file: string): UserError {
  return new UserError({
    code: "coverage-sources-differ",
    message: `the runs are of different versions of ${file}`,
    where: file,
    expected: "runs of one version of each file: lines of several cannot be added",
    found: "two texts of it",
    hint: "run all of them anew",
  });
}

function groupsDiffer(a: GroupCoverage, b: GroupCoverage): UserError {
  return new UserError({
    code: "coverage-groups-differ",
    message: `there are two coverage groups "${a.name}" with different points or bins`,
    where: a.name,
    expected: shapeOf(a),
    found: shapeOf(b),
    hint: "give them different names, or run all runs anew",
  });
}
