import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DenseLstm } from "../ese/lstm.ts";
import { type Gate, gates } from "../ese/network.ts";
import type { DenseMatrix } from "../ese/prune.ts";
import { readJson } from "../json.ts";
import { checkChecksum, checkFormat, modelText } from "../model/envelope.ts";
import { modelsFolder } from "../model/store.ts";
import { asInteger, asNumber, asObject, asString, inside, type Place, root, wrongShape } from "../shape.ts";
import { digitsPlan } from "./train.ts";

const format = "whittle-lstm";

/** A pruned LSTM that reads digits, zeros for what pruning took, and the linear layer on its last output. */
export interface DigitLstm {
  readonly lstm: DenseLstm;
  /** A row of `cells` weights and a bias for each class. */
  readonly head: Float32Array;
  /** Share of the test digits recognised in float, when it was trained. */
  readonly accuracy: number;
}

export interface StoredDigitLstm {
  /** The accuracy with all weights. */
  readonly dense: number;
  readonly balanced: DigitLstm;
  /** Balanced too, with weights in the padding entries of the plan's `padded` array. */
  readonly filled: DigitLstm;
  readonly unbalanced: DigitLstm;
}

const prunings = ["balanced", "filled", "unbalanced"] as const;

const shape = { inputs: 28 * digitsPlan.rowsAStep, cells: digitsPlan.cells } as const;
/** Weights are stored as integers of 2^-13: finer than 12 bits hold them. */
const scale = 2 ** 13;

/** Writes all LSTMs, their weights rounded to what is stored. The same LSTMs give the same bytes. */
export function storeDigitLstm({ dense, ...lstms }: StoredDigitLstm, into = modelsFolder()): void {
  const folder = join(into, digitsPlan.name);
  mkdirSync(folder, { recursive: true });
  const each = Object.fromEntries(prunings.map((name) => [name, packed(lstms[name])]));
  const content = { plan: digitsPlan, dense, ...each };
  writeFileSync(join(folder, "lstm.json"), modelText(format, content));
}

/** The stored LSTMs. Throws `UserError`: file-not-found, not-json, wrong-shape, unknown-version, bad-checksum. */
export function loadDigitLstm(from = modelsFolder()): StoredDigitLstm {
  const file = join(from, digitsPlan.name, "lstm.json");
  const document = readJson(file);
  const at = root(file);
  checkFormat(document, [format], at);
  const keys = ["format", "version", "plan", "dense", ...prunings, "sha256"];
  const fields = asObject(document, at, keys);
  checkChecksum(fields, at);
  const lstm = (name: (typeof prunings)[number]) => unpacked(fields[name], inside(at, name));
  return {
    dense: asNumber(fields.dense, inside(at, "dense")),
    balanced: lstm("balanced"),
    filled: lstm("filled"),
    unbalanced: lstm("unbalanced"),
  };
}

function packed({ lstm: { input, recurrent, bias }, head, accuracy }: DigitLstm) {
  const byGate = <T>(make: (gate: Gate) => T) => Object.fromEntries(gates.map((gate) => [gate, make(gate)]));
  return {
    input: byGate((gate) => packedValues(input[gate].values)),
    recurrent: byGate((gate) => packedValues(recurrent[gate].values)),
    bias: byGate((gate) => packedValues(bias[gate])),
    head: packedValues(head),
    accuracy,
  };
}

/** Zeros before each other value, and the values, 16 bits each, in base64. */
function packedValues(values: Float32Array): {
  readonly length: number;
  readonly gaps: string;
  readonly values: string;
} {
  const gaps: number[] = [];
  const raws: number[] = [];
  let zeros = 0;
  for (const value of values) {
    const raw = Math.max(-32768, Math.min(32767, Math.round(value * scale)));
    if (raw === 0) zeros++;
    else {
      gaps.push(zeros);
      raws.push(raw);
      zeros = 0;
    }
  }
  const text = (words: ArrayLike<number>) => {
    const bytes = Buffer.alloc(2 * words.length);
    Array.from(words).forEach((word, i) => {
      bytes.writeUInt16LE(word & 0xffff, 2 * i);
    });
    return bytes.toString("base64");
  };
  return { length: values.length, gaps: text(gaps), values: text(raws) };
}

function unpacked(value: unknown, at: Place): DigitLstm {
  const fields = asObject(value, at, ["input", "recurrent", "bias", "head", "accuracy"]);
  const { inputs, cells } = shape;
  const byGate = <T>(name: "input" | "recurrent" | "bias", make: (stored: unknown, at: Place) => T) => {
    const place = inside(at, name);
    const parts = asObject(fields[name], place, gates);
    return Object.fromEntries(gates.map((gate) => [gate, make(parts[gate], inside(place, gate))])) as Record<Gate, T>;
  };
  const matrix =
    (cols: number) =>
    (stored: unknown, place: Place): DenseMatrix => ({
      rows: cells,
      cols,
      values: unpackedValues(stored, place, cells * cols),
    });
  return {
    lstm: {
      input: byGate("input", matrix(inputs)),
      recurrent: byGate("recurrent", matrix(cells)),
      bias: byGate("bias", (stored, place) => unpackedValues(stored, place, cells)),
    },
    head: unpackedValues(fields.head, inside(at, "head"), 10 * (cells + 1)),
    accuracy: asNumber(fields.accuracy, inside(at, "accuracy")),
  };
}

function unpackedValues(value: unknown, at: Place, expected: number): Float32Array {
  const fields = asObject(value, at, ["length", "gaps", "values"]);
  asInteger(fields.length, inside(at, "length"), expected, expected);
  const words = (name: "gaps" | "values") => Buffer.from(asString(fields[name], inside(at, name)), "base64");
  const [gaps, raws] = [words("gaps"), words("values")];
  if (gaps.length !== raws.length) throw wrongShape(inside(at, "gaps"), `${raws.length} bytes`, `${gaps.length}`);
  const values = new Float32Array(expected);
  let place = -1;
  for (let i = 0; i < gaps.length; i += 2) {
    place += gaps.readUInt16LE(i) + 1;
    values[place] = raws.readInt16LE(i) / scale;
  }
  return values;
}
