import { existsSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { replaySteps } from "../catalog/training-replay.ts";
import { writeFileAtomically } from "../platform/atomic-write.ts";
import { loadMnist } from "../sw-model/data/mnist.ts";
import { UserError } from "../sw-model/errors.ts";
import { readJson } from "../sw-model/json.ts";
import { type Checkpoint, checkpointText, parseCheckpoint } from "../sw-model/limited/checkpoint.ts";
import { type Curve, checkSame, curveText, newCurve, parseCurve } from "../sw-model/limited/curve.ts";
import { allNumbers, type LimitedPlan, limitedPlans, numbersNamed, type PlanName } from "../sw-model/limited/plan.ts";
import { plotCurves } from "../sw-model/limited/plot.ts";
import { recordedSteps } from "../sw-model/limited/recording.ts";
import { Training } from "../sw-model/limited/train.ts";

// Trains networks in fixed point and in float and plots test error against epochs (Gupta et al. 2015, figures 1 to 3). A thread a
// training; a checkpoint after each epoch, so that a run that was stopped goes on where it was. `--replay N` trains nothing: it
// computes the first N steps on the systolic array in a simulator and compares them.

interface Job {
  readonly plan: LimitedPlan;
  readonly numbers: string;
  readonly seed: number;
  readonly from: Checkpoint | { readonly curve: Curve; readonly state: undefined };
}

const report = (line: string) => process.stderr.write(`${line}\n`);
const percent = (share: number) => `${(100 * share).toFixed(2)} %`;

const options = {
  plan: { type: "string", default: "small" },
  numbers: { type: "string" },
  seed: { type: "string", default: "1" },
  epochs: { type: "string" },
  into: { type: "string", default: join("build", "train-fixed") },
  threads: { type: "string", default: `${availableParallelism()}` },
  replay: { type: "string" },
  engine: { type: "string", default: "wasm" },
} as const;

function parsedOptions() {
  try {
    return parseArgs({ options }).values;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const expected = Object.keys(options).map((name) => `--${name}`);
    throw new UserError({ code: "bad-option", message, where: "options", expected: expected.join(", ") }, 2, { cause });
  }
}

/** What was asked for; a `UserError` where that cannot be. */
function settings() {
  const values = parsedOptions();
  const whole = (name: "seed" | "epochs" | "threads" | "replay", text: string) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= 1 && value < 2 ** 31) return value;
    throw unusable(name, "an integer from 1 to 2147483647", text);
  };
  const base: LimitedPlan | undefined = Object.hasOwn(limitedPlans, values.plan)
    ? limitedPlans[values.plan as PlanName]
    : undefined;
  if (!base) throw unusable("plan", `one of ${Object.keys(limitedPlans).join(", ")}`, values.plan);
  const epochs = values.epochs === undefined ? base.descent.epochs : whole("epochs", values.epochs);
  const plan = { ...base, descent: { ...base.descent, epochs } };
  const preset = values.replay ? "stochastic-8-8" : values.plan === "small" ? defaultNumbers : "all";
  const wanted = values.numbers ?? preset;
  const names = wanted === "all" ? allNumbers : [...new Set(wanted.split(","))];
  const odd = names.find((name) => numbersNamed(name, plan) === undefined);
  if (odd !== undefined) throw unusable("numbers", `all, or a list of ${allNumbers.join(", ")} and the like`, odd);
  const float = names.find((name) => numbersNamed(name, plan)?.kind !== "fixed");
  if (values.replay !== undefined && wanted !== "all" && float !== undefined)
    throw unusable("numbers", "trainings in fixed point, which arrays can replay", float);
  const replay =
    values.replay === undefined ? undefined : { count: whole("replay", values.replay), engine: values.engine };
  return {
    ...{ plan, names, replay },
    ...{ seed: whole("seed", values.seed), threads: whole("threads", values.threads) },
    folder: join(values.into, values.plan),
  };
}

/** Two formats, each rounded in both ways, and the reference. */
const defaultNumbers = "float,stochastic-8-8,nearest-8-8,stochastic-2-14,nearest-2-14";

function unusable(name: string, expected: string, found: string): UserError {
  const message = `${name} is "${found}"; it must be ${expected}`;
  return new UserError({ code: "bad-option", message, where: `--${name}`, expected, found });
}

const suffixOf = (seed: number) => (seed === 1 ? "" : `-seed${seed}`);
const fileOf = (folder: string, { numbers, seed }: { numbers: string; seed: number }, suffix: string) =>
  join(folder, `${numbers}${suffixOf(seed)}${suffix}.json`);

/** The job with what an earlier run left of it. */
function jobFor(plan: LimitedPlan, numbers: string, seed: number, folder: string): Job {
  const curve = newCurve(plan, numbers, seed);
  const file = fileOf(folder, { numbers, seed }, ".checkpoint");
  if (!existsSync(file)) return { plan, numbers, seed, from: { curve, state: undefined } };
  const stored = readJson(file);
  const kind = numbersNamed(numbers, plan);
  if (!kind) throw new Error(`no numbers ${numbers}`);
  const from = parseCheckpoint(stored, new Training(plan, kind, seed).state, file);
  checkSame(from.curve, curve, file);
  return { plan, numbers, seed, from };
}

