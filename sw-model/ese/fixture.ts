import { type EseNetwork, gates, gruGates, gruSums, peepholeGates, type WeightMatrix } from "./network.ts";
import type { EseOperation } from "./operation.ts";
import { type EseParameters, outputCount } from "./spec.ts";

/** How large a network to draw, and the largest raw values of it. */
export interface Drawing {
  readonly inputs: number;
  readonly cells: number;
  readonly steps: number;
  /** Share of the weights that are stored. */
  readonly density: number;
  readonly largest: {
    readonly x: number;
    readonly weight: number;
    readonly bias: number;
    readonly c: number;
    readonly y: number;
  };
}

/** A random operation of one sequence; `uniform` gives numbers from 0 to 1. */
export function drawOperation(p: EseParameters, drawing: Drawing, uniform: () => number): EseOperation {
  const { inputs, cells, steps, density, largest } = drawing;
  const outputs = outputCount(p, cells);
  const signed = (most: number) => Math.round((2 * uniform() - 1) * most);
  const list = (length: number, most: number) => Array.from({ length }, () => signed(most));
  const matrix = (rows: number, cols: number): WeightMatrix => ({
    rows,
    cols,
    entries: Array.from({ length: rows * cols }, (_, i) => i)
      .filter(() => uniform() < density)
      .map((i) => [Math.floor(i / cols), i % cols, signed(largest.weight)] as const),
  });
  const named = <N extends string, T>(names: readonly N[], make: () => T) =>
    Object.fromEntries(names.map((name) => [name, make()])) as Record<N, T>;
  const network = (): EseNetwork => {
    if (p.cell === "gru") {
      return {
        kind: "gru",
        ...{ inputs, cells, outputs },
        input: named(gruGates, () => matrix(cells, inputs)),
        recurrent: named(gruGates, () => matrix(cells, outputs)),
        bias: named(gruSums, () => list(cells, largest.bias)),
      };
    }
    return {
      kind: "lstm",
      ...{ inputs, cells, outputs },
      input: named(gates, () => matrix(cells, inputs)),
      recurrent: named(gates, () => matrix(cells, outputs)),
      bias: named(gates, () => list(cells, largest.bias)),
      ...(p.projection > 0 ? { projection: matrix(outputs, cells) } : {}),
      ...(p.peephole ? { peephole: named(peepholeGates, () => list(cells, largest.weight)) } : {}),
    };
  };
  return {
    network: network(),
    sequences: [
      {
        x: Array.from({ length: steps }, () => list(inputs, largest.x)),
        state: { c: list(cells, largest.c), y: list(outputs, largest.y) },
      },
    ],
    batched: false,
  };
}
