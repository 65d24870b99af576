import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { elaborate, emitVerilog } from "../hdl/index.ts";
import { cached } from "../platform/cache.ts";
import { codeVersion } from "../platform/code-version.ts";
import { withoutComments } from "../platform/verilog-text.ts";
import { findYosys } from "../platform/yosys.ts";
import { findTarget } from "../synth/targets.ts";
import { engineVersions } from "../testbench/engine-versions.ts";
import type { GivenParameters } from "./execute.ts";
import type { AnyGenerator } from "./generator.ts";

/**
 * What the outcome of a check depends on: the Verilog without comments, the parameters, the versions of the engine, and the code
 * of golden model, driver, cases and simulator. The code of the hardware is not among it, the Verilog stands for that.
 */
export async function checkKey(
  generator: AnyGenerator,
  parameters: Record<string, unknown>,
  engine: string,
  ...draws: readonly number[]
): Promise<string[]> {
  return [
    await verilogHash(generator, parameters),
    JSON.stringify([generator.spec.name, parameters, engine, draws]),
    ...(await engineVersions(engine)),
    codeVersion(entriesOf(generator), ["generators"]),
  ];
}

/** The sha256 of a generator's Verilog without comments, worked out once for the code and the parameters. */
export async function verilogHash(generator: AnyGenerator, parameters: Record<string, unknown>): Promise<string> {
  const key = [generator.spec.name, JSON.stringify(parameters), codeVersion(entriesOf(generator))];
  const folder = await cached("verilog-hash", key, async (folder) => {
    const { text } = emitVerilog(elaborate(generator.module, parameters), { blackBoxes: "modelled" });
    const sha256 = createHash("sha256").update(withoutComments(text)).digest("hex");
    await writeFile(join(folder, "sha256"), sha256);
  });
  return readFileSync(join(folder, "sha256"), "utf8");
}

/** A generator's five pieces hang together in one file of its name. */
const entriesOf = ({ spec }: AnyGenerator) => [`catalog/${spec.name}.js`, "catalog/check.js"];

/** What the figures of a synthesis depend on. */
export async function synthesisKey(
  generator: AnyGenerator,
  parameters: Record<string, unknown>,
  target: string,
): Promise<string[]> {
  const [found, yosys] = await Promise.all([findTarget(target), findYosys()]);
  const library = found.kind === "liberty" ? found.library.text : "";
  return [
    await verilogHash(generator, parameters),
    // The document names the parameters too.
    JSON.stringify([generator.spec.name, parameters, found.name, yosys.tool, yosys.version]),
    library,
    codeVersion(["synth/synthesize.js"]),
  ];
}

/** What the result and the cycles of an operation depend on. */
export async function executeKey(
  generator: AnyGenerator,
  { parameters, explicit }: GivenParameters,
  operation: string,
  engine: string,
): Promise<string[]> {
  return [
    JSON.stringify([generator.spec.name, parameters, [...explicit].sort(), engine]),
    operation,
    ...(await engineVersions(engine)),
    codeVersion([`catalog/${generator.spec.name}.js`, "catalog/execute.js"]),
  ];
}
