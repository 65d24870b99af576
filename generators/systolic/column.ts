import {
  type BitSignal,
  type Builder,
  bit,
  defineModule,
  input,
  output,
  type SIntSignal,
  select,
  sint,
  type UIntSignal,
  vec,
} from "../../hdl/index.ts";
import type { SystolicParameters } from "../../sw-model/systolic/spec.ts";
import { drawsBits } from "../common/rounding.ts";
import { roundingUnit, roundingUnitOf, type SeedSide, seedingOf, seedPorts } from "../common/rounding-unit.ts";
import { muxLevels, systolicGeometry } from "./geometry.ts";
import { pe } from "./pe.ts";

/**
 * A column of the array with its rounding unit. The sums of a column are complete one after the other, one an edge from the top
 * down, just as the unit takes them; so a multiplexer is all that is between, and the next tile fills the column meanwhile.
 */
export const column = defineModule("systolic_column", (p: SystolicParameters) => {
  const g = systolicGeometry(p);
  const operands = vec(p.rows, g.aValue);
  return {
    summary: `Column of ${p.rows} multiply-accumulates with one rounding unit.`,
    ports: {
      a: input(operands),
      b: input(g.bValue),
      start: input(bit),
      token: input(g.token),
      ...(drawsBits(p) ? seedPorts : {}),
      right: output(operands),
      /** For the next column. */
      startRight: output(bit),
      tokenRight: output(g.token),
      done: output(bit),
      result: output(sint(p.outWidth)),
    },
    build(io, m) {
      const { seed, seeding } = io as SeedSide;
      const startRight = m.reg("startsRight", bit, { reset: false });
      startRight.set(io.start);
      io.startRight.set(startRight);

      const sums: SIntSignal[] = [];
      let [b, start]: [SIntSignal, BitSignal] = [io.b, io.start];
      io.right.forEach((right, row) => {
        const { width, bWidth, accWidth, structure } = p;
        const parameters = { width, bWidth, accWidth, structure };
        const unit = m.inst(`row_${row}`, pe, parameters, { a: io.a[row], b, start });
        right.set(unit.right);
        sums.push(unit.sum);
        [b, start] = [unit.down, unit.startDown];
      });

      const token = m.reg("tokenNext", g.token, { reset: { valid: false, row: 0, more: 0 } });
      token.set({
        valid: io.token.valid.and(io.token.more.nonzero()),
        row: io.token.row,
        more: io.token.more.subWrap(1),
      });
      io.tokenRight.set(token);

      const sum = chosen(m, sums, io.token.row, g.muxRegisters);
      const valid = delayedBit(m, "chosenValid", io.token.valid, g.muxRegisters);
      const rounding = m.inst("rounding", roundingUnit, roundingUnitOf(p, true), {
        ...{ enable: true, valid, sum },
        ...(seed ? { seed } : {}),
      });
      seeding?.set(seedingOf(rounding) ?? false);
      io.done.set(rounding.done);
      io.result.set(rounding.result);
    },
  };
});

/** The value of this number, by levels of multiplexers with a register behind each of the first `registers`. */
function chosen(m: Builder, values: readonly SIntSignal[], index: UIntSignal, registers: number): SIntSignal {
  let [level, rest]: [readonly SIntSignal[], UIntSignal | undefined] = [values, index];
  muxLevels(values.length).forEach((radix, depth) => {
    const bits = Math.log2(radix);
    const groups = Array.from({ length: Math.ceil(level.length / radix) }, (_, g) => {
      const group = level.slice(g * radix, (g + 1) * radix);
      const joined = rest ? multiplexed(group, rest, bits - 1) : group[0];
      if (depth >= registers) return joined;
      const held = m.reg(`chosen_${depth}_${g}`, sint(joined.width));
      held.set(joined);
      return held;
    });
    level = groups;
    rest =
      rest && rest.width > bits
        ? remaining(m, `index_${depth}`, rest.bits(rest.width - 1, bits), depth < registers)
        : undefined;
  });
  return level[0];
}

function remaining(m: Builder, name: string, index: UIntSignal, registered: boolean): UIntSignal {
  if (!registered) return index;
  const held = m.reg(name, index.type);
  held.set(index);
  return held;
}

/** The value that bits `bit` to 0 of the index name; numbers beyond the values give any of them. */
function multiplexed(values: readonly SIntSignal[], index: UIntSignal, position: number): SIntSignal {
  if (values.length === 1 || position < 0) return values[0];
  const half = 2 ** position;
  const low = multiplexed(values.slice(0, half), index, position - 1);
  if (values.length <= half) return low;
  return select(sint(low.width), index.bit(position), multiplexed(values.slice(half), index, position - 1), low);
}

function delayedBit(m: Builder, name: string, value: BitSignal, stages: number): BitSignal {
  let late = value;
  for (let i = 1; i <= stages; i++) {
    const stage = m.reg(`${name}_${i}`, bit, { reset: false });
    stage.set(late);
    late = stage;
  }
  return late;
}
