import { loadSpaces, planesGeometry } from "../../generators/planes/geometry.ts";
import { codeOf } from "../../sw-model/planes/encoding.ts";
import { type PlanesFold, planesFold } from "../../sw-model/planes/fold.ts";
import type { Operand, PlanesOperation } from "../../sw-model/planes/operation.ts";
import type { PlanesParameters } from "../../sw-model/planes/spec.ts";
import { numberOf, packFields, patternOf } from "../bits.ts";
import type { Bits, Command, Simulation } from "../simulation.ts";
import type { Driver, StalledDriver } from "./driver.ts";

type PushCommand = Extract<Command, { kind: "push" }> & { readonly rows: readonly LoadWord[] };
type PullCommand = Extract<Command, { kind: "pull" }>;

/** A word of the load port, in the order of its fields. */
type LoadWord = readonly [
  space: number,
  bank: number,
  half: number,
  negative: number,
  nextPlane: number,
  address: number,
  data: Bits,
];

/** Far more edges than a word can wait for. */
const loadLimit = 100_000;

/** Codes of one operand: vectors of bits, read as unsigned numbers of `bits` bits, in memory order of planes. */
interface Codes {
  readonly rows: readonly (readonly number[])[];
  readonly bits: number;
  readonly signed: boolean;
  readonly bipolar: boolean;
}

/** The words and commands of the load port for one operation. */
export class PlanesHost {
  readonly #p: PlanesParameters;
  readonly #g: ReturnType<typeof planesGeometry>;
  readonly #operation: PlanesOperation;
  readonly #fold: PlanesFold;
  readonly #weights: Codes;
  readonly #inputs: Codes;

  constructor(parameters: PlanesParameters, operation: PlanesOperation) {
    this.#p = parameters;
    this.#g = planesGeometry(parameters);
    this.#operation = operation;
    this.#fold = planesFold(parameters, operation);
    const { weights } = operation;
    this.#inputs = codesOf(operation.inputs);
    const codes =
      weights.encoding === "ternary"
        ? { rows: weights.rows.flatMap(ternaryRows), bits: 1, signed: false, bipolar: false }
        : codesOf(weights);
    // The rest of the last tile gives results, too; zeros make them known ones.
    const rest = this.#fold.tiles * parameters.rows - codes.rows.length;
    const zeros = Array.from({ length: rest }, () => new Array<number>(operation.length).fill(0));
    this.#weights = { ...codes, rows: [...codes.rows, ...zeros] };
  }

  /** Blocks of up to `cols` input vectors. */
  get blocks(): number {
    return this.#fold.blocks;
  }

