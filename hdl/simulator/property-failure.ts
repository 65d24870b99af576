import { HdlError } from "../errors.ts";
import type { Property } from "../ir.ts";

/** An assertion or assumption that did not hold at an edge of a simulation. */
export class PropertyFailure extends HdlError {
  /** Instance names and the property's own, joined by dots. */
  readonly path: string;
  /** The number of the edge, the first being 1; absent where a simulator of Verilog sets several clocks, and counts none. */
  readonly edge?: number;

  constructor(path: string, property: Property, edge?: number) {
    const assumed = property.property === "assume";
    super(
      {
        code: "assertion-failed",
        message: `The ${assumed ? "assumption" : "assertion"} "${path}" ${
          property.ofUnknown ? "depends on unknown bits" : "did not hold"
        }${edge === undefined ? "" : ` at edge ${edge}`}.`,
        hint: property.ofUnknown
          ? "Give what it reads a value before, by a reset or a write, or look only while that is valid."
          : assumed
            ? "The surroundings break what the module relies on: look at what drives it."
            : "Look at the waves up to that edge.",
      },
      property.at,
    );
    this.path = path;
    if (edge !== undefined) this.edge = edge;
  }
}
