import {
  checkedCount,
  checkedRow,
  checkedStalls,
  checkedValue,
  type NumberedPort,
  type PortTable,
  wordsOf,
} from "../program.ts";
import type { Bits, Command } from "../simulation.ts";
import { type Column, columnWords } from "./column.ts";
import { type EncodedProgram, magic, opcodes, protocolVersion, type ResultShape } from "./protocol.ts";
import { WordWriter } from "./word-writer.ts";

/** The frame for a list of commands. */
export function encodeProgram(id: number, commands: readonly Command[], table: PortTable): EncodedProgram {
  const out = new WordWriter();
  for (const word of [magic, protocolVersion, id, commands.length]) out.word(word);
  const shapes = commands.map((command) => encodeCommand(out, command, table));
  return { frame: out.finish(), shapes };
}

/** A batch by columns (see `Column`), one for each input. */
export interface ColumnBatch {
  readonly inputs: readonly { readonly port: NumberedPort; readonly column: Column }[];
  readonly outputs: readonly NumberedPort[];
  readonly rows: number;
  readonly sample: "before" | "after";
}

/** The frame for one batch by columns. */
export function encodeColumns(id: number, { inputs, outputs, rows, sample }: ColumnBatch): Uint32Array {
  const values = inputs.reduce((sum, { port }) => sum + columnWords(port.width, rows), 0);
  const out = new WordWriter(9 + inputs.length + outputs.length + values);
  for (const word of [magic, protocolVersion, id, 1, opcodes.batch]) out.word(word);
  for (const word of [inputs.length, outputs.length, rows, sample === "after" ? 1 : 0]) out.word(word);
  for (const { port } of inputs) out.word(port.index);
  for (const { index } of outputs) out.word(index);
  for (const { port, column } of inputs) out.column(port.width, rows).set(column);
  return out.finish();
}

/** The frame for one command whose words are written by hand. */
export function encodeOne(id: number, opcode: number, write: (out: WordWriter) => void): Uint32Array {
  const out = new WordWriter();
  for (const word of [magic, protocolVersion, id, 1, opcode]) out.word(word);
  write(out);
  return out.finish();
}

const nothing: ResultShape = { widths: [], rows: 0 };
const widths = (ports: readonly NumberedPort[]) => ports.map(({ width }) => width);

function encodeCommand(out: WordWriter, command: Command, table: PortTable): ResultShape {
  out.word(opcodes[command.kind]);
  switch (command.kind) {
    case "poke": {
      const port = table.input(command.port);
      out.word(port.index);
      out.value(port, command.value);
      return nothing;
    }
    case "peek": {
      const port = table.port(command.port);
      out.word(port.index);
      return { widths: [port.width], rows: 1 };
    }
    case "step":
      out.word(checkedCount("cycles", command.cycles));
      return nothing;
    case "batch": {
      const inputs = command.inputs.map(table.input);
      const outputs = command.outputs.map(table.port);
      const rows = checkedCount("rows", command.rows.length);
      for (const word of [inputs.length, outputs.length, rows, 0]) out.word(word);
      for (const { index } of [...inputs, ...outputs]) out.word(index);
      for (const row of command.rows) checkedRow(row, inputs);
      inputs.forEach((port, place) => {
        fillColumn(out.column(port.width, rows), port, command.rows, place);
      });
      return { widths: widths(outputs), rows, columns: true };
    }
    case "push": {
      const data = command.data.map(table.input);
      out.word(table.handshake(command.valid, "input").index);
      out.word(table.handshake(command.ready, "output").index);
      for (const word of [data.length, command.rows.length, checkedCount("limit", command.limit)]) out.word(word);
      for (const { index } of data) out.word(index);
      encodeRows(out, data, command.rows);
      return nothing;
    }
    case "pull": {
      const data = command.data.map(table.port);
      out.word(table.handshake(command.valid, "output").index);
      out.word(table.handshake(command.ready, "input").index);
      const counts = [checkedCount("count", command.count), checkedCount("limit", command.limit)];
      for (const word of [data.length, ...counts]) out.word(word);
      for (const { index } of data) out.word(index);
      return { widths: widths(data), rows: command.count };
    }
    case "exchange": {
      const { push, pull } = command;
      const [inputs, outputs] = [push.data.map(table.input), pull.data.map(table.port)];
      out.word(table.handshake(push.valid, "input").index);
      out.word(table.handshake(push.ready, "output").index);
      out.word(table.handshake(pull.valid, "output").index);
      out.word(table.handshake(pull.ready, "input").index);
      const stalls = checkedStalls(command.stalls);
      for (const word of [inputs.length, outputs.length, push.rows.length]) out.word(word);
      for (const word of [checkedCount("count", pull.count), checkedCount("limit", command.limit)]) out.word(word);
      for (const word of [stalls.seed, stalls.push, stalls.pull]) out.word(word);
      for (const { index } of [...inputs, ...outputs]) out.word(index);
      encodeRows(out, inputs, push.rows);
      return { widths: widths(outputs), rows: pull.count, tail: [32] };
    }
    case "until": {
      const port = table.port(command.port);
      out.word(port.index);
      out.word(checkedCount("limit", command.limit));
      out.value(port, command.value);
      return { widths: [32], rows: 1 };
    }
  }
}

function fillColumn(column: Column, port: NumberedPort, rows: readonly (readonly Bits[])[], place: number): void {
  const words = wordsOf(port);
  rows.forEach((row, number) => {
    const value = checkedValue(port, row[place]);
    if (words === 1) column[number] = Number(value);
    else {
      for (let i = 0, rest = BigInt(value); i < words; i++, rest >>= 32n)
        column[number * words + i] = Number(rest & 0xffff_ffffn);
    }
  });
}

function encodeRows(out: WordWriter, ports: readonly NumberedPort[], rows: readonly (readonly Bits[])[]): void {
  for (const row of rows) {
    checkedRow(row, ports);
    for (let i = 0; i < ports.length; i++) out.value(ports[i], row[i]);
  }
}
