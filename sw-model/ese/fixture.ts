import { type Gate, gates, type WeightMatrix } from "./network.ts";
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
  const byGate = <T>(make: () => T) => Object.fromEntries(gates.map((gate) => [gate, make()])) as Record<Gate, T>;
  return {
    network: {
      inputs,
      cells,
      outputs,
      input: byGate(() => matrix(cells, inputs)),
      recurrent: byGate(() => matrix(cells, outputs)),
      bias: byGate(() => list(cells, largest.bias)),
      ...(p.projection > 0 ? { projection: matrix(outputs, cells) } : {}),
      ...(p.peephole
        ? {
            peephole: {
              i: list(cells, largest.weight),
              f: list(cells, largest.weight),
              o: list(cells, largest.weight),
            },
          }
        : {}),
    },
    sequences: [
      {
        x: Array.from({ length: steps }, () => list(inputs, largest.x)),
        state: { c: list(cells, largest.c), y: list(outputs, largest.y) },
      },
    ],
    batched: false,
  };
}
