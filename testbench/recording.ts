import type { DesignUnderTest, PortDescription, Simulation } from "./simulation.ts";
import { startWasm } from "./wasm.ts";

/** What stood on the pins before every edge of a simulation (for a combinational design: at every vector). */
export interface Recording {
  /** Every input but the clock, then every output, in the order of the values. */
  readonly pins: readonly PortDescription[];
  /** A row a sample, a bit pattern a pin; the very same row again where nothing changed. */
  readonly rows: readonly (readonly bigint[])[];
}

/** How much of a recording there is. */
export interface Recorded {
  readonly samples: number;
  /** Samples that differ from the one before. */
  readonly changes: number;
}

/** Runs a program on the in-process simulator from a given power-up, reset included, and records the pins. */
export async function record(
  design: DesignUnderTest,
  powerUp: (width: number) => bigint,
  program: (simulation: Simulation, recorded: () => Recorded) => Promise<void>,
): Promise<Recording> {
  const reset =
    design.reset === undefined ? [] : [{ name: design.reset, direction: "input", width: 1, signed: false } as const];
  const inputs = [...reset, ...design.ports.filter(({ direction }) => direction === "input")];
  const outputs = design.ports.filter(({ direction }) => direction === "output");
  const pins = [...inputs, ...outputs];
  const rows: (readonly bigint[])[] = [];
  let last: readonly (number | bigint)[] = [];
  let changes = 0;
  const simulation = await startWasm(design, {
    powerUp,
    beforeEdge: (peek) => {
      const levels = pins.map(({ name }) => peek(name));
      const before = rows.at(-1);
      const changed = before === undefined || levels.some((level, i) => level !== last[i]);
      last = levels;
      rows.push(changed ? levels.map((level, i) => BigInt.asUintN(pins[i].width, BigInt(level))) : before);
      if (changed) changes++;
    },
  });
  try {
    await program(simulation, () => ({ samples: rows.length, changes }));
  } finally {
    await simulation.close();
  }
  return { pins, rows };
}
