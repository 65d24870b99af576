import { describe, expect, it } from "vitest";
import { findTool } from "../platform/tools.ts";
import { tinyLiberty } from "./fixtures/tiny-liberty.ts";
import { longestPathNs } from "./timing.ts";

/** Two registers with inverters between them, and a memory that was left out, which no path goes through. */
const netlist = (inverters: number) => `module chain(clk, d, q);
  input clk, d;
  output q;
  wire [${inverters}:0] w;
  wire [15:0] word, address;
  DFF first (.C(clk), .D(word[0]), .Q(w[0]));
${Array.from({ length: inverters }, (_, i) => `  INV gate${i} (.A(w[${i}]), .Y(w[${i + 1}]));`).join("\n")}
  DFF second (.C(clk), .D(w[${inverters}]), .Q(q));
  \\$__sram_1024x16 words (.RD_CLK(clk), .RD_ADDR({ w[0], d }), .RD_DATA(word));
endmodule
`;

describe.skipIf(findTool("sta") === undefined)("longest path", () => {
  const design = { module: "chain", clock: "clk", periodNs: 1, library: tinyLiberty };

  it.each([1, 3, 12])("%i gates between two registers: clock to output, gates and setup", async (gates) => {
    const path = await longestPathNs({ ...design, netlist: netlist(gates) });
    // Every output drives one pin. Twelve gates take longer than the clock.
    expect(path).toBeCloseTo(0.2 + 0.1 * gates + 0.001 * (gates + 1) + 0.05, 3);
  });

  it("is refused where nothing lies between two registers", async () => {
    const cut = netlist(2).replace(/ {2}DFF first.*\n/, "");
    await expect(longestPathNs({ ...design, netlist: cut })).rejects.toMatchObject({
      details: { code: "timing-failed", found: expect.stringContaining("No paths found") },
    });
  });
});
