import { Lfsr } from "../format/lfsr.ts";

/** Tables of a draw's steps: the state after them is the sum (exclusive or) of an entry for each of its bytes. */
export interface DrawTables {
  readonly byte: readonly [Int32Array, Int32Array, Int32Array, Int32Array];
}

/** For LFSRs of 8, 16, 24 or 32 bits; a step is linear, so the states after the single bits say everything. */
export function drawTables(lfsrWidth: number, stepsPerDraw: number): DrawTables {
  const ofBit = Array.from({ length: 32 }, (_, bit) => {
    if (bit >= lfsrWidth) return 0;
    const lfsr = new Lfsr(lfsrWidth, 2 ** bit, stepsPerDraw);
    lfsr.draw();
    return lfsr.state;
  });
  const table = (low: number) =>
    Int32Array.from({ length: 256 }, (_, value) =>
      ofBit.slice(low, low + 8).reduce((sum, state, bit) => ((value >> bit) & 1 ? sum ^ state : sum), 0),
    );
  return { byte: [table(0), table(8), table(16), table(24)] };
}
