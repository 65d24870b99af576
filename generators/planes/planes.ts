import { bit, concat, connect, defineModule, input, output, sint, stream } from "../../hdl/index.ts";
import type { PlanesParameters } from "../../sw-model/planes/spec.ts";
import { bank } from "./bank.ts";
import { control } from "./control.ts";
import { dotUnit, unitLatency } from "./dot-unit.ts";
import { planesGeometry, stepMarks } from "./geometry.ts";
import { inputSums } from "./input-sums.ts";
import { results } from "./results.ts";

/**
 * Matrix product of few-bit integers by bit planes, after BISMO (Umuroglu et al., FPL 2018): `rows` x `cols` dot-product units
 * of `lanes` bits. A row of units shares a memory of weights, a column one of inputs. What the numbers mean (signed, unsigned,
 * of +1 and -1, ternary) and how many planes they have is said by each run.
 */
export const planes = defineModule("planes", (p: PlanesParameters) => {
  const g = planesGeometry(p);
  return {
    summary: `Bit-plane matrix product, ${p.rows} x ${p.cols} units of ${p.lanes} lanes.`,
    ports: {
      load: input(stream(g.load)),
      results: output(stream(sint(p.accWidth))),
      busy: output(bit),
    },
    build(io, m) {
      const { bank: loadBank, half: loadHalf, address, data, negative, nextPlane } = io.load.data;
      const low = (signal: typeof data, width: number) => signal.bits(width - 1, 0);
      const finished = m.wire("finished", bit);
      const steps = m.inst("control", control, p, { load: io.load, finished });
      io.busy.set(steps.busy);

      const weights = Array.from({ length: p.rows }, (_, r) => {
        const parameters = { depth: p.weightDepth, width: g.weightWord.width };
        return m.inst(`weights${r}`, bank, parameters, {
          write: steps.loadWeights.and(loadBank.eq(r)),
          writeAddress: low(address, g.weightAddress.width),
          writeWord: low(data, g.weightWord.width),
          read: steps.step.valid,
          address: steps.weightAddress,
        }).word;
      });
      const inputs = Array.from({ length: p.cols }, (_, c) => {
        const parameters = { depth: 2 ** (1 + g.inputAddress.width), width: g.inputWord.width };
        return m.inst(`inputs${c}`, bank, parameters, {
          write: steps.loadInputs.and(loadBank.eq(c)),
          writeAddress: concat(loadHalf, low(address, g.inputAddress.width)),
          writeWord: low(data, g.inputWord.width),
          read: steps.step.valid,
          address: concat(steps.half, steps.inputAddress),
        }).word;
      });

      // What belongs to a step, edge by edge after it; the words come after one.
      let mark = steps.step;
      const marks = Array.from({ length: unitLatency(p) + 1 }, (_, edge) => {
        const later = m.reg(`marks${edge + 1}`, stepMarks, { reset: noMarks });
        later.set(mark);
        mark = later;
        return later;
      });
      const signs = marks[1];
      const { valid, first, doubled } = marks[unitLatency(p) - 1];
      const totals = weights.flatMap((weightWord, r) =>
        inputs.map((inputWord, c) => {
          const { total } = m.inst(`unit${r}_${c}`, dotUnit, p, {
            weights: weightWord,
            inputs: inputWord,
            weightNegative: signs.weightNegative,
            inputNegative: signs.inputNegative,
            accumulate: { valid, first, doubled },
          });
          return total;
        }),
      );

      const done = marks[unitLatency(p)];
      const sumHalf = m.wire("sumHalf", bit);
      const sumColumn = m.wire("sumColumn", g.column);
      const { sum } = m.inst("inputSums", inputSums, p, {
        load: steps.loadInputs,
        half: loadHalf,
        bank: low(loadBank, g.column.width),
        first: low(address, g.inputAddress.width).eq(0),
        nextPlane,
        negative,
        word: low(data, g.inputWord.width),
        readHalf: sumHalf,
        readColumn: sumColumn,
      });
      const out = m.inst("results", results, p, {
        take: done.valid.and(done.last),
        totals,
        finish: steps.finish,
        firstRow: steps.firstRow,
        writeOffset: steps.loadOffsets,
        offsetAddress: low(address, g.rowAddress.width),
        offset: low(data, p.accWidth).asSint(),
        sum,
      });
      finished.set(out.finished);
      sumHalf.set(out.sumHalf);
      sumColumn.set(out.sumColumn);
      connect(io.results, out.results);
    },
  };
});

const noMarks = {
  valid: false,
  first: false,
  doubled: false,
  weightNegative: false,
  inputNegative: false,
  last: false,
};
