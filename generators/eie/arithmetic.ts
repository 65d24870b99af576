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
      const product = m.reg("product", sint(p.codebookBits + p.activationBits - p.productShift));
      const operand = m.reg("operand", accumulator);
      const operandRow = m.reg("operandRow", row);
      const operandValid = m.reg("operandValid", bit, { reset: false });
      const multiplied = productOf(m, p, io);
      const readRow = m.node("readRow", select(row, io.writeBack, io.writeBackRow, multiplied.row));
      const stored = accumulators.read("stored", readRow);

      // Add and write.
      const exact = operand.add(product);
      const sum = m.node("sum", exact.saturate(p.accWidth));
      const bypass = m.node("bypass", operandValid.and(operandRow.eq(multiplied.row)));
      operandValid.set(multiplied.valid);
      m.when(multiplied.valid, () => {
        product.set(multiplied.product);
        operand.set(select(accumulator, bypass, sum, stored));
        operandRow.set(multiplied.row);
      });
      accumulators.write({
        address: select(row, io.writeBack, io.writeBackRow, operandRow),
        data: select(accumulator, io.writeBack, 0, sum),
        enable: operandValid.or(io.writeBack),
      });

      const scaled = asFixed(stored, p.accWidth - p.dropBits, p.dropBits);
      const rounded = m.node("rounded", scaled.round({ il: p.activationBits, fl: 0, mode: p.rounding }).raw());
      io.result.set(select(activation, io.relu.and(rounded.negative()), 0, rounded));
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
