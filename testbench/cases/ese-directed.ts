import { encodeEse } from "../../sw-model/ese/encode.ts";
import { goldenEse } from "../../sw-model/ese/golden.ts";
import {
  type EseNetwork,
  type Gate,
  type GruSum,
  gates,
  type WeightEntry,
  type WeightMatrix,
} from "../../sw-model/ese/network.ts";
import type { EseOperation } from "../../sw-model/ese/operation.ts";
import { type EseParameters, outputCount } from "../../sw-model/ese/spec.ts";
import { Random } from "../../sw-model/random.ts";
import type { DirectedCase } from "./case.ts";

/** What a case asks for, by the gates of an LSTM (`inGru`); the rest is zero. Values are clipped to the widths of the parameters. */
interface Wanted {
  readonly name: string;
  readonly cells: number;
  readonly inputs: number;
  readonly input?: (gate: Gate) => readonly WeightEntry[];
  readonly recurrent?: (gate: Gate, outputs: number) => readonly WeightEntry[];
  readonly projection?: (outputs: number) => readonly WeightEntry[];
  readonly bias?: (gate: Gate, cell: number) => number;
  readonly peephole?: (gate: Gate, cell: number) => number;
  readonly x: readonly (readonly number[])[];
  readonly c?: (cell: number) => number;
  readonly y?: (output: number) => number;
}

const far = 2 ** 30;

/** Whose values the accumulators of a GRU take; the candidate's bias of the recurrent part has those of o. */
const inGru: Readonly<Record<GruSum, Gate>> = { z: "i", r: "f", hx: "g", hr: "o" };

/** Cases that tell the gates of a GRU apart. */
const ofGru: readonly Wanted[] = [
  {
    name: "an update gate that keeps the state, and none that does",
    cells: 5,
    inputs: 1,
    bias: (gate, cell) => (gate === "i" ? (cell % 2 ? far : -far) : 100 * cell),
    x: [[0], [0], [0]],
    c: (cell) => 300 * (cell - 2),
    y: (cell) => 300 * (cell - 2),
  },
  {
    name: "a reset gate that hides the recurrent part, bias and all, and none that does",
    cells: 4,
    inputs: 1,
    recurrent: (gate) => (gate === "g" ? [0, 1, 2, 3].map((row) => [row, 3 - row, 90 * (row + 1)] as const) : []),
    bias: (gate, cell) => ({ i: -far, f: cell % 2 ? far : -far, g: 7 * cell, o: 500 - 200 * cell })[gate],
    x: [[0], [1], [-1]],
    y: (cell) => 900 * (2 - cell),
  },
];

