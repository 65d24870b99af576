import type { MatmulParameters } from "../../sw-model/matmul/spec.ts";
import type { RegisterMap } from "../common/registers.ts";

/** The registers of a matrix multiplier. */
export function matmulRegisters({ cols }: Pick<MatmulParameters, "cols">): RegisterMap {
  const write = (name: string, bits: number, help: string) => ({ name, bits, access: "write" as const, help });
  const pulse = (name: string, bits: number, help: string) => ({ name, bits, access: "pulse" as const, help });
  const status = (name: string, bits: number, help: string) => ({ name, bits, access: "status" as const, help });
  return [
    {
      name: "CONTROL",
      help: "Starts a product, as soon as the one before is done.",
      fields: [
        pulse("start", 1, "start"),
        pulse("takeA", 1, "with start: A is what was loaded last; else as before"),
        pulse("takeB", 1, "with start: the same of B"),
      ],
    },
    {
      name: "STATUS",
      help: "What goes on.",
      fields: [
        status("busy", 1, "results are to come"),
        status("pending", 1, "a start waits; nothing is loaded meanwhile"),
        status("loadedA", 1, "A is whole or fills its squares; no more is taken before a start with takeA"),
        status("loadedB", 1, "the same of B"),
      ],
    },
    {
      name: "ORDER",
      help: "How the operands lie in the buffers.",
      fields: [
        write("transposedA", 1, "what was loaded is the transpose of A"),
        write("transposedB", 1, "what was loaded is the transpose of B"),
      ],
    },
    { name: "INNER", help: "Inner dimension.", fields: [write("lastInner", 16, "inner dimension less 1")] },
    {
      name: "TILES",
      help: "Tiles of the result.",
      fields: [
        write("lastRowTile", 16, "rows of tiles less 1"),
        write("lastColumnTile", 16, "columns of tiles less 1"),
      ],
    },
    {
      name: "EDGE",
      help: "What there is of the last tiles.",
      fields: [
        write("edgeRow", 8, "rows of the last row of tiles less 1"),
        write("edgeColumn", 8, "columns of the last column less 1"),
      ],
    },
    {
      name: "STEPS_A",
      help: "Squares of A to go on by.",
      fields: [
        write("squareStepA", 16, "along the inner dimension"),
        write("tileStepA", 16, "to the next row of tiles"),
      ],
    },
    {
      name: "STEPS_B",
      help: "Squares of B to go on by.",
      fields: [
        write("squareStepB", 16, "along the inner dimension"),
        write("tileStepB", 16, "to the next column of tiles"),
      ],
    },
    {
      name: "RESULTS",
      help: "Words of results.",
      fields: [write("resultWords", 32, "rows of the result times columns of tiles")],
    },
    {
      name: "SEED",
      help: "Seeds of the columns, while nothing goes on: lfsrWidth words, the lowest bits first.",
      lockable: true,
      fields: [pulse("seedBits", cols, "a bit for each column"), pulse("seedPush", 1, "take the bits")],
    },
    { name: "CYCLES", help: "Clocks.", fields: [status("cycles", 32, "clocks that the last product took")] },
  ];
}
