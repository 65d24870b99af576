import fc from "fast-check";
import { encodeEse } from "../../sw-model/ese/encode.ts";
import {
  type EseNetwork,
  type EseSequence,
  gates,
  gruGates,
  gruSums,
  type LstmNetwork,
  peepholeGates,
  type WeightEntry,
  type WeightMatrix,
} from "../../sw-model/ese/network.ts";
import { type EseOperation, layersOf } from "../../sw-model/ese/operation.ts";
import { type EseParameters, outputCount } from "../../sw-model/ese/spec.ts";
import { signedValue } from "./values.ts";

export { directed } from "./ese-directed.ts";

/**
 * The parameters with which to run cases: memories that were not set by hand get room for gaps longer than an index and for a
 * projection. The cases themselves always fit the parameters that they are given.
 */
export function caseParameters(parameters: EseParameters, explicit: ReadonlySet<string>): EseParameters {
  const power = (n: number) => 2 ** Math.ceil(Math.log2(n));
  const rows = Math.max(40, Math.ceil(parameters.projection / parameters.pes));
  const room = {
    rowDepth: Math.max(2 * parameters.blocks, power(rows)),
    inputDepth: 8,
    columnDepth: power(parameters.layers * (200 + parameters.projection)),
    entryDepth: 1024,
  };
  const raised = { ...parameters };
  for (const name of ["rowDepth", "inputDepth", "columnDepth", "entryDepth"] as const) {
    if (!explicit.has(name)) raised[name] = Math.max(parameters[name], room[name]);
  }
  return raised;
}

/** A raw value of a width with so many fraction bits. */
type ValueOf = (width: number, fraction: number) => fc.Arbitrary<number>;

/** From -1 to 1, where no gate comes to an end of its range and hides what the others do: each bit of them counts. */
const moderate: ValueOf = (width, fraction) => {
  const most = Math.min(2 ** fraction, 2 ** (width - 1) - 1);
  return fc.integer({ min: -most, max: most });
};

/** Random operations that fit the parameters' memories as they are. */
export function arbitrary(p: EseParameters): fc.Arbitrary<EseOperation> {
  return fc.oneof(operationOf(p, signedValue), operationOf(p, moderate));
}

function operationOf(p: EseParameters, drawn: ValueOf): fc.Arbitrary<EseOperation> {
  return shape(p).chain(({ inputs, cells, above, steps, sequences }) => {
    const named = <N extends string, T>(names: readonly N[], value: fc.Arbitrary<T>) =>
      fc.record(Object.fromEntries(names.map((name) => [name, value]))) as unknown as fc.Arbitrary<Record<N, T>>;
    const values = (length: number, width: number, fraction: number) =>
      fc.oneof(
        { weight: 4, arbitrary: fc.array(drawn(width, fraction), { minLength: length, maxLength: length }) },
        { weight: 1, arbitrary: fc.constant(new Array<number>(length).fill(0)) },
      );
    const weight = (fraction: number) => drawn(p.weightBits, fraction);
    const networkOf = (from: number, count: number): fc.Arbitrary<EseNetwork> => {
      const ownOutputs = outputCount(p, count);
      const shapes = { inputs: fc.constant(from), cells: fc.constant(count), outputs: fc.constant(ownOutputs) };
      const ofGates = <G extends string>(names: readonly G[]) => ({
        input: named(names, matrix(count, from, weight(p.inputWeightFraction))),
        recurrent: named(names, matrix(count, ownOutputs, weight(p.recurrentWeightFraction))),
      });
      const biases = values(count, p.biasBits, p.biasFraction);
      if (p.cell === "gru") {
        return fc.record({
          ...{ kind: fc.constant("gru" as const), ...shapes, ...ofGates(gruGates) },
          bias: named(gruSums, biases),
        });
      }
      return fc.record({
        ...{ kind: fc.constant("lstm" as const), ...shapes, ...ofGates(gates) },
        bias: named(gates, biases),
        ...(p.projection > 0 ? { projection: matrix(ownOutputs, count, weight(p.projectionWeightFraction)) } : {}),
        ...(p.peephole ? { peephole: named(peepholeGates, values(count, p.weightBits, p.peepholeFraction)) } : {}),
      }) as fc.Arbitrary<LstmNetwork>;
    };
    const stateOf = (count: number) =>
      fc.record({
        c: values(count, p.stateBits, p.stateFraction),
        y: values(outputCount(p, count), p.activationBits, p.outputFraction),
      });
    const sequence: fc.Arbitrary<EseSequence> = fc.record({
      x: fc.array(values(inputs, p.activationBits, p.inputFraction), { minLength: steps, maxLength: steps }),
      state: stateOf(cells),
      ...(above.length > 0 ? { above: fc.tuple(...above.map(stateOf)) } : {}),
    });
    const below = [cells, ...above].map((count) => outputCount(p, count));
    const stacked = above.map((count, k) => networkOf(below[k], count));
    return fc
      .record({
        network: networkOf(inputs, cells),
        ...(above.length > 0 ? { above: fc.tuple(...stacked) } : {}),
        sequences: fc.array(sequence, { minLength: sequences, maxLength: sequences }),
        batched: sequences > 1 ? fc.constant(true) : fc.boolean(),
      })
      .map((operation) => trimmed(operation, p));
  });
}

