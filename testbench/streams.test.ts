/** The Verilog of every stream part: accepted in silence, and cycle by cycle what the in-process simulator does. */
import { describe, expect, it } from "vitest";
import { Dice } from "../hdl/fixtures/dice.ts";
import { streamParts } from "../hdl/fixtures/stream-parts.ts";
import { traffic } from "../hdl/fixtures/stream-traffic.ts";
import { designOf } from "./design.ts";
import { startSimulation } from "./engine.ts";
import { complaints } from "./fixtures/complaints.ts";

const parts = Object.keys(streamParts);

/** Runs recorded traffic on an engine; the words that are offered and all valid and ready must be the same. */
async function expectSame(engine: string, name: string, width: number, size: number): Promise<void> {
  const { circuit, inputs: widths, expected } = streamParts[name](width, size);
  const dice = new Dice(width + size);
  const words = Object.fromEntries(
    Object.entries(widths).map(([port, all]) => [port, Array.from({ length: 30 }, () => all.map((w) => dice.bits(w)))]),
  );
  const count = Math.max(...Object.values(expected(words)).map((all) => all.length));
  const { rows, inputs, outputs } = traffic(circuit, words, { seed: 5, stalls: 0.4, expected: count });
  const top = circuit.modules[circuit.modules.length - 1];
  // Data without valid may be unknown, which engines refuse to give.
  const offered = (port: string, row: (typeof rows)[number]) => {
    const stream = top.streams.find(({ data }) => data.includes(port));
    return stream === undefined || row.outputs[outputs.indexOf(stream.valid)] === 1n;
  };
  const shown = rows.map((row) => outputs.filter((port) => offered(port, row)));
  const simulation = await startSimulation(engine, designOf(circuit));
  try {
    const got = await simulation.execute(
      rows.map((row, i) => ({ kind: "batch", inputs, rows: [row.inputs], outputs: shown[i] })),
    );
    rows.forEach((row, cycle) => {
      const wanted = shown[cycle].map((port) => row.outputs[outputs.indexOf(port)]);
      expect({ cycle, outputs: got[cycle] }).toEqual({ cycle, outputs: wanted });
    });
  } finally {
    await simulation.close();
  }
}

describe.each(parts)("%s", (name) => {
  it.each([
    [1, 2],
    [5, 3],
    [33, 4],
  ])("of width %i and size %i is accepted by every reader in silence", async (width, size) => {
    expect(await complaints(streamParts[name](width, size).circuit)).toBe("");
  });

  it.each([
    [5, 3],
    [40, 4],
  ])("of width %i and size %i does in Icarus what it does in wasm", async (width, size) => {
    await expectSame("icarus", name, width, size);
  });
});

it.each(["chain", "round-robin arbiter"])("%s does so in Verilator", async (name) => {
  await expectSame("verilator", name, 9, 3);
});
