import { addressWidth, bit, concat, defineModule, input, output, select, sint, uint } from "../../hdl/index.ts";
import type { EieParameters } from "../../sw-model/eie/spec.ts";
import { eieGeometry } from "./geometry.ts";

/**
 * Weight decoder and address accumulator, side by side (EIE section IV): the code becomes a codebook value, the relative
 * index becomes a row of this PE.
 */
export const decode = defineModule("eie_decode", (p: EieParameters) => {
  const { row, activation, codebook, codebookDepth } = eieGeometry(p);
  const value = sint(p.codebookBits);
  return {
    summary: "Codebook look-up and row address accumulation.",
    ports: {
      write: input(bit),
      writeAddress: input(uint(addressWidth(codebookDepth))),
      writeValue: input(value),
      codebook: input(codebook),
      entryValid: input(bit),
      entryCode: input(uint(p.weightBits)),
      entryIndex: input(uint(p.indexBits)),
      entryFirst: input(bit),
      entryActivation: input(activation),
      valid: output(bit),
      weight: output(value),
      row: output(row),
      /** The entry of the edge before was for the same row. */
      repeats: output(bit),
      activation: output(activation),
    },
    build(io, m) {
      // There is nothing to choose from one codebook.
      m.unused(io.codebook);
      const memory = m.mem("codebookValues", codebookDepth, value);
      memory.write({ address: io.writeAddress, data: io.writeValue, enable: io.write });
      const address =
        p.codebooks === 1 ? io.entryCode : concat(io.codebook, io.entryCode).wrap(memory.addressType.width);

      const valid = m.reg("validOut", bit, { reset: false });
      const weight = m.reg("weightOut", value);
      const operand = m.reg("activationOut", activation);
      const rowOut = m.reg("rowOut", row);
      const repeats = m.reg("repeatsOut", bit);
      valid.set(io.entryValid);
      weight.set(memory.read("codebookValue", address));
      operand.set(io.entryActivation);

      // The index counts the zeros before the entry: from the top of the column, or from the row after the last entry.
      const skip = p.indexBits > row.width ? io.entryIndex.wrap(row.width) : io.entryIndex.extend(row.width);
      // The entries of a column come at edges in a row, so what it holds between columns does not matter.
      rowOut.set(select(row, io.entryFirst, skip, rowOut.addWrap(skip).addWrap(1)));
      // Within a column rows ascend.
      repeats.set(valid.and(io.entryFirst).and(skip.eq(rowOut)));

      io.valid.set(valid);
      io.weight.set(weight);
      io.row.set(rowOut);
      io.repeats.set(repeats);
      io.activation.set(operand);
    },
  };
});
