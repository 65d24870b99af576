/** Named constants: every value of an enumeration that a module mentions becomes a `localparam` of that module. */
import { reference } from "../expression.ts";
import {
  type ConstSymbol,
  type Expression,
  type Item,
  itemExpressions,
  type Module,
  mapItem,
  mapOperands,
  operands,
} from "../ir.ts";
import { freeName } from "../names/naming.ts";

export interface NamedConstants {
  /** The items with names in the places of the constants. Resets keep their symbol: see `nameOf`. */
  readonly items: readonly Item[];
  /** Declarations, one a value that is mentioned, in the order of the values. */
  readonly lines: readonly string[];
  readonly nameOf: (symbol: ConstSymbol) => string;
}

interface Enumeration {
  /** The net that the names begin with. */
  readonly owner: string;
  readonly values: Map<string, { readonly value: bigint; readonly width: number }>;
}

/**
 * Constants are named after the first register that resets to a value of their enumeration, else after the first net
 * that is compared with one or takes one: `STATE_IDLE`. `taken` grows by the names.
 */
export function nameConstants(module: Module, taken: Set<string>): NamedConstants {
  /** By enumeration and value: the text that stands for a whole enumeration is long. */
  const names = new Map<string, Map<string, string>>();
  const lines: string[] = [];
  for (const [of, { owner, values }] of mentioned(module.items)) {
    const chosenNames = new Map<string, string>();
    names.set(of, chosenNames);
    for (const [name, { value, width }] of [...values].sort(([, a], [, b]) => Number(a.value - b.value))) {
      const chosen = freeName(`${capitals(owner)}_${capitals(name)}`, taken);
      chosenNames.set(name, chosen);
      lines.push(`  localparam ${width === 1 ? "" : `[${width - 1}:0] `}${chosen} = ${width}'d${value};`);
    }
  }
  const nameOf = (symbol: ConstSymbol) => names.get(symbol.of)?.get(symbol.name) as string;
  if (lines.length === 0) return { items: module.items, lines, nameOf };

  const done = new Map<Expression, Expression>();
  const replace = (e: Expression): Expression => {
    const known = done.get(e);
    if (known) return known;
    const named = e.kind === "const" && e.symbol;
    const result = named ? reference(nameOf(named), e.width, e.signed, e.at) : mapOperands(e, replace);
    done.set(e, result);
    return result;
  };
  return { items: module.items.map((item) => mapItem(item, replace)), lines, nameOf };
}

/** The enumerations of which constants are mentioned, by `of`. */
function mentioned(items: readonly Item[]): Map<string, Enumeration> {
  const found = new Map<string, Enumeration>();
  const mention = (symbol: ConstSymbol, value: bigint, width: number, owner: string) => {
    const known = found.get(symbol.of) ?? { owner, values: new Map() };
    found.set(symbol.of, known);
    known.values.set(symbol.name, { value, width });
  };
  const visit = (e: Expression, owner: string): void => {
    if (e.kind === "const") {
      if (e.symbol) mention(e.symbol, e.value, e.width, owner);
    } else if (e.kind === "binary") {
      const net = [e.left, e.right].find((side) => side.kind === "ref");
      for (const side of [e.left, e.right]) visit(side, net?.kind === "ref" ? net.name : owner);
    } else for (const operand of operands(e)) visit(operand, owner);
  };
  for (const item of items) {
    if (item.kind === "reg" && item.reset?.symbol) mention(item.reset.symbol, item.reset.value, item.width, item.name);
  }
  for (const item of items) {
    for (const { role, value } of itemExpressions(item)) {
      if (value.kind === "ref") continue;
      const own = "name" in item ? item.name : item.memory;
      visit(value, item.kind === "inst" ? `${own}_${role}` : own);
    }
  }
  return found;
}

/** "writeBack" and "write_back" as "WRITE_BACK". */
function capitals(name: string): string {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase();
}
