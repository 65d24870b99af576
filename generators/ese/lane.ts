import {
  asFixed,
  bit,
  defineModule,
  input,
  oneHot,
  output,
  record,
  select,
  sint,
  type UIntSignal,
  uint,
  vec,
} from "../../hdl/index.ts";
import { type EseParameters, weightFractions } from "../../sw-model/ese/spec.ts";
import { onlyIf } from "../common/only-if.ts";
import { shiftedLeft } from "../common/shift.ts";
import { eseGeometry } from "./geometry.ts";

/** What control tells the lanes of a channel, or of all, in the same cycle. */
export function laneCommands(p: EseParameters) {
  const { source, elementRow, row, outputRow, activation } = eseGeometry(p);
  return {
    /** The element of x, y or m to give. */
    fetch: record({ source, row: elementRow }),
    /** The row of gate accumulators to give, and, where the lane is told to, to clear. */
    sumRow: row,
    /** Round a row of the projection's accumulators into y (store) and clear it; `clear` only clears. */
    writeBack: record({ store: bit, clear: bit, row: outputRow }),
    /** A word of the load port. */
    load: record({ row: elementRow, value: activation }),
    /** The output of a cell. */
    cellOutput: record({ row: outputRow, value: activation }),
  };
}

/**
 * One channel of one PE: multiplies, accumulates into a memory a gate and one for the projection, and holds the PE's elements of
 * x, y and m. Multiply while the accumulator is read, then align, add, saturate and write; an entry that hits the accumulator of the
 * entry just before it takes the sum from the adder (bypass), as in EIE.
 */
