import type { Bits, Command, DesignUnderTest } from "../simulation.ts";

/** Commands for `own` as they are for `design`, which has the same ports but perhaps a reset of another name or level. */
export function withResetOf(own: DesignUnderTest, design: DesignUnderTest): (command: Command) => Command {
  const { reset } = design;
  const inverted = (own.resetActiveLow ?? false) !== (design.resetActiveLow ?? false);
  if (reset === undefined || own.reset === undefined || (own.reset === reset && !inverted)) return (command) => command;
  const name = (port: string) => (port === reset ? (own.reset ?? port) : port);
  const level = (port: string, value: Bits): Bits => (port === reset && inverted ? 1n - BigInt(value) : value);
  return (command) => {
    if (command.kind === "poke") {
      return { ...command, port: name(command.port), value: level(command.port, command.value) };
    }
    if (command.kind !== "batch") return command;
    const { inputs, rows } = command;
    return {
      ...command,
      inputs: inputs.map(name),
      rows: inputs.includes(reset) ? rows.map((row) => row.map((value, i) => level(inputs[i], value))) : rows,
    };
  };
}
