import { defineModule } from "../../hdl/index.ts";
import type { EseParameters } from "../../sw-model/ese/spec.ts";
import { cellArithmetic } from "./cell-arithmetic.ts";
import { cellPorts, cellStates, validEdges } from "./cell-states.ts";
import { delayed } from "./delayed.ts";
import { eseGeometry } from "./geometry.ts";
import { lookupLatency } from "./lookup.ts";

/** Edges after that of a cell's sums at which z and r are there, the sum of the candidate, the candidate, and the new state. */
const gatesStage = 3 + lookupLatency;
const candidateStage = gatesStage + 2;
const mixStage = candidateStage + lookupLatency;
export const gruLatency = mixStage + 3;

/**
 * Element-wise unit of a channel of GRUs: gates, state and output of a cell from the sums of its accumulators, a cell a cycle
 * (docs/ese-numerics.md, one step of a GRU, 2 to 4). Holds the cell states. Numbers in names are edges after a cell's sums came.
 */
export const gruUnit = defineModule("ese_gru_unit", (p: EseParameters) => {
  const g = eseGeometry(p);
  return {
    summary: "Gates, state and output of a cell of a GRU a cycle.",
    ports: cellPorts(p),
    build(io, m) {
      const { state, store } = cellStates(m, p, io);
      const valid = validEdges(m, io.valid, gruLatency);
      const {
        total,
        gateSum,
        ofSum,
        ofState,
        ofGateSum,
        ofGate,
        biased,
        kept,
        product,
        entering,
        asState,
        asOutput,
        look,
      } = cellArithmetic(m, p);

      // Biases, then the gates z and r, and q, what comes from y in the candidate.
      const [z2, r2, hx2, hr2] = g.accumulators.map((name, i) => {
        const sum1 = delayed(m, `sum${name}`, g.sum, io.sums[i], 0, 1);
        return biased(`biased${name}`, sum1, io.biases[name], 1);
      });
      const zz3 = delayed(m, "zz", gateSum, entering(ofSum(z2)), 2, 3);
      const zr3 = delayed(m, "zr", gateSum, entering(ofSum(r2)), 2, 3);
      const q5 = delayed(m, "q", gateSum, entering(ofSum(hr2)), 2, gatesStage);
      const z5 = look("lookupZ", "sigmoid", zz3, p.gateBits, p.gateFraction);
      const r5 = look("lookupR", "sigmoid", zr3, p.gateBits, p.gateFraction);

      // The candidate.
      const reset6 = product("reset", ofGate(r5), ofGateSum(q5), gatesStage);
      const hx6 = delayed(m, "biasedhx", total, hx2, 2, gatesStage + 1);
      const zh7 = delayed(m, "zh", gateSum, entering(ofSum(hx6).add(reset6)), gatesStage + 1, candidateStage);
      const h9 = look("lookupH", "tanh", zh7, p.gateBits, p.gateFraction);

      // (1 - z) h + z c = h + z (c - h): one multiplier, and the same exact number.
      const state9 = delayed(m, "oldState", g.state, state, 1, mixStage);
      const z10 = delayed(m, "z", g.gateOutput, z5, gatesStage, mixStage + 1);
      const h11 = delayed(m, "h", g.gateOutput, h9, mixStage, mixStage + 2);
      const apart10 = kept("apart", ofState(state9).sub(ofGate(h9)), mixStage);
      const moved11 = product("moved", ofGate(z10), apart10, mixStage + 1);
      const mixed = ofGate(h11).add(moved11);
      const state12 = delayed(m, "newState", g.state, asState(mixed), mixStage + 2, gruLatency);
      store(state12, valid[gruLatency]);
      io.cellOutput.set(delayed(m, "rounded", g.activation, asOutput(mixed), mixStage + 2, gruLatency));
      io.done.set(valid[gruLatency]);
    },
  };
});
