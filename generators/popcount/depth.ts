import { HdlError } from "../../hdl/index.ts";
import type { PopcountStructure } from "./popcount.ts";

/** Cells one after another in a level of counters, and in front of the first one, where lanes are compared. */
const cells: Readonly<Record<PopcountStructure, { readonly level: number; readonly lanes: number }>> = {
  "full-adders": { level: 6, lanes: 3 },
  // A table takes the comparison in.
  adders: { level: 1, lanes: 0 },
  "carry-counters": { level: 1, lanes: 0 },
  "dual-tables": { level: 1, lanes: 0 },
};

/**
 * The most levels of counters with at most `depth` cells one after another between two registers: NANDs of two inputs and
 * inverters for full adders, look-up tables for the others, where the carries behind a table do not count. Lanes that are
 * compared are counted in. Throws `HdlError` bad-width where not even one level is that shallow.
 */
export function levelsWithin(structure: PopcountStructure, depth: number): number {
  const { level, lanes } = cells[structure];
  const levels = Math.floor((depth - lanes) / level);
  if (levels >= 1) return levels;
  throw new HdlError({
    code: "bad-width",
    message: `A level of ${structure} is deeper than ${depth}.`,
    expected: `a depth of ${level + lanes} or more`,
  });
}