  /** Weights and offsets, which stay for all blocks. */
  loadWeights(): PushCommand {
    const { rows } = this.#p;
    const { chunks, weightPlanes } = this.#fold;
    const words = this.#weights.rows.flatMap((row, r) => {
      const base = Math.floor(r / rows) * chunks * weightPlanes;
      return this.#words(row, this.#weights, this.#p.weightBits).map(
        (data, at): LoadWord => [loadSpaces.weights, r % rows, 0, 0, 0, base + at, data],
      );
    });
    const offsets = this.#weights.rows.map((row, r): LoadWord => {
      const data = patternOf(this.#offset(row), this.#p.accWidth);
      return [loadSpaces.offsets, 0, 0, 0, 0, r, data];
    });
    return push([...words, ...offsets]);
  }

  /** The input vectors of a block into a half of the input memories. */
  loadInputs(block: number, half = block % 2): PushCommand {
    const { cols } = this.#p;
    const { chunks } = this.#fold;
    const rows = this.#inputs.rows.slice(block * cols, (block + 1) * cols);
    const words = rows.flatMap((row, column) =>
      this.#words(row, this.#inputs, this.#p.inputBits).map((data, at): LoadWord => {
        const negative = this.#inputs.signed && at < chunks ? 1 : 0;
        const nextPlane = at > 0 && at % chunks === 0 ? 1 : 0;
        return [loadSpaces.inputs, column, half, negative, nextPlane, at, data];
      }),
    );
    return push(words);
  }

  /** Computes a block whose inputs are in `half`. */
  run(block: number, half = block % 2): PushCommand {
    const { chunks, weightPlanes, inputPlanes, tiles } = this.#fold;
    const { weights } = this.#operation;
    const scales = weights.encoding === "ternary" ? weights.scales : { positive: 0, negative: 0 };
    const data = packFields(this.#g.run, {
      lastWeightPlane: weightPlanes - 1,
      lastInputPlane: inputPlanes - 1,
      lastChunk: chunks - 1,
      lastTile: tiles - 1,
      weightSigned: this.#weights.signed,
      inputSigned: this.#inputs.signed,
      finish_half: half,
      finish_lastVector: this.#vectors(block) - 1,
      finish_weightBipolar: this.#weights.bipolar,
      finish_inputBipolar: this.#inputs.bipolar,
      finish_weightBits: this.#weights.bits,
      finish_ternary: weights.encoding === "ternary",
      finish_positive: scales.positive,
      finish_negative: scales.negative,
    });
    return push([[loadSpaces.run, 0, 0, 0, 0, 0, data]]);
  }

  /** Collects the results of a block. */
  collect(block: number): PullCommand {
    const count = this.#fold.tiles * this.#vectors(block) * this.#rowsOfTile;
    const { chunks, weightPlanes, inputPlanes } = this.#fold;
    const limit = loadLimit + chunks * weightPlanes * inputPlanes;
    return { kind: "pull", valid: "results_valid", ready: "results_ready", data: ["results_data"], count, limit };
  }

  /** Dot products of a block, a row an input vector, from what `collect` gave. */
  dots(block: number, patterns: readonly bigint[]): number[][] {
    const vectors = this.#vectors(block);
    const rows = this.#rowsOfTile;
    return Array.from({ length: vectors }, (_, v) =>
      this.#operation.weights.rows.map((_, r) => {
        const place = (Math.floor(r / rows) * vectors + v) * rows + (r % rows);
        return Number(numberOf(patterns[place], this.#g.total));
      }),
    );
  }

  /** A word with other bits in place of each of its own. */
  readonly spoilt = (word: LoadWord): LoadWord => {
    const [space, bank, half, negative, nextPlane, address, data] = word;
    const { weightWord, inputWord, total } = this.#g;
    const { width } = space === loadSpaces.weights ? weightWord : space === loadSpaces.inputs ? inputWord : total;
    return [space, bank, half, negative, nextPlane, address, BigInt(data) ^ ((1n << BigInt(width)) - 1n)];
  };

  /** Results of a tile for each vector. */
  get #rowsOfTile(): number {
    return this.#operation.weights.encoding === "ternary" ? this.#p.rows / 2 : this.#p.rows;
  }

  #vectors(block: number): number {
    return Math.min(this.#p.cols, this.#inputs.rows.length - block * this.#p.cols);
  }

  /** What bipolar inputs take away from a dot product, and bipolar operands on both sides add. */
  #offset(row: readonly number[]): number {
    if (!this.#inputs.bipolar) return 0;
    const top = 2 ** this.#inputs.bits - 1;
    const { bits, bipolar, signed } = this.#weights;
    const sum = row.reduce((s, code) => s + (signed && code >= 2 ** (bits - 1) ? code - 2 ** bits : code), 0);
    if (!bipolar) return -top * sum;
    return top * (2 ** bits - 1) * this.#operation.length - 2 * top * sum;
  }

  /** The memory words of a vector: planes from the highest, or all planes in each word. */
  #words(row: readonly number[], { bits, signed }: Codes, mostBits: number): bigint[] {
    const { lanes, schedule } = this.#p;
    const { chunks } = this.#fold;
    const plane = (i: number, chunk: number) => {
      let word = 0n;
      for (let lane = Math.min(lanes, row.length - chunk * lanes) - 1; lane >= 0; lane--) {
        word = (word << 1n) | BigInt((row[chunk * lanes + lane] >>> i) & 1);
      }
      return word;
    };
    if (schedule === "serial") {
      return Array.from({ length: bits * chunks }, (_, at) => plane(bits - 1 - Math.floor(at / chunks), at % chunks));
    }
    // Narrower numbers are extended, with their sign or with zeros.
    return Array.from({ length: chunks }, (_, chunk) => {
      let word = 0n;
      for (let i = mostBits - 1; i >= 0; i--) {
        const there = i < bits ? plane(i, chunk) : signed ? plane(bits - 1, chunk) : 0n;
        word = (word << BigInt(lanes)) | there;
      }
      return word;
    });
  }
}

