import type { EmittedVerilog } from "../../hdl/index.ts";

/** A small fault in the netlist, as Yosys made it up: a bit of a cell's pin is inverted, stuck, or depends on another bit. */
export interface Mutation {
  /** Its place in the list; also the value of the control input that makes it real. From 1. */
  readonly number: number;
  /** `inv`, `const0`, `const1`, or `cnot0` and `cnot1`: inverted while another bit is 0 or 1. */
  readonly mode: string;
  readonly module: string;
  readonly cell: string;
  readonly pin: string;
  /** The bit of the pin that decides, for `cnot0` and `cnot1`. */
  readonly decidedBy?: number;
  /** The net at the pin, with the bit, where it has a name. */
  readonly net?: string;
  /** Lines of TypeScript that made the cell and the net. */
  readonly sources: readonly string[];
  /** The command of Yosys, without the control input. */
  readonly command: string;
}

/** The name of the input that chooses the mutation. 0 chooses none. */
export const control = "whittle_mutant";

/** Reads a list that `mutate -list` wrote. */
export function readMutations(list: string, emitted: EmittedVerilog): Mutation[] {
  const lines = list.split("\n").filter((line) => line.startsWith("mutate "));
  return lines
    .filter((line) => !clockPin.test(line))
    .map((line, i) => {
      const option = (name: string) => new RegExp(` -${name} (\\S+)`).exec(line)?.[1];
      const wire = option("wire");
      const decidedBy = option("ctrlbit");
      const places = [...line.matchAll(/ -src \S*?:(\d+)/g)].map((match) => Number(match[1]));
      const sources = new Set(places.flatMap((place) => sourcesOf(emitted, place)));
      return {
        number: i + 1,
        mode: option("mode") ?? "",
        module: option("module") ?? "",
        cell: option("cell") ?? "",
        pin: `${option("port")}[${option("portbit")}]`,
        ...(decidedBy === undefined ? {} : { decidedBy: Number(decidedBy) }),
        ...(wire === undefined ? {} : { net: `${wire}[${option("wirebit")}]` }),
        sources: [...sources],
        command: line,
      };
    });
}

/** The language has no way to get a clock wrong, and a gated clock is another kind of design. */
const clockPin = / -port \\?(CLK|RD_CLK|WR_CLK|clock) /;

/** The lines of TypeScript behind a line of the whole Verilog. */
function sourcesOf({ modules, positions, text }: EmittedVerilog, line: number): string[] {
  let first = 1;
  let from = 0;
  for (const module of modules) {
    const at = text.indexOf(module.text, from);
    first += text.slice(from, at).split("\n").length - 1;
    const lines = module.text.split("\n").length;
    if (line >= first && line < first + lines) {
      const found = positions.filter((p) => p.module === module.name && p.verilog.includes(line - first + 1));
      return found.map((p) => `${p.file}:${p.line}`);
    }
    first += lines - 1;
    from = at + module.text.length;
  }
  return [];
}
