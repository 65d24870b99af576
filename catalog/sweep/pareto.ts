import type { SweepPoint } from "./sweep.ts";
import { type Row, tableOf } from "./table.ts";

/** A point in the plane of two costs. */
export interface Plotted {
  readonly label: string;
  readonly x: number;
  readonly y: number;
}

/** The names of two costs, and the points that have both. */
export interface Plane {
  readonly x: string;
  readonly y: string;
  readonly points: readonly Plotted[];
}

/** Best known first: what a target calls its area, and what a design costs besides. */
const areas = ["areaUm2", "nand2", "lut"];
const others = ["cycles", "depth", "dsp", "bram", "ff"];

/** Area against cycles where cycles were counted, else against the next best figure that differs between points. */
export function planeOf(points: readonly SweepPoint[], targets: readonly string[]): Plane {
  const { columns, rows } = tableOf(points, targets);
  const known = (names: readonly string[]) =>
    names.flatMap((name) => columns.filter((column) => column === name || column.endsWith(`.${name}`)));
  const differs = (name: string) => new Set(rows.map((row) => row[name]).filter((v) => v !== undefined)).size > 1;
  const [x = "area"] = known(areas);
  const candidates = known(others);
  const y = candidates.find((name) => name === "cycles") ?? candidates.find(differs) ?? candidates[0] ?? "ff";
  const plotted = rows.flatMap((row: Row, i): Plotted[] => {
    const [at, up] = [row[x], row[y]];
    if (typeof at !== "number" || typeof up !== "number" || points[i].error) return [];
    const label = Object.entries(points[i].varied).map(([key, value]) => `${key}=${value}`);
    return [{ label: label.join(" "), x: at, y: up }];
  });
  return { x, y, points: plotted };
}

/** The points that no other point beats in one cost without losing in the other, cheapest in x first. */
export function paretoFront(points: readonly Plotted[]): Plotted[] {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
  const front: Plotted[] = [];
  for (const point of sorted) {
    const last = front.at(-1);
    if (!last || point.y < last.y) front.push(point);
  }
  return front;
}
