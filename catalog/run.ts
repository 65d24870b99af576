import { Turns } from "../platform/turns.ts";
import { type Digits, imageOf, loadMnist } from "../sw-model/data/mnist.ts";
import { UserError } from "../sw-model/errors.ts";
import { argmax } from "../sw-model/model/mlp.ts";
import type { Model } from "../sw-model/model/model.ts";
import { floatPredictor } from "../sw-model/model/network.ts";
import { compareDeep } from "../testbench/compare.ts";
import { type GivenParameters, startGenerator } from "./execute.ts";
import type { AnyGenerator, GoldenSample, NetworkRunner, SampleOutcome } from "./generator.ts";
import { catalog } from "./index.ts";

export interface RunOptions {
  readonly engine: string;
  /** Test digits, from the first on. */
  readonly samples: number;
  /** The command that repeats the run. */
  readonly reproduce: string;
  readonly log?: (line: string) => void;
  /** Called after every sample. */
  readonly progress?: (done: number, mismatches: number) => void;
}

export interface RunReport {
  readonly model: string;
  readonly generator: string;
  readonly engine: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly samples: number;
  /**
   * Shares of the samples recognised by the engine, the integer golden model, and the dense float network (absent where
   * the model has none). With the golden model as the engine the first two are the same figure, and nothing is compared.
   */
  readonly accuracy: number;
  readonly goldenAccuracy: number;
  readonly floatAccuracy?: number;
  /** Values of all layers' results that were compared; samples in which one, or the cycles, differed. */
  readonly compared: number;
  readonly mismatches: number;
  readonly first?: RunMismatch;
  readonly cycles: number;
  readonly ioCycles: number;
  /** Entries issued by all processing elements, padding included, over processing elements times cycles. */
  readonly loadBalance: number;
  /** Multiply-accumulates a sample: of the dense network, and with nonzero weight and activation (mean). */
  readonly macsDense: number;
  readonly macsExecuted: number;
  readonly bytesDense: number;
  readonly bytesCompressed: number;
  readonly ratio: number;
  /** Share of each layer's weights that is kept, padding not counted; padding entries over entries on this array. */
  readonly keptShares: readonly number[];
  readonly paddingShare: number;
  /**
   * Energy of an inference in nJ by a table of operations and memory reads, in float32 and as stored; absent where there is no
   * such account.
   */
  readonly energyDenseNj?: number;
  readonly energyCompressedNj?: number;
}

export interface RunMismatch {
  readonly sample: number;
  readonly layer?: number;
  readonly element: string;
  readonly expected: unknown;
  readonly got: unknown;
  readonly reproduce: string;
}

/** Inference of a stored model on test digits, through the RTL, every layer's results compared with the golden model. */
export async function run(
  generator: AnyGenerator,
  given: GivenParameters,
  stored: Model,
  options: RunOptions,
): Promise<RunReport> {
  const network = networkOf(generator, stored);
  const { parameters, model } = network.fit(given.parameters, given.explicit, stored);
  const { test } = loadMnist();
  checkSamples(options.samples, test);
  const golden = network.golden(parameters, model);
  const float = floatPredictor(model);
  const totals = { right: 0, goldenRight: 0, floatRight: 0, compared: 0, mismatches: 0, cycles: 0, ioCycles: 0 };
  let entries = 0;
  let macs = { dense: 0, executed: 0 };
  let first: RunMismatch | undefined;
  const turns = new Turns();

  const { engine, log } = options;
  const simulation =
    engine === "golden" ? undefined : await startGenerator(generator, parameters, engine, log ? { log } : {});
  try {
    const before = simulation?.edges ?? 0;
    const hardware = simulation ? await network.load(simulation, parameters, model) : undefined;
    totals.ioCycles += (simulation?.edges ?? 0) - before;
    const count = (sample: number, expected: GoldenSample, got: SampleOutcome) => {
      const difference: Difference = hardware ? differenceOf(expected, got) : { compared: 0 };
      totals.compared += difference.compared;
      if (difference.first) {
        totals.mismatches++;
        first ??= { sample, ...difference.first, reproduce: options.reproduce };
      }
      const label = test.labels[sample];
      totals.right += argmax(got.outputs[got.outputs.length - 1]) === label ? 1 : 0;
      totals.goldenRight += argmax(expected.outputs[expected.outputs.length - 1]) === label ? 1 : 0;
      totals.floatRight += float?.(imageOf(test, sample), sample) === label ? 1 : 0;
      totals.cycles += got.cycles;
      totals.ioCycles += got.ioCycles;
      entries += expected.entries;
      macs = { dense: expected.macs.dense, executed: macs.executed + expected.macs.executed };
      options.progress?.(sample + 1, totals.mismatches);
    };
    for (let start = 0; start < options.samples; start += network.batch) {
      await turns.take();
      const length = Math.min(network.batch, options.samples - start);
      const images = Array.from({ length }, (_, i) => imageOf(test, start + i));
      const expected = golden(images);
      const got = hardware ? await hardware(images) : expected.map((outcome) => ({ ...outcome, ioCycles: 0 }));
      expected.forEach((outcome, i) => {
        count(start + i, outcome, got[i]);
      });
    }
  } finally {
    await simulation?.close();
  }

  const { bytesDense, bytesCompressed, keptShares, paddingShare, ...energy } = network.sizes(parameters, model);
  return {
    model: model.name,
    generator: generator.spec.name,
    engine,
    parameters,
    samples: options.samples,
    accuracy: totals.right / options.samples,
    goldenAccuracy: totals.goldenRight / options.samples,
    ...(float ? { floatAccuracy: totals.floatRight / options.samples } : {}),
    compared: totals.compared,
    mismatches: totals.mismatches,
    ...(first ? { first } : {}),
    cycles: totals.cycles,
    ioCycles: totals.ioCycles,
    loadBalance: entries / (network.width(parameters) * totals.cycles),
    macsDense: macs.dense,
    macsExecuted: macs.executed / options.samples,
    bytesDense,
    bytesCompressed,
    ratio: bytesDense / bytesCompressed,
    keptShares,
    paddingShare,
    ...energy,
  };
}

