/** The long run: `make fuzz`. Progress on stderr, mismatches and counts on stdout; exit status 1 after a mismatch. */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { parseCircuit } from "../hdl/index.ts";
import { fuzzEngines } from "./engines/index.ts";
import { reportMismatch, shrinkMismatch } from "./report.ts";
import { fuzz } from "./run.ts";

const usage = `usage: --seed N --count N --cycles N --circuit FILE --engine NAME (repeatable; ${fuzzEngines.map(({ name }) => name).join(", ")})
The circuit of a file, as reports print it, takes the place of random ones; it gets --count random runs.
Each engine named gets --count circuits; without names, wasm gets them, and every other engine its share of them.`;

function refuse(problem: string): never {
  process.stderr.write(`fuzz: ${problem}\n${usage}\n`);
  process.exit(2);
}

function parsed() {
  try {
    return parseArgs({
      options: {
        seed: { type: "string", default: "1" },
        count: { type: "string", default: "20000" },
        cycles: { type: "string", default: "100" },
        circuit: { type: "string" },
        engine: { type: "string", multiple: true, default: [] },
      },
    }).values;
  } catch (error) {
    return refuse((error as Error).message);
  }
}

const values = parsed();
/** Mismatches that are made small: the first ones often have one cause. */
const mostShrunk = 3;

const numbers = [values.seed, values.count, values.cycles].map(Number);
const unknown = values.engine.filter((name) => !fuzzEngines.some((engine) => engine.name === name));
if (numbers.some((number) => !Number.isSafeInteger(number) || number < 1))
  refuse("seed, count and cycles are integers of 1 or more");
if (unknown.length > 0) refuse(`there is no engine ${unknown.join(", ")}`);
const [seed, circuits, cycles] = numbers;
const named = fuzzEngines.filter(({ name }) => values.engine.includes(name));
const began = Date.now();
const log = (line: string) => process.stderr.write(`${Math.round((Date.now() - began) / 1000)} s: ${line}\n`);

function circuitOf(file: string) {
  try {
    return parseCircuit(readFileSync(file, "utf8"), file);
  } catch (error) {
    return refuse((error as Error).message);
  }
}

const circuit = values.circuit === undefined ? {} : { circuit: circuitOf(values.circuit) };
const result = await fuzz({ seed, circuits, cycles, ...circuit, ...(named.length > 0 && { engines: named }), log });
for (const mismatch of result.mismatches.slice(0, mostShrunk)) {
  log(`making the case of seed ${mismatch.fuzzCase.seed} small (${mismatch.engine.name})`);
  process.stdout.write(`${reportMismatch(await shrinkMismatch(mismatch, log))}\n`);
}
for (const { engine, fuzzCase, difference } of result.mismatches)
  process.stdout.write(
    `mismatch: ${engine.name}, seed ${fuzzCase.seed}, cycle ${difference.cycle}, ${difference.what}\n`,
  );
for (const [name, ran] of result.ran)
  process.stdout.write(`${name}: ${ran.circuits} circuits, ${Math.round(ran.operators)} operators each\n`);
process.stdout.write(`${result.mismatches.length} mismatches\n`);
process.exitCode = result.mismatches.length > 0 ? 1 : 0;
