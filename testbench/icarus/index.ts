import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { killChild, lastLines, spawnChild } from "../../platform/children.ts";
import { requireTool } from "../../platform/tools.ts";
import { UserError } from "../../sw-model/errors.ts";
import { defaultTimeoutMs, type SimulationOptions } from "../engine-options.ts";
import type { DesignUnderTest, Simulation } from "../simulation.ts";
import { describeExit } from "../simulator-error.ts";
import { buildIcarus } from "./build.ts";
import { IcarusProcess } from "./simulation.ts";

/** Compile a design with Icarus Verilog (or find it in the cache) and start it in a child process. */
export async function startIcarus(design: DesignUnderTest, options: SimulationOptions = {}): Promise<Simulation> {
  const { waves, timeoutMs = defaultTimeoutMs, checks = true, log } = options;
  if (options.coverage) throw countsNothing(design.top);
  const vvp = requireTool("vvp");
  const build = await buildIcarus(design, { checks, ...(log === undefined ? {} : { log }) });
  const plusArguments = waves === undefined ? [] : [`+waves=${resolve(waves)}`];
  const running = spawnChild(vvp, ["-n", build.program, ...plusArguments], {
    cwd: build.folder,
    stdin: "pipe",
    buffer: false,
  });
  const printed: string[] = [];
  const keep = (line: string) => {
    printed.push(line);
    if (printed.length > 50) printed.shift();
  };
  const { stdin, stdout, stderr } = running;
  if (stdin === null || stdout === null || stderr === null) throw new Error("a child without pipes");
  const [lines, errors] = [stdout, stderr].map((input) => createInterface({ input }));
  const heard = [lines, errors].map((reader) => new Promise((done) => reader.once("close", done)));
  const child = {
    pid: running.pid,
    // What it printed may still be on its way.
    ended: Promise.all([running, ...heard]).then(([result]) => describeExit(result)),
    kill: () => killChild(running.pid),
  };
  const context = { engine: "icarus", design, folder: build.folder, lastLines: () => lastLines(printed.join("\n")) };
  // Writing to a simulator that has died must not end this process; its end is noticed elsewhere.
  stdin.on("error", () => undefined);
  const simulation = new IcarusProcess(context, child, timeoutMs, {
    write: (text) => stdin.write(text),
    end: () => stdin.end(),
    keep,
  });
  lines.on("line", (line) => simulation.line(line));
  errors.on("line", keep);
  return simulation;
}

function countsNothing(top: string): UserError {
  return new UserError({
    code: "no-coverage",
    message: `${top}: Icarus counts no coverage`,
    where: "coverage",
    expected: "an engine that counts: wasm or verilator",
    found: "icarus",
  });
}
