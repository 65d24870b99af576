import { asFixed, bit, defineModule, fixedValue, input, output, select, sint } from "../../hdl/index.ts";
import type { EieParameters } from "../../sw-model/eie/spec.ts";
import { eieGeometry } from "./geometry.ts";
import { productOf } from "./product.ts";

/** With `counters`: a sum saturates, a result saturates at write-back. */
const saturations = { saturated: output(bit), clipped: output(bit) };

/**
 * Arithmetic unit and destination registers (EIE section IV): multiply and shift while the accumulator is read (in the last
 * of two cycles where a product takes two), then add and saturate, and write. An entry that hits the accumulator of the entry just before it takes the sum from the adder
 * instead of the register (bypass). At write-back a row is rounded, saturated, rectified if asked, and cleared.
 */
export const arithmetic = defineModule("eie_arithmetic", (p: EieParameters) => {
  const { row, activation } = eieGeometry(p);
  const accumulator = sint(p.accWidth);
  return {
    summary: "Saturating multiply-accumulate over the destination registers, and their write-back.",
    ports: {
      valid: input(bit),
      weight: input(sint(p.codebookBits)),
      row: input(row),
      /** The operands of the edge before were for the same row. */
      repeats: input(bit),
      activation: input(activation),
      /** Round the row at `writeBackRow` into `result` and clear it. */
      writeBack: input(bit),
      writeBackRow: input(row),
      relu: input(bit),
      busy: output(bit),
      result: output(activation),
      ...(p.counters ? saturations : ({} as typeof saturations)),
    },
    build(io, m) {
      const accumulators = m.mem("accumulators", p.activationDepth, accumulator);

      // Multiply and read.
      // Without an entry both are 0, and so is their sum, which clears a row at write-back.
      const product = m.reg("product", sint(p.codebookBits + p.activationBits - p.productShift), { reset: 0 });
      const operand = m.reg("operand", accumulator, { reset: 0 });
      const operandRow = m.reg("operandRow", row);
      const operandValid = m.reg("operandValid", bit, { reset: false });
      const multiplied = productOf(m, p, io);
      const readRow = m.node("readRow", select(row, io.writeBack, io.writeBackRow, multiplied.row));
      const stored = accumulators.read("stored", readRow);

      // Add and write.
      const exact = operand.add(product);
      const sum = m.node("sum", exact.saturate(p.accWidth));
      operandValid.set(multiplied.valid);
      product.set(0);
      operand.set(0);
      m.when(multiplied.valid, () => {
        product.set(multiplied.product);
        operand.set(select(accumulator, multiplied.repeats, sum, stored));
        operandRow.set(multiplied.row);
      });
      m.assert("writeBackAlone", operandValid.and(io.writeBack).not());
      accumulators.write({
        address: select(row, io.writeBack, io.writeBackRow, operandRow),
        data: sum,
        enable: operandValid.or(io.writeBack),
      });

      const scaled = asFixed(stored, p.accWidth - p.dropBits, p.dropBits);
      const rounded = m.node("rounded", scaled.round({ il: p.activationBits, fl: 0, mode: p.rounding }).raw());
      // No negative sum is rounded above 0, and its sign is there before it is rounded.
      io.result.set(select(activation, io.relu.and(stored.negative()), 0, rounded));
      io.busy.set(io.valid.or(multiplied.valid).or(operandValid));

      if (p.counters) {
        io.saturated.set(operandValid.and(exact.ne(sum.extend(exact.width))));
        // A bit more than whatever rounding can give.
        const integerBits = p.accWidth - p.dropBits + 1;
        const whole = scaled.round({ il: Math.max(integerBits, p.activationBits), fl: 0, mode: p.rounding }).raw();
        io.clipped.set(
          integerBits > p.activationBits
            ? io.writeBack.and(whole.ne(rounded.extend(whole.width)))
            : fixedValue(bit, false),
        );
      }
    },
  };
});
