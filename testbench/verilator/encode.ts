import { checkedCount, checkedRow, checkedStalls, type NumberedPort, type PortTable } from "../program.ts";
import type { Bits, Command } from "../simulation.ts";
import { type EncodedProgram, magic, opcodes, protocolVersion, type ResultShape } from "./protocol.ts";
import { WordWriter } from "./word-writer.ts";

/** The frame for a list of commands. */
export function encodeProgram(id: number, commands: readonly Command[], table: PortTable): EncodedProgram {
  const out = new WordWriter();
  for (const word of [magic, protocolVersion, id, commands.length]) out.word(word);
  const shapes = commands.map((command) => encodeCommand(out, command, table));
  return { frame: out.finish(), shapes };
}

/** A batch whose rows are packed already: each value in whole words, little end first. */
export function encodePackedBatch(
  id: number,
  batch: { inputs: readonly NumberedPort[]; outputs: readonly NumberedPort[]; rows: number; words: Uint32Array },
): Uint32Array {
  const out = new WordWriter();
  for (const word of [magic, protocolVersion, id, 1, opcodes.batch]) out.word(word);
  for (const word of [batch.inputs.length, batch.outputs.length, batch.rows]) out.word(word);
  for (const { index } of [...batch.inputs, ...batch.outputs]) out.word(index);
  out.words(batch.words);
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
      for (const word of [inputs.length, outputs.length, checkedCount("rows", command.rows.length)]) out.word(word);
      for (const { index } of [...inputs, ...outputs]) out.word(index);
      encodeRows(out, inputs, command.rows);
      return { widths: widths(outputs), rows: command.rows.length };
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

function encodeRows(out: WordWriter, ports: readonly NumberedPort[], rows: readonly (readonly Bits[])[]): void {
  for (const row of rows) {
    checkedRow(row, ports);
    for (let i = 0; i < ports.length; i++) out.value(ports[i], row[i]);
  }
}