/** Corner cases; those that the memories cannot hold are left out. */
export function directed(p: EseParameters): DirectedCase<EseOperation>[] {
  const tall = Math.min(p.pes * p.rowDepth, 40 * p.pes);
  const wanted: Wanted[] = [
    { name: "one cell without weights", cells: 1, inputs: 1, x: [[0], [0]] },
    {
      name: "gaps around the reach of an index, on one PE",
      cells: tall,
      inputs: 2,
      input: (gate) =>
        [0, 1, 16, 17, 32, 33, 39]
          .map((row) => row * p.pes)
          .filter((row) => row < tall)
          .map((row, i) => [row, (i + gates.indexOf(gate)) % 2, 5 * i - 9] as const),
      x: [
        [300, -700],
        [-5, 9],
      ],
    },
    {
      name: "the same row in neighbouring columns",
      cells: 3,
      inputs: 6,
      input: () => [0, 1, 2, 3, 4, 5].map((col) => [2, col, 100 + col] as const),
      recurrent: () => [[2, 0, -77]],
      x: [
        [1, 2, 3, 4, 5, 6],
        [6, 5, 4, 3, 2, 1],
      ],
      y: () => 1000,
    },
    {
      name: "accumulators at their upper end",
      cells: 2,
      inputs: 8,
      input: () => all(2, 8, far),
      recurrent: (_, outputs) => all(2, outputs, far),
      x: [new Array<number>(8).fill(far), new Array<number>(8).fill(-far)],
      y: () => far,
    },
    {
      name: "everything at an end of its range",
      cells: 2 * p.pes + 1,
      inputs: 2,
      input: (gate) => all(2 * p.pes + 1, 2, gate === "f" ? -far : far),
      projection: (outputs) => all(outputs, 2 * p.pes + 1, -far),
      bias: (gate) => (gate === "g" ? -far : far),
      peephole: (gate) => (gate === "o" ? far : -far),
      x: [
        [far, far],
        [-far, -far],
      ],
      c: (cell) => (cell % 2 ? far : -far),
      y: (output) => (output % 2 ? -far : far),
    },
    {
      name: "a state that only the peepholes see",
      cells: 3,
      inputs: 1,
      peephole: (gate, cell) => 100 * (cell + 1) * (gate === "f" ? -1 : 1),
      x: [[0], [0], [0]],
      c: (cell) => 1000 * (cell - 1),
    },
    ...backFromTheEnds(p),
    amidAll(p, tall),
    {
      name: "a column with entries on one PE only, behind full ones",
      cells: Math.min(tall, 4 * p.pes),
      inputs: 10,
      input: (gate) =>
        gate === "i" ? all(Math.min(tall, 4 * p.pes), 10, 3).filter(([row, col]) => col < 5 || row % p.pes === 0) : [],
      x: [Array.from({ length: 10 }, (_, i) => i - 5)],
    },
  ];
  return [...wanted, ...(p.cell === "gru" ? ofGru : []), ...besideTurns(p, tall)].flatMap((one) => {
    const operation = made(p, one);
    return operation ? [{ name: one.name, operation }] : [];
  });
}

/** Accumulators beyond an end of their range, and back by as much as the range's half: what is left shows every bit of where they stopped. */
function backFromTheEnds(p: EseParameters): Wanted[] {
  const exponent = p.accWidth - 1 - (p.accFraction - p.inputFraction - p.inputWeightFraction);
  const most = p.weightBits - 2 + p.activationBits - 2;
  const count = 2 ** Math.max(0, exponent - most);
  const inputs = 2 * count + 2;
  if (exponent < 0 || count > 16 || inputs > p.pes * p.inputDepth) return [];
  const weightExponent = Math.min(exponent, p.weightBits - 2);
  const back = 2 ** (Math.min(exponent, most) - weightExponent);
  const there = count + 2;
  return [1, -1].map((sign) => ({
    name: `accumulators back from their ${sign > 0 ? "upper" : "lower"} end`,
    ...{ cells: p.pes, inputs },
    input: () =>
      all(p.pes, inputs, 0).map(
        ([row, col]) => [row, col, sign * (col < there ? far : -(2 ** weightExponent))] as const,
      ),
    x: [Array.from({ length: inputs }, (_, col) => (col < there ? far : back))],
  }));
}

/** What makes the sum of a gate, cell by cell: its bias, and weights that meet a large activation and the smallest. */
type Sums = Readonly<Record<"bias" | "coarse" | "fine", readonly number[]>>;

/**
 * Every gate of some cells with two sums that are neighbours, and of which the golden model makes different results: there no bit of a sum is too low
 * to be seen. A weight meets the smallest activation there is, so that it is the lowest bits of the sum, and what is added to it comes after it.
 */
function besideTurns(p: EseParameters, tall: number): Wanted[] {
  const cells = Math.min(tall, 32);
  const random = new Random(2);
  return Array.from({ length: Math.min(4, Math.ceil(64 / cells)) }, () => turnsOf(p, cells, random)).flat();
}

