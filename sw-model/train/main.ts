import { join } from "node:path";
import { loadMnist } from "../data/mnist.ts";
import { modelsFolder, saveModel } from "../model/store.ts";
import { lenetPlan } from "./plan.ts";
import { trainModel } from "./train.ts";

// Trains the stored LeNet-300-100 anew; a few minutes on one core, and the same bytes every time.
const report = (line: string) => process.stderr.write(`${line}\n`);
const folder = join(modelsFolder(), lenetPlan.name);
saveModel(await trainModel(lenetPlan, loadMnist(), report), folder);
report(`written to ${folder}`);
