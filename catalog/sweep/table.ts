import type { SynthesisReport } from "../../synth/synthesize.ts";
import type { SweepPoint } from "./sweep.ts";

const figures = [
  "lut",
  "lc",
  "ff",
  "carry",
  "dsp",
  "bram",
  "lutram",
  "depth",
  "nand2",
  "areaUm2",
  "memoryBits",
] as const;
type Figure = (typeof figures)[number];

/** A figure of a point by the name of its column: `xc7.lut`, or `lut` where there is one target. */
export type Row = Readonly<Record<string, string | number>>;

/** The points as rows: what varies, the figures that some point has, cycles, mismatches, error. */
export function tableOf(points: readonly SweepPoint[], targets: readonly string[]): { columns: string[]; rows: Row[] } {
  const rows = points.map((point) => rowOf(point, targets));
  const order = [
    ...Object.keys(points[0]?.varied ?? {}),
    ...targets.flatMap((_, i) => figures.map((figure) => columnOf(targets, i, figure))),
    ...["cycles", "ioCycles", "mismatches", "error"],
  ];
  return { columns: order.filter((name) => rows.some((row) => row[name] !== undefined)), rows };
}

function rowOf({ varied, reports = [], cycles, ioCycles, check, error }: SweepPoint, targets: readonly string[]): Row {
  const areas = reports.flatMap((report, i) =>
    figures.flatMap((figure) => {
      const value = (report as Partial<Record<Figure, number>> & SynthesisReport)[figure];
      return value === undefined ? [] : [[columnOf(targets, i, figure), value]];
    }),
  );
  return {
    ...varied,
    ...Object.fromEntries(areas),
    ...(cycles === undefined ? {} : { cycles }),
    ...(ioCycles === undefined ? {} : { ioCycles }),
    ...(check === undefined ? {} : { mismatches: check.mismatches }),
    ...(error === undefined ? {} : { error: `${error.code}: ${error.message}` }),
  };
}

const columnOf = (targets: readonly string[], index: number, figure: Figure) =>
  targets.length === 1 ? figure : `${targets[index].split("/").at(-1)}.${figure}`;

/** Comma-separated values (RFC 4180) with a line of names. */
export function csvOf({ columns, rows }: { columns: readonly string[]; rows: readonly Row[] }): string {
  const cell = (value: string | number | undefined) => {
    const text = `${value ?? ""}`;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = [columns, ...rows.map((row) => columns.map((name) => row[name]))];
  return lines.map((line) => `${line.map(cell).join(",")}\n`).join("");
}
