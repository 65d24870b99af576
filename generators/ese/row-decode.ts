import { bit, concat, defineModule, input, output, uint } from "../../hdl/index.ts";
import type { EseParameters } from "../../sw-model/ese/spec.ts";
import { eseGeometry } from "./geometry.ts";

/** Makes rows of relative indices: an index counts the zeros before its entry, from the start of the block or the entry before. */
export const rowDecode = defineModule("ese_row_decode", (p: EseParameters) => {
  const { segment, source, activations, weight, row, entryBits, blockRows } = eseGeometry(p);
  const gate = uint(2);
  const offsetBits = Math.log2(blockRows);
  return {
    summary: "Row address accumulation.",
    ports: {
      valid: input(bit),
      entry: input(uint(entryBits)),
      first: input(bit),
      segment: input(segment),
      source: input(source),
      activations: input(activations),
      operandValid: output(bit),
      weight: output(weight),
      gate: output(gate),
      row: output(row),
      operandSource: output(source),
      operandActivations: output(activations),
    },
    build(io, m) {
      const valid = m.reg("validOut", bit, { reset: false });
      const weightOut = m.reg("weightOut", weight);
      const segmentOut = m.reg("segmentOut", segment);
      const sourceOut = m.reg("sourceOut", source);
      const activationsOut = m.reg("activationsOut", activations);
      const offset = m.reg("offset", uint(offsetBits));
      valid.set(io.valid);
      weightOut.set(io.entry.bits(p.weightBits - 1, 0).asSint());
      segmentOut.set(io.segment);
      sourceOut.set(io.source);
      activationsOut.set(io.activations);
      const index = io.entry.bits(entryBits - 1, p.weightBits);
      const skip = p.indexBits > offsetBits ? index.wrap(offsetBits) : index.extend(offsetBits);
      m.when(io.valid, () => {
        m.when(io.first, () => offset.set(skip)).otherwise(() => offset.set(offset.addWrap(skip).addWrap(1)));
      });

      io.operandValid.set(valid);
      io.weight.set(weightOut);
      const blockBits = Math.log2(p.blocks);
      io.gate.set(segmentOut.bits(1 + blockBits, blockBits));
      io.row.set(blockBits === 0 ? offset : concat(segmentOut.bits(blockBits - 1, 0), offset));
      io.operandSource.set(sourceOut);
      io.operandActivations.set(activationsOut);
    },
  };
});
