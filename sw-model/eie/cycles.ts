import { type CycleParameters, chainCycles, type LayerCycles } from "./array-cycles.ts";
import { encodeCsc } from "./csc.ts";
import type { EieOperation } from "./operation.ts";
import { operationTiles } from "./operation-tiles.ts";
import type { EieParameters } from "./spec.ts";
import type { Tiling } from "./tiles.ts";

/** Cycles of a matrix in tiles; loading between them is not counted. */
export function tiledCycles(
  parameters: CycleParameters & Pick<EieParameters, "indexBits">,
  { loads }: Tiling,
  x: readonly number[],
): LayerCycles {
  return loads
    .flatMap(({ tiles }) =>
      chainCycles(
        parameters,
        tiles.map(({ matrix, rotations, firstCol, hold, sourceRow, resultRow }) => {
          const columns = encodeCsc(matrix, { ...parameters, rotations });
          const activations = x.slice(firstCol, firstCol + matrix.cols);
          return { columns, activations, bias: false, outputs: hold ? 0 : matrix.rows, sourceRow, resultRow };
        }),
      ),
    )
    .reduce(
      (sum, { cycles, entries, blocked, starved }) => ({
        cycles: sum.cycles + cycles,
        entries: sum.entries + entries,
        blocked: sum.blocked + blocked,
        starved: sum.starved + starved,
      }),
      { cycles: 0, entries: 0, blocked: 0, starved: 0 },
    );
}

/** Cycles of one operation, in tiles where the memories do not hold it at once. */
export function eieCycles(parameters: EieParameters, operation: EieOperation): LayerCycles {
  return tiledCycles(parameters, operationTiles(parameters, operation), operation.x);
}