/** Runs a training in a thread of its own; files are written here, where no signal can come in between. */
function trainInThread(job: Job, folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: job });
    const keep = (checkpoint: Checkpoint) => {
      const { points, settings } = checkpoint.curve;
      const { epoch, loss, testError, seconds } = points[points.length - 1];
      writeFileAtomically(fileOf(folder, job, ".checkpoint"), checkpointText(checkpoint));
      writeFileAtomically(fileOf(folder, job, ""), curveText(checkpoint.curve));
      const of = `epoch ${epoch} of ${settings.descent.epochs}`;
      report(`${job.numbers}: ${of}, loss ${loss.toFixed(4)}, test error ${percent(testError)}, ${seconds} s`);
    };
    worker.on("message", (checkpoint: Checkpoint) => {
      try {
        keep(checkpoint);
      } catch (error) {
        reject(error);
        void worker.terminate();
      }
    });
    worker.on("error", reject);
    worker.on("exit", () => resolve());
  });
}

function trainHere({ plan, numbers, seed, from }: Job, send: (checkpoint: Checkpoint) => void): void {
  const kind = numbersNamed(numbers, plan);
  if (!kind) throw new Error(`no numbers ${numbers}`);
  const { train, test } = loadMnist();
  const training = new Training(plan, kind, seed);
  let curve: Curve = { ...newCurve(plan, numbers, seed), points: from.curve.points };
  if (from.state) training.resume(from.state, curve.points.length);
  while (training.epoch < plan.descent.epochs) {
    const start = performance.now();
    const result = training.run(train, test);
    const seconds = Math.round((performance.now() - start) / 100) / 10;
    const point = { ...result, finished: new Date().toISOString(), seconds };
    curve = { ...curve, points: [...curve.points, point] };
    send({ curve, state: training.state });
  }
}

/** Throws `UserError` where another file stands among them. */
function curvesIn(folder: string): Curve[] {
  const files = readdirSync(folder).filter((name) => name.endsWith(".json") && !name.includes("checkpoint"));
  return files.map((name) => parseCurve(readJson(join(folder, name)), join(folder, name)));
}

/** All curves of a folder that have this seed in one picture. */
function plot(plan: LimitedPlan, seed: number, folder: string): string {
  const curves = curvesIn(folder);
  const picture = join(folder, `error${suffixOf(seed)}.svg`);
  const own = curves.filter((curve) => curve.seed === seed);
  writeFileAtomically(picture, plotCurves(own, `test error, ${plan.summary.replace(/, a few minutes$/, "")}`));
  return picture;
}

/** Computes the first steps of each training that is in fixed point on arrays in a simulator; false where a result differs. */
async function replay(plan: LimitedPlan, names: readonly string[], seed: number, count: number, engine: string) {
  const { train } = loadMnist();
  let same = true;
  for (const name of names) {
    const numbers = numbersNamed(name, plan);
    if (numbers?.kind !== "fixed") continue;
    for (const size of [8, 28]) {
      const array = { ...numbers.array, rows: size, cols: size };
      const label = `${name} on ${size} x ${size}`;
      const progress = (step: number, cycles: number) => report(`${label}: step ${step}, ${cycles} cycles`);
      const recorded = recordedSteps(plan, { ...numbers, array }, seed, train);
      const { products, compared, mismatches, first } = await replaySteps(recorded, count, engine, { progress });
      report(`${label}: ${count} steps, ${products} products, ${compared} results compared, ${mismatches} differ`);
      if (first) report(`  step ${first.step + 1}, ${first.kind}, ${first.path}: ${first.expected}, not ${first.got}`);
      same &&= mismatches === 0;
    }
  }
  return same;
}

/** Before the first epoch is trained for nothing. Throws `UserError` cannot-write. */
function checkWritable(folder: string): void {
  const probe = join(folder, ".writable");
  writeFileAtomically(probe, "");
  rmSync(probe, { force: true });
}

async function main(): Promise<void> {
  const { plan, names, folder, seed, threads, replay: steps } = settings();
  if (steps) {
    if (!(await replay(plan, names, seed, steps.count, steps.engine))) process.exitCode = 1;
    return;
  }
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(130));
  const jobs = names.map((numbers) => jobFor(plan, numbers, seed, folder));
  checkWritable(folder);
  // What could not be drawn at the end is told now.
  curvesIn(folder);
  let next = 0;
  const work = async () => {
    while (next < jobs.length) await trainInThread(jobs[next++], folder);
  };
  await Promise.all(Array.from({ length: threads }, work));
  report(`curves and plot: ${plot(plan, seed, folder)}`);
}

if (isMainThread) {
  main().catch((error: unknown) => {
    const known = error instanceof UserError;
    report(known ? `error: ${error.message}` : `${error instanceof Error ? error.stack : error}`);
    process.exit(known ? error.exitStatus : 70);
  });
} else {
  trainHere(workerData as Job, (checkpoint) => parentPort?.postMessage(checkpoint));
}
