import type { ResetStyle } from "../hdl/index.ts";
import type { Recording } from "./recording.ts";
import type { DesignUnderTest } from "./simulation.ts";

/** A file of a testbench, to stand beside the Verilog. */
export interface TestbenchFile {
  readonly name: string;
  readonly content: string;
}

/**
 * A plain Verilog-2005 testbench that replays a recording and prints PASS or FAIL: for a simulator that knows nothing of
 * us. All recordings are of one program, from different power-ups: outputs in which they differ depend on what was never
 * initialised, and are not compared at that edge; nor is the data of `streams` while their valid is low. `reset` says how the design's
 * reset looks; `models` is Verilog of memories that the user brings, which stand at the end unless OWN_MEMORIES is defined.
 */
export function verilogTestbench(
  design: DesignUnderTest,
  recordings: readonly Recording[],
  {
    reset: style,
    models,
    foreign = [],
    streams = [],
  }: {
    readonly reset: ResetStyle;
    readonly models: readonly string[];
    /** Modules that come from elsewhere, such as the library of a device; each becomes a file. */
    readonly foreign?: readonly { readonly name: string; readonly text: string }[];
    readonly streams?: readonly { readonly valid: string; readonly data: readonly string[] }[];
  },
): TestbenchFile[] {
  const [recording, ...others] = recordings;
  const name = `${design.top}_testbench`;
  // Not part of the design: tools of the device have these modules of their own.
  const foreignFiles = foreign.map(({ name: module, text }) => ({ name: `${module}.sim.v`, content: text }));
  const inputs = recording.pins.filter(({ direction }) => direction === "input");
  const outputs = recording.pins.filter(({ direction }) => direction === "output");
  const width = (pins: typeof inputs) => pins.reduce((sum, pin) => sum + pin.width, 0);
  const [inputBits, outputBits] = [width(inputs), width(outputs)];
  const reset = inputs.findIndex((pin) => pin.name === design.reset);
  const pinNumber = (name: string) => recording.pins.findIndex((pin) => pin.name === name);
  /** By the number of a data pin, that of its valid. */
  const validOf = new Map(streams.flatMap(({ valid, data }) => data.map((pin) => [pinNumber(pin), pinNumber(valid)])));
  const line = (row: readonly bigint[], i: number) => {
    // Before the first reset edge a Verilog simulator knows nothing, whatever a function of the unknown comes to.
    const inReset = reset >= 0 && row[reset] === 1n;
    let word = 0n;
    const append = (value: bigint, bits: number) => {
      word = (word << BigInt(bits)) | value;
    };
    const drivenAt = (pin: number) => append(row[pin], recording.pins[pin].width);
    inputs.forEach((_, pin) => {
      drivenAt(pin);
    });
    outputs.forEach((_, k) => {
      drivenAt(inputs.length + k);
    });
    outputs.forEach((pin, k) => {
      const at = inputs.length + k;
      // A sum with one unknown bit is unknown to a Verilog simulator in all of them.
      const differs = others.some((other) => row[at] !== other.rows[i][at]);
      const idle = row[validOf.get(at) ?? -1] === 0n;
      append(inReset || idle || differs ? 0n : BigInt.asUintN(pin.width, -1n), pin.width);
    });
    return word.toString(16).padStart(Math.ceil((inputBits + 2 * outputBits) / 4), "0");
  };
  const runs: { readonly word: string; cycles: number }[] = [];
  recording.rows.forEach((row, i) => {
    // A recording gives one array for rows that repeat.
    const repeats = i > 0 && recordings.every(({ rows }) => rows[i] === rows[i - 1]);
    if (repeats) runs[runs.length - 1].cycles++;
    else runs.push({ word: line(row, i), cycles: 1 });
  });
  const lines = runs.map(({ word, cycles }) => cycles.toString(16).padStart(8, "0") + word);
  const range = (bits: number) => (bits === 1 ? "" : `[${bits - 1}:0] `);
  const concat = (pins: typeof inputs) => `{${pins.map((pin) => pin.name).join(", ")}}`;
  const connections = [
    ...(design.clock === undefined ? [] : [[design.clock, design.clock]]),
    ...recording.pins.map(({ name: pin }) =>
      // The vectors say 1 for reset, whatever the design's level is.
      pin === design.reset ? [style.nameOf(pin), style.active(pin)] : [pin, pin],
    ),
  ];
  // Whole digits, so that the cycles stand in front of them.
  const total = 32 + 4 * Math.ceil((inputBits + 2 * outputBits) / 4);
  const unused = total - 32 - (inputBits + 2 * outputBits);
  const edge =
    design.clock === undefined
      ? []
      : [`        ${design.clock} = 1'b1;`, "        #1;", `        ${design.clock} = 1'b0;`];
  const text = [
    `// Replays ${recording.rows.length} cycles of ${design.top} and compares every output: prints PASS or FAIL.`,
    `// Run it in this folder: iverilog -g2005 -o testbench.vvp ${[`${name}.v`, ...foreignFiles.map((file) => file.name)].join(" ")} -f ${design.top}.f && vvp testbench.vvp`,
    `module ${name};`,
    ...(design.clock === undefined ? [] : [`  reg ${design.clock} = 1'b0;`]),
    ...inputs.map((pin) => `  reg ${range(pin.width)}${pin.name};`),
    ...outputs.map((pin) => `  wire ${range(pin.width)}${pin.name};`),
    "",
    "  // For how many cycles, inputs, expected outputs, and which bits of them count (the rest depends on uninitialised state).",
    `  reg [${total - 1}:0] vectors [0:${runs.length - 1}];`,
    "  reg [31:0] cycles;",
    `  reg [${outputBits - 1}:0] expected;`,
    `  reg [${outputBits - 1}:0] counts;`,
    `  wire [${outputBits - 1}:0] outputs = ${concat(outputs)};`,
    ...(unused === 0 ? [] : [`  reg ${range(unused)}unused;`]),
    "  integer vector;",
    "  integer cycle;",
    "  integer failures;",
    "",
    `  ${design.top} dut (`,
    connections.map(([pin, value]) => `    .${pin}(${value})`).join(",\n"),
    "  );",
    "",
    "  initial begin",
    `    $readmemh("${name}.hex", vectors);`,
    "    failures = 0;",
    "    cycle = 0;",
    `    for (vector = 0; vector < ${runs.length}; vector = vector + 1) begin`,
    `      {cycles, ${[...(unused === 0 ? [] : ["unused"]), ...inputs.map((pin) => pin.name)].join(", ")}, expected, counts} = vectors[vector];`,
    "      while (cycles != 0) begin",
    "        #1;",
    `        if (((outputs ^ expected) & counts) !== {${outputBits}{1'b0}}) begin`,
    "          if (failures < 10)",
    '            $display("cycle %0d: expected %h, got %h (bits that count: %h)", cycle, expected, outputs, counts);',
    "          failures = failures + 1;",
    "        end",
    "        #1;",
    ...edge,
    "        cycle = cycle + 1;",
    "        cycles = cycles - 1;",
    "      end",
    "    end",
    `    if (cycle != ${recording.rows.length})`,
    `      $display("FAIL: %0d of ${recording.rows.length} cycles ran: ${name}.hex, read in the folder of the simulation, is missing or damaged", cycle);`,
    `    else if (failures == 0) $display("PASS: ${recording.rows.length} cycles");`,
    `    else $display("FAIL: %0d of ${recording.rows.length} cycles differ", failures);`,
    "    $finish;",
    "  end",
    "endmodule",
    ...(models.length > 0
      ? [
          "",
          "// Models of the memories that the design leaves to its user; with -DOWN_MEMORIES yours take their place.",
          "`ifndef OWN_MEMORIES",
          ...models,
          "`endif",
        ]
      : []),
    "",
  ].join("\n");
  return [
    { name: `${name}.v`, content: text },
    { name: `${name}.hex`, content: `${lines.join("\n")}\n` },
    ...foreignFiles,
  ];
}
