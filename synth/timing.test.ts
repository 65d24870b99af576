import { describe, expect, it } from "vitest";
import { findTool } from "../platform/tools.ts";
import { longestPathNs } from "./timing.ts";

/** Delays that are easy to add up: a gate takes 100 ps and a flip-flop 200, and a picosecond more a unit of load, at any slew. */
const tables = (from: string, sense: string, ns: number, kind = "combinational") => `
  timing() { related_pin : "${from}"; timing_sense : ${sense}; timing_type : ${kind};
    ${["cell_rise", "cell_fall", "rise_transition", "fall_transition"]
      .map((name) => `${name}(grid) { values("${ns}, ${ns + 0.1}", "${ns}, ${ns + 0.1}"); }`)
      .join("\n    ")} }`;
const inputPin = (name: string) => `pin(${name}) { direction : input; capacitance : 1; }`;
const gate = (name: string, area: number, inputs: readonly string[], logic: string, sense: string) => `
  cell(${name}) { area : ${area}; ${inputs.map(inputPin).join(" ")}
    pin(Y) { direction : output; max_capacitance : 1000; function : "${logic}"; ${inputs.map((pin) => tables(pin, sense, 0.1)).join("")} } }`;
const constraint = (kind: string, ns: number) =>
  `timing() { related_pin : "C"; timing_type : ${kind}; rise_constraint(slews) { values("${ns}, ${ns}", "${ns}, ${ns}"); }
    fall_constraint(slews) { values("${ns}, ${ns}", "${ns}, ${ns}"); } }`;
const liberty = `library(tiny) {
  time_unit : "1ns"; capacitive_load_unit(1, ff); voltage_unit : "1V"; current_unit : "1mA"; pulling_resistance_unit : "1kohm";
  delay_model : table_lookup;
  ${["input", "output"].map((end) => `${end}_threshold_pct_rise : 50; ${end}_threshold_pct_fall : 50;`).join(" ")}
  ${["rise", "fall"].map((edge) => `slew_lower_threshold_pct_${edge} : 20; slew_upper_threshold_pct_${edge} : 80;`).join(" ")}
  nom_process : 1; nom_temperature : 25; nom_voltage : 1;
  lu_table_template(grid) { variable_1 : input_net_transition; variable_2 : total_output_net_capacitance;
    index_1("0.01, 1"); index_2("0, 100"); }
  lu_table_template(slews) { variable_1 : related_pin_transition; variable_2 : constrained_pin_transition;
    index_1("0.01, 1"); index_2("0.01, 1"); }
  ${gate("BUF", 2, ["A"], "A", "positive_unate")}
  ${gate("INV", 1, ["A"], "!A", "negative_unate")}
  ${gate("NAND2", 2, ["A", "B"], "!(A & B)", "negative_unate")}
  cell(DFF) { area : 8; ff(IQ, IQN) { clocked_on : "C"; next_state : "D"; }
    pin(C) { direction : input; clock : true; capacitance : 1; }
    pin(D) { direction : input; capacitance : 1; ${constraint("setup_rising", 0.05)} ${constraint("hold_rising", 0)} }
    pin(Q) { direction : output; max_capacitance : 1000; function : "IQ"; ${tables("C", "non_unate", 0.2, "rising_edge")} } }
}`;

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
  const design = { module: "chain", clock: "clk", periodNs: 1, library: liberty };

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
