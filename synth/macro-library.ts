/** An input of a block whose inside is left out: how long before the clock edge it must be there. */
export interface MacroInput {
  readonly name: string;
  readonly width: number;
  /** Undefined: no path from it ends inside. */
  readonly setupNs?: number | undefined;
}

/** An output: when it is there after the clock edge, and after inputs that it follows in the same cycle. */
export interface MacroOutput {
  readonly name: string;
  readonly width: number;
  readonly clockNs?: number | undefined;
  readonly through: readonly { readonly input: MacroInput; readonly ns: number }[];
}

/** A block as a timing analysis sees it from outside. */
export interface Macro {
  readonly name: string;
  /** Its clock; more than one name where ports have clocks of their own. */
  readonly clocks: readonly string[];
  readonly inputs: readonly MacroInput[];
  readonly outputs: readonly MacroOutput[];
  /** Load of an input, in femtofarads. */
  readonly inputLoad: number;
}

const both = (what: string, value: number) =>
  ["rise", "fall"].map((edge) => `${what.replace("#", edge)}(scalar) { values("${value.toFixed(4)}"); }`).join(" ");
/** A transition of 50 ps, as a driven gate of 45 nm has it. */
const delay = (ns: number) => `${both("cell_#", ns)} ${both("#_transition", 0.05)}`;

const busType = (width: number) => `bus${width}`;
const pin = (name: string, width: number, inside: string) =>
  width === 1 ? `pin(${name}) { ${inside} }` : `bus(${name}) { bus_type : ${busType(width)}; ${inside} }`;
const related = ({ name, width }: MacroInput) =>
  width === 1 ? `related_pin : "${name}";` : `related_bus_pins : "${name}[${width - 1}:0]";`;

/** A Liberty library of blocks with fixed delays, whatever the load, beside a library of gates in nanoseconds. */
export function macroLibrary(macros: readonly Macro[]): string {
  const widths = new Set(macros.flatMap(({ inputs, outputs }) => [...inputs, ...outputs].map(({ width }) => width)));
  const types = [...widths].map(
    (width) =>
      `type(${busType(width)}) { base_type : array; data_type : bit; bit_width : ${width}; bit_from : ${width - 1}; bit_to : 0; downto : true; }`,
  );
  return [
    "library(macros) {",
    'delay_model : table_lookup; time_unit : "1ns"; voltage_unit : "1V"; current_unit : "1mA"; capacitive_load_unit(1, ff);',
    'pulling_resistance_unit : "1kohm"; nom_process : 1; nom_temperature : 25; nom_voltage : 1.1;',
    ...["input", "output"].map((end) => `${end}_threshold_pct_rise : 50; ${end}_threshold_pct_fall : 50;`),
    "slew_lower_threshold_pct_rise : 20; slew_lower_threshold_pct_fall : 20;",
    "slew_upper_threshold_pct_rise : 80; slew_upper_threshold_pct_fall : 80;",
    ...types,
    ...macros.map(cellOf),
    "}",
    "",
  ].join("\n");
}

function cellOf({ name, clocks, inputs, outputs, inputLoad }: Macro): string {
  const [clock] = clocks;
  const pins = [
    ...clocks.map((each) => pin(each, 1, `direction : input; clock : true; capacitance : ${inputLoad};`)),
    ...inputs.map(({ name: input, width, setupNs }) => {
      const setup =
        setupNs === undefined
          ? ""
          : `timing() { related_pin : "${clock}"; timing_type : setup_rising; ${both("#_constraint", setupNs)} }`;
      return pin(input, width, `direction : input; capacitance : ${inputLoad}; ${setup}`);
    }),
    ...outputs.map(({ name: output, width, clockNs, through }) => {
      const clocked =
        clockNs === undefined
          ? ""
          : `timing() { related_pin : "${clock}"; timing_type : rising_edge; timing_sense : non_unate; ${delay(clockNs)} }`;
      const arcs = through.map(
        ({ input, ns }) => `timing() { ${related(input)} timing_sense : non_unate; ${delay(ns)} }`,
      );
      return pin(output, width, `direction : output; max_capacitance : 500; ${[clocked, ...arcs].join(" ")}`);
    }),
  ];
  return `cell(${name}) { area : 0; interface_timing : true;\n${pins.join("\n")} }`;
}
