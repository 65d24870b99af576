import type { MatmulParameters } from "../../sw-model/matmul/spec.ts";
import { pulsed, type RegisterMap, shown, written } from "../common/registers.ts";

/** The registers of a matrix multiplier. */
export function matmulRegisters({ cols }: Pick<MatmulParameters, "cols">): RegisterMap {
  return [
    {
      name: "CONTROL",
      help: "Starts a product, as soon as the one before is done.",
      fields: [
        pulsed("start", 1, "start"),
        pulsed("takeA", 1, "with start: A is what was loaded last; else as before"),
        pulsed("takeB", 1, "with start: the same of B"),
        pulsed("keep", 1, "with start: a part of the sums of one tile, which the next start goes on with; no results"),
      ],
    },
    {
      name: "STATUS",
      help: "What goes on.",
      fields: [
        shown("busy", 1, "operands are read, or results are to come"),
        shown("pending", 1, "a start waits; nothing is loaded meanwhile"),
        shown("loadedA", 1, "A is whole or fills its squares; no more is taken before a start with takeA"),
        shown("loadedB", 1, "the same of B"),
      ],
    },
    {
      name: "ORDER",
      help: "How the operands lie in the buffers.",
      fields: [
        written("transposedA", 1, "what was loaded is the transpose of A"),
        written("transposedB", 1, "what was loaded is the transpose of B"),
      ],
    },
    { name: "INNER", help: "Inner dimension.", fields: [written("lastInner", 16, "inner dimension less 1")] },
    {
      name: "TILES",
      help: "Tiles of the result.",
      fields: [
        written("lastRowTile", 16, "rows of tiles less 1"),
        written("lastColumnTile", 16, "columns of tiles less 1"),
      ],
    },
    {
      name: "EDGE",
      help: "What there is of the last tiles.",
      fields: [
        written("edgeRow", 8, "rows of the last row of tiles less 1"),
        written("edgeColumn", 8, "columns of the last column less 1"),
      ],
    },
    steps("A", "row of tiles"),
    steps("B", "column of tiles"),
    {
      name: "RESULTS",
      help: "Words of results.",
      fields: [written("resultWords", 32, "rows of the result times columns of tiles")],
    },
    {
      name: "SEED",
      help: "Seeds of the columns, while nothing goes on: lfsrWidth words, the lowest bits first.",
      lockable: true,
      fields: [pulsed("seedBits", cols, "a bit for each column"), pulsed("seedPush", 1, "take the bits")],
    },
    {
      name: "CYCLES",
      help: "Clocks.",
      fields: [shown("cycles", 32, "clocks that the last product took, with the parts that were kept for it")],
    },
  ];
}

/** How to go through the squares of an operand. */
function steps(operand: "A" | "B", next: string) {
  return {
    name: `STEPS_${operand}`,
    help: `Squares of ${operand} to go on by.`,
    fields: [
      written(`squareStep${operand}`, 16, "along the inner dimension"),
      written(`tileStep${operand}`, 16, `to the next ${next}`),
    ],
  };
}
