import { describe, expect, it } from "vitest";
import { UserError } from "../errors.ts";
import { resolveParameters } from "../parameters.ts";
import { parseEseOperation } from "./operation.ts";
import { eseSpec } from "./spec.ts";

const matrix = (rows: number, cols: number, ...entries: number[][]) => ({ rows, cols, entries });
const zeros = (count: number) => new Array<number>(count).fill(0);

/** Three inputs, two cells, and with a projection one output. */
function valid(outputs = 2) {
  const weights: Record<string, unknown> = {};
  for (const gate of ["i", "f", "g", "o"]) {
    weights[`${gate}x`] = matrix(2, 3, [0, 2, -2048], [1, 0, 2047]);
    weights[`${gate}r`] = matrix(2, outputs, [1, 0, 5]);
  }
  if (outputs !== 2) weights.ym = matrix(outputs, 2, [0, 1, 7]);
  const bias = { i: zeros(2), f: zeros(2), g: zeros(2), o: [1, -1] };
  return {
    weights,
    bias,
    x: [
      [1, 2, 3],
      [4, 5, 6],
    ],
  } as Record<string, unknown>;
}

function refusal(change: (operation: Record<string, unknown>) => void, sets: string[] = [], outputs = 2) {
  const { parameters } = resolveParameters(eseSpec, { sets });
  const operation = structuredClone(valid(outputs));
  change(operation);
  try {
    parseEseOperation(operation, parameters, "op.json");
  } catch (error) {
    if (error instanceof UserError) return `${error.details.code} ${error.details.where}: ${error.details.expected}`;
    throw error;
  }
  return "accepted";
}

// biome-ignore lint/suspicious/noExplicitAny: the changes reach into JSON
type Json = any;

