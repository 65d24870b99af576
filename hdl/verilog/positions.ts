/** Which line of TypeScript made which lines of Verilog. Plain data: it is stored as JSON beside the Verilog. */
import type { Expression, Item, Module, Reg, Wire } from "../ir.ts";
import type { LazyPosition, Position } from "../position.ts";
import { itemValues, pushOperands } from "../walk.ts";
import type { PrintedLine } from "./module.ts";

/** Where a name of the Verilog comes from, and on which lines it stands. */
export interface NetPosition {
  readonly module: string;
  /**
   * The name in the Verilog: of a port, a net (also for an assignment to it, and for a part of its value), a memory (also for a
   * write to it), an instance, a property or a value of an enumeration.
   */
  readonly net: string;
  readonly kind: "port" | "output" | "node" | "assignment" | "part" | "constant" | Exclude<Item["kind"], "wire">;
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
  const found = new Map<NonNullable<PrintedLine["of"]>, number[]>();
  lines.forEach(({ of }, i) => {
    if (!of) return;
    const known = found.get(of);
    if (known) known.push(i + 1);
    else found.set(of, [i + 1]);
  });
  const entry = (
    net: string,
    kind: NetPosition["kind"],
    position: Position | undefined,
    verilog: readonly number[],
  ): NetPosition[] => {
    if (!position) return [];
    const { file, line, column } = position;
    return [{ module: module.name, net, kind, file, line, column, verilog }];
  };
  const statementsOf = (places: readonly number[]) =>
    places.filter((place) => !declaration.test(lines[place - 1].text));
  /** The lines that assign a net, and the conditions around them, made what gives it its value. */
  const assignments = ({ name, at, assigned = [] }: Wire | Reg, places: readonly number[]) => {
    const others = new Map(assigned.map((each) => [each.at.toString(), each.at]));
    others.delete(at.toString());
    return [...others.values()].flatMap((each) => entry(name, "assignment", each.position, statementsOf(places)));
  };
  const declared = (of: Item, places: readonly number[]): NetPosition[] => {
    const at = of.at.position;
    switch (of.kind) {
      case "wire":
        return [...entry(of.name, of.output ? "output" : "node", at, places), ...assignments(of, places)];
      case "reg":
        return [...entry(of.name, of.kind, at, places), ...assignments(of, places)];
      case "inst": {
        // Its outputs are declared first, a line each.
        const outputs = of.outputs.flatMap(({ net }, i) => entry(net, "node", at, [places[i]]));
        return [...outputs, ...entry(of.name, "inst", at, places.slice(of.outputs.length))];
      }
      case "memWrite":
        return entry(of.memory, of.kind, at, places);
      default:
        return entry(of.name, of.kind, at, places);
    }
  };
  return [...found].flatMap(([of, places]) => {
    if ("direction" in of) return entry(of.name, "port", of.at.position, places);
    if (of.kind === "constant") return entry(of.name, "constant", of.at?.position, places);
    const own = declared(of, places);
    const said = new Set(own.map(({ file, line }) => `${file}:${line}`));
    const parts = partsOf(of).filter(({ file, line }) => !said.has(`${file}:${line}`));
    const name = "name" in of ? of.name : of.memory;
    return [...own, ...parts.flatMap((position) => entry(name, "part", position, statementsOf(places)))];
  });
}

/** The lines that make what an item is printed of, and those that call the functions in which these stand; each line once. */
function partsOf(item: Item): Position[] {
  const places = new Map<string, Position>();
  const add = ({ position, calledFrom }: LazyPosition) => {
    for (const place of position ? [position, ...calledFrom] : []) {
      const key = `${place.file}:${place.line}`;
      if (!places.has(key)) places.set(key, place);
    }
  };
  add(item.at);
  const seen = new Set<Expression>();
  const pending = itemValues(item).reverse();
  for (let e = pending.pop(); e !== undefined; e = pending.pop()) {
    // Another net's own line says where that is from.
    if (e.kind === "ref" || seen.has(e)) continue;
    seen.add(e);
    add(e.at);
    pushOperands(e, pending);
  }
  return [...places.values()];
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
