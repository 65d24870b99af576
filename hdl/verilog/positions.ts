/** Which line of TypeScript made which lines of Verilog. Plain data: it is stored as JSON beside the Verilog. */
import type { Item, Module, Port, Reg, Wire } from "../ir.ts";
import type { LazyPosition } from "../position.ts";
import type { PrintedLine } from "./module.ts";

/** Where a name of the Verilog comes from, and on which lines it stands. */
export interface NetPosition {
  readonly module: string;
  /** The name in the Verilog: of a port, a net (also for an assignment to it), a memory (also for a write to it), an instance or a property. */
  readonly net: string;
  readonly kind: "port" | "output" | "node" | "assignment" | Exclude<Item["kind"], "wire">;
  /** The TypeScript file, relative to its package; line and column count from 1. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Lines in the text of the module, which `generate` writes to `<module>.v`: the declaration, then the statement. */
  readonly verilog: readonly number[];
}

const declaration = /^ *(?:\(\*.*?\*\) )?(?:reg|wire)\b[^=]*;/;

/** A line of Verilog. */
export interface VerilogPlace {
  readonly module: string;
  readonly line: number;
  readonly net: string;
}

/** The positions of all that a module declares, in the order of the Verilog. */
export function modulePositions(module: Module, lines: readonly PrintedLine[]): NetPosition[] {
  const found = new Map<Port | Item, number[]>();
  lines.forEach(({ of }, i) => {
    if (!of) return;
    const known = found.get(of);
    if (known) known.push(i + 1);
    else found.set(of, [i + 1]);
  });
  const entry = (
    net: string,
    kind: NetPosition["kind"],
    at: LazyPosition,
    verilog: readonly number[],
  ): NetPosition[] => {
    const position = at.position;
    if (!position) return [];
    const { file, line, column } = position;
    return [{ module: module.name, net, kind, file, line, column, verilog }];
  };
  /** The lines that assign a net, and the conditions around them, made what gives it its value. */
  const assignments = ({ name, at, assigned = [] }: Wire | Reg, places: readonly number[]) => {
    const statements = places.filter((place) => !declaration.test(lines[place - 1].text));
    const others = new Map(assigned.map((each) => [each.at.toString(), each.at]));
    others.delete(at.toString());
    return [...others.values()].flatMap((each) => entry(name, "assignment", each, statements));
  };
  return [...found].flatMap(([of, places]) => {
    if ("direction" in of) return entry(of.name, "port", of.at, places);
    switch (of.kind) {
      case "wire":
        return [...entry(of.name, of.output ? "output" : "node", of.at, places), ...assignments(of, places)];
      case "reg":
        return [...entry(of.name, of.kind, of.at, places), ...assignments(of, places)];
      case "inst": {
        // Its outputs are declared first, a line each.
        const declared = of.outputs.flatMap(({ net }, i) => entry(net, "node", of.at, [places[i]]));
        return [...declared, ...entry(of.name, "inst", of.at, places.slice(of.outputs.length))];
      }
      case "memWrite":
        return entry(of.memory, of.kind, of.at, places);
      default:
        return entry(of.name, of.kind, of.at, places);
    }
  });
}

/** The lines of Verilog that a line of TypeScript made. */
export function verilogAt(positions: readonly NetPosition[], file: string, line: number): VerilogPlace[] {
  return positions
    .filter((position) => position.file === file && position.line === line)
    .flatMap(({ module, net, verilog }) => verilog.map((place) => ({ module, line: place, net })));
}

/** Where a name of a module was declared in TypeScript; undefined where there is no such name. */
export function sourceOf(
  positions: readonly NetPosition[],
  module: string,
  net: string,
): { readonly file: string; readonly line: number; readonly column: number } | undefined {
  const found = positions.find((position) => position.module === module && position.net === net);
  return found && { file: found.file, line: found.line, column: found.column };
}
