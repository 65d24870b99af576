/** The end that a design of Verilog makes to its simulation, in the words that every engine uses. */
import { placesIn, plainPlace, withBlanks } from "../platform/verilog-text.ts";
import { UserError } from "../sw-model/errors.ts";
import type { SimulatorContext } from "./simulator-error.ts";

/** What the engines print, behind what the design may have left in the line: the place and, of `$error` and `$fatal`, the message. */
const ends = [
  /- (?<at>\S+:\d+): Verilog (?<call>\$(?:finish|stop))$/m,
  /%Error at (?<at>\S+:\d+): Verilog (?<call>\$stop)$/m,
  // Of `$error` and `$fatal` alike.
  /\[\d+\] %(?:Error|Fatal): \S+:\d+: Assertion failed in \S+?(?:: (?<message>.*))?\n%Error at (?<at>\S+:\d+): Verilog \$stop$/m,
  /(?<kind>ERROR|FATAL): (?<at>\S+:\d+): ?(?<message>.*)\n +Time: /m,
];

/** The error for a simulator that died, where the design has said why: `$finish`, `$stop`, `$error` or `$fatal`. */
export function printedEnd(context: SimulatorContext, doing: string): UserError | undefined {
  const lines = context.lastLines();
  const found = ends.flatMap((pattern) => {
    const match = pattern.exec(lines);
    return match?.groups
      ? [{ index: match.index, ...match.groups } as { index: number } & Record<string, string | undefined>]
      : [];
  });
  const [first] = found.sort((a, b) => a.index - b.index);
  if (first === undefined) return undefined;
  const { at: told = "", kind, message } = first;
  const at = plainPlace(told);
  const call = first.call ?? (kind ? `$${kind.toLowerCase()}` : severityAt(context.design.verilog, at));
  const what = `the design called ${call} at ${at}${message?.trim() ? `: ${message.trim()}` : ""}`;
  return new UserError(
    {
      code: "design-ended",
      message: `${context.engine}: ${context.design.top}: ${what} (command: ${doing})`,
      where: at,
      expected: "a design that does not end its simulation",
      found: `${call}; the last lines:\n${lines}`,
      hint: `its files lie in ${context.folder}`,
    },
    1,
  );
}

/** Which of the tasks that a Verilated model tells alike stands at a place. */
function severityAt(verilog: string, at: string): string {
  const placeOf = placesIn(verilog, "design.v");
  const calls = [...withBlanks(verilog).matchAll(/\$(?:error|fatal)\b/g)].filter(
    ({ index }) => plainPlace(placeOf(index)) === at,
  );
  return [...new Set(calls.map(([call]) => call))].join(" or ") || "$error or $fatal";
}
