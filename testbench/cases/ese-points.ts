import fc from "fast-check";
import { type EseParameters, eseSpec } from "../../sw-model/ese/spec.ts";
import { finerNames } from "../../sw-model/ese/weight-fractions.ts";
import { resolveParameters } from "../../sw-model/parameters.ts";

const defaults = resolveParameters(eseSpec).parameters;

/** Formats of every kind that keep the spec's rules, on arrays with little of everything, so that queues fill and sums saturate. */
export const esePoints = fc
  .record({
    array: fc.record({
      pes: fc.constantFrom(1, 2, 3, 4, 5, 8),
      channels: fc.constantFrom(1, 1, 2, 3),
      indexBits: fc.integer({ min: 1, max: 6 }),
      queueDepth: fc.constantFrom(1, 2, 3, 8),
      cell: fc.constantFrom("lstm", "lstm", "gru"),
      peephole: fc.boolean(),
      projection: fc.constantFrom(0, 0, 1, 4, 9),
      blocks: fc.constantFrom(1, 2, 4),
      layers: fc.constantFrom(1, 1, 2, 3),
      rounding: fc.constantFrom("nearest", "nearest-even", "truncate"),
      lookup: fc.constantFrom("table", "linear", "k-tanh"),
      weights: fc.constantFrom("memory", "stream"),
      weightQueueDepth: fc.constantFrom(1, 2, 5, 64),
      counts: fc.constantFrom("stored", "stream"),
      countWords: fc.constantFrom(1, 2, 3, 4, 5, 8),
      countQueueDepth: fc.constantFrom(1, 2, 3, 8),
    }),
    range: fc.integer({ min: 0, max: 3 }),
    step: fc.integer({ min: 1, max: 5 }),
    finer: fc.tuple(fc.nat(6), fc.nat(6)),
    wider: fc.array(fc.nat(4), { minLength: 6, maxLength: 6 }),
    fractions: fc.array(fc.nat(11), { minLength: 6, maxLength: 6 }),
    ofMatrices: fc.oneof(fc.constant([]), fc.array(fc.nat(3), { minLength: 8, maxLength: 8 })),
    accFraction: fc.nat(6),
    gateOutput: fc.nat(4),
  })
  .map(({ array, range, step, finer, wider, fractions, ofMatrices, accFraction, gateOutput }) => {
    const [
      inputFraction,
      outputFraction,
      inputWeightFraction,
      recurrentWeightFraction,
      peepholeFraction,
      biasFraction,
    ] = fractions;
    const gateFraction = step + finer[0];
    const stateFraction = step + finer[1];
    const isGru = array.cell === "gru";
    const [ofInput, ofRecurrent] = [ofMatrices.slice(0, 4), ofMatrices.slice(4)].map((all) =>
      all.map((finerBits, gate) => (isGru && gate === 3 ? 0 : finerBits)),
    );
    const finestInput = inputWeightFraction + Math.max(0, ...ofInput);
    const finestRecurrent = recurrentWeightFraction + Math.max(0, ...ofRecurrent);
    const products = [inputFraction + finestInput, outputFraction + finestRecurrent, peepholeFraction + stateFraction];
    const acc = Math.max(...products, biasFraction, gateFraction) + accFraction;
    return {
      ...array,
      countWords: array.pes % array.countWords === 0 ? array.countWords : array.pes,
      ...Object.fromEntries(ofInput.map((bits, gate) => [finerNames.input[gate], bits])),
      ...Object.fromEntries(ofRecurrent.map((bits, gate) => [finerNames.recurrent[gate], bits])),
      ...(isGru ? { peephole: false, projection: 0 } : {}),
      tableRange: 2 ** range,
      tableSize: 2 ** (range + step),
      inputFraction,
      outputFraction,
      inputWeightFraction,
      recurrentWeightFraction,
      peepholeFraction,
      projectionWeightFraction: Math.min(recurrentWeightFraction, 7),
      biasFraction,
      gateFraction,
      stateFraction,
      gateBits: gateFraction + 1 + range + wider[0],
      // A GRU's state goes through no look-up.
      stateBits: stateFraction + 1 + (isGru ? 0 : range) + wider[1],
      activationBits: Math.max(inputFraction, outputFraction) + 2 + wider[2],
      weightBits: Math.min(16, Math.max(finestInput, finestRecurrent, peepholeFraction) + 2 + wider[3]),
      biasBits: biasFraction + 2 + wider[4],
      accFraction: acc,
      accWidth: Math.max(8, acc + 2 + wider[5]),
      gateOutputFraction: Math.max(stateFraction, outputFraction, 2) + gateOutput,
    };
  })
  .filter((sets) => eseSpec.rules.every((rule) => rule.holds({ ...defaults, ...sets } as EseParameters)));
