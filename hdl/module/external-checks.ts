/** What a black box is called and given must be legal in the Verilog that instantiates it. */
import { HdlError } from "../errors.ts";
import type { External, Port, VerilogParameter } from "../ir.ts";
import { refuse } from "../messages/problems.ts";
import { checkForeignName } from "../names/naming.ts";
import type { LazyPosition } from "../position.ts";

/** Refuses names that are no identifiers, two ports on one pin, and parameters that no Verilog constant can hold. */
export function checkExternal(name: string, external: External, ports: readonly Port[], at: LazyPosition): void {
  checkForeignName("foreign module", external.module, at);
  for (const [parameter, value] of Object.entries(external.parameters)) {
    checkForeignName("parameter", parameter, at);
    const expected = expectedOf(value);
    if (expected === undefined) continue;
    const found = typeof value === "object" ? String(value.value) : String(value);
    const message = `The parameter "${parameter}" of the black box "${name}" does not fit: ${found}.`;
    const hint = "Write a number of that range; `BigInt.asUintN(width, value)` gives the bits of a negative one.";
    refuse(() => new HdlError({ code: "literal-out-of-range", message, expected, hint }, at));
  }
  const taken = new Map<string, string>();
  for (const { name: port } of ports) {
    const pin = external.pins[port] ?? port;
    if (pin !== port) checkForeignName("pin", pin, at);
    const earlier = taken.get(pin);
    if (earlier !== undefined) {
      const message = `The ports "${earlier}" and "${port}" of the black box "${name}" are both its pin "${pin}".`;
      const hint = "Name a pin for each port; of a record, a vec or a stream for each net.";
      refuse(() => new HdlError({ code: "duplicate-name", message, hint }, at));
    }
    taken.set(pin, port);
  }
}

/** What the value should have been; undefined where it prints as it is. */
function expectedOf(value: VerilogParameter): string | undefined {
  if (typeof value === "string") return undefined;
  if (typeof value === "number") {
    // An integer of Verilog has 32 bits with a sign.
    return Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31
      ? undefined
      : "a whole number of 32 bits, with sign";
  }
  const { width, value: bits } = value;
  if (!Number.isInteger(width) || width < 1) return "a width of 1 or more";
  return bits >= 0n && bits >> BigInt(width) === 0n ? undefined : `a whole number from 0 to 2^${width} - 1`;
}
