import { type GruStep, gruStepOf } from "./gru-step.ts";
import { type LstmStep, lstmStepOf } from "./lstm-step.ts";
import type { EseNetwork, EseSequence, EseState } from "./network.ts";
import { type EseOperation, type EseResult, layersOf, statesOf } from "./operation.ts";
import type { EseParameters } from "./spec.ts";
import { aboveFirst } from "./weight-fractions.ts";

/** What a step of a network computes. */
export type StepOf<N extends EseNetwork> = N extends { readonly kind: "gru" } ? GruStep : LstmStep;

/** The steps of a sequence, the state carried from one to the next. The network and the sequence must fit the parameters. */
export function goldenSteps<N extends EseNetwork>(
  parameters: EseParameters,
  network: N,
  { x, state }: EseSequence,
): StepOf<N>[] {
  const step = stepOf(parameters, network) as (x: readonly number[], before: EseState) => StepOf<N>;
  let before = state;
  return x.map((input) => {
    const after = step(input, before);
    before = after;
    return after;
  });
}

function stepOf(parameters: EseParameters, network: EseNetwork) {
  return network.kind === "gru" ? gruStepOf(parameters, network) : lstmStepOf(parameters, network);
}

/** The result of an operation (contract, numbers, rule 7). */
export function goldenEse(parameters: EseParameters, operation: EseOperation): EseResult {
  const { above, sequences, batched } = operation;
  const results = sequences.map((sequence) => {
    const states = statesOf(sequence);
    const c: number[][] = [];
    let { x } = sequence;
    layersOf(operation).forEach((layer, k) => {
      const steps = goldenSteps(k === 0 ? parameters : aboveFirst(parameters), layer, { x, state: states[k] });
      x = steps.map(({ y }) => y);
      c.push([...steps[steps.length - 1].c]);
    });
    return { y: x.map((y) => [...y]), c: above ? c : c[0] };
  });
  return batched ? { y: results.map(({ y }) => y), c: results.map((result) => result.c) } : results[0];
}
