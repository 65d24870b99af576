/**
 * A circuit as text that says all it means: an item a line, expressions as operator and operands in parentheses. `parseCircuit`
 * reads it. Positions are not in it, nor what only they need (`assigned`, and the statements of arms).
 */
import type { Arm, Circuit, ConstSymbol, Expression, External, Item, Module, NetFormat, StreamNets } from "../ir.ts";
import { enumName } from "../names/enum-names.ts";
import { afterOperands, itemValues, operands, unreachable } from "../walk.ts";

/** The text of a circuit, an item a line; the top comes last. */
export function printCircuit(circuit: Circuit): string {
  return circuit.modules.map(printModule).join("\n");
}

function printModule({ name, summary, ports, items, streams, arms, external }: Module): string {
  const values = new ValueTexts([...items.flatMap(itemValues), ...(arms ?? []).flatMap(conditions)]);
  const lines = [
    ...(external ? [printExternal(external)] : []),
    ...ports.map(
      ({ name, direction, role, width, signed, domain }) =>
        `${direction} ${role} ${word(name)}: ${type(width, signed)}${inDomain(domain)}`,
    ),
    ...streams.map(printStream),
    ...items.flatMap((item) => [...values.shared(itemValues(item)), printItem(item, values)]),
    ...(arms ? ["arms"] : []),
    ...(arms ?? []).flatMap((arm) => [
      ...values.shared(conditions(arm)),
      `arm ${JSON.stringify(arm.label)} ${arm.condition ? values.of(arm.condition) : "always"}`,
    ]),
  ];
  return [`module ${word(name)} ${JSON.stringify(summary)}`, ...lines.map((line) => `  ${line}`), ""].join("\n");
}

function conditions({ condition }: Arm): Expression[] {
  return condition ? [condition] : [];
}

/** A name; in quotation marks where it does not look like one. */
function word(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
}

function type(width: number, signed: boolean): string {
  return `${signed ? "s" : "u"}${width}`;
}

function inDomain(domain: string | undefined): string {
  return domain === undefined ? "" : ` @ ${word(domain)}`;
}

function list(entries: readonly string[]): string {
  return `[${entries.join(" ")}]`;
}

function printExternal({ module, parameters, pins, modelled, source }: External): string {
  const given = Object.entries(parameters).map(([name, value]) => {
    if (typeof value === "object") return `${word(name)} = ${value.value}:u${value.width}`;
    return `${word(name)} = ${JSON.stringify(value)}`;
  });
  const renamed = Object.entries(pins).map(([port, pin]) => `${word(port)} = ${word(pin)}`);
  const text = source === undefined ? "" : ` source ${JSON.stringify(source)}`;
  return `external ${word(module)} ${modelled ? "modelled" : "unmodelled"} parameters ${list(given)} pins ${list(renamed)}${text}`;
}

function printStream({ name, direction, valid, ready, data, domain }: StreamNets): string {
  return `stream ${direction} ${word(name)}: ${word(valid)} ${word(ready)} ${list(data.map(word))}${inDomain(domain)}`;
}

