import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Circuit, emitVerilog } from "../hdl/index.ts";
import { writeFileAtomically } from "../platform/atomic-write.ts";
import { cached } from "../platform/cache.ts";
import { spawnChild } from "../platform/children.ts";
import { packageRoot } from "../platform/package-root.ts";
import { requireTool, toolVersion } from "../platform/tools.ts";
import { UserError } from "../sw-model/errors.ts";
import { runTool } from "../testbench/compile.ts";

/** What the C++ harness needs to know of a design. */
export interface ReferenceSubject {
  readonly name: string;
  /** The harness's number of the design and its traffic. */
  readonly number: number;
}

/** The emitted Verilog with the C++ harness, built as fast as Verilator builds it. */
export async function buildReference(
  subject: ReferenceSubject,
  circuit: Circuit,
  log: (line: string) => void,
): Promise<string> {
  const verilator = requireTool("verilator");
  const { text, top } = emitVerilog(circuit);
  const source = join(packageRoot(), "bench", "harness", "traffic.cpp");
  const version = String(await toolVersion("verilator", verilator));
  const defines = `-DDESIGN=${subject.number} -DMODEL=V${top}`;
  const flags = [
    "-O3",
    "--x-assign",
    "fast",
    "--x-initial",
    "fast",
    "--noassert",
    "-MAKEFLAGS",
    "OPT_FAST=-O3",
    "-CFLAGS",
    defines,
  ];
  const key = [version, text, readFileSync(source), flags.join(" ")];
  const folder = await cached("bench", key, async (place, keptOnFailure) => {
    log(`${subject.name}: compiling the reference with Verilator`);
    writeFileAtomically(join(place, `${top}.v`), text);
    const words = ["--cc", "--exe", "--build", "-j", "2", ...flags, "--top-module", top, `${top}.v`, source];
    await runTool({ tool: "verilator", path: verilator, arguments: words, folder: place, keptOnFailure });
  });
  return join(folder, "obj_dir", `V${top}`);
}

/** What the harness did: the hash of all outputs, and how long it took. */
export async function runReference(
  program: string,
  cycles: number,
): Promise<{ readonly hash: string; readonly seconds: number; readonly cycles: number }> {
  const { stdout } = await spawnChild(program, [`${cycles}`], {});
  const [hash, seconds, done] = stdout.split(" ");
  return { hash, seconds: Number(seconds), cycles: Number(done) };
}

/** Two simulators that gave different outputs. */
export function hashDiffers(name: string, expected: string, found: string): UserError {
  return new UserError(
    {
      code: "hash-differs",
      message: `${name}: the simulators disagree`,
      where: name,
      expected: `hash ${expected}`,
      found: `hash ${found}`,
    },
    1,
  );
}
