/** Mutated containers of compressed networks through the decoder: `make fuzz-container`. Exit status 1 after a failure. */
import { parseArgs } from "node:util";
import { decodeMutated } from "../sw-model/compress/mutate.ts";

const { seed, count } = parseArgs({
  options: { seed: { type: "string", default: "1" }, count: { type: "string", default: "1000000" } },
}).values;
const numbers = [seed, count].map(Number);
if (numbers.some((number) => !Number.isSafeInteger(number) || number < 1)) {
  process.stderr.write("fuzz: --seed and --count are integers of 1 or more\n");
  process.exit(2);
}
const began = Date.now();
const { counts, failures } = decodeMutated(numbers[0], numbers[1], (done) => {
  if (done % 50_000 === 0) process.stderr.write(`${Math.round((Date.now() - began) / 1000)} s: ${done} files\n`);
});
for (const { seed, what } of failures.slice(0, 20)) process.stdout.write(`failure: seed ${seed}: ${what}\n`);
process.stdout.write(
  `${counts.files} mutated files: ${counts.refused} refused, ${counts.same} unchanged, ${counts.others} other networks that are whole\n`,
);
process.stdout.write(`${failures.length} failures\n`);
process.exitCode = failures.length > 0 ? 1 : 0;