function printItem(item: Item, values: ValueTexts): string {
  const text = (e: Expression) => values.of(e);
  const optional = (keyword: string, e: Expression | undefined) => (e ? ` ${keyword} ${text(e)}` : "");
  switch (item.kind) {
    case "wire": {
      const own = `${item.output ? "drive" : "wire"} ${word(item.name)}: ${type(item.width, item.signed)}`;
      return `${own}${printFormat(item.format)} = ${text(item.value)}`;
    }
    case "reg": {
      const { name, width, signed, clock, reset, crossing } = item;
      const to = reset ? ` reset ${word(reset.signal)} to ${reset.value}${symbolText(reset.symbol)}` : "";
      const flags = `${crossing ? " crossing" : ""}${printFormat(item.format)}`;
      return `reg ${word(name)}: ${type(width, signed)} on ${word(clock)}${to}${flags} <= ${text(item.next)}`;
    }
    case "mem": {
      const init = item.init ? ` init ${list(item.init.map(String))}` : "";
      return `mem ${word(item.name)}: ${item.depth} of ${type(item.width, false)}${init}${item.style ? ` style ${item.style}` : ""}`;
    }
    case "memRead": {
      const flags = `${optional("if", item.enable)}${item.crossing ? " crossing" : ""}`;
      const own = `read ${word(item.name)}: ${type(item.width, false)} = ${word(item.memory)}[${text(item.address)}]`;
      return `${own} latency ${item.latency} on ${word(item.clock)} under ${item.underWrite}${flags}`;
    }
    case "memWrite": {
      const when = `on ${word(item.clock)} if ${text(item.enable)}${optional("mask", item.mask)}`;
      return `write ${word(item.memory)}[${text(item.address)}] <= ${text(item.data)} ${when}`;
    }
    case "inst": {
      const parts = [
        ["controls", item.controls.map(({ port, net }) => `${word(port)} = ${word(net)}`)],
        ["domains", item.domains.map(({ child, parent }) => `${word(child)} = ${word(parent)}`)],
        ["inputs", item.inputs.map(({ port, value }) => `${word(port)} = ${text(value)}`)],
        [
          "outputs",
          item.outputs.map(({ port, net, width, signed }) => `${word(port)} = ${word(net)}:${type(width, signed)}`),
        ],
      ] as const;
      const pins = parts.map(([keyword, entries]) => `${keyword} ${list(entries)}`);
      return `inst ${word(item.name)}: ${word(item.module)} ${pins.join(" ")}`;
    }
    case "property": {
      const reset = item.reset === undefined ? "" : ` unless ${word(item.reset)}`;
      const flags = `${item.ignoresUnknown ? " ignores_unknown" : ""}${item.ofUnknown ? " of_unknown" : ""}`;
      const when = `on ${word(item.clock)}${reset}${optional("if", item.enable)}${flags}`;
      return `${item.property} ${word(item.name)}: ${text(item.condition)} ${when}`;
    }
    default:
      return unreachable(item);
  }
}

function printFormat(format: NetFormat | undefined): string {
  if (!format) return "";
  return ` as ${format.kind === "fixed" ? `fixed ${format.il} ${format.fl}` : `enum ${list(format.values.map((value) => JSON.stringify(value)))}`}`;
}

function symbolText(symbol: ConstSymbol | undefined): string {
  if (!symbol) return "";
  const declared = enumName(symbol.declared);
  return ` {${word(symbol.name)} of ${JSON.stringify(symbol.of)}${declared === undefined ? "" : ` in ${word(declared)}`}}`;
}

/** Deeper expressions go on with one of their own. */
const deepestOnALine = 8;

/** The texts of the expressions of a module. Those that stand in several places, or are deep, have a number and a line. */
class ValueTexts {
  readonly #uses = new Map<Expression, number>();
  readonly #texts = new Map<Expression, { readonly text: string; readonly depth: number }>();
  readonly #ended = new Set<Expression>();
  #numbers = 0;

  constructor(values: readonly Expression[]) {
    for (const e of [...values, ...afterOperands(values, new Set()).flatMap(operands)])
      this.#uses.set(e, (this.#uses.get(e) ?? 0) + 1);
  }

  /** The lines of what `values` need and no line before had. */
  shared(values: readonly Expression[]): string[] {
    return afterOperands(values, this.#ended).flatMap((e) => {
      const text = this.#print(e);
      const depth = 1 + Math.max(0, ...operands(e).map((operand) => this.#known(operand).depth));
      const several = (this.#uses.get(e) ?? 0) > 1 || depth > deepestOnALine;
      if (!several || operands(e).length === 0) {
        this.#texts.set(e, { text, depth });
        return [];
      }
      const name = `%${this.#numbers++}`;
      this.#texts.set(e, { text: name, depth: 0 });
      return [`${name} = ${text}`];
    });
  }

  of(e: Expression): string {
    return this.#known(e).text;
  }

  #known(e: Expression): { readonly text: string; readonly depth: number } {
    return this.#texts.get(e) as { readonly text: string; readonly depth: number };
  }

  #print(e: Expression): string {
    const own = type(e.width, e.signed);
    const inner = (head: string, ...rest: readonly Expression[]) =>
      `(${head}:${own} ${rest.map((operand) => this.of(operand)).join(" ")})`;
    switch (e.kind) {
      case "const":
        return `${e.value}:${own}${symbolText(e.symbol)}`;
      case "ref":
        return `${word(e.name)}:${own}`;
      case "unary":
      case "binary":
        return inner(e.operator, ...operands(e));
      case "mux":
      case "cat":
      case "index":
        return inner(e.kind, ...operands(e));
      case "slice":
        return inner(`slice ${e.low}`, e.operand);
      default:
        return unreachable(e);
    }
  }
}
