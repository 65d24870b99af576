/** Items of a circuit's text, a keyword and what belongs to it. */
import type { Item, NetFormat } from "../ir.ts";
import type { LazyPosition } from "../position.ts";
import { unreachable } from "../walk.ts";
import type { Tokens } from "./tokens.ts";
import type { Values } from "./values.ts";

export const itemKeywords = [
  "wire",
  "drive",
  "reg",
  "mem",
  "read",
  "write",
  "inst",
  "assert",
  "assume",
  "cover",
] as const;

/** The item whose keyword has been read. */
export function readItem(
  keyword: (typeof itemKeywords)[number],
  at: LazyPosition,
  tokens: Tokens,
  values: Values,
): Item {
  const optional = <K extends string>(keyword: string, key: K) =>
    (tokens.takes(keyword) ? { [key]: values.read() } : {}) as { readonly [_ in K]?: ReturnType<Values["read"]> };
  const after = (keyword: string) => {
    tokens.must(keyword);
    return values.read();
  };
  const nameAfter = (keyword: string) => {
    tokens.must(keyword);
    return tokens.name();
  };
  const between = (open: string, close: string) => {
    const value = after(open);
    tokens.must(close);
    return value;
  };
  const pairs = <T>(read: (name: string) => T) =>
    tokens.list(() => {
      const name = tokens.name();
      tokens.must("=");
      return read(name);
    });
  switch (keyword) {
    case "wire":
    case "drive": {
      const [name, type, format] = [tokens.name(), values.type(), readFormat(tokens)];
      const value = after("=");
      return { kind: "wire", name, output: keyword === "drive", ...type, value, at, ...(format && { format }) };
    }
    case "reg": {
      const [name, type, clock] = [tokens.name(), values.type(), nameAfter("on")];
      const reset = tokens.takes("reset") ? readReset(tokens, values) : undefined;
      const crossing = tokens.takes("crossing");
      const format = readFormat(tokens);
      return {
        kind: "reg",
        name,
        ...type,
        clock,
        next: after("<="),
        at,
        ...(reset && { reset }),
        ...(crossing && { crossing }),
        ...(format && { format }),
      };
    }
    case "mem": {
      const name = tokens.name();
      tokens.must(":");
      const depth = tokens.count("the number of words");
      tokens.must("of");
      const { width } = values.bareType();
      const init = tokens.takes("init") ? tokens.list(() => tokens.integer()) : undefined;
      const style = tokens.takes("style") ? tokens.oneOf("block", "distributed", "registers") : undefined;
      return { kind: "mem", name, depth, width, at, ...(init && { init }), ...(style && { style }) };
    }
    case "read": {
      const [name, { width }, memory] = [tokens.name(), values.type(), nameAfter("=")];
      const address = between("[", "]");
      tokens.must("latency");
      const latency = tokens.count("0 or 1");
      if (latency !== 0 && latency !== 1) return tokens.refuse("a latency of 0 or 1 before it");
      const clock = nameAfter("on");
      tokens.must("under");
      const underWrite = tokens.oneOf("old", "new", "undefined");
      const enable = optional("if", "enable");
      const crossing = tokens.takes("crossing") && { crossing: true };
      return { kind: "memRead", name, memory, width, address, latency, ...enable, underWrite, clock, ...crossing, at };
    }
    case "write": {
      const memory = tokens.name();
      const address = between("[", "]");
      const [data, clock, enable] = [after("<="), nameAfter("on"), after("if")];
      return { kind: "memWrite", memory, address, data, enable, ...optional("mask", "mask"), clock, at };
    }
    case "inst": {
      const [name, module] = [tokens.name(), nameAfter(":")];
      tokens.must("controls");
      const controls = pairs((port) => ({ port, net: tokens.name() }));
      tokens.must("domains");
      const domains = pairs((child) => ({ child, parent: tokens.name() }));
      tokens.must("inputs");
      const inputs = pairs((port) => ({ port, value: values.read() }));
      tokens.must("outputs");
      const outputs = pairs((port) => ({ port, net: tokens.name(), ...values.type() }));
      return { kind: "inst", name, module, inputs, outputs, controls, domains, at };
    }
    case "assert":
    case "assume":
    case "cover": {
      const name = tokens.name();
      const [condition, clock] = [after(":"), nameAfter("on")];
      const reset = tokens.takes("unless") && { reset: tokens.name() };
      const enable = optional("if", "enable");
      const ignores = tokens.takes("ignores_unknown") && { ignoresUnknown: true };
      const of = tokens.takes("of_unknown") && { ofUnknown: true };
      return {
        kind: "property",
        property: keyword,
        name,
        condition,
        ...enable,
        clock,
        ...reset,
        ...ignores,
        ...of,
        at,
      };
    }
    default:
      return unreachable(keyword);
  }
}

function readReset(tokens: Tokens, values: Values): { signal: string; value: bigint } {
  const signal = tokens.name();
  tokens.must("to");
  const value = tokens.integer();
  const symbol = values.symbol();
  return { signal, value, ...(symbol && { symbol }) };
}

function readFormat(tokens: Tokens): NetFormat | undefined {
  if (!tokens.takes("as")) return undefined;
  const kind = tokens.oneOf("fixed", "enum");
  if (kind === "enum") return { kind, values: tokens.list(() => tokens.name()) };
  return { kind, il: Number(tokens.integer()), fl: Number(tokens.integer()) };
}
