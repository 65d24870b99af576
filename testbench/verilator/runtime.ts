import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "../../platform/cache.ts";
import { runTool } from "../compile.ts";
import { findToolchain, type Toolchain } from "./toolchain.ts";

/** The compiled parts that do not depend on the design. */
export interface Runtime {
  readonly objects: readonly string[];
  /** A header to include first; its precompiled form fits units that are compiled with `runtimeFlags`. */
  readonly header: string;
}

/** Verilator's code is not written to pass a compiler's warnings. */
const commonFlags = ["-std=c++17", "-w", "-pthread"];

/** The flags that every unit of one program shares. */
export const runtimeFlags = (traced: boolean): string[] => ["-O1", ...commonFlags, `-DVM_TRACE=${traced ? 1 : 0}`];

const log = (options: RuntimeOptions, line: string) => options.log?.(line);

interface RuntimeOptions {
  readonly traced: boolean;
  readonly log?: (line: string) => void;
}

/** Compile the runtime, the harness and the bridge, or find them in the cache. */
export async function buildRuntime(toolchain: Toolchain, options: RuntimeOptions): Promise<Runtime> {
  const sources = ["verilated", "verilated_threads", ...(options.traced ? ["verilated_vcd_c"] : [])];
  const own = ["interpreter", "main"];
  const [bridge, runtime] = await Promise.all([
    buildBridge(toolchain, options),
    cached("runtime", runtimeKey(toolchain, options.traced, own), async (folder, keptOnFailure) => {
      log(options, "compiling the simulation runtime (once)");
      const flags = [...runtimeFlags(options.traced), `-I${toolchain.include}`];
      const compile = (args: readonly string[]) =>
        runTool({ tool: "g++", path: toolchain.compiler, arguments: [...flags, ...args], folder, keptOnFailure });
      await writeFile(join(folder, "first.h"), "#include <verilated.h>\n");
      await Promise.all([
        ...sources.map((name) => compile(["-O2", "-c", join(toolchain.include, `${name}.cpp`), "-o", `${name}.o`])),
        ...own.map((name) => compile(["-O2", "-c", join(toolchain.harness, `${name}.cpp`), "-o", `${name}.o`])),
        compile(["-x", "c++-header", "first.h"]),
      ]);
    }),
  ]);
  return {
    objects: [join(bridge, "bridge.o"), ...[...sources, ...own].map((name) => join(runtime, `${name}.o`))],
    header: join(runtime, "first.h"),
  };
}

/** Compile now what any later build needs, so that the first design does not wait for it. */
export async function prepareVerilator(report?: (line: string) => void): Promise<void> {
  const toolchain = await findToolchain();
  const logging = report === undefined ? {} : { log: report };
  await Promise.all([false, true].map((traced) => buildRuntime(toolchain, { traced, ...logging })));
}

/** Boost's templates take ten seconds to compile; they are the same for every variant. */
function buildBridge(toolchain: Toolchain, options: RuntimeOptions): Promise<string> {
  return cached("bridge", runtimeKey(toolchain, false, ["bridge"]), async (folder, keptOnFailure) => {
    log(options, "compiling the WebSocket bridge (once)");
    const includes = [`-I${toolchain.include}`, `-I${toolchain.boost}`];
    const unit = ["-c", join(toolchain.harness, "bridge.cpp"), "-o", "bridge.o"];
    const args = [...runtimeFlags(false), ...includes, ...unit];
    await runTool({ tool: "g++", path: toolchain.compiler, arguments: args, folder, keptOnFailure });
  });
}

function runtimeKey(toolchain: Toolchain, traced: boolean, units: readonly string[]): string[] {
  const relevant = [...toolchain.sources].filter(
    ([name]) => name.endsWith(".h") || units.some((unit) => name === `${unit}.cpp`),
  );
  return [...toolchain.versions, ...runtimeFlags(traced), ...relevant.flat()];
}