function codesOf({ encoding, bits, rows }: Operand): Codes {
  const codes = rows.map((row) => row.map((value) => codeOf(value, encoding, bits)));
  return { rows: codes, bits, signed: encoding === "signed", bipolar: encoding === "bipolar" };
}

/** Where ternary weights are +1, and where -1. */
function ternaryRows(row: readonly number[]): number[][] {
  return [1, -1].map((sign) => row.map((value) => (value === sign ? 1 : 0)));
}

function push(rows: readonly LoadWord[]): PushCommand {
  const data = ["space", "bank", "half", "negative", "nextPlane", "address", "data"].map((name) => `load_data_${name}`);
  return { kind: "push", valid: "load_valid", ready: "load_ready", data, rows, limit: loadLimit };
}

/** Loads the weights, then loads and computes block after block. */
export const drivePlanes: Driver<PlanesParameters, PlanesOperation, { dot: number[][] }> = async (
  simulation,
  parameters,
  operation,
) => {
  const host = new PlanesHost(parameters, operation);
  const before = simulation.edges;
  const dot: number[][] = [];
  let cycles = 0;
  await simulation.execute([host.loadWeights()]);
  for (let block = 0; block < host.blocks; block++) {
    await simulation.execute([host.loadInputs(block)]);
    const { patterns, edges } = await computed(simulation, host, block);
    dot.push(...host.dots(block, patterns));
    cycles += edges;
  }
  return { result: { dot }, cycles, ioCycles: simulation.edges - before - cycles };
};

/** The results of a block, and the edges after the one that takes the command. */
async function computed(simulation: Simulation, host: PlanesHost, block: number) {
  const before = simulation.edges;
  const [, patterns] = await simulation.execute([host.run(block), host.collect(block)]);
  return { patterns, edges: simulation.edges - before - 1 };
}

/**
 * All words of an operation as fast as the port takes them, results whenever they come, both ends hesitating. Two blocks after
 * one another use the same half, so that words come for the half in use, and the next two the other one. Behind the last run come
 * words that would spoil it, were they not held back until it is through: of its own half, or (by `stalls.seed`) weights and offsets.
 */
export const driveStalledPlanes: StalledDriver<PlanesParameters, PlanesOperation, { dot: number[][] }> = async (
  simulation,
  parameters,
  operation,
  stalls,
) => {
  const host = new PlanesHost(parameters, operation);
  const blocks = Array.from({ length: host.blocks }, (_, block) => ({ block, half: Math.floor(block / 2) % 2 }));
  const loads = [
    host.loadWeights(),
    ...blocks.flatMap(({ block, half }) => [host.loadInputs(block, half), host.run(block, half)]),
  ];
  const last = blocks.at(-1);
  const spoils = last ? (stalls.seed % 2 === 0 ? [host.loadInputs(last.block, last.half)] : [host.loadWeights()]) : [];
  const collects = blocks.map(({ block }) => host.collect(block));
  const ports = ({ valid, ready, data }: PushCommand | PullCommand) => ({ valid, ready, data });
  const count = collects.reduce((sum, collect) => sum + collect.count, 0);
  const rows = [...loads.flatMap((load) => load.rows), ...spoils.flatMap((load) => load.rows.map(host.spoilt))];
  const [values] = await simulation.execute([
    {
      kind: "exchange",
      push: { ...ports(loads[0]), rows },
      pull: { ...ports(host.collect(0)), count },
      stalls,
      limit: host.collect(0).limit,
    },
    { kind: "until", port: "busy", value: 0, limit: loadLimit },
  ]);
  let from = 0;
  const dot = collects.flatMap(({ count }, block) => {
    from += count;
    return host.dots(block, values.slice(from - count, from));
  });
  return { dot };
};
