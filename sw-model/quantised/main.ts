import { availableParallelism } from "node:os";
import { join } from "node:path";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { loadMnist } from "../data/mnist.ts";
import { modelsFolder, saveModel } from "../model/store.ts";
import { assembleConvolutional, assembleModel, type Outcome, trainVariant } from "./evaluate.ts";
import { type TrainedName, trainedNetworks, type Variant } from "./plan.ts";

// Trains a stored binary network and its float counterparts anew, a thread a training; the same bytes every time, however
// many threads there are. `main.js NAME` trains another network than bnn-mnist, and `main.js NAME SEEDS` takes another
// number of seeds than its plan, and so writes another evaluation.

interface Job {
  readonly name: TrainedName;
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

function unusable(line: string): never {
  report(line);
  process.exit(2);
}

if (isMainThread) {
  const [nameText = "bnn-mnist", seedsText] = process.argv.slice(2);
  const names = Object.keys(trainedNetworks) as TrainedName[];
  const name =
    names.find((known) => known === nameText) ?? unusable(`NETWORK is ${names.join(" or ")}, not ${nameText}`);
  const { plans } = trainedNetworks[name];
  const seeds = Number(seedsText ?? trainedNetworks[name].seeds);
  if (!Number.isInteger(seeds) || seeds < 1) unusable(`SEEDS is a number of seeds, at least 1, not ${seedsText}`);
  const variants = Object.keys(plans) as Variant[];
  const jobs = variants.flatMap((variant) => Array.from({ length: seeds }, (_, i) => ({ name, variant, seed: i + 1 })));
  const outcomes = await trainAll(jobs, availableParallelism());
  const assemble = name === "bnn-mnist" ? assembleModel : assembleConvolutional;
  const model = assemble(outcomes, plans, loadMnist());
  const folder = join(modelsFolder(), model.name);
  saveModel(model, folder);
  report(`test accuracy: ${JSON.stringify(model.training.testAccuracy)}`);
  report(`written to ${folder}`);
} else {
  const { name, variant, seed } = workerData as Job;
  // A thread that computes has no turn to print in.
  const send = (message: string | Outcome) => parentPort?.postMessage(message);
  send(trainVariant(variant, trainedNetworks[name].plans[variant], seed, loadMnist(), send));
}
