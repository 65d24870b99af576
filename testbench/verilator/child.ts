import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { killChild, lastLines, spawnChild } from "../../platform/children.ts";
import { printedEnd } from "../design-end.ts";
import type { SimulatorProcess } from "../request-queue.ts";
import type { DesignUnderTest } from "../simulation.ts";
import { describeExit, type SimulatorContext, simulatorError } from "../simulator-error.ts";
import type { VerilatorBuild } from "./build.ts";

/** The simulator process and how to reach it. */
export interface SimulatorChild extends SimulatorProcess {
  /** Where it listens on the loopback interface. */
  readonly port: number;
  /** What a client must know to be let in. */
  readonly token: string;
  /** What a watcher must know. */
  readonly watchToken: string;
}

/**
 * Verilator's runtime keeps 33 KB for each thread, which every evaluation touches. With room for it beside that of the program
 * itself, which only glibc lets us ask for, no call is needed to find it.
 */
function roomForThreads(): Record<string, string> {
  const own = "glibc.rtld.optional_static_tls=65536";
  const { GLIBC_TUNABLES: given } = process.env;
  return { GLIBC_TUNABLES: given ? `${given}:${own}` : own };
}

/** Start a built model and wait until it listens. */
export async function startChild(
  build: VerilatorBuild,
  design: DesignUnderTest,
  options: { seed: number; waves?: string; coverage?: string; timeoutMs: number },
): Promise<{ child: SimulatorChild; context: SimulatorContext }> {
  const [token, watchToken] = [1, 2].map(() => randomBytes(24).toString("hex"));
  const files = [
    options.waves === undefined ? "" : resolve(options.waves),
    ...(options.coverage === undefined ? [] : [options.coverage]),
  ];
  // The process ends when its stdin does, so it cannot outlive this one, however this one dies.
  const running = spawnChild(build.program, [build.library, String(options.seed), ...files], {
    cwd: build.folder,
    env: { WHITTLE_TOKEN: token, WHITTLE_WATCH_TOKEN: watchToken, ...roomForThreads() },
    stdin: "pipe",
    buffer: false,
  });
  let printed = "";
  const keepOutput = (chunk: Buffer) => {
    printed = (printed + chunk.toString("utf8")).slice(-10_000);
  };
  running.stderr?.on("data", keepOutput);
  const ended = running.then((result) => describeExit(result));
  const context: SimulatorContext = {
    engine: "verilator",
    design,
    folder: build.folder,
    lastLines: () => lastLines(printed),
  };
  const kill = () => killChild(running.pid);

  const port = await new Promise<number>((listen, reject) => {
    const fail = (problem: string) =>
      reject(printedEnd(context, "start") ?? simulatorError(context, "simulator-died", "start", problem));
    const timer = setTimeout(() => {
      kill();
      reject(simulatorError(context, "simulator-hung", "start", `no sign of life within ${options.timeoutMs} ms`));
    }, options.timeoutMs);
    let listening = false;
    running.stdout?.on("data", (chunk: Buffer) => {
      keepOutput(chunk);
      const match = listening ? null : /\nport (\d+)\n/.exec(printed);
      if (match === null) return;
      listening = true;
      clearTimeout(timer);
      printed = printed.replace(match[0], "");
      listen(Number(match[1]));
    });
    void ended.then((how) => {
      clearTimeout(timer);
      fail(how);
    });
  });
  return { child: { pid: running.pid, port, token, watchToken, ended, kill }, context };
}
