import type { BinaryLayer } from "../binary/layer.ts";
import { binaryFootprint, type Footprint } from "./footprint.ts";

/**
 * Energies at 45 nm in pJ (Horowitz, ISSCC 2014, as tables 2 and 3 of the BNN paper have them): operations, and reading
 * 64 bits from a memory of so many bytes; of DRAM the lower figure.
 */
export const energies = {
  float32Multiply: 3.7,
  float32Add: 0.9,
  int8Add: 0.03,
  read64: [
    { bytes: 8 * 1024, pj: 10 },
    { bytes: 32 * 1024, pj: 20 },
    { bytes: 1024 * 1024, pj: 100 },
  ],
  readDram64: 1300,
} as const;

/**
 * An XNOR and one bit more to count: an eighth of an 8-bit addition. The tables have no figure for it; this one leaves
 * out the XNOR and the upper bits of the counter, and is small beside the reading of weights either way.
 */
export const binaryMacPj = energies.int8Add / 8;

/** What one inference with one form of the weights takes. */
export interface Cost {
  /** Of the weights alone. */
  readonly weightBytes: number;
  /** Multiply-accumulates, in float32 or as XNOR and count. */
  readonly arithmeticPj: number;
  /** Every weight once for each use, from the smallest memory of the table that holds them all. */
  readonly readPj: number;
  readonly totalPj: number;
}

/** A network in float32 and in bits; thresholds, activations, control and leakage are not counted. */
export interface Account {
  /** Multiply-accumulates of an inference, the same number in both forms. */
  readonly macs: number;
  readonly footprint: Footprint;
  readonly float: Cost;
  readonly binary: Cost;
}

/** Energy of reading `read` bytes (each byte once, if not given) from the smallest memory that holds `bytes`. */
export function readEnergy(bytes: number, read = bytes): number {
  const memory = energies.read64.find((size) => bytes <= size.bytes);
  return (read / 8) * (memory?.pj ?? energies.readDram64);
}

function costOf(macs: number, macPj: number, weightBytes: number, readBytes: number): Cost {
  const arithmeticPj = macs * macPj;
  const readPj = readEnergy(weightBytes, readBytes);
  return { weightBytes, arithmeticPj, readPj, totalPj: arithmeticPj + readPj };
}

/**
 * Memory, operations and energy of a binary network and of a float32 network of its shape. `uses` has how often the weights of a layer
 * are used, and so read, in an inference: once for each window; without it, once.
 */
export function accountOf(layers: readonly BinaryLayer[], uses?: readonly number[]): Account {
  const footprint = binaryFootprint(layers);
  const macs = layers.reduce((sum, { weights }, i) => sum + weights.rows * weights.cols * (uses?.[i] ?? 1), 0);
  return {
    macs,
    footprint,
    float: costOf(macs, energies.float32Multiply + energies.float32Add, footprint.floatWeightBytes, 4 * macs),
    binary: costOf(macs, binaryMacPj, footprint.binaryWeightBytes, macs / 8),
  };
}
