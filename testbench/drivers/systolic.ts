import { bWidthOf } from "../../sw-model/srmac/spec.ts";
import type { SystolicOperation, SystolicResult } from "../../sw-model/systolic/golden.ts";
import { columnSeeds } from "../../sw-model/systolic/seeds.ts";
import type { SystolicParameters } from "../../sw-model/systolic/spec.ts";
import type { Simulation, Stalls } from "../simulation.ts";
import type { Driver, Outcome } from "./driver.ts";
import { gather } from "./edges.ts";
import { seedCommands, unsigned } from "./srmac.ts";

/** Loads the seeds of all columns, then streams the tiles of the product through, back to back or with stalls at both ends. */
export async function streamSystolic(
  simulation: Simulation,
  parameters: SystolicParameters,
  { a, b, seed }: SystolicOperation,
  stalls?: Stalls,
): Promise<Outcome<SystolicResult>> {
  const { rows, cols, outWidth } = parameters;
  const columns = b[0].length;
  const tiles: { readonly top: number; readonly left: number }[] = [];
  for (let top = 0; top < a.length; top += rows) {
    for (let left = 0; left < columns; left += cols) tiles.push({ top, left });
  }
  const words = tiles.flatMap(({ top, left }) => tileWords(parameters, { a, b }, top, left));
  const ports = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}_${i}`);
  const before = simulation.edges;
  await simulation.execute(seedCommands(parameters, seed === undefined ? [] : columnSeeds(parameters, seed)));
  const pull = {
    ...{ valid: "results_valid", ready: "results_ready", data: ports("results_data", cols) },
    count: a.length * Math.ceil(columns / cols),
  };
  const rest = { pull, ...(stalls ? { stalls } : {}), limit: 10_000 };
  const handshake = (name: string) => ({ valid: `${name}_valid`, ready: `${name}_ready` });
  let values: readonly bigint[];
  let cycles: number;
  if (parameters.edgeDepth) {
    const ofA = [...ports("a_data_values", rows), "a_data_last", "a_data_lastRow"];
    const ofB = [...ports("b_data_values", cols), "b_data_lastColumn"];
    const feeds = [
      { ...handshake("a"), data: ofA, rows: words.map((word) => [...word.a, word.last, word.lastRow]) },
      { ...handshake("b"), data: ofB, rows: words.map((word) => [...word.b, word.lastColumn]) },
    ];
    ({ values, between: cycles } = await gather(simulation, { feeds, ...rest }));
  } else {
    const data = [
      ...[...ports("operands_data_a", rows), ...ports("operands_data_b", cols)],
      ...["operands_data_last", "operands_data_lastRow", "operands_data_lastColumn"],
    ];
    const given = words.map((word) => [...word.a, ...word.b, word.last, word.lastRow, word.lastColumn]);
    const push = { ...handshake("operands"), data, rows: given };
    [values] = await simulation.execute([{ kind: "exchange", push, ...rest }]);
    cycles = Number(values[values.length - 1]);
  }
  const c = a.map(() => new Array<bigint>(columns));
  let from = 0;
  for (const { top, left } of tiles) {
    for (let r = top; r < Math.min(top + rows, a.length); r++, from += cols) {
      for (let j = 0; j < Math.min(cols, columns - left); j++)
        c[r][left + j] = BigInt.asIntN(outWidth, values[from + j]);
    }
  }
  return { result: { c }, cycles, ioCycles: simulation.edges - before - cycles };
}

/** A word of operands, and what it says of its tile. */
interface Word {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly last: number;
  readonly lastRow: number;
  readonly lastColumn: number;
}

/** The words of a tile: for each step of the inner dimension a column of A and a row of B, zeros beyond their ends. */
function tileWords(
  parameters: SystolicParameters,
  { a, b }: Pick<SystolicOperation, "a" | "b">,
  top: number,
  left: number,
): Word[] {
  const { rows, cols, width } = parameters;
  const bWidth = bWidthOf(parameters);
  const [lastRow, lastColumn] = [Math.min(rows, a.length - top) - 1, Math.min(cols, b[0].length - left) - 1];
  return b.map((bRow, k) => ({
    a: Array.from({ length: rows }, (_, i) => (i <= lastRow ? unsigned(a[top + i][k], width) : 0)),
    b: Array.from({ length: cols }, (_, j) => (j <= lastColumn ? unsigned(bRow[left + j], bWidth) : 0)),
    ...{ last: k === b.length - 1 ? 1 : 0, lastRow, lastColumn },
  }));
}

/** An operation without stalls. */
export const driveSystolic: Driver<SystolicParameters, SystolicOperation, SystolicResult> = (
  simulation,
  parameters,
  operation,
) => streamSystolic(simulation, parameters, operation);
