import fc from "fast-check";
import { encodeEse } from "../../sw-model/ese/encode.ts";
import type { EseNetwork, EseSequence, Gate, WeightEntry, WeightMatrix } from "../../sw-model/ese/network.ts";
import type { EseOperation } from "../../sw-model/ese/operation.ts";
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
    columnDepth: power(200 + parameters.projection),
    entryDepth: 1024,
  };
  const raised = { ...parameters };
  for (const name of ["rowDepth", "inputDepth", "columnDepth", "entryDepth"] as const) {
    if (!explicit.has(name)) raised[name] = Math.max(parameters[name], room[name]);
  }
  return raised;
}

/** Random operations that fit the parameters' memories as they are. */
export function arbitrary(p: EseParameters): fc.Arbitrary<EseOperation> {
  return shape(p).chain(({ inputs, cells, steps, sequences }) => {
    const outputs = outputCount(p, cells);
    const gatesOf = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Record<Gate, T>> =>
      fc.record({ i: value, f: value, g: value, o: value });
    const values = (length: number, width: number) =>
      fc.oneof(
        { weight: 4, arbitrary: fc.array(signedValue(width), { minLength: length, maxLength: length }) },
        { weight: 1, arbitrary: fc.constant(new Array<number>(length).fill(0)) },
      );
    const network = fc.record({
      inputs: fc.constant(inputs),
      cells: fc.constant(cells),
      outputs: fc.constant(outputs),
      input: gatesOf(matrix(p, cells, inputs)),
      recurrent: gatesOf(matrix(p, cells, outputs)),
      bias: gatesOf(values(cells, p.biasBits)),
      ...(p.projection > 0 ? { projection: matrix(p, outputs, cells) } : {}),
      ...(p.peephole
        ? {
            peephole: fc.record({
              i: values(cells, p.weightBits),
              f: values(cells, p.weightBits),
              o: values(cells, p.weightBits),
            }),
          }
        : {}),
    }) as fc.Arbitrary<EseNetwork>;
    const sequence: fc.Arbitrary<EseSequence> = fc.record({
      x: fc.array(values(inputs, p.activationBits), { minLength: steps, maxLength: steps }),
      state: fc.record({ c: values(cells, p.stateBits), y: values(outputs, p.activationBits) }),
    });
    return fc
      .record({
        network,
        sequences: fc.array(sequence, { minLength: sequences, maxLength: sequences }),
        batched: sequences > 1 ? fc.constant(true) : fc.boolean(),
      })
      .map((operation) => ({ ...operation, network: trimmed(operation.network, p) }));
  });
}

/** From a cell to several times the reach of a relative index on every PE, seldom a multiple of `pes`. */
function shape(p: EseParameters) {
  const most = Math.min(p.pes * p.rowDepth, 60);
  const projected = p.projection > 0;
  // Columns are inputs and outputs, and with a projection cells.
  const columns = p.columnDepth - (projected ? p.projection : 0);
  return fc
    .oneof(fc.integer({ min: 1, max: Math.min(3, most) }), fc.integer({ min: 1, max: most }))
    .map((cells) => Math.max(1, Math.min(cells, columns - 1)))
    .chain((cells) =>
      fc.record({
        cells: fc.constant(cells),
        inputs: fc.integer({ min: 1, max: Math.max(1, Math.min(p.pes * p.inputDepth, 20, columns - cells)) }),
        steps: fc.integer({ min: 1, max: 4 }),
        sequences: fc.integer({ min: 1, max: p.channels }),
      }),
    );
}

/** Empty, sparse, or full; a stored zero now and then. */
function matrix({ weightBits }: EseParameters, rows: number, cols: number): fc.Arbitrary<WeightMatrix> {
  const entry = fc.tuple(fc.nat(rows - 1), fc.nat(cols - 1), signedValue(weightBits));
  const some = (maxLength: number) => fc.uniqueArray(entry, { selector: ([row, col]) => row * cols + col, maxLength });
  const full = fc
    .array(signedValue(weightBits), { minLength: rows * cols, maxLength: rows * cols })
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
function trimmed(network: EseNetwork, p: EseParameters): EseNetwork {
  let kept = network;
  while (encodeEse(kept, p).some(({ weights }) => weights.length > p.entryDepth)) {
    const less = (of: WeightMatrix) => ({ ...of, entries: of.entries.slice(0, Math.floor(of.entries.length / 2)) });
    const byGate = (of: Readonly<Record<Gate, WeightMatrix>>) => ({
      i: less(of.i),
      f: less(of.f),
      g: less(of.g),
      o: less(of.o),
    });
    kept = {
      ...kept,
      input: byGate(kept.input),
      recurrent: byGate(kept.recurrent),
      ...(kept.projection ? { projection: less(kept.projection) } : {}),
    };
  }
  return kept;
}