interface Difference {
  readonly compared: number;
  readonly first?: Omit<RunMismatch, "sample" | "reproduce">;
}

/** Compares every layer, then the last one of the run back to back, then cycles of both runs. */
function differenceOf(expected: GoldenSample, got: SampleOutcome): Difference {
  let compared = 0;
  let first: Difference["first"];
  const compare = (layer: number, values: ArrayLike<number>, found: ArrayLike<number>) => {
    const comparison = compareDeep(Array.from(values), Array.from(found));
    compared += comparison.compared;
    if (!comparison.first || first) return;
    const { path, expected: wanted, got: gotten } = comparison.first;
    first = { layer, element: path, expected: wanted, got: gotten };
  };
  expected.outputs.forEach((values, layer) => {
    compare(layer, values, got.outputs[layer]);
  });
  const last = expected.outputs.length - 1;
  const { layered } = got;
  if (layered) compare(last, expected.outputs[last], layered.lastBackToBack);
  for (const [element, wanted, cycles] of [
    ["cycles", expected.cycles, got.cycles],
    ["cycles layer by layer", expected.layeredCycles, layered?.cycles],
  ] as const) {
    if (!first && cycles !== wanted) first = { element, expected: wanted, got: cycles };
  }
  return { compared, ...(first ? { first } : {}) };
}

// biome-ignore lint/suspicious/noExplicitAny: the generator's own parameter type
function networkOf(generator: AnyGenerator, model: Model): NetworkRunner<any, any> {
  if (generator.network) {
    if (generator.network.kind === model.kind) return generator.network;
    throw wrongKind(generator, generator.network.kind, model);
  }
  const { name } = generator.spec;
  throw new UserError({
    code: "no-network",
    message: `${name} cannot run a network: it has no chain of layers`,
    where: "--on",
    expected: `for ${model.name}: ${ableTo(model.kind).join(" or ")}`,
    found: name,
    hint: `whittle exec ${name} --op FILE runs single operations`,
  });
}

/** Generators that run models of this kind. */
function ableTo(kind: Model["kind"]): string[] {
  return catalog.filter(({ network }) => network?.kind === kind).map(({ spec }) => spec.name);
}

function wrongKind(generator: AnyGenerator, kind: Model["kind"], model: Model): UserError {
  const able = ableTo(model.kind);
  return new UserError({
    code: "model-conflict",
    message: `${model.name} is a ${model.kind} model; ${generator.spec.name} runs ${kind} ones`,
    where: "--on",
    expected: able.length > 0 ? `one of ${able.join(", ")}` : `a ${kind} model`,
    found: generator.spec.name,
  });
}

function checkSamples(samples: number, test: Digits): void {
  if (samples >= 1 && samples <= test.count) return;
  throw new UserError({
    code: "too-many-samples",
    message: `there are ${test.count} test digits`,
    where: "--samples",
    expected: `1 to ${test.count}`,
    found: `${samples}`,
  });
}
