import { asFixed, bit, defineModule, fixedValue, input, output, select, sint, vec } from "../../hdl/index.ts";
import type { EieParameters } from "../../sw-model/eie/spec.ts";
import { selectTree } from "../common/select-tree.ts";
import { inBanks } from "./banks.ts";
import { eieGeometry } from "./geometry.ts";
import { productOf } from "./product.ts";

/** With `counters`: a sum saturates; results saturate at write-back. */
const saturations = (banks: number) => ({ saturated: output(bit), clipped: output(vec(banks, bit)) });

/**
 * Arithmetic unit and destination registers (EIE section IV): multiply and shift while the accumulator is read (in the last
 * of two cycles where a product takes two), then add and saturate, and write. An entry that hits the accumulator of the entry just before it takes the sum from the adder
 * instead of the register (bypass). At write-back a row of each bank is rounded, saturated, rectified if asked, and cleared.
 */
export const arithmetic = defineModule("eie_arithmetic", (p: EieParameters) => {
  const { row, activation } = eieGeometry(p);
  const accumulator = sint(p.accWidth);
  const banks = p.activationBanks;
  const saturation = saturations(banks);
  return {
    summary: "Saturating multiply-accumulate over the destination registers, and their write-back.",
    ports: {
      valid: input(bit),
      weight: input(sint(p.codebookBits)),
      row: input(row),
      /** The operands of the edge before were for the same row. */
      repeats: input(bit),
      activation: input(activation),
      /** Round the rows from `writeBackRow` on, one of each bank, into `results` and clear them. */
      writeBack: input(bit),
      writeBackRow: input(row),
      relu: input(bit),
      /** Entries come that need a register after this edge. */
      busy: output(bit),
      results: output(vec(banks, activation)),
      ...(p.counters ? saturation : ({} as typeof saturation)),
    },
    build(io, m) {
      // Multiply and read.
      // Without an entry both are 0, and so is their sum, which clears a row at write-back.
      const product = m.reg("product", sint(p.codebookBits + p.activationBits - p.productShift), { reset: 0 });
      const operand = m.reg("operand", accumulator, { reset: 0 });
      const operandRow = m.reg("operandRow", row);
      const operandValid = m.reg("operandValid", bit, { reset: false });
      const multiplied = productOf(m, p, io);
      const read = inBanks(m.node("readRow", select(row, io.writeBack, io.writeBackRow, multiplied.row)), banks);
      const accumulators = Array.from({ length: banks }, (_, b) =>
        m.mem(`accumulators_${b}`, p.activationDepth / banks, accumulator),
      );
      const sums = accumulators.map((memory, b) => memory.read(`stored_${b}`, read.address));
      const { bank } = inBanks(multiplied.row, banks);
      const stored = bank ? selectTree(m, "stored", accumulator, sums, bank) : sums[0];

      // Add and write.
      const exact = operand.add(product);
      const sum = m.node("sum", exact.saturate(p.accWidth));
      operandValid.set(multiplied.valid);
      operandRow.set(multiplied.row);
      product.set(0);
      operand.set(0);
      m.when(multiplied.valid, () => {
        product.set(multiplied.product);
        operand.set(select(accumulator, multiplied.repeats, sum, stored));
      });
      m.assert("readAlone", multiplied.valid.and(io.writeBack).not());
      m.assert("writeBackAlone", operandValid.and(io.writeBack).not());
      const written = inBanks(select(row, io.writeBack, io.writeBackRow, operandRow), banks);
      const own = inBanks(operandRow, banks);
      accumulators.forEach((memory, b) => {
        const enable = m.node(`write_${b}`, operandValid.and(own.isIn(b)).or(io.writeBack));
        memory.write({ address: written.address, data: sum, enable });
      });

      const results = sums.map((result, b) => {
        const scaled = asFixed(result, p.accWidth - p.dropBits, p.dropBits);
        const rounded = m.node(`rounded_${b}`, scaled.round({ il: p.activationBits, fl: 0, mode: p.rounding }).raw());
        // No negative sum is rounded above 0, and its sign is there before it is rounded.
        io.results[b].set(select(activation, io.relu.and(result.negative()), 0, rounded));
        return { scaled, rounded };
      });
      // A sum is written at this edge whatever comes next.
      io.busy.set(io.valid.or(multiplied.valid));

      if (p.counters) {
        io.saturated.set(operandValid.and(exact.ne(sum.extend(exact.width))));
        // A bit more than whatever rounding can give.
        const integerBits = p.accWidth - p.dropBits + 1;
        const il = Math.max(integerBits, p.activationBits);
        results.forEach(({ scaled, rounded }, b) => {
          const whole = scaled.round({ il, fl: 0, mode: p.rounding }).raw();
          const clips = io.writeBack.and(whole.ne(rounded.extend(whole.width)));
          io.clipped[b].set(integerBits > p.activationBits ? clips : fixedValue(bit, false));
        });
      }
    },
  };
});