export const lane = defineModule("ese_lane", (p: EseParameters) => {
  const g = eseGeometry(p);
  const commands = laneCommands(p);
  const projects = p.projection > 0;
  return {
    summary: "Multiply-accumulate over the rows of one channel, and its activations.",
    ports: {
      valid: input(bit),
      weight: input(g.weight),
      gate: input(uint(2)),
      row: input(g.row),
      source: input(g.source),
      activation: input(g.activation),
      /** Clear the gates at the row of sums. */
      clearSums: input(bit),
      sumRow: input(commands.sumRow),
      sums: output(vec(4, g.sum)),
      ...onlyIf(projects, { writeBack: input(commands.writeBack) }),
      loadInput: input(bit),
      loadOutput: input(bit),
      load: input(commands.load),
      storeCell: input(bit),
      cellOutput: input(commands.cellOutput),
      fetch: input(commands.fetch),
      element: output(g.activation),
      busy: output(bit),
    },
    build(io, m) {
      const low = (row: UIntSignal) => row.bits(g.row.width - 1, 0);
      const inLayers = (row: UIntSignal) => row.bits(g.outputRow.width - 1, 0);
      const sets = projects ? 5 : 4;
      const set = m.node("set", setOf());

      // Multiply and read.
      const product = m.reg("product", sint(p.weightBits + p.activationBits));
      const operand = m.reg("operand", g.sum);
      const operandRow = m.reg("operandRow", g.row);
      const operandSet = m.reg("operandSet", set.type);
      const operandSource = m.reg("operandSource", g.source);
      const operandValid = m.reg("operandValid", bit, { reset: false });
      const bypass = m.node("bypass", operandValid.and(operandRow.eq(io.row)).and(operandSet.eq(set)));

      // Align, add and write. Products of the projection have no other fraction to meet.
      const { input, recurrent } = weightFractions(p);
      // Of a GRU the last accumulator is the candidate's second one.
      const ofSets = p.cell === "gru" ? [...recurrent.slice(0, 3), recurrent[2]] : recurrent;
      const inputShifts = input.map((fraction) => p.accFraction - p.inputFraction - fraction);
      const recurrentShifts = ofSets.map((fraction) => p.accFraction - p.outputFraction - fraction);
      const addend = sint(product.width + Math.max(...inputShifts, ...recurrentShifts));
      const shifted = (by: number) => shiftedLeft(product, by).extend(addend.width);
      // The shift depends on the gate only where matrices have ranges of their own.
      const shiftedByGate = ([first, ...others]: readonly number[]) =>
        others.reduce(
          (kept, by, k) => (by === first ? kept : select(addend, operandSet.eq(k + 1), shifted(by), kept)),
          shifted(first),
        );
      const ofInputs = shiftedByGate(inputShifts);
      const ofOutputs = shiftedByGate(recurrentShifts);
      const ofGates = select(addend, operandSource.eq("inputs"), ofInputs, ofOutputs);
      const aligned = projects
        ? select(addend, operandSource.eq("cells"), product.extend(addend.width), ofGates)
        : ofGates;
      const sum = m.node("sum", operand.add(aligned).saturate(p.accWidth));

      const writeSet = oneHot(operandSet, sets);
      const stored = Array.from({ length: sets }, (_, s) => {
        const memory = m.mem(s === 4 ? "projected" : `accumulators${s}`, p.rowDepth, g.sum);
        const hit = operandValid.and(writeSet.bit(s));
        const other =
          s === 4
            ? { use: io.writeBack.store.or(io.writeBack.clear), row: low(io.writeBack.row) }
            : { use: io.clearSums, row: io.sumRow };
        const read = memory.read(s === 4 ? "projectedSum" : `sum${s}`, select(g.row, other.use, other.row, io.row));
        const row = select(g.row, other.use, other.row, operandRow);
        const value = select(g.sum, other.use, 0, sum);
        memory.write({ address: row, data: value, enable: hit.or(other.use) });
        return read;
      });
      operandValid.set(io.valid);
      m.when(io.valid, () => {
        product.set(io.weight.mul(io.activation));
        const chosen = stored.slice(1).reduce((kept, value, s) => select(g.sum, set.eq(s + 1), value, kept), stored[0]);
        operand.set(select(g.sum, bypass, sum, chosen));
        operandRow.set(io.row);
        operandSet.set(set);
        operandSource.set(io.source);
      });
      io.sums.forEach((out, s) => {
        out.set(stored[s]);
      });
      io.busy.set(operandValid);

      // Elements of x, y and m.
      const inputs = m.mem("inputs", p.inputDepth, g.activation);
      const outputs = m.mem("outputs", g.outputDepth, g.activation);
      inputs.write({
        address: io.load.row.bits(inputs.addressType.width - 1, 0),
        data: io.load.value,
        enable: io.loadInput,
      });
      const fetchedInput = inputs.read("fetchedInput", io.fetch.row.bits(inputs.addressType.width - 1, 0));
      const fetchedOutput = outputs.read("fetchedOutput", inLayers(io.fetch.row));
      const loaded = { use: io.loadOutput, row: inLayers(io.load.row), value: io.load.value };
      const writeOutput = (row: typeof io.row, value: typeof io.activation, enable: typeof io.valid) => {
        const outputRow = m.node("outputRow", select(g.outputRow, loaded.use, loaded.row, row));
        const outputValue = m.node("outputValue", select(g.activation, loaded.use, loaded.value, value));
        outputs.write({ address: outputRow, data: outputValue, enable: enable.or(loaded.use) });
      };
      const ofInput = io.fetch.source.eq("inputs");
      if (projects) {
        const scaled = asFixed(stored[4], p.accWidth - p.projectionWeightFraction, p.projectionWeightFraction);
        const rounded = scaled.round({ il: p.activationBits, fl: 0, mode: p.rounding }).raw();
        writeOutput(io.writeBack.row, m.node("rounded", rounded), io.writeBack.store);
        const cells = m.mem("cells", p.rowDepth, g.activation);
        cells.write({ address: low(io.cellOutput.row), data: io.cellOutput.value, enable: io.storeCell });
        const fetchedCell = cells.read("fetchedCell", low(io.fetch.row));
        const other = select(g.activation, io.fetch.source.eq("cells"), fetchedCell, fetchedOutput);
        io.element.set(select(g.activation, ofInput, fetchedInput, other));
      } else {
        writeOutput(io.cellOutput.row, io.cellOutput.value, io.storeCell);
        io.element.set(select(g.activation, ofInput, fetchedInput, fetchedOutput));
      }

      function setOf(): UIntSignal {
        if (projects) return select(uint(3), io.source.eq("cells"), 4, io.gate.extend(3));
        if (p.cell === "lstm") return io.gate;
        // The candidate of a GRU adds up what comes from y apart, since the reset gate multiplies it.
        return select(uint(2), io.gate.eq(2).and(io.source.eq("outputs")), 3, io.gate);
      }
    },
  };
});
