import { asFixed, defineModule, type FixedSignal, type SIntSignal } from "../../hdl/index.ts";
import type { EseParameters } from "../../sw-model/ese/spec.ts";
import { cellArithmetic } from "./cell-arithmetic.ts";
import { cellPorts, cellStates, validEdges } from "./cell-states.ts";
import { delayed } from "./delayed.ts";
import { eseGeometry } from "./geometry.ts";
import { lookupLatency } from "./lookup.ts";

/** Edges after that of a cell's sums at which its new state is made, and its output. */
const stateStage = 5 + lookupLatency;
export const cellLatency = stateStage + 4 + lookupLatency;

/**
 * Element-wise unit of a channel of LSTMs: gates, state and output of a cell from the sums of its accumulators, a cell a cycle
 * (docs/ese-numerics.md, one step, 2 to 5). Holds the cell states. Numbers in names are edges after a cell's sums came.
 */
export const cellUnit = defineModule("ese_cell_unit", (p: EseParameters) => {
  const g = eseGeometry(p);
  return {
    summary: "Gates, state and output of a cell a cycle.",
    ports: cellPorts(p),
    build(io, m) {
      const { state, store } = cellStates(m, p, io);
      const valid = validEdges(m, io.valid, cellLatency);
      const { total, gateSum, ofSum, ofState, ofGate, biased, product, entering, asState, asOutput, look } =
        cellArithmetic(m, p);
      const sums1 = io.sums.map((sum, i) => delayed(m, `sum${"ifgo"[i]}`, g.sum, sum, 0, 1));

      // Biases, and beside them the products of the peepholes.
      const biases = [io.biases.i, io.biases.f, io.biases.g, io.biases.o];
      const biased2 = sums1.map((sum, i) => biased(`biased${"ifgo"[i]}`, sum, biases[i], 1));
      const ofPeephole = (x: SIntSignal) => asFixed(x, p.weightBits - p.peepholeFraction, p.peepholeFraction);
      const seen = (name: string, weight: SIntSignal, value: SIntSignal, at: number) =>
        product(name, ofPeephole(weight), ofState(value), at);

      const peepholes = p.peephole ? io.peepholes : undefined;
      const seenI = peepholes && seen("seeni", peepholes.i, state, 1);
      const seenF = peepholes && seen("seenf", peepholes.f, state, 1);
      const plus = (sum: SIntSignal, product: FixedSignal | undefined) =>
        product ? ofSum(sum).add(product) : ofSum(sum);
      const zi3 = delayed(m, "zi", gateSum, entering(plus(biased2[0], seenI)), 2, 3);
      const zf3 = delayed(m, "zf", gateSum, entering(plus(biased2[1], seenF)), 2, 3);
      const zg3 = delayed(m, "zg", gateSum, entering(plus(biased2[2], undefined)), 2, 3);
      const gates = 3 + lookupLatency;
      const i5 = look("lookupI", "sigmoid", zi3, p.gateBits, p.gateFraction);
      const f5 = look("lookupF", "sigmoid", zf3, p.gateBits, p.gateFraction);
      const g5 = look("lookupG", "tanh", zg3, p.gateBits, p.gateFraction);

      // The new state.
      const state5 = delayed(m, "oldState", g.state, state, 1, gates);
      const kept6 = product("kept", ofGate(f5), ofState(state5), gates);
      const added6 = product("added", ofGate(i5), ofGate(g5), gates);
      const next = asState(kept6.add(added6));
      const state7 = delayed(m, "newState", g.state, next, stateStage - 1, stateStage);
      store(state7, valid[stateStage]);

      // The output gate, which may see the new state, and the output.
      const biasedO8 = delayed(m, "biasedo", total, biased2[3], 2, stateStage + 1);
      const peepholeO7 = peepholes && delayed(m, "peepholeo", g.weight, peepholes.o, 1, stateStage);
      const seenO = peepholeO7 && seen("seeno", peepholeO7, state7, stateStage);
      const zo9 = delayed(m, "zo", gateSum, entering(plus(biasedO8, seenO)), stateStage + 1, stateStage + 2);
      const o11 = look("lookupO", "sigmoid", zo9, p.gateBits, p.gateFraction);
      const h9 = look("lookupState", "tanh", state7, p.stateBits, p.stateFraction);
      const outputs = stateStage + 2 + lookupLatency;
      const h11 = delayed(m, "stateTanh", g.gateOutput, h9, stateStage + lookupLatency, outputs);
      const shown12 = product("shown", ofGate(o11), ofGate(h11), outputs);
      io.cellOutput.set(delayed(m, "rounded", g.activation, asOutput(shown12), outputs + 1, cellLatency));
      io.done.set(valid[cellLatency]);
    },
  };
});
