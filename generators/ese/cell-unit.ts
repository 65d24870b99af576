import {
  asFixed,
  bit,
  concat,
  defineModule,
  type FixedSignal,
  input,
  output,
  type SIntSignal,
  select,
  sint,
  vec,
} from "../../hdl/index.ts";
import type { EseParameters } from "../../sw-model/ese/spec.ts";
import { onlyIf } from "../common/only-if.ts";
import { delayed } from "./delayed.ts";
import { eseGeometry } from "./geometry.ts";
import { lookup, lookupLatency } from "./lookup.ts";

/** Edges after that of a cell's sums at which its new state is made, and its output. */
const stateStage = 5 + lookupLatency;
export const cellLatency = stateStage + 4 + lookupLatency;

/**
 * Element-wise unit of a channel: gates, state and output of a cell from the sums of its accumulators, a cell a cycle
 * (docs/ese-numerics.md, one step, 2 to 5). Holds the cell states. Numbers in names are edges after a cell's sums came.
 */
export const cellUnit = defineModule("ese_cell_unit", (p: EseParameters) => {
  const g = eseGeometry(p);
  return {
    summary: "Gates, state and output of a cell a cycle.",
    ports: {
      /** Before the first cell of a step. */
      start: input(bit),
      valid: input(bit),
      ...onlyIf(p.layers > 1, { layer: input(g.layer) }),
      /** The cell whose state is read. */
      readState: input(bit),
      cellIndex: input(g.layerCell),
      sums: input(vec(4, g.sum)),
      /** Of the cell of the edge before. */
      biases: input(g.biases),
      ...onlyIf(p.peephole, { peepholes: input(g.peepholes) }),
      writeState: input(bit),
      writeCell: input(g.layerCell),
      writeValue: input(g.state),
      /** An edge after `readState`. */
      state: output(g.state),
      done: output(bit),
      cellOutput: output(g.activation),
    },
    build(io, m) {
      const states = m.mem("states", g.cellDepth, g.state);
      const state = states.readClocked("state1", {
        address: io.cellIndex,
        enable: io.readState,
        underWrite: "undefined",
      });
      io.state.set(state);

      const valid = [io.valid];
      for (let edge = 1; edge <= cellLatency; edge++) {
        const later = m.reg(`valid${edge}`, bit, { reset: false });
        later.set(valid[edge - 1]);
        valid.push(later);
      }
      const sums1 = io.sums.map((sum, i) => delayed(m, `sum${"ifgo"[i]}`, g.sum, sum, 0, 1));

      // Biases, and beside them the products of the peepholes.
      const total = sint(1 + Math.max(p.accWidth, p.biasBits + p.accFraction - p.biasFraction));
      const ofSum = (x: SIntSignal) => asFixed(x, x.width - p.accFraction, p.accFraction);
      const biases = [io.biases.i, io.biases.f, io.biases.g, io.biases.o];
      const biased2 = sums1.map((sum, i) => {
        const bias = asFixed(biases[i], p.biasBits - p.biasFraction, p.biasFraction);
        return delayed(m, `biased${"ifgo"[i]}`, total, ofSum(sum).add(bias).raw().extend(total.width), 1, 2);
      });
      const ofState = (x: SIntSignal) => asFixed(x, p.stateBits - p.stateFraction, p.stateFraction);
      const ofPeephole = (x: SIntSignal) => asFixed(x, p.weightBits - p.peepholeFraction, p.peepholeFraction);
      const seen = (name: string, weight: SIntSignal, value: SIntSignal, at: number) => {
        const product = ofPeephole(weight).mul(ofState(value));
        const { il, fl } = product.type;
        return asFixed(delayed(m, name, sint(il + fl), product.raw(), at, at + 1), il, fl);
      };
      const entering = (sum: FixedSignal) =>
        sum.round({ il: p.gateBits - p.gateFraction, fl: p.gateFraction, mode: p.rounding }).raw();
      const gateSum = sint(p.gateBits);

      const peepholes = p.peephole ? io.peepholes : undefined;
      const seenI = peepholes && seen("seeni", peepholes.i, state, 1);
      const seenF = peepholes && seen("seenf", peepholes.f, state, 1);
      const plus = (sum: SIntSignal, product: FixedSignal | undefined) =>
        product ? ofSum(sum).add(product) : ofSum(sum);
      const zi3 = delayed(m, "zi", gateSum, entering(plus(biased2[0], seenI)), 2, 3);
      const zf3 = delayed(m, "zf", gateSum, entering(plus(biased2[1], seenF)), 2, 3);
      const zg3 = delayed(m, "zg", gateSum, entering(plus(biased2[2], undefined)), 2, 3);
      const gates = 3 + lookupLatency;
      const look = (name: string, which: "sigmoid" | "tanh", z: SIntSignal, width: number, fraction: number) => {
        const { lookup: kind, tableSize, tableRange, gateOutputFraction } = p;
        const parameters = { name: which, width, fraction, lookup: kind, tableSize, tableRange, gateOutputFraction };
        return m.inst(name, lookup, parameters, { z }).value;
      };
      const i5 = look("lookupI", "sigmoid", zi3, p.gateBits, p.gateFraction);
      const f5 = look("lookupF", "sigmoid", zf3, p.gateBits, p.gateFraction);
      const g5 = look("lookupG", "tanh", zg3, p.gateBits, p.gateFraction);

      // The new state.
      const ofGate = (x: SIntSignal) => asFixed(x, 1, p.gateOutputFraction);
      const product = (name: string, a: FixedSignal, b: FixedSignal, at: number) => {
        const exact = a.mul(b);
        const { il, fl } = exact.type;
        return asFixed(delayed(m, name, sint(il + fl), exact.raw(), at, at + 1), il, fl);
      };
      const state5 = delayed(m, "oldState", g.state, state, 1, gates);
      const kept6 = product("kept", ofGate(f5), ofState(state5), gates);
      const added6 = product("added", ofGate(i5), ofGate(g5), gates);
      const next = kept6
        .add(added6)
        .round({ il: p.stateBits - p.stateFraction, fl: p.stateFraction, mode: p.rounding })
        .raw();
      const state7 = delayed(m, "newState", g.state, next, stateStage - 1, stateStage);
      const cursor = m.reg("cursor", g.cell);
      m.when(io.start, () => cursor.set(0)).elseWhen(valid[stateStage], () => cursor.set(cursor.addWrap(1)));
      const cursorCell = p.layers === 1 ? cursor : concat(io.layer, cursor);
      const storedCell = select(g.layerCell, io.writeState, io.writeCell, cursorCell);
      const storedState = select(g.state, io.writeState, io.writeValue, state7);
      states.write({
        address: storedCell,
        data: storedState,
        enable: io.writeState.or(valid[stateStage]),
      });

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
      const shown = shown12
        .round({ il: p.activationBits - p.outputFraction, fl: p.outputFraction, mode: p.rounding })
        .raw();
      io.cellOutput.set(delayed(m, "rounded", g.activation, shown, outputs + 1, cellLatency));
      io.done.set(valid[cellLatency]);
    },
  };
});