/** From a cell to several times the reach of a relative index on every PE, seldom a multiple of `pes`. */
function shape(p: EseParameters) {
  const most = Math.min(p.pes * p.rowDepth, 60);
  const projected = p.projection > 0;
  // Columns are inputs and outputs, and with a projection cells; an upper layer has those below as its inputs.
  const stored = p.counts === "stored" ? p.columnDepth : Number.POSITIVE_INFINITY;
  const columns = stored - (projected ? p.projection : 0);
  const columnsAbove = (below: number, count: number) =>
    outputCount(p, below) + outputCount(p, count) + (projected ? count : 0);
  return fc
    .record({
      cells: fc.oneof(fc.integer({ min: 1, max: Math.min(3, most) }), fc.integer({ min: 1, max: most })),
      above: fc.array(fc.integer({ min: 1, max: most }), { maxLength: p.layers - 1 }),
    })
    .map(({ cells, above }) => {
      const layers = [Math.max(1, Math.min(cells, columns - 1))];
      let room = columns - layers[0];
      for (const count of above) {
        const need = columnsAbove(layers[layers.length - 1], count);
        if (need >= room) break;
        room -= need;
        layers.push(count);
      }
      return { cells: layers[0], above: layers.slice(1), room };
    })
    .chain(({ cells, above, room }) =>
      fc.record({
        cells: fc.constant(cells),
        above: fc.constant(above),
        inputs: fc.integer({ min: 1, max: Math.max(1, Math.min(p.pes * p.inputDepth, 20, room)) }),
        steps: fc.integer({ min: 1, max: 4 }),
        sequences: fc.integer({ min: 1, max: p.channels }),
      }),
    );
}

/** Empty, sparse, or full; a stored zero now and then. */
function matrix(rows: number, cols: number, weight: fc.Arbitrary<number>): fc.Arbitrary<WeightMatrix> {
  const entry = fc.tuple(fc.nat(rows - 1), fc.nat(cols - 1), weight);
  const some = (maxLength: number) => fc.uniqueArray(entry, { selector: ([row, col]) => row * cols + col, maxLength });
  const full = fc
    .array(weight, { minLength: rows * cols, maxLength: rows * cols })
    .map((raws) => raws.map((raw, at): WeightEntry => [Math.floor(at / cols), at % cols, raw]));
  const entries = fc.oneof(
    { weight: 1, arbitrary: fc.constant([]) },
    { weight: 2, arbitrary: some(8) },
    { weight: 4, arbitrary: some(60) },
    ...(rows * cols <= 120 ? [{ weight: 1, arbitrary: full }] : []),
  );
  return entries.map((list) => ({ rows, cols, entries: list }));
}

/** Leaves out entries until the fullest PE's memory holds the rest. */
function trimmed(operation: EseOperation, p: EseParameters): EseOperation {
  let kept = operation;
  const need = () => {
    const layers = layersOf(kept).map((network) => encodeEse(network, p));
    return Math.max(...layers[0].map((_, pe) => layers.reduce((sum, layer) => sum + layer[pe].weights.length, 0)));
  };
  while (need() > p.entryDepth) {
    kept = {
      ...kept,
      network: halved(kept.network),
      ...(kept.above ? { above: kept.above.map(halved) } : {}),
    };
  }
  return kept;
}

function halved(network: EseNetwork): EseNetwork {
  const less = (of: WeightMatrix) => ({ ...of, entries: of.entries.slice(0, Math.floor(of.entries.length / 2)) });
  const all = <G extends string>(matrices: Readonly<Record<G, WeightMatrix>>) =>
    Object.fromEntries(
      Object.entries<WeightMatrix>(matrices).map(([gate, of]) => [gate, less(of)]),
    ) as unknown as Record<G, WeightMatrix>;
  if (network.kind === "gru") return { ...network, input: all(network.input), recurrent: all(network.recurrent) };
  return {
    ...{ ...network, input: all(network.input), recurrent: all(network.recurrent) },
    ...(network.projection ? { projection: less(network.projection) } : {}),
  };
}