function turnsOf(p: EseParameters, cells: number, random: Random): Wanted[] {
  // All gates on every PE.
  const tried = (cell: number) => gates[(cell + Math.floor(cell / p.pes)) % gates.length];
  const finest = p.inputFraction + p.inputWeightFraction >= p.outputFraction + p.recurrentWeightFraction;
  const large = 2 ** (p.weightBits - 2);
  const values = (least: number, most: number, fraction: number) =>
    Array.from({ length: cells }, () => Math.round(random.between(least, most) * 2 ** fraction));
  const [peephole, state] = [values(-0.5, 0.5, p.peepholeFraction), values(1, 2, p.stateFraction)];
  const of = (name: string, { bias, coarse, fine }: Sums): Wanted => {
    const columns = (gate: Gate) =>
      [fine, coarse].flatMap((weights, col) =>
        weights.map((raw, cell) => [cell, col, raw] as const).filter(([cell]) => tried(cell) === gate),
      );
    return {
      ...{ name, cells, inputs: 2 },
      ...(finest ? { input: columns } : { recurrent: columns }),
      projection: (outputs) => Array.from({ length: Math.min(outputs, cells) }, (_, i) => [i, i, far] as const),
      bias: (gate, cell) => {
        if (gate === tried(cell)) return bias[cell];
        // The other gates let through what this one does.
        if (p.cell === "gru")
          return { i: -far, f: far, g: tried(cell) === "i" ? far : 0, o: 2 ** p.biasFraction }[gate];
        return { i: far, f: tried(cell) === "o" ? far : -far, g: far, o: far }[gate];
      },
      x: [finest ? [1, large] : [0, 0]],
      // With what peepholes add, the lowest bits of a sum reach where it is rounded.
      peephole: (_, cell) => peephole[cell],
      c: (cell) => state[cell],
      y: (output) => (finest ? 0 : ([1, large][output] ?? 0)),
    };
  };
  const resultsOf = (sums: Sums): string[] => {
    const operation = made(p, of("", sums));
    if (!operation) return [];
    const { y, c } = goldenEse(p, operation);
    return sums.bias.map((_, cell) => `${(c as number[])[cell]} ${(y as number[][])[0][cell]}`);
  };
  const zeros = new Array<number>(cells).fill(0);
  const one = 2 ** p.biasFraction;
  const bias = values(-1, 1, p.biasFraction);
  const most = zeros.map(() => 2 ** (p.weightBits - 1));
  const coarse = zeros.map(() => -Math.floor(random.between(0, most[0])));
  const first = resultsOf({ bias, coarse, fine: zeros });
  /** The least value above `low` with which the result of a cell is another than at first, and the one below. */
  const turn = (low: number[], high: number[], sumsOf: (values: readonly number[]) => Sums) => {
    while (low.some((least, cell) => high[cell] - least > 1)) {
      const middle = low.map((least, cell) => Math.floor((least + high[cell]) / 2));
      resultsOf(sumsOf(middle)).forEach((result, cell) => {
        if (result === first[cell]) low[cell] = middle[cell];
        else high[cell] = middle[cell];
      });
    }
    return { low, high };
  };
  if (first.length === 0) return [];
  const byBias = turn(
    [...bias],
    bias.map((raw) => raw + one),
    (raws) => ({ bias: raws, coarse, fine: zeros }),
  ).low;
  const byCoarse = turn([...coarse], [...most], (raws) => ({ bias: byBias, coarse: raws, fine: zeros })).low;
  const { low, high } = turn([...zeros], [...most], (raws) => ({ bias: byBias, coarse: byCoarse, fine: raws }));
  return [
    of("sums just below those that turn a result", { bias: byBias, coarse: byCoarse, fine: low }),
    of("sums that turn a result", { bias: byBias, coarse: byCoarse, fine: high }),
  ];
}

