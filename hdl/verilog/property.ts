/** Properties as Verilog: for a prover, or for a simulator that knows no assertions. */
import type { Item, Property } from "../ir.ts";
import type { LazyPosition } from "../position.ts";
import { printExpression, printLiteral, printNegatedOperand, printOperand } from "./expression.ts";
import type { ResetStyle } from "./reset.ts";

/** Whom properties are printed for, see `VerilogOptions`. */
export const propertyKinds = ["for proofs", "for simulation", "for coverage"] as const;
/** One of them. */
export type PropertyKind = (typeof propertyKinds)[number];

/** The macro that switches properties on. */
export const propertyMacro = {
  "for proofs": "FORMAL",
  "for simulation": "WHITTLE_CHECKS",
  "for coverage": "WHITTLE_CHECKS",
} as const satisfies Record<PropertyKind, string>;

/** The macro of the event at which covers of a module without clock count: an edge of any clock of the design. */
export const anyEdgeMacro = "WHITTLE_ANY_EDGE";

/** What a simulation prints of a property that does not hold, before the path of the scope and the property's name. */
export const brokenProperty = "broken:";

/** The lines of a property; none where it is not for this reader. `head` puts the position behind a first line. */
export function printProperty(
  item: Property,
  kind: PropertyKind,
  reset: ResetStyle,
  withPosition: (line: string, at: LazyPosition) => string,
): string[] {
  const { property, name, condition, enable } = item;
  const resetName = item.reset === undefined ? undefined : reset.nameOf(item.reset);
  const enabled = enable ? [printOperand(enable)] : [];
  const conditions = [...(resetName === undefined ? [] : [reset.inactive(resetName)]), ...enabled];
  const event = item.clock === "" ? `\`${anyEdgeMacro}` : `posedge ${item.clock}`;
  const head = withPosition(`  always @(${event})`, item.at);
  if (kind === "for proofs") {
    const statement = `${name}: ${property} (${printExpression(condition)});`;
    const guard = (all: readonly string[]) => (all.length > 0 ? `if (${all.join(" && ")}) ` : "");
    if (resetName === undefined || !reset.asynchronous) return [head, `    ${guard(conditions)}${statement}`];
    // As a register senses it: Verilator warns of a reset that is read at the clock's edge alone. Yosys wants it in an if of its own.
    const sensing = withPosition(`  always @(${reset.edges(item.clock, resetName)})`, item.at);
    return [sensing, `    ${guard([reset.inactive(resetName)])}${guard(enabled)}${statement}`];
  }
  if (property === "cover") {
    if (kind === "for simulation") return [];
    // Verilator counts the branch.
    const taken = [...conditions, printOperand(condition)].join(" && ");
    return ["  // verilator coverage_on", head, `    if (${taken}) begin`, "    end", "  // verilator coverage_off"];
  }
  // Unknown bits break nothing: the condition of `if` is false then.
  return [
    head,
    `    if (${[...conditions, printNegatedOperand(condition)].join(" && ")}) begin`,
    `      $display("${brokenProperty} %m.${name}");`,
    `      \`${propertyMacro[kind]};`,
    "    end",
  ];
}

/** The state at power-up of what only properties need: 0 where the name is one that no user can write, as in simulations in process. */
export function powerUp(item: Item, kind: PropertyKind): string[] {
  if (kind === "for proofs" || item.kind !== "reg" || item.reset || !item.name.includes("$")) return [];
  return [`  initial ${item.name} = ${printLiteral(0n, item.width, item.signed)};`];
}
