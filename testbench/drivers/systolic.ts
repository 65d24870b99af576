import { systolicGeometry } from "../../generators/systolic/geometry.ts";
import { bWidthOf } from "../../sw-model/srmac/spec.ts";
import type { SystolicOperation, SystolicResult } from "../../sw-model/systolic/golden.ts";
import { columnSeeds } from "../../sw-model/systolic/seeds.ts";
import type { SystolicParameters } from "../../sw-model/systolic/spec.ts";
import type { Simulation, Stalls, StreamPorts } from "../simulation.ts";
import type { Driver, Outcome } from "./driver.ts";
import { type Feed, gather } from "./edges.ts";
import { seedCommands, unsigned } from "./srmac.ts";

/** Loads the seeds of all columns, then streams the tiles of the product through, back to back or with stalls at both ends. */
export async function streamSystolic(
  simulation: Simulation,
  parameters: SystolicParameters,
  operation: SystolicOperation,
  stalls?: Stalls,
): Promise<Outcome<SystolicResult>> {
  const { a, b, seed } = operation;
  const words = tilesOf(parameters, operation).flatMap((tile) => tileWords(parameters, operation, tile));
  const before = simulation.edges;
  await simulation.execute(seedCommands(parameters, seed === undefined ? [] : columnSeeds(parameters, seed)));
  const pull = { ...resultPorts(parameters), count: a.length * Math.ceil(b[0].length / parameters.cols) };
  const rest = { pull, ...(stalls ? { stalls } : {}), limit: 10_000 };
  const feeds = operandFeeds(parameters, words);
  let values: readonly bigint[];
  let cycles: number;
  if (feeds.length > 1) {
    ({ values, between: cycles } = await gather(simulation, { feeds, ...rest }));
  } else {
    [values] = await simulation.execute([{ kind: "exchange", push: feeds[0], ...rest }]);
    cycles = Number(values[values.length - 1]);
  }
  return {
    result: resultOf(parameters, operation, values),
    cycles,
    ioCycles: simulation.edges - before - cycles,
  };
}

/**
 * The product twice with stalls. Nothing of the first one is taken until it has no word left, or, where the queue of results does not hold it,
 * until its last tile. The seeds of the second one are offered while these rows are on their way and wait, and the end of its first
 * tile (with queues at the edges: its first words) at the same time. Gives both results; none where there are no seeds to load, or no rows.
 */
export async function twiceSystolic(
  simulation: Simulation,
  parameters: SystolicParameters,
  operation: SystolicOperation,
  stalls: Stalls,
): Promise<SystolicResult[]> {
  const { a, b, seed } = operation;
  const tiles = tilesOf(parameters, operation);
  const [load] = seedCommands(parameters, seed === undefined ? [] : columnSeeds(parameters, seed));
  if (load?.kind !== "push" || tiles.length === 0) return [];
  const { kind: _, limit, rows: bits, ...seedPorts } = load;
  const words = tiles.flatMap((tile) => tileWords(parameters, operation, tile));
  const ports = resultPorts(parameters);
  const count = a.length * Math.ceil(b[0].length / parameters.cols);
  const ofLast = words[words.length - 1].lastRow + 1;
  const { queueDepth } = systolicGeometry(parameters);
  // A tile is taken where there is room for a whole one.
  const waiting = count - ofLast + parameters.rows <= queueDepth ? count : ofLast;
  // Without queues the second product begins, all but the end of its first tile.
  const early = parameters.edgeDepth ? 0 : b.length - 1;
  await simulation.execute([load]);
  const first = await gather(simulation, {
    ...{ feeds: operandFeeds(parameters, [...words, ...words.slice(0, early)]), stalls, limit: 10_000 },
    pull: { ...ports, count: count - waiting },
  });
  const next = operandFeeds(parameters, words.slice(early));
  const push = { ...seedPorts, rows: bits.slice(0, 1) };
  const offers = [...next, push].flatMap(({ valid, data, rows: [row] }) => [
    ...data.map((port, i) => ({ kind: "poke", port, value: row[i] }) as const),
    { kind: "poke", port: valid, value: 1 } as const,
  ]);
  const pull = { ...ports, count: waiting };
  const replies = await simulation.execute([
    ...offers,
    // Time for all rows to arrive, half of the times.
    { kind: "step", cycles: stalls.seed % 2 === 0 ? 2 * queueDepth : 0 },
    { kind: "exchange", push, pull, stalls: { ...stalls, push: 0 }, limit },
  ]);
  const rest = replies[replies.length - 1];
  const second = await gather(simulation, {
    ...{
      feeds: [...next.map((feed) => ({ ...feed, offered: true })), { ...seedPorts, rows: bits.slice(1) }],
      pull: { ...ports, count },
      stalls,
      limit: 10_000,
    },
  });
  const given = [[...first.values, ...rest.slice(0, -1)], second.values];
  return given.map((values) => resultOf(parameters, operation, values));
}

interface Tile {
  readonly top: number;
  readonly left: number;
}

/** The tiles of a product, row-major. */
function tilesOf({ rows, cols }: SystolicParameters, { a, b }: SystolicOperation): Tile[] {
  const tiles: Tile[] = [];
  for (let top = 0; top < a.length; top += rows) {
    for (let left = 0; left < b[0].length; left += cols) tiles.push({ top, left });
  }
  return tiles;
}

const numbered = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}_${i}`);
const handshake = (name: string) => ({ valid: `${name}_valid`, ready: `${name}_ready` });

function resultPorts({ cols }: SystolicParameters): StreamPorts {
  return { ...handshake("results"), data: numbered("results_data", cols) };
}

/** Words for the one stream of operands, or for the two at the edges. */
function operandFeeds({ rows, cols, edgeDepth }: SystolicParameters, words: readonly Word[]): Feed[] {
  if (edgeDepth) {
    const ofA = [...numbered("a_data_values", rows), "a_data_last", "a_data_lastRow"];
    const ofB = [...numbered("b_data_values", cols), "b_data_lastColumn"];
    return [
      { ...handshake("a"), data: ofA, rows: words.map((word) => [...word.a, word.last, word.lastRow]) },
      { ...handshake("b"), data: ofB, rows: words.map((word) => [...word.b, word.lastColumn]) },
    ];
  }
  const data = [
    ...[...numbered("operands_data_a", rows), ...numbered("operands_data_b", cols)],
    ...["operands_data_last", "operands_data_lastRow", "operands_data_lastColumn"],
  ];
  const given = words.map((word) => [...word.a, ...word.b, word.last, word.lastRow, word.lastColumn]);
  return [{ ...handshake("operands"), data, rows: given }];
}

/** The product from its rows as they come, tile by tile. */
function resultOf(
  parameters: SystolicParameters,
  operation: SystolicOperation,
  values: readonly bigint[],
): SystolicResult {
  const { rows, cols, outWidth } = parameters;
  const columns = operation.b[0].length;
  const c = operation.a.map(() => new Array<bigint>(columns));
  let from = 0;
  for (const { top, left } of tilesOf(parameters, operation)) {
    for (let r = top; r < Math.min(top + rows, c.length); r++, from += cols) {
      for (let j = 0; j < Math.min(cols, columns - left); j++)
        c[r][left + j] = BigInt.asIntN(outWidth, values[from + j]);
    }
  }
  return { c };
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
  { top, left }: Tile,
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
