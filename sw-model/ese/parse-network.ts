import { parseEntries } from "../entries.ts";
import { UserError } from "../errors.ts";
import { asInteger, asObject, inside, type Place, placeText, wrongShape } from "../shape.ts";
import {
  type EseNetwork,
  type GruNetwork,
  gates,
  gruGates,
  gruSums,
  type LstmNetwork,
  peepholeGates,
  type WeightMatrix,
} from "./network.ts";
import { signedValues } from "./parse-values.ts";
import { type EseParameters, outputCount } from "./spec.ts";

/** More than any memory can hold; only keeps a misprint from taking all memory. */
const mostLines = 2 ** 20;

/**
 * Reads `weights`, `bias` and, where there are, `peephole` of a layer; `from` tells how many inputs it must have. Throws `UserError` with
 * the JSON path, as `parseEseOperation` does.
 */
export function parseNetwork(fields: Record<string, unknown>, at: Place, p: EseParameters, from?: Known): EseNetwork {
  const kinds = { lstm: parseLstm, gru: parseGru };
  checkKind(fields.weights, inside(at, "weights"), p);
  return kinds[p.cell](fields, at, p, from);
}

function parseLstm(fields: Record<string, unknown>, at: Place, p: EseParameters, from?: Known): LstmNetwork {
  const { matrix, ...rest } = parseMatrices(gates, fields.weights, inside(at, "weights"), p, from);
  const { cells, outputs } = rest;
  const bias = parseLists(gates, fields.bias, inside(at, "bias"), { width: p.biasBits, parameter: "biasBits", cells });
  const asFirst = "the rows of weights.ix";
  const peephole = () => {
    const format = { width: p.weightBits, parameter: "weightBits", cells };
    return parseLists(peepholeGates, fields.peephole, inside(at, "peephole"), format);
  };
  return {
    kind: "lstm",
    ...rest,
    bias,
    ...(p.projection > 0
      ? { projection: matrix("ym", { rows: [outputs, "projection"], cols: [cells, asFirst] }) }
      : {}),
    ...(p.peephole ? { peephole: peephole() } : {}),
  };
}

function parseGru(fields: Record<string, unknown>, at: Place, p: EseParameters, from?: Known): GruNetwork {
  const { matrix: _, ...rest } = parseMatrices(gruGates, fields.weights, inside(at, "weights"), p, from);
  const format = { width: p.biasBits, parameter: "biasBits", cells: rest.cells };
  return { kind: "gru", ...rest, bias: parseLists(gruSums, fields.bias, inside(at, "bias"), format) };
}

/** An operation of the other kind of cells is told so, not what is missing in it. */
function checkKind(weights: unknown, at: Place, { cell }: EseParameters): void {
  if (typeof weights !== "object" || weights === null) return;
  const other = cell === "gru" ? "lstm" : "gru";
  const has = (names: readonly string[]) => names.some((gate) => Object.hasOwn(weights, `${gate}x`));
  const [own, others] = cell === "gru" ? [gruGates, gates] : [gates, gruGates];
  if (has(own) || !has(others)) return;
  const said = { lstm: "an LSTM", gru: "a GRU" } as const;
  const listed = own.flatMap((gate) => [`${gate}x`, `${gate}r`]).join(", ");
  throw new UserError({
    code: "wrong-shape",
    message: `${placeText(at)}: matrices of ${said[other]}, where cell = ${cell} takes those of ${said[cell]}`,
    where: placeText(at),
    expected: listed,
    found: Object.keys(weights).join(", "),
    hint: `set cell=${other} for ${said[other]}`,
  });
}

/** The matrices of the gates, and the function that reads another one. */
function parseMatrices<G extends string>(
  names: readonly G[],
  value: unknown,
  at: Place,
  p: EseParameters,
  from: Known | undefined,
) {
  const [head] = names;
  const expected = names.flatMap((gate) => [`${gate}x`, `${gate}r`]);
  const weights = asObject(value, at, [...expected, ...(p.projection > 0 ? ["ym"] : [])]);
  const matrix = (name: string, shape: MatrixShape) => parseMatrix(weights[name], inside(at, name), shape, p);
  const first = matrix(`${head}x`, from ? { cols: from } : {});
  const { rows: cells, cols: inputs } = first;
  const outputs = outputCount(p, cells);
  const rows: Known = [cells, `the rows of weights.${head}x`];
  const outputCols: Known = p.projection > 0 ? [outputs, "projection"] : rows;
  const inputCols: Known = [inputs, `the columns of weights.${head}x`];
  const input = byName(names, (gate) => (gate === head ? first : matrix(`${gate}x`, { rows, cols: inputCols })));
  const recurrent = byName(names, (gate) => matrix(`${gate}r`, { rows, cols: outputCols }));
  return { inputs, cells, outputs, input, recurrent, matrix };
}

/** A list of a value a cell by each name. */
function parseLists<N extends string>(
  names: readonly N[],
  value: unknown,
  at: Place,
  { width, parameter, cells }: { readonly width: number; readonly parameter: string; readonly cells: number },
): Record<N, number[]> {
  const lists = asObject(value, at, names);
  return byName(names, (name) => signedValues(lists[name], inside(at, name), width, parameter, cells));
}

function byName<N extends string, T>(names: readonly N[], read: (name: N) => T): Record<N, T> {
  return Object.fromEntries(names.map((name) => [name, read(name)])) as Record<N, T>;
}

/** A count that is known, and where from. */
export type Known = readonly [count: number, from: string];

interface MatrixShape {
  readonly rows?: Known;
  readonly cols?: Known;
}

function parseMatrix(value: unknown, at: Place, shape: MatrixShape, { weightBits }: EseParameters): WeightMatrix {
  const fields = asObject(value, at, ["rows", "cols", "entries"]);
  const count = (name: "rows" | "cols") => {
    const found = asInteger(fields[name], inside(at, name), 1, mostLines);
    const known = shape[name];
    if (known && found !== known[0]) throw wrongShape(inside(at, name), `${known[0]}, ${known[1]}`, `${found}`);
    return found;
  };
  const rows = count("rows");
  const cols = count("cols");
  const half = 2 ** (weightBits - 1);
  const range = { min: -half, max: half - 1, what: `${weightBits} bits signed, weightBits` };
  return { rows, cols, entries: parseEntries(fields.entries, inside(at, "entries"), { rows, cols }, "raw", range) };
}
