import {
  type BitSignal,
  type Builder,
  bit,
  concat,
  type Inside,
  input,
  output,
  type SIntSignal,
  select,
  vec,
} from "../../hdl/index.ts";
import type { EseParameters } from "../../sw-model/ese/spec.ts";
import { onlyIf } from "../common/only-if.ts";
import { eseGeometry } from "./geometry.ts";

/** The ports of a unit that computes a cell from its accumulators, an LSTM's or a GRU's. */
export function cellPorts(p: EseParameters) {
  const g = eseGeometry(p);
  return {
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
  };
}

type CellPorts = Inside<ReturnType<typeof cellPorts>>;

/** The memory of cell states: the state of `cellIndex`, and how new ones are stored, in the order of the cells. */
export function cellStates(m: Builder, p: EseParameters, io: CellPorts) {
  const g = eseGeometry(p);
  const states = m.mem("states", g.cellDepth, g.state);
  const state = states.readClocked("state1", { address: io.cellIndex, enable: io.readState, underWrite: "undefined" });
  io.state.set(state);
  return {
    state,
    store(value: SIntSignal, now: BitSignal): void {
      const cursor = m.reg("cursor", g.cell);
      m.when(io.start, () => cursor.set(0)).elseWhen(now, () => cursor.set(cursor.addWrap(1)));
      const cursorCell = p.layers === 1 ? cursor : concat(io.layer, cursor);
      const storedCell = m.node("storedCell", select(g.layerCell, io.writeState, io.writeCell, cursorCell));
      const storedState = m.node("storedState", select(g.state, io.writeState, io.writeValue, value));
      states.write({ address: storedCell, data: storedState, enable: io.writeState.or(now) });
    },
  };
}

/** Whether a cell has come to each of the edges up to `latency`. */
export function validEdges(m: Builder, valid: BitSignal, latency: number): BitSignal[] {
  const edges = [valid];
  for (let edge = 1; edge <= latency; edge++) {
    const later = m.reg(`valid${edge}`, bit, { reset: false });
    later.set(edges[edge - 1]);
    edges.push(later);
  }
  return edges;
}
