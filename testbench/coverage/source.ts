/** The Verilog that a model counts coverage in, and where its lines come from. */
import {
  type Circuit,
  checkStreams,
  coverArms,
  type EmittedVerilog,
  emitVerilog,
  type NetPosition,
} from "../../hdl/index.ts";
import { designOf } from "../design.ts";
import type { DesignUnderTest } from "../simulation.ts";

/** A module of our own in the text of a design. */
export interface PlacedModule {
  readonly name: string;
  readonly text: string;
  /** Lines of the design's text before it. */
  readonly before: number;
}

/** A design as it is built for coverage. */
export interface CoverageSource {
  readonly design: DesignUnderTest;
  /** What it was made from; absent for Verilog from elsewhere, whose lines stand for themselves. */
  readonly made?: {
    readonly circuit: Circuit;
    readonly modules: readonly PlacedModule[];
    readonly positions: readonly NetPosition[];
  };
}

/**
 * A design of the language with a branch of Verilog for each arm of its TypeScript, as long as its Verilog is the one that `designOf` makes;
 * any other as it is.
 */
export function coverageSource(design: DesignUnderTest, checks: boolean): CoverageSource {
  const { circuit } = design;
  if (!circuit || designOf(circuit).verilog !== design.verilog) return { design };
  const checked = checks ? checkStreams(circuit, { fromPowerUp: true }) : withoutChecks(circuit);
  const emitted = emitVerilog(coverArms(checked), { blackBoxes: "modelled", properties: "for coverage" });
  const { positions } = emitted;
  return { design: { ...design, verilog: emitted.text }, made: { circuit, modules: placed(emitted), positions } };
}

function withoutChecks(circuit: Circuit): Circuit {
  const modules = circuit.modules.map((module) => ({
    ...module,
    items: module.items.filter((item) => item.kind !== "property" || item.property === "cover"),
  }));
  return { ...circuit, modules };
}

/** The text of a design has a blank line between modules. */
function placed({ modules }: EmittedVerilog): PlacedModule[] {
  let before = 0;
  return modules.map(({ name, text }) => {
    const module = { name, text, before };
    before += text.split("\n").length;
    return module;
  });
}
