import { placesIn, plainPlace, withBlanks } from "../../platform/verilog-text.ts";
import { nearestNames, UserError } from "../../sw-model/errors.ts";
import type { ForeignPort, Reading } from "./interface.ts";

/** A module in the text, with its place. */
interface NamedModule {
  readonly name: string;
  readonly at: string;
}

function modulesIn(verilog: string): NamedModule[] {
  const placeOf = placesIn(verilog, "design.v");
  const found = withBlanks(verilog).matchAll(
    /\b(?:macro)?module\s+(?:automatic\s+|static\s+)?(\\\S+|[A-Za-z_][\w$]*)/g,
  );
  return [...found].map(({ 1: name, index }) => ({ name, at: plainPlace(placeOf(index)) }));
}

/** There is no module of the name that was asked for; undefined where there is. */
export function unknownTop({ verilog, top }: Reading): UserError | undefined {
  const modules = modulesIn(verilog);
  if (modules.some(({ name }) => name === top)) return undefined;
  const near = nearestNames(
    top,
    modules.map(({ name }) => name),
  );
  return new UserError({
    code: "unknown-module",
    message: `the files have no module ${top}`,
    where: top,
    expected:
      modules.length === 0 ? "a module" : `one of ${modules.map(({ name, at }) => `${name} (${at})`).join(", ")}`,
    found: top,
    ...(near.length === 0 ? {} : { hint: `did you mean ${near.join(" or ")}?` }),
  });
}

/** The top module has no parameter of this name, but those of `known`. */
export function unknownParameter({ verilog, top }: Reading, name: string, known: readonly string[]): UserError {
  const near = nearestNames(name, known);
  const at = modulesIn(verilog).find((module) => module.name === top)?.at ?? top;
  return new UserError({
    code: "unknown-parameter",
    message: `${top} has no parameter ${name} (${at})`,
    where: at,
    expected: known.length === 0 ? "no parameter" : `one of ${known.join(", ")}`,
    found: name,
    ...(near.length === 0 ? {} : { hint: `did you mean ${near.join(" or ")}?` }),
  });
}

/** A tool does not take the Verilog; `told` is file and line, where it told them. */
export function rejected(top: string, told: string | undefined, reason: string, hint?: string): UserError {
  const at = told && plainPlace(told);
  return new UserError({
    code: "verilog-rejected",
    message: `${at ?? top}: ${reason}`,
    where: at ?? top,
    expected: "Verilog-2005 that can be elaborated",
    found: reason,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** An error for a port that no test bench of bit patterns can drive or read. */
export function refuseOddPort(top: string, { name, direction, at, odd, width }: ForeignPort): void {
  if (direction === "inout") {
    throw new UserError({
      code: "inout-port",
      message: `${top} has a bidirectional port ${name} (${at})`,
      where: at,
      expected: "inputs and outputs: a test bench cannot tell whose turn it is to drive a wire of both",
      found: `inout ${name}`,
      hint: "wrap it in a module with an input, an output and the enable of its driver",
    });
  }
  if (odd !== undefined || width < 1) {
    throw new UserError({
      code: "odd-port",
      message: `${top} has a port ${name} that is no vector of bits (${at})`,
      where: at,
      expected: "ports of one or more bits, signed or not",
      found: `${direction} ${odd ?? "of no bits"} ${name}`,
      hint: "wrap it in a module with such ports",
    });
  }
  if (/^[A-Za-z_][\w$]*$/.test(name)) return;
  throw new UserError({
    code: "odd-port-name",
    message: `${top} has a port with an escaped name (${at})`,
    where: at,
    expected: "a name of letters, digits, _ and $",
    found: `\\${name} `,
    hint: "wrap it in a module with plain names",
  });
}