/** All gates of many cells within their ranges, from values of which no two are alike: no bit of one is hidden by another at an end. */
function amidAll(p: EseParameters, tall: number): Wanted {
  const cells = Math.min(tall, 16);
  const random = new Random(1);
  const value = (fraction: number, most = 1) => Math.round(random.between(-most, most) * 2 ** fraction);
  const weights = (rows: number, cols: number, fraction: number) =>
    all(rows, cols, 0).map(([row, col]) => [row, col, value(fraction, 0.25)] as const);
  const inputs = Math.min(3, p.pes * p.inputDepth);
  return {
    ...{ name: "no gate at an end, all values different", cells, inputs },
    input: () => weights(cells, inputs, p.inputWeightFraction),
    // One a row, so that they fit small memories, too.
    recurrent: (_, outputs) =>
      weights(cells, 1, p.recurrentWeightFraction).map(([row, , raw]) => [row, row % outputs, raw] as const),
    projection: (outputs) => weights(outputs, cells, p.projectionWeightFraction),
    bias: () => value(p.biasFraction),
    peephole: () => value(p.peepholeFraction),
    x: Array.from({ length: 4 }, () => Array.from({ length: inputs }, () => value(p.inputFraction))),
    c: () => value(p.stateFraction),
    y: () => value(p.outputFraction),
  };
}

function all(rows: number, cols: number, raw: number): WeightEntry[] {
  return Array.from({ length: rows * cols }, (_, at) => [Math.floor(at / cols), at % cols, raw] as const);
}

function made(p: EseParameters, one: Wanted): EseOperation | undefined {
  const { inputs, cells } = one;
  const outputs = outputCount(p, cells);
  const columns = inputs + outputs + (p.projection > 0 ? cells : 0);
  if (Math.max(cells, outputs) > p.pes * p.rowDepth || inputs > p.pes * p.inputDepth) return undefined;
  if (p.counts === "stored" && columns > p.columnDepth) return undefined;
  const clip = (raw: number, width: number) => Math.max(-(2 ** (width - 1)), Math.min(2 ** (width - 1) - 1, raw));
  const matrix = (rows: number, cols: number, entries: readonly WeightEntry[] = []): WeightMatrix => ({
    rows,
    cols,
    entries: entries.map(([row, col, raw]) => [row, col, clip(raw, p.weightBits)] as const),
  });
  const list = (length: number, width: number, value?: (i: number) => number) =>
    Array.from({ length }, (_, i) => clip(value?.(i) ?? 0, width));
  const biasOf = (gate: Gate) => list(cells, p.biasBits, (cell) => one.bias?.(gate, cell) ?? 0);
  const matrices = <G extends string>(names: Readonly<Record<G, Gate>>) => {
    const each = (made: (gate: Gate) => WeightMatrix) =>
      Object.fromEntries(Object.entries<Gate>(names).map(([name, gate]) => [name, made(gate)])) as Record<
        G,
        WeightMatrix
      >;
    return {
      input: each((gate) => matrix(cells, inputs, one.input?.(gate))),
      recurrent: each((gate) => matrix(cells, outputs, one.recurrent?.(gate, outputs))),
    };
  };
  const peepholeOf = (gate: Gate) => list(cells, p.weightBits, (cell) => one.peephole?.(gate, cell) ?? 0);
  const network: EseNetwork =
    p.cell === "gru"
      ? {
          kind: "gru",
          ...{ inputs, cells, outputs },
          ...matrices({ z: inGru.z, r: inGru.r, h: inGru.hx }),
          bias: { z: biasOf(inGru.z), r: biasOf(inGru.r), hx: biasOf(inGru.hx), hr: biasOf(inGru.hr) },
        }
      : {
          kind: "lstm",
          ...{ inputs, cells, outputs },
          ...matrices({ i: "i", f: "f", g: "g", o: "o" }),
          bias: { i: biasOf("i"), f: biasOf("f"), g: biasOf("g"), o: biasOf("o") },
          ...(p.projection > 0 ? { projection: matrix(outputs, cells, one.projection?.(outputs)) } : {}),
          ...(p.peephole ? { peephole: { i: peepholeOf("i"), f: peepholeOf("f"), o: peepholeOf("o") } } : {}),
        };
  if (encodeEse(network, p).some(({ weights }) => weights.length > p.entryDepth)) return undefined;
  const x = one.x.map((step) => step.map((raw) => clip(raw, p.activationBits)));
  const state = { c: list(cells, p.stateBits, one.c), y: list(outputs, p.activationBits, one.y) };
  return { network, sequences: [{ x, state }], batched: false };
}
