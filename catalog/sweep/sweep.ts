import PQueue from "p-queue";
import { Turns } from "../../platform/turns.ts";
import { type ErrorDetails, UserError } from "../../sw-model/errors.ts";
import { type ParameterSources, resolveParameters } from "../../sw-model/parameters.ts";
import type { SynthesisReport } from "../../synth/synthesize.ts";
import type { GivenParameters } from "../execute.ts";
import type { AnyGenerator } from "../generator.ts";
import { checkKey, executeKey, synthesisKey } from "../keys.ts";
import { type Budget, type CachedOutcome, work } from "../work.ts";

export interface SweepOptions extends Budget {
  readonly generator: AnyGenerator;
  /** What all points have in common, and the flags that say so. */
  readonly common: ParameterSources;
  readonly commonFlags: readonly string[];
  /** For each point its `key=value` settings, which come after the common ones. */
  readonly points: readonly (readonly string[])[];
  readonly targets: readonly string[];
  /** An operation whose cycles are counted at each point. */
  readonly operation?: { readonly file: string; readonly text: string };
  /** Random operations with which each point is checked; not checked when absent. */
  readonly cases?: number;
  readonly engine: string;
  readonly onEnd?: (point: SweepPoint, done: number) => void;
}

/** A design point. What was not asked for, or could not be had because of `error`, is absent. */
export interface SweepPoint {
  /** The settings that make it this point. */
  readonly varied: Readonly<Record<string, string>>;
  /** All parameters. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** A report a target, in their order. */
  readonly reports?: readonly SynthesisReport[];
  readonly cycles?: number;
  readonly ioCycles?: number;
  readonly check?: { readonly cases: number; readonly compared: number; readonly mismatches: number };
  /** Nothing had to be computed. */
  readonly cached?: boolean;
  readonly error?: ErrorDetails;
}

export interface SweepReport {
  readonly points: readonly SweepPoint[];
}

/** Something about a point that cannot be, or that failed. */
class PointError extends Error {
  readonly details: ErrorDetails;
  readonly exitStatus: number;

  constructor(details: ErrorDetails, exitStatus: number) {
    super(details.message);
    this.details = details;
    this.exitStatus = exitStatus;
  }
}

/**
 * Area, cycles and agreement with the golden model of many design points, some side by side. A point that cannot be carries
 * the error; where none can be, the sweep throws the first one's.
 */
export async function sweep(options: SweepOptions): Promise<SweepReport & { readonly failed: number }> {
  const { points, jobs, onEnd } = options;
  const queue = new PQueue({ concurrency: jobs });
  const turns = new Turns();
  const outcomes: SweepPoint[] = new Array(points.length);
  const errors = new Map<number, PointError>();
  let done = 0;
  await Promise.all(
    points.map((settings, i) =>
      queue.add(async () => {
        await turns.take();
        outcomes[i] = await onePoint(options, settings, (error) => errors.set(i, error));
        onEnd?.(outcomes[i], ++done);
      }),
    ),
  );
  const unusable = [...errors.values()].filter(({ exitStatus }) => exitStatus === 2);
  const first = errors.get(0);
  if (first && unusable.length === points.length) throw new UserError(first.details, 2);
  const mismatching = outcomes.filter(({ check }) => (check?.mismatches ?? 0) > 0).length;
  return { points: outcomes, failed: errors.size - unusable.length + mismatching };
}

async function onePoint(
  options: SweepOptions,
  settings: readonly string[],
  fail: (error: PointError) => void,
): Promise<SweepPoint> {
  const varied = Object.fromEntries(settings.map((setting) => setting.split(/=(.*)/s, 2)));
  let point: SweepPoint = { varied };
  try {
    const { common, generator } = options;
    const given = usable(() =>
      resolveParameters(generator.spec, { ...common, sets: [...(common.sets ?? []), ...settings] }),
    );
    point = { ...point, parameters: given.parameters };
    const flags = [...options.commonFlags, ...settings.flatMap((setting) => ["--set", setting])];
    for await (const figures of figuresOf(options, given, flags)) point = { ...point, ...figures };
  } catch (error) {
    if (!(error instanceof PointError)) throw error;
    fail(error);
    return { ...point, error: error.details };
  }
  return point;
}

/** What is asked of a point, a command line at a time. */
async function* figuresOf(
  { generator, targets, operation, cases, engine, megabytesEach }: SweepOptions,
  given: GivenParameters,
  flags: readonly string[],
): AsyncGenerator<Partial<SweepPoint>> {
  const { name } = generator.spec;
  let cached = true;
  const run = async (command: string, extra: readonly string[], key: Promise<string[]>) => {
    const outcome = await work([command, name, ...flags, ...extra], {
      megabytes: megabytesEach,
      key: await usableLater(key),
    });
    cached &&= outcome.cached;
    return documentOf(outcome);
  };
  const reports: SynthesisReport[] = [];
  for (const target of targets) {
    const document = await run("synth", ["--target", target], synthesisKey(generator, given.parameters, target));
    const { generator: _, parameters: __, module: ___, ...report } = document;
    reports.push(report as unknown as SynthesisReport);
  }
  yield { reports };
  if (operation) {
    const key = executeKey(generator, given, operation.text, engine);
    const { cycles, ioCycles } = await run("exec", ["--op", operation.file, "--engine", engine], key);
    yield { cycles: cycles as number, ioCycles: ioCycles as number };
  }
  if (cases !== undefined) {
    const parameters = generator.cases.parameters(given.parameters, given.explicit);
    const key = checkKey(generator, parameters, engine, 1, cases);
    const words = ["--engine", engine, "--cases", `${cases}`, "--seed", "1"];
    const document = (await run("check", words, key)) as unknown as Required<SweepPoint>["check"];
    yield { check: { cases: document.cases, compared: document.compared, mismatches: document.mismatches } };
  }
  yield { cached };
}

/** What fits `work`'s document; an error of the command is one of the point. */
function documentOf(outcome: CachedOutcome): Record<string, unknown> {
  if (outcome.kind === "document") return outcome.document;
  throw new PointError(outcome.error, outcome.exitStatus);
}

function usable<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw asPointError(error);
  }
}

async function usableLater<T>(made: Promise<T>): Promise<T> {
  try {
    return await made;
  } catch (error) {
    throw asPointError(error);
  }
}

/** Parameters that conflict, and designs that the language refuses, are errors of the point; a missing tool is not. */
function asPointError(error: unknown): unknown {
  if (error instanceof UserError && error.exitStatus === 2) return new PointError(error.details, 2);
  if (error instanceof Error && error.name === "HdlError" && "details" in error) {
    return new PointError(error.details as ErrorDetails, 2);
  }
  return error;
}