describe("an ese operation", () => {
  const { parameters } = resolveParameters(eseSpec);

  it("is read, with a state of zeros where none is given", () => {
    const { network, sequences, batched } = parseEseOperation(valid(), parameters);
    expect([network.inputs, network.cells, network.outputs, batched]).toEqual([3, 2, 2, false]);
    expect(sequences).toEqual([
      {
        x: [
          [1, 2, 3],
          [4, 5, 6],
        ],
        state: { c: [0, 0], y: [0, 0] },
      },
    ]);
    expect(network.kind === "lstm" && network.input.o.entries).toEqual([
      [0, 2, -2048],
      [1, 0, 2047],
    ]);
  });

  it("takes a sequence a channel", () => {
    const { parameters: two } = resolveParameters(eseSpec, { sets: ["channels=2"] });
    const state = { c: [1, 2], y: [3, 4] };
    const { sequences } = parseEseOperation({ ...valid(), x: [[[1, 2, 3]], [[4, 5, 6]]], state: [state, state] }, two);
    expect(sequences).toEqual([
      { x: [[1, 2, 3]], state },
      { x: [[4, 5, 6]], state },
    ]);
  });

  it("takes stacked layers", () => {
    const { x, ...first } = valid();
    const second = structuredClone(first) as Json;
    for (const gate of ["i", "f", "g", "o"]) second.weights[`${gate}x`] = matrix(2, 2, [1, 1, 9]);
    const layers = [first, second];
    const state = {
      c: [
        [1, 2],
        [3, 4],
      ],
      y: [
        [5, 6],
        [7, 8],
      ],
    };
    const { network, above, sequences } = parseEseOperation({ layers, x, state }, parameters);
    expect([network.inputs, above?.map(({ inputs }) => inputs)]).toEqual([3, [2]]);
    expect(sequences).toEqual([{ x, state: { c: [1, 2], y: [5, 6] }, above: [{ c: [3, 4], y: [7, 8] }] }]);

    const refused = (value: Record<string, unknown>) => {
      try {
        parseEseOperation(value, parameters, "op.json");
      } catch (error) {
        if (error instanceof UserError)
          return `${error.details.code} ${error.details.where}: ${error.details.expected}`;
        throw error;
      }
      return "accepted";
    };
    expect([
      refused({ layers: [], x }),
      refused({ layers: [first, first], x }),
      refused({ layers: [first, { weights: second.weights }], x }),
      refused({ layers, x, bias: first.bias }),
      refused({ layers, x, state: { c: [[1, 2]], y: state.y } }),
      refused({ layers, x, state: { c: [1, 2], y: [3, 4] } }),
    ]).toMatchInlineSnapshot(`
      [
        "wrong-shape op.json: $.layers: at least one layer",
        "wrong-shape op.json: $.layers[1].weights.ix.cols: 2, the outputs of layers[0]",
        "wrong-shape op.json: $.layers[1].bias: a value",
        "wrong-shape op.json: $.bias: only layers, x, state",
        "wrong-shape op.json: $.state.c: 2 lists, one a layer",
        "wrong-shape op.json: $.state.c[0]: an array of raw values",
      ]
    `);
  });

  it("of a GRU is read, and one of the other kind is told so", () => {
    const { parameters: ofGru } = resolveParameters(eseSpec, { sets: ["cell=gru"] });
    const weights = { zx: matrix(2, 3, [0, 1, 5]), rx: matrix(2, 3), hx: matrix(2, 3) };
    const op = {
      weights: { ...weights, zr: matrix(2, 2), rr: matrix(2, 2), hr: matrix(2, 2, [1, 0, -6]) },
      bias: { z: [1, 2], r: [3, 4], hx: [5, 6], hr: [7, 8] },
      x: [[1, 2, 3]],
    };
    const { network } = parseEseOperation(op, ofGru);
    expect([network.kind, network.inputs, network.cells, network.outputs]).toEqual(["gru", 3, 2, 2]);
    expect(network.kind === "gru" && [network.input.z.entries, network.recurrent.h.entries, network.bias.hr]).toEqual([
      [[0, 1, 5]],
      [[1, 0, -6]],
      [7, 8],
    ]);

    const refused = (value: unknown, p: typeof ofGru) => {
      try {
        parseEseOperation(value, p, "op.json");
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        const { code, where, expected, hint } = error.details;
        return `${code} ${where}: ${expected}${hint ? ` (${hint})` : ""}`;
      }
      return "accepted";
    };
    const { bias: _, ...withoutBias } = op;
    const { x: _x, ...layer } = valid();
    expect([
      refused(op, parameters),
      refused(valid(), ofGru),
      refused({ layers: [layer], x: op.x }, ofGru),
      refused(withoutBias, ofGru),
      refused({ ...op, bias: { z: [1, 2], r: [3, 4], h: [5, 6] } }, ofGru),
      refused({ ...op, weights: { ...op.weights, hr: matrix(2, 3) } }, ofGru),
      refused({ ...op, peephole: {} }, ofGru),
      refused({ ...op, weights: { ...op.weights, ym: matrix(1, 2) } }, ofGru),
    ]).toMatchInlineSnapshot(`
      [
        "wrong-shape op.json: $.weights: ix, ir, fx, fr, gx, gr, ox, or (set cell=gru for a GRU)",
        "wrong-shape op.json: $.weights: zx, zr, rx, rr, hx, hr (set cell=lstm for an LSTM)",
        "wrong-shape op.json: $.layers[0].weights: zx, zr, rx, rr, hx, hr (set cell=lstm for an LSTM)",
        "wrong-shape op.json: $.bias: a value",
        "wrong-shape op.json: $.bias.hx: a value",
        "wrong-shape op.json: $.weights.hr.cols: 2, the rows of weights.zx",
        "wrong-shape op.json: $.peephole: only weights, bias, x, state",
        "wrong-shape op.json: $.weights.ym: only zx, zr, rx, rr, hx, hr",
      ]
    `);
  });

  it("of a GRU has neither peepholes nor a projection", () => {
    const conflict = (...sets: string[]) => {
      try {
        resolveParameters(eseSpec, { sets: ["cell=gru", ...sets] });
      } catch (error) {
        if (error instanceof UserError)
          return `${error.details.code} ${error.details.where}: ${error.details.expected}`;
        throw error;
      }
      return "accepted";
    };
    expect([
      conflict("peephole=true"),
      conflict("projection=4"),
      // The state goes through no look-up, so it may be finer, and need not reach the end of the samples.
      conflict("stateBits=16", "stateFraction=15"),
      conflict("stateBits=15", "stateFraction=15"),
      conflict("gateOutputFraction=22", "gateBits=24", "gateFraction=20", "accWidth=38"),
    ]).toMatchInlineSnapshot(`
      [
        "parameter-conflict peephole: a GRU has no peepholes",
        "parameter-conflict projection: a GRU has no projection",
        "accepted",
        "parameter-conflict stateBits: stateBits is above stateFraction",
        "parameter-conflict gateOutputFraction: in a GRU accumulators, biases and gate sums have at most 50 bits at accFraction, and at gateOutputFraction + gateFraction, fraction bits",
      ]
    `);
  });

  it("is refused with the place of the fault", () => {
    const cases: Record<string, string> = {
      "no bias": refusal((op) => delete op.bias),
      "another key": refusal((op) => Object.assign(op, { seed: 1 })),
      "a matrix missing": refusal((op: Json) => delete op.weights.fr),
      "a projection that there is not": refusal((op: Json) => Object.assign(op.weights, { ym: matrix(1, 2) })),
      "no projection": refusal((op: Json) => delete op.weights.ym, ["projection=1"], 1),
      "another projection": refusal(() => {}, ["projection=2"], 1),
      "rows that disagree": refusal((op: Json) => Object.assign(op.weights.gx, { rows: 3 })),
      "columns that disagree": refusal((op: Json) => Object.assign(op.weights.or, { cols: 3 })),
      "a weight beyond its width": refusal((op: Json) => op.weights.ix.entries.push([0, 0, 2048])),
      "a row beyond the matrix": refusal((op: Json) => op.weights.ix.entries.push([2, 0, 1])),
      "a position twice": refusal((op: Json) => op.weights.ix.entries.push([0, 2, 1])),
      "a bias too short": refusal((op: Json) => op.bias.f.pop()),
      "a bias beyond its width": refusal((op: Json) => Object.assign(op.bias, { f: [0, 32768] })),
      "a peephole that is not wanted": refusal((op) => Object.assign(op, { peephole: {} })),
      "no peephole": refusal(() => {}, ["peephole=true"]),
      "no steps": refusal((op) => Object.assign(op, { x: [] })),
      "a step too long": refusal((op: Json) => op.x[1].push(0)),
      "an input beyond its width": refusal((op: Json) => Object.assign(op.x[1], { 0: -32769 })),
      "no number": refusal((op: Json) => Object.assign(op.x[0], { 1: 0.5 })),
      "a state without y": refusal((op) => Object.assign(op, { state: { c: [0, 0] } })),
      "a state too long": refusal((op) => Object.assign(op, { state: { c: [0, 0, 0], y: [0, 0] } })),
      "more sequences than channels": refusal((op) => Object.assign(op, { x: [[[1, 2, 3]], [[1, 2, 3]]] })),
      "sequences of two lengths": refusal(
        (op) =>
          Object.assign(op, {
            x: [
              [[1, 2, 3]],
              [
                [1, 2, 3],
                [1, 2, 3],
              ],
            ],
          }),
        ["channels=2"],
      ),
      "states that are no list": refusal(
        (op) => Object.assign(op, { x: [[[1, 2, 3]]], state: { c: [0, 0], y: [0, 0] } }),
        ["channels=2"],
      ),
    };
    expect(cases).toMatchInlineSnapshot(`
      {
        "a bias beyond its width": "value-out-of-range op.json: $.bias.f[1]: an integer from -32768 to 32767 (16 bits signed, biasBits)",
        "a bias too short": "wrong-shape op.json: $.bias.f: 2 raw values",
        "a matrix missing": "wrong-shape op.json: $.weights.fr: a value",
        "a peephole that is not wanted": "wrong-shape op.json: $.peephole: only weights, bias, x, state",
        "a position twice": "duplicate-entry op.json: $.weights.ix.entries[2]: each position once",
        "a projection that there is not": "wrong-shape op.json: $.weights.ym: only ix, ir, fx, fr, gx, gr, ox, or",
        "a row beyond the matrix": "value-out-of-range op.json: $.weights.ix.entries[2][0]: an integer from 0 to 1 (a row)",
        "a state too long": "wrong-shape op.json: $.state.c: 2 raw values",
        "a state without y": "wrong-shape op.json: $.state.y: a value",
        "a step too long": "wrong-shape op.json: $.x[1]: 3 raw values",
        "a weight beyond its width": "value-out-of-range op.json: $.weights.ix.entries[2][2]: an integer from -2048 to 2047 (12 bits signed, weightBits)",
        "an input beyond its width": "value-out-of-range op.json: $.x[1][0]: an integer from -32768 to 32767 (16 bits signed, activationBits)",
        "another key": "wrong-shape op.json: $.seed: only weights, bias, x, state",
        "another projection": "wrong-shape op.json: $.weights.ir.cols: 2, projection",
        "columns that disagree": "wrong-shape op.json: $.weights.or.cols: 2, the rows of weights.ix",
        "more sequences than channels": "wrong-shape op.json: $.x: at most 1 sequences (channels)",
        "no bias": "wrong-shape op.json: $.bias: a value",
        "no number": "wrong-shape op.json: $.x[0][1]: an integer from -32768 to 32767",
        "no peephole": "wrong-shape op.json: $.peephole: a value",
        "no projection": "wrong-shape op.json: $.weights.ym: a value",
        "no steps": "wrong-shape op.json: $.x: at least one step",
        "rows that disagree": "wrong-shape op.json: $.weights.gx.rows: 2, the rows of weights.ix",
        "sequences of two lengths": "wrong-shape op.json: $.x[1]: 1 steps, as in the first",
        "states that are no list": "wrong-shape op.json: $.state: an array of states, one a sequence",
      }
    `);
  });
});
