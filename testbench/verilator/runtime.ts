import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "../../platform/cache.ts";
import { runTool } from "../compile.ts";
import { findToolchain, type Toolchain } from "./toolchain.ts";

/** The compiled parts that do not depend on the design. */
export interface Runtime {
  /** What goes into the library of every model. */
  readonly objects: readonly string[];
  /** A header to include first; its precompiled form fits units that are compiled with `runtimeFlags`. */
  readonly header: string;
  /** The simulator process, which loads such a library. */
  readonly program: string;
}

/**
 * Verilator's code is not written to pass a compiler's warnings. A library whose names nobody can replace from outside runs
 * twice as fast as one without the last three.
 */
const commonFlags = [
  ...["-std=c++17", "-w", "-pthread", "-fPIC", "-fvisibility=hidden", "-fno-semantic-interposition"],
  // Each evaluation touches what Verilator keeps for its thread, which takes a call in a library by default.
  ...(process.platform === "linux" && process.arch === "x64" ? ["-mtls-dialect=gnu2"] : []),
];

/** The flags that every unit of one model shares. */
export const runtimeFlags = ({ traced, covered = false }: RuntimeOptions): string[] => [
  ...["-O3", ...commonFlags, `-DVM_TRACE=${traced ? 1 : 0}`],
  ...(covered ? ["-DVM_COVERAGE=1"] : []),
];

/** What links the units of a model into a library that Node and the simulator process can load. */
export const libraryFlags: readonly string[] =
  process.platform === "darwin" ? ["-bundle", "-undefined", "dynamic_lookup"] : ["-shared", "-Wl,-Bsymbolic"];

/** Output and the end of a design are ours to handle, see `print.h` and `model_session.cpp`. */
const hooks = ["-DVL_USER_FINISH", "-DVL_USER_STOP", "-DVL_USER_FATAL", "-DVL_PRINTF=whittlePrint"];

const log = (options: RuntimeOptions, line: string) => options.log?.(line);

interface RuntimeOptions {
  readonly traced: boolean;
  /** Whether the model counts coverage. */
  readonly covered?: boolean;
  readonly log?: (line: string) => void;
}

/** Compile the runtime, the harness and the bridge, or find them in the cache. */
export async function buildRuntime(toolchain: Toolchain, options: RuntimeOptions): Promise<Runtime> {
  const sources = [
    ...["verilated", "verilated_threads", "verilated_save"],
    ...(options.traced ? ["verilated_vcd_c"] : []),
    ...(options.covered ? ["verilated_cov"] : []),
  ];
  const own = ["interpreter", "mirror", "model_session", "addon"];
  const flags = runtimeFlags(options);
  const [program, runtime] = await Promise.all([
    buildProgram(toolchain, options),
    cached("runtime", runtimeKey(toolchain, [...flags, ...hooks], own), async (folder, keptOnFailure) => {
      log(options, "compiling the simulation runtime (once)");
      const includes = [toolchain.include, toolchain.nodeApi].map((path) => `-I${path}`);
      const compile = (args: readonly string[]) =>
        runTool({
          tool: "g++",
          path: toolchain.compiler,
          arguments: [...flags, ...includes, ...args],
          folder,
          keptOnFailure,
        });
      const print = join(toolchain.harness, "print.h");
      await writeFile(join(folder, "first.h"), "#include <verilated.h>\n");
      await Promise.all([
        ...sources.map((name) =>
          compile([...hooks, "-include", print, "-c", join(toolchain.include, `${name}.cpp`), "-o", `${name}.o`]),
        ),
        ...own.map((name) => compile(["-c", join(toolchain.harness, `${name}.cpp`), "-o", `${name}.o`])),
        compile(["-x", "c++-header", "first.h"]),
      ]);
    }),
  ]);
  return {
    objects: [...sources, ...own].map((name) => join(runtime, `${name}.o`)),
    header: join(runtime, "first.h"),
    program,
  };
}

/** Compile now what any later build needs, so that the first design does not wait for it. */
export async function prepareVerilator(report?: (line: string) => void): Promise<void> {
  const toolchain = await findToolchain();
  const logging = report === undefined ? {} : { log: report };
  await Promise.all([false, true].map((traced) => buildRuntime(toolchain, { traced, ...logging })));
}

const programFlags = ["-O2", "-std=c++17", "-w", "-pthread"];

/** Boost's templates take ten seconds to compile; the program that holds them is the same for every model. */
async function buildProgram(toolchain: Toolchain, options: RuntimeOptions): Promise<string> {
  const key = runtimeKey(toolchain, programFlags, ["bridge", "main"]);
  const folder = await cached("bridge", key, async (folder, keptOnFailure) => {
    log(options, "compiling the WebSocket bridge (once)");
    const sources = ["main", "bridge"].map((name) => join(toolchain.harness, `${name}.cpp`));
    const args = [...programFlags, `-I${toolchain.boost}`, ...sources, "-ldl", "-o", "simulate"];
    await runTool({ tool: "g++", path: toolchain.compiler, arguments: args, folder, keptOnFailure });
  });
  return join(folder, "simulate");
}

/** What the library of a model is made of: all but the simulator process. */
export function sourcesOfModels({ sources }: Toolchain): string[] {
  return [...sources].filter(([name]) => !/^(main|bridge)\./.test(name)).flat();
}

function runtimeKey(toolchain: Toolchain, flags: readonly string[], units: readonly string[]): string[] {
  const relevant = [...toolchain.sources].filter(
    ([name]) => name.endsWith(".h") || units.some((unit) => name === `${unit}.cpp`),
  );
  return [...toolchain.versions, ...flags, ...relevant.flat()];
}
