/** A check of the design that did not hold, in the words that every engine uses. */
import { checkStreams, PropertyFailure } from "../hdl/index.ts";
import { flatten } from "../hdl/simulator/flatten.ts";
import { brokenProperty } from "../hdl/verilog/property.ts";
import { UserError } from "../sw-model/errors.ts";
import type { DesignUnderTest } from "./simulation.ts";
import type { SimulatorContext } from "./simulator-error.ts";

/** Edges of the reset at the start, which `Simulation.edges` leaves out and the message of a check counts. */
const resetEdges = (design: DesignUnderTest) => (design.reset === undefined ? 0 : 2);

/** The failure of a property as one of a check, with what ran and where the property was written. */
export function brokenCheck({ code, details }: PropertyFailure, doing: string): UserError {
  const { message, where, hint } = details;
  const at = where === undefined ? {} : { found: `it was written at ${where}` };
  return new UserError({ code, message, where: doing, ...at, ...(hint === undefined ? {} : { hint }) }, 1);
}

/**
 * The check that a simulator of Verilog said was broken, if it did. `edges`: how many there were before, without those of reset.
 * Of several at one edge it is the first in the order of the circuit, as in the wasm engine.
 */
export function printedCheck(
  { design, lastLines }: SimulatorContext,
  edges: number,
  doing: string,
): UserError | undefined {
  // The design is an instance `dut` of the module around it.
  const said = new RegExp(`^${brokenProperty} (?:TOP\\.)?\\w+\\.dut\\.(\\S+)$`, "gm");
  const printed = new Set(Array.from(lastLines().matchAll(said), ([, path]) => path));
  if (printed.size === 0 || design.circuit === undefined) return undefined;
  const { properties } = flatten(checkStreams(design.circuit, { fromPowerUp: true }));
  const broken = properties.find(({ path }) => printed.has(path));
  // A design with several clocks has edges that the simulator does not know as such.
  const edge = design.clock === undefined ? undefined : edges + resetEdges(design) + 1;
  return broken && brokenCheck(new PropertyFailure(broken.path, broken.property, edge), doing);
}
