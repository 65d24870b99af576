import { UserError } from "../../sw-model/errors.ts";
import {
  checkedCount,
  checkedRow,
  checkedStalls,
  checkedValue,
  type NumberedPort,
  type PortTable,
} from "../program.ts";
import type { Bits, Command } from "../simulation.ts";

/** A request as text: hexadecimal words, and how many values each command gives. */
export interface TextProgram {
  readonly text: string;
  readonly counts: readonly number[];
}

const opcodes = { poke: 1, peek: 2, step: 3, batch: 4, push: 5, pull: 6, until: 7, exchange: 8 } as const;

/** The words for a list of commands, as the generated testbench reads them. */
export function writeProgram(commands: readonly Command[], table: PortTable): TextProgram {
  const words: string[] = [commands.length.toString(16)];
  const counts = commands.map((command) => writeCommand(words, command, table));
  return { text: `${words.join(" ")}\n`, counts };
}

function writeCommand(out: string[], command: Command, table: PortTable): number {
  const number = (...values: number[]) => {
    for (const value of values) out.push(value.toString(16));
  };
  const value = (port: NumberedPort, bits: Bits) => out.push(checkedValue(port, bits).toString(16));
  const rows = (ports: readonly NumberedPort[], rows: readonly (readonly Bits[])[]) => {
    for (const row of rows) checkedRow(row, ports).forEach((bits, index) => void value(ports[index], bits));
  };
  // The testbench has room for as many ports as the design has.
  const list = (names: readonly string[], lookUp: (name: string) => NumberedPort) => {
    if (names.length > table.ports.length) throw tooManyPorts(names, table);
    return names.map(lookUp);
  };
  number(opcodes[command.kind]);
  switch (command.kind) {
    case "poke": {
      const port = table.input(command.port);
      number(port.index);
      value(port, command.value);
      return 0;
    }
    case "peek":
      number(table.port(command.port).index);
      return 1;
    case "step":
      number(checkedCount("cycles", command.cycles));
      return 0;
    case "batch": {
      const inputs = list(command.inputs, table.input);
      const outputs = list(command.outputs, table.port);
      number(inputs.length, outputs.length, checkedCount("rows", command.rows.length));
      number(...inputs.map(({ index }) => index), ...outputs.map(({ index }) => index));
      rows(inputs, command.rows);
      return command.rows.length * outputs.length;
    }
    case "push": {
      const data = list(command.data, table.input);
      number(table.handshake(command.valid, "input").index, table.handshake(command.ready, "output").index);
      number(data.length, checkedCount("rows", command.rows.length), checkedCount("limit", command.limit));
      number(...data.map(({ index }) => index));
      rows(data, command.rows);
      return 0;
    }
    case "pull": {
      const data = list(command.data, table.port);
      number(table.handshake(command.valid, "output").index, table.handshake(command.ready, "input").index);
      number(data.length, checkedCount("count", command.count), checkedCount("limit", command.limit));
      number(...data.map(({ index }) => index));
      return command.count * data.length;
    }
    case "exchange": {
      const { push, pull } = command;
      const [inputs, outputs] = [list(push.data, table.input), list(pull.data, table.port)];
      number(table.handshake(push.valid, "input").index, table.handshake(push.ready, "output").index);
      number(table.handshake(pull.valid, "output").index, table.handshake(pull.ready, "input").index);
      const { seed, ...shares } = checkedStalls(command.stalls);
      number(inputs.length, outputs.length, push.rows.length);
      number(checkedCount("count", pull.count), checkedCount("limit", command.limit), seed, shares.push, shares.pull);
      number(...inputs.map(({ index }) => index), ...outputs.map(({ index }) => index));
      rows(inputs, push.rows);
      return 1 + pull.count * outputs.length;
    }
    case "until": {
      const port = table.port(command.port);
      number(port.index, checkedCount("limit", command.limit));
      value(port, command.value);
      return 1;
    }
  }
}

function tooManyPorts(names: readonly string[], { ports }: PortTable): UserError {
  const [expected, found] = [`at most ${ports.length} ports, each named once`, names.join(", ")];
  const message = "a list names more ports than the design has";
  return new UserError({ code: "bad-command", message, where: names[0], expected, found });
}

/** What the testbench prints: a value, the end of an answer, or a failure. */
export type Line =
  | { readonly kind: "value"; readonly value: bigint }
  | { readonly kind: "end"; readonly edges: number }
  | {
      readonly kind: "fail";
      readonly reason: string;
      readonly command: number;
      readonly number: number;
      readonly found: string;
    };

/** The character that a line of the testbench begins with, wherever the design left its own. */
const mark = "\x1e";

/** What stands in a line of output: a message of the design, a line of the testbench, or the one behind the other. */
export function readOutput(text: string): { readonly message?: string; readonly line?: Line } {
  const at = text.lastIndexOf(mark);
  const line = at < 0 ? undefined : readLine(text.slice(at + 1));
  const message = line === undefined ? text : text.slice(0, at);
  return { ...(message === "" ? {} : { message }), ...(line === undefined ? {} : { line }) };
}

function readLine(line: string): Line | undefined {
  if (/^=[0-9a-f]+$/.test(line)) return { kind: "value", value: BigInt(`0x${line.slice(1)}`) };
  const end = /^end (\d+)$/.exec(line);
  if (end !== null) return { kind: "end", edges: Number(end[1]) };
  const fail = /^fail ([a-z-]+) (\d+) (\d+) ([0-9a-fxzXZ]+)$/.exec(line);
  if (fail === null) return undefined;
  return { kind: "fail", reason: fail[1], command: Number(fail[2]), number: Number(fail[3]), found: fail[4] };
}
