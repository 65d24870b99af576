import { nearestNames, UserError } from "../sw-model/errors.ts";
import type { Bits, Command, DesignUnderTest, PortDescription, Stalls } from "./simulation.ts";

/** A port with its number, which is its place in the design's list. */
export interface NumberedPort extends PortDescription {
  readonly index: number;
}

/** Looks up ports and checks values, so that an engine is only sent programs it can run. */
export interface PortTable {
  readonly ports: readonly NumberedPort[];
  port(name: string): NumberedPort;
  input(name: string): NumberedPort;
  /** A one-bit port, as valid and ready must be. */
  handshake(name: string, direction: "input" | "output"): NumberedPort;
}

/** What a program may set or read: the ports, and behind them the reset, which an engine leaves inactive after it has begun. */
export function pinsOf({ ports, reset }: DesignUnderTest): readonly PortDescription[] {
  return reset === undefined ? ports : [...ports, { name: reset, direction: "input", width: 1, signed: false }];
}

/** The table of a design's pins. */
export function portTable(design: DesignUnderTest): PortTable {
  const ports = pinsOf(design).map((port, index) => ({ ...port, index }));
  const byName = new Map(ports.map((port) => [port.name, port]));
  const port = (name: string) => byName.get(name) ?? unknownPort(design, name);
  const input = (name: string) => {
    const found = port(name);
    if (found.direction === "input") return found;
    throw badProgram(`${design.top}.${name}`, "an input", "an output", `port ${name} cannot be set`);
  };
  return {
    ports,
    port,
    input,
    handshake(name, direction) {
      const found = direction === "input" ? input(name) : port(name);
      if (found.width === 1) return found;
      throw badProgram(
        `${design.top}.${name}`,
        "1 bit",
        `${found.width} bits`,
        `port ${name} cannot be valid or ready`,
      );
    },
  };
}

/** The value, when it is an unsigned bit pattern of the port's width; nothing is clipped. */
export function checkedValue(port: PortDescription, value: Bits): Bits {
  const fits =
    typeof value === "number"
      ? Number.isSafeInteger(value) && value >= 0 && (port.width >= 53 || value < 2 ** port.width)
      : value >= 0n && value >> BigInt(port.width) === 0n;
  if (fits) return value;
  throw badProgram(
    port.name,
    `an unsigned integer of ${port.width} bit${port.width === 1 ? "" : "s"}`,
    String(value),
    `value does not fit ${port.name}`,
  );
}

/** A count of cycles or rows that a program may hold. */
export function checkedCount(what: string, count: number): number {
  if (Number.isSafeInteger(count) && count >= 0 && count <= 0xffff_ffff) return count;
  throw badProgram(what, "an integer from 0 to 4294967295", String(count), `${what} is out of range`);
}

/** Numbers for the stalls of an exchange: seed and shares; without stalls any seed will do. */
export function checkedStalls(stalls: Stalls = { seed: 1, push: 0, pull: 0 }): Stalls {
  const { seed, push, pull } = stalls;
  if (checkedCount("seed of stalls", seed) === 0) throw badProgram("stalls", "a seed other than 0", "0", "no seed");
  for (const share of [push, pull]) {
    if (Number.isInteger(share) && share >= 0 && share <= 255) continue;
    throw badProgram("stalls", "an integer from 0 to 255", String(share), "a share of stalls is out of range");
  }
  return stalls;
}

/** The generator behind stalls: 32-bit xorshift (Marsaglia 2003, shifts 13, 17, 5). */
export function nextNoise(state: number): number {
  let x = state;
  x ^= x << 13;
  x ^= x >>> 17;
  return (x ^ (x << 5)) >>> 0;
}

/** How many words of 32 bits hold a value of this port. */
export const wordsOf = (port: PortDescription): number => Math.ceil(port.width / 32);

/** The row, when it has one value for each port. */
export function checkedRow(row: readonly Bits[], ports: readonly NumberedPort[]): readonly Bits[] {
  if (row.length === ports.length) return row;
  const names = ports.map(({ name }) => name).join(", ");
  throw badProgram("row", `${ports.length} values (${names})`, `${row.length} values`, "a row has the wrong length");
}

/** The column, when it has elements of the port's size, `rows` values of them. Whether each fits is checked beside the model. */
export function checkedColumn<C extends Uint8Array | Uint16Array | Uint32Array>(
  port: PortDescription,
  column: C,
  rows: number,
): C {
  const bytes = port.width <= 8 ? 1 : port.width <= 16 ? 2 : 4;
  const length = rows * wordsOf(port);
  if (column.BYTES_PER_ELEMENT === bytes && column.length === length) return column;
  const found = `${column.length} elements of ${8 * column.BYTES_PER_ELEMENT} bits`;
  throw badProgram(
    port.name,
    `${length} elements of ${8 * bytes} bits`,
    found,
    `the column of ${port.name} does not fit`,
  );
}

/** One line that tells a person what a command does, e.g. "pull 16 rows of y (limit 1000)". */
export function describeCommand(command: Command): string {
  switch (command.kind) {
    case "poke":
      return `poke ${command.port} = ${command.value}`;
    case "peek":
      return `peek ${command.port}`;
    case "step":
      return `step ${command.cycles}`;
    case "batch":
      return `batch of ${command.rows.length} rows`;
    case "push":
      return `push ${command.rows.length} rows into ${command.data.join(", ")} (limit ${command.limit})`;
    case "pull":
      return `pull ${command.count} rows of ${command.data.join(", ")} (limit ${command.limit})`;
    case "exchange": {
      const { push, pull, limit } = command;
      const sent = `${push.rows.length} rows into ${push.data.join(", ")}`;
      return `exchange ${sent} for ${pull.count} rows of ${pull.data.join(", ")} (limit ${limit})`;
    }
    case "until":
      return `step until ${command.port} = ${command.value} (limit ${command.limit})`;
  }
}

/** The command of this number among others, in words; all of them when it is not known which one it was. */
export function describeAt(commands: readonly Command[], index: number | undefined): string {
  const [first, last] = [commands[0], commands.at(-1)];
  if (first === undefined || last === undefined) return "no commands";
  if (commands.length === 1) return describeCommand(first);
  const command = index === undefined ? undefined : commands[index];
  if (command !== undefined) return `${describeCommand(command)}, number ${index} of ${commands.length}`;
  return `${commands.length} commands, ${describeCommand(first)} to ${describeCommand(last)}`;
}

function unknownPort(design: DesignUnderTest, name: string): never {
  const names = pinsOf(design).map((port) => port.name);
  if (name === design.clock) throw drivenClock(design, name, names);
  const near = nearestNames(name, names);
  throw new UserError({
    code: "unknown-port",
    message: `${design.top} has no port ${name}`,
    where: `${design.top}.${name}`,
    expected: `one of ${names.join(", ")}`,
    found: name,
    ...(near.length === 0 ? {} : { hint: `did you mean ${near.join(" or ")}?` }),
  });
}

/** The engine drives the clock of a design with one. */
function drivenClock({ top }: DesignUnderTest, name: string, names: readonly string[]): UserError {
  return new UserError({
    code: "unknown-port",
    message: `${top}.${name} is the clock, which the engine drives itself`,
    where: `${top}.${name}`,
    expected: `one of ${names.join(", ")}`,
    found: name,
    hint: "step makes its edges",
  });
}

function badProgram(where: string, expected: string, found: string, message: string): UserError {
  return new UserError({ code: "bad-command", message, where, expected, found });
}
