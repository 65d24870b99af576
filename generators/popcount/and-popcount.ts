import { type Builder, countWidth, defineModule, input, output, type UIntSignal, uint } from "../../hdl/index.ts";
import { counted, type PopcountStructure } from "./popcount.ts";

/** The tables of "dual-tables" are made for lanes that agree. */
export type AndPopcountStructure = Exclude<PopcountStructure, "dual-tables">;

interface AndPopcountParameters {
  readonly bits: number;
  readonly structure: AndPopcountStructure;
}

/** The number of lanes that are 1 in both words, without registers. */
const andPopcountModule = defineModule("and_popcount", (p: AndPopcountParameters) => ({
  summary: `How many of ${p.bits} lanes are 1 in both words.`,
  ports: { a: input(uint(p.bits)), b: input(uint(p.bits)), count: output(uint(countWidth(p.bits))) },
  build({ a, b, count }, m) {
    count.set(counted(m, p, a, b, undefined, { name: "both", of: (x, y) => x.and(y) }));
  },
}));

/**
 * In how many lanes `a` and `b`, of equal widths, are both 1: an instance called `name`, without registers. The dot product
 * of two bit planes (BISMO, Umuroglu et al. 2018, section III).
 */
export function andPopcount(
  m: Builder,
  name: string,
  a: UIntSignal,
  b: UIntSignal,
  structure: AndPopcountStructure,
): UIntSignal {
  return m.inst(name, andPopcountModule, { bits: a.width, structure }, { a, b }).count;
}
