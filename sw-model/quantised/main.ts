import { availableParallelism } from "node:os";
import { join } from "node:path";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { loadMnist } from "../data/mnist.ts";
import { modelsFolder, saveModel } from "../model/store.ts";
import { assembleModel, type Outcome, trainVariant } from "./evaluate.ts";
import { bnnPlans, type Variant } from "./plan.ts";

// Trains the stored BNN and its float counterparts anew, a thread a training; the same bytes every time, however many
// threads there are. `main.js SEEDS` takes another number of seeds than three, and so writes another evaluation.

interface Job {
  readonly variant: Variant;
  readonly seed: number;
}

const report = (line: string) => process.stderr.write(`${line}\n`);

function trainInThread(job: Job): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: job });
    worker.on("message", (message: string | Outcome) => {
      if (typeof message === "string") report(message);
      else resolve(message);
    });
    worker.on("error", reject);
  });
}

async function trainAll(jobs: readonly Job[], threads: number): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = 0;
  const work = async () => {
    while (next < jobs.length) {
      const at = next++;
      outcomes[at] = await trainInThread(jobs[at]);
    }
  };
  await Promise.all(Array.from({ length: threads }, work));
  return outcomes;
}

if (isMainThread) {
  const seeds = Number(process.argv[2] ?? 3);
  if (!Number.isInteger(seeds) || seeds < 1) {
    report(`SEEDS is a number of seeds, at least 1, not ${process.argv[2]}`);
    process.exit(2);
  }
  const variants = Object.keys(bnnPlans) as Variant[];
  const jobs = variants.flatMap((variant) => Array.from({ length: seeds }, (_, i) => ({ variant, seed: i + 1 })));
  const model = assembleModel(await trainAll(jobs, availableParallelism()), bnnPlans, loadMnist());
  const folder = join(modelsFolder(), model.name);
  saveModel(model, folder);
  report(`test accuracy: ${JSON.stringify(model.training.testAccuracy)}`);
  report(`written to ${folder}`);
} else {
  const { variant, seed } = workerData as Job;
  // A thread that computes has no turn to print in.
  const send = (message: string | Outcome) => parentPort?.postMessage(message);
  send(trainVariant(variant, bnnPlans[variant], seed, loadMnist(), send));
}
