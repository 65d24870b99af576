import { bit, concat, defineExternal, fixedValue, input, output, uint } from "../../hdl/index.ts";

/** The primitive for tools that have none of its name: simulators, and synthesis for other devices. */
const source = `// Look-up table with two outputs; devices of Xilinx have it as a primitive.
module LUT6_2 #(
  parameter [63:0] INIT = 64'h0
) (
  input wire I0,
  input wire I1,
  input wire I2,
  input wire I3,
  input wire I4,
  input wire I5,
  output wire O5,
  output wire O6
);
  wire [63:0] contents = INIT;
  wire [4:0] lower = {I4, I3, I2, I1, I0};

  assign O5 = contents[{1'b0, lower}];
  assign O6 = contents[{I5, lower}];
endmodule
`;

/**
 * The look-up table of Xilinx 7-series and UltraScale devices with both outputs (UG953, LUT6_2): `o6` is a function of six inputs, bit
 * i5 i4 i3 i2 i1 i0 of `init`; `o5` one of the lower five, from the lower half of `init`. With i5 high they are two
 * functions of the same five inputs.
 */
export const lut6Dual = defineExternal("lut6_2", ({ init }: { init: bigint }) => ({
  summary: "Look-up table with two outputs.",
  ports: {
    i0: input(bit),
    i1: input(bit),
    i2: input(bit),
    i3: input(bit),
    i4: input(bit),
    i5: input(bit),
    o5: output(bit),
    o6: output(bit),
  },
  verilog: {
    module: "LUT6_2",
    parameters: { INIT: { width: 64, value: init } },
    source,
    pins: { i0: "I0", i1: "I1", i2: "I2", i3: "I3", i4: "I4", i5: "I5", o5: "O5", o6: "O6" },
  },
  model({ i0, i1, i2, i3, i4, i5, o5, o6 }) {
    const lower = concat(i4, i3, i2, i1, i0);
    o5.set(fixedValue(uint(32), init & 0xffff_ffffn).bitAt(lower));
    o6.set(fixedValue(uint(64), init).bitAt(concat(i5, lower)));
  },
}));

/** The contents of a table whose outputs, with i5 high, are two functions of i4 to i0. */
export function dualTable(
  o6: (inputs: readonly boolean[]) => boolean,
  o5: (inputs: readonly boolean[]) => boolean,
): bigint {
  let init = 0n;
  for (let row = 0; row < 32; row++) {
    const inputs = Array.from({ length: 5 }, (_, i) => ((row >> i) & 1) === 1);
    if (o5(inputs)) init |= 1n << BigInt(row);
    if (o6(inputs)) init |= 1n << BigInt(32 + row);
  }
  return init;
}
