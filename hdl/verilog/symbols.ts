/** Named constants: every value of an enumeration that a module mentions becomes a `localparam` of that module. */
import { reference } from "../expression.ts";
import type { Const, ConstSymbol, Expression, Item, Module } from "../ir.ts";
import { enumName } from "../names/enum-names.ts";
import { freeName } from "../names/naming.ts";
import type { LazyPosition } from "../position.ts";
import { itemValues, mapItem, mapOperands, pushOperands } from "../walk.ts";

/** The declaration of a constant, and of what enumeration it is. */
export interface NamedConstant {
  readonly kind: "constant";
  readonly name: string;
  readonly text: string;
  /** Where the enumeration was declared; undefined where nobody knows. */
  readonly at: LazyPosition | undefined;
}

export interface NamedConstants {
  /** The items with names in the places of the constants. Resets keep their symbol: see `nameOf`. */
  readonly items: readonly Item[];
  /** Declarations, one a value that is mentioned, by enumeration and in the order of its values. */
  readonly declarations: readonly NamedConstant[];
  /** The same of values that only formal items mention. */
  readonly formalDeclarations: readonly NamedConstant[];
  /** The name of the value to which a register resets. */
  readonly nameOf: (symbol: ConstSymbol, register: string) => string;
}

/** A value that is mentioned. */
interface Mention {
  readonly prefix: string;
  readonly symbol: ConstSymbol;
  readonly value: bigint;
  readonly width: number;
}

/**
 * Constants begin with the name of their enumeration: `STATE_IDLE`. Where it has none, with the net that they reset, that is
 * compared with them, or that takes them. So what one line mentions is called the same whatever stands in the others.
 * `taken` grows by the names. `formal` tells of each item whether only properties need it.
 */
export function nameConstants(module: Module, taken: Set<string>, formal: readonly boolean[]): NamedConstants {
  const prefixes = new Map<ConstSymbol["declared"], string | undefined>();
  const prefixOf = ({ declared }: ConstSymbol, net: string): string => {
    if (!prefixes.has(declared)) prefixes.set(declared, enumName(declared));
    return capitals(prefixes.get(declared) ?? net);
  };
  if (!module.items.some(hasSymbol))
    return { items: module.items, declarations: [], formalDeclarations: [], nameOf: (symbol) => symbol.name };
  const mentionsIn = (items: readonly Item[]) => {
    const mentions = new Map<string, Mention>();
    const mention = (symbol: ConstSymbol, value: bigint, width: number, net: string) => {
      const prefix = prefixOf(symbol, net);
      mentions.set(keyOf(prefix, symbol), { prefix, symbol, value, width });
    };
    for (const item of items) {
      if (item.kind === "reg" && item.reset?.symbol)
        mention(item.reset.symbol, item.reset.value, item.width, item.name);
    }
    withConstants(items, (constant, symbol, net) => {
      mention(symbol, constant.value, constant.width, net);
      return constant;
    });
    return mentions;
  };
  const mentions = mentionsIn(module.items);
  const plain = formal.includes(true) ? mentionsIn(module.items.filter((_, i) => !formal[i])) : mentions;
  const names = new Map<string, string>();
  const declared = [...mentions]
    .sort(([, a], [, b]) => inOrder(a, b))
    .map(([key, { prefix, symbol, value, width }]) => {
      const name = freeName(`${prefix}_${capitals(symbol.name)}`, taken);
      names.set(key, name);
      const text = `  localparam ${width === 1 ? "" : `[${width - 1}:0] `}${name} = ${width}'d${value};`;
      const constant: NamedConstant = { kind: "constant", name, text, at: symbol.declared?.at };
      return { key, constant };
    });
  const declarations = (wanted: boolean) =>
    declared.flatMap(({ key, constant }) => (plain.has(key) === wanted ? [constant] : []));
  const nameOf = (symbol: ConstSymbol, net: string) => names.get(keyOf(prefixOf(symbol, net), symbol)) as string;
  return {
    items: withConstants(module.items, (constant, symbol, net) =>
      reference(nameOf(symbol, net), constant.width, constant.signed, constant.at),
    ),
    declarations: declarations(true),
    formalDeclarations: declarations(false),
    nameOf,
  };
}

/** Whether an item mentions a value of an enumeration. */
function hasSymbol(item: Item): boolean {
  if (item.kind === "reg" && item.reset?.symbol) return true;
  const seen = new Set<Expression>();
  const pending = itemValues(item);
  for (let e = pending.pop(); e !== undefined; e = pending.pop()) {
    if (e.kind === "const" && e.symbol) return true;
    if (e.kind === "ref" || seen.has(e)) continue;
    seen.add(e);
    pushOperands(e, pending);
  }
  return false;
}

function keyOf(prefix: string, { of, name }: ConstSymbol): string {
  return [prefix, of, name].join("\n");
}

/** By what they are called, so that no line moves when items do. */
function inOrder(a: Mention, b: Mention): number {
  if (a.prefix !== b.prefix) return a.prefix < b.prefix ? -1 : 1;
  if (a.symbol.of !== b.symbol.of) return a.symbol.of < b.symbol.of ? -1 : 1;
  return Number(a.value - b.value);
}

/** Items with another expression for each constant of an enumeration, which is told the net that it belongs to. */
function withConstants(
  items: readonly Item[],
  change: (constant: Const, symbol: ConstSymbol, net: string) => Expression,
): Item[] {
  const done = new Map<string, Map<Expression, Expression>>();
  const replace = (e: Expression, net: string): Expression => {
    if (e.kind === "const") return e.symbol ? change(e, e.symbol, net) : e;
    if (e.kind === "ref") return e;
    const known = done.get(net) ?? new Map<Expression, Expression>();
    done.set(net, known);
    const compared = e.kind === "binary" ? [e.left, e.right].find((side) => side.kind === "ref") : undefined;
    const own = compared?.kind === "ref" ? compared.name : net;
    const result = known.get(e) ?? mapOperands(e, (operand) => replace(operand, own));
    known.set(e, result);
    return result;
  };
  return items.map((item) => {
    const own = "name" in item ? item.name : item.memory;
    return mapItem(item, (value, role) => replace(value, item.kind === "inst" ? `${own}_${role}` : own));
  });
}

/** "writeBack" and "write_back" as "WRITE_BACK". */
function capitals(name: string): string {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase();
}
