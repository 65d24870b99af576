import type { DesignUnderTest, PortDescription, Simulation } from "./simulation.ts";
import { startWasm } from "./wasm.ts";

/** What stood on the pins before every edge of a simulation (for a combinational design: at every vector). */
export interface Recording {
  /** Every input but the clock, then every output, in the order of the values. */
  readonly pins: readonly PortDescription[];
  /** A row a sample, a bit pattern a pin. */
  readonly rows: readonly (readonly bigint[])[];
}

/** Runs a program on the in-process simulator from a given power-up, reset included, and records the pins. */
export async function record(
  design: DesignUnderTest,
  powerUp: (width: number) => bigint,
  program: (simulation: Simulation, recorded: () => number) => Promise<void>,
): Promise<Recording> {
  const reset =
    design.reset === undefined ? [] : [{ name: design.reset, direction: "input", width: 1, signed: false } as const];
  const inputs = [...reset, ...design.ports.filter(({ direction }) => direction === "input")];
  const outputs = design.ports.filter(({ direction }) => direction === "output");
  const pins = [...inputs, ...outputs];
  const rows: bigint[][] = [];
  const simulation = await startWasm(design, {
    powerUp,
    beforeEdge: (peek) => {
      rows.push(pins.map(({ name, width }) => BigInt.asUintN(width, BigInt(peek(name)))));
    },
  });
  try {
    await program(simulation, () => rows.length);
  } finally {
    await simulation.close();
  }
  return { pins, rows };
}
