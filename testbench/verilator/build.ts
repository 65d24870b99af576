import { readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { anyEdgeMacro } from "../../hdl/verilog/property.ts";
import { cached } from "../../platform/cache.ts";
import { withBlanks } from "../../platform/verilog-text.ts";
import { UserError } from "../../sw-model/errors.ts";
import { checkFlags } from "../check-flags.ts";
import { codeOf } from "../code.ts";
import { runTool } from "../compile.ts";
import type { DesignUnderTest } from "../simulation.ts";
import { memoryRules, type Reach } from "./reach.ts";
import { buildRuntime, libraryFlags, runtimeFlags, sourcesOfModels } from "./runtime.ts";
import { anyEdge, shellCpp, shellTop, shellVerilog } from "./shell.ts";
import { soundFlags } from "./sound-flags.ts";
import { findToolchain } from "./toolchain.ts";

/** A built model. */
export interface VerilatorBuild {
  readonly folder: string;
  /** The model as a library, for the simulator process and for Node. */
  readonly library: string;
  /** The simulator process. */
  readonly program: string;
}

const verilateFlags = [
  "--cc",
  "-O3",
  // An X that the Verilog writes, and all that has no reset or initial value, becomes random at run time.
  ...["--x-assign", "unique", "--x-initial", "unique"],
  "--no-timing",
  // The user's design is linted elsewhere; here only the shell's warnings count, see `refuseMisfit`.
  ...["-Wno-style", "-Wno-fatal"],
  ...["--output-split", "20000"],
  ...["--Mdir", ".", "--prefix", "Vdut", "--top-module", shellTop],
];

/**
 * Statements of a function before Verilator begins another. Across functions it cannot join branches on the same condition, which costs
 * `array64` of the benchmarks an eighth of its speed; in a large design the compiler would take twice as long for larger functions.
 */
const functionSize = (verilog: string) => ["--output-split-cfuncs", verilog.length < 100_000 ? "8000" : "2000"];

const library = "model.node";

/** The shell is no part of the design. */
const coverageRules = 'coverage_off -file "shell.v"\n';

const lintRules = '`verilator_config\nlint_off -file "design.v"\n';

/** Compile a design into a library, or find the build in the cache. */
export async function buildVerilator(
  design: DesignUnderTest,
  options: Reach & { readonly checks?: boolean; readonly covered?: boolean; readonly log?: (line: string) => void },
): Promise<VerilatorBuild> {
  const toolchain = await findToolchain();
  const snapshots = options.snapshots === true;
  const covered = options.covered === true;
  const shell = { verilog: shellVerilog(design, { covered }), cpp: shellCpp(design, { snapshots, covered }) };
  const rules = lintRules + (covered ? coverageRules : "") + memoryRules(options.memories);
  const extra = [
    ...functionSize(design.verilog),
    // The arms that are counted are expressions more than the circuit has.
    ...soundFlags(covered ? undefined : design.circuit),
    ...(options.traced ? ["--trace"] : []),
    ...(snapshots ? ["--savable"] : []),
    ...(covered ? ["--coverage-line", "--coverage-toggle", `-D${anyEdgeMacro}=${anyEdge(design)}`] : []),
    ...checkFlags(design, options.checks !== false, "$finish"),
    ...["--language", languageOf(design)],
  ];
  const flags = runtimeFlags(options);
  const key = [
    ...toolchain.versions,
    ...sourcesOfModels(toolchain),
    ...[...flags, ...libraryFlags, ...verilateFlags],
    ...[...extra, rules],
    // Lines are told by their numbers, which comments of several lines move.
    ...[covered && design.verilog.includes("/*") ? design.verilog : codeOf(design)],
    ...[shell.verilog, shell.cpp],
  ];
  const started = buildRuntime(toolchain, options);
  // Awaited below; until then its failure must not count as unhandled.
  started.catch(() => undefined);
  const folder = await cached("verilator", key, async (folder, keptOnFailure) => {
    options.log?.(`compiling ${design.top} with Verilator`);
    const run = (tool: string, path: string, args: readonly string[]) =>
      runTool({ tool, path, arguments: args, folder, keptOnFailure, urgent: tool === "verilator" });

    await writeFile(join(folder, "lint.vlt"), rules);
    await writeFile(join(folder, "design.v"), design.verilog);
    await writeFile(join(folder, "shell.v"), shell.verilog);
    await writeFile(join(folder, "shell.cpp"), shell.cpp);
    const inputs = [...extra, "lint.vlt", "shell.v", "design.v"];
    refuseMisfit(design, await run("verilator", toolchain.verilator, [...verilateFlags, ...inputs]));

    const units = await writeUnits(folder);
    const runtime = await started;
    // `vltstd`: a model with memories within reach includes the headers of DPI.
    const folders = [".", toolchain.include, join(toolchain.include, "vltstd"), toolchain.harness];
    const includes = ["-include", runtime.header, ...folders.map((path) => `-I${path}`)];
    await Promise.all(
      units.map((unit) =>
        run("g++", toolchain.compiler, [...flags, ...includes, "-c", `${unit}.cc`, "-o", `${unit}.o`]),
      ),
    );
    const objects = units.map((unit) => `${unit}.o`);
    await run("g++", toolchain.compiler, [...libraryFlags, "-pthread", "-o", library, ...objects, ...runtime.objects]);
    await Promise.all(objects.map((name) => rm(join(folder, name))));
  });
  return { folder, library: join(folder, library), program: (await started).program };
}

/** Verilator knows the severity tasks, which other tools have in Verilog-2005 too, only as SystemVerilog. */
function languageOf({ verilog }: DesignUnderTest): string {
  return /\$(fatal|error|warning|info)\b/.test(withBlanks(verilog)) ? "1800-2017" : "1364-2005";
}

/** Verilator warns of a port whose width is not the described one; such a model would clip values in silence. */
function refuseMisfit(design: DesignUnderTest, output: string): void {
  // UNOPTFLAT is only about speed: bits of one net that depend on each other, as in a netlist of other tools. TIMESCALEMOD is
  // about modules that have a time scale, which the shell has not.
  const warning = output.split("\n").find((line) => /^%Warning-(?!UNOPTFLAT|TIMESCALEMOD).*\bshell\.v:/.test(line));
  if (warning === undefined) return;
  throw new UserError(
    {
      code: "ports-differ",
      message: `the ports of ${design.top} differ from their description`,
      where: design.top,
      expected: design.ports.map(({ name, width }) => `${name}: ${width} bits`).join(", "),
      found: warning,
      hint: "describe every port with its true width",
    },
    1,
  );
}

/** Bytes of C++ for one run of the compiler: a large design is spread over the processors. */
const unitBytes = 300_000;

/** Gather Verilator's many small files: parsing the headers for each of them would cost more than the code itself. */
async function writeUnits(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".cpp")).sort();
  const units: { files: string[]; bytes: number }[] = [];
  for (const name of names) {
    const { size } = await stat(join(folder, name));
    const last = units.at(-1);
    if (last === undefined || last.bytes + size > unitBytes) {
      units.push({ files: [name], bytes: size });
    } else {
      last.files.push(name);
      last.bytes += size;
    }
  }
  return await Promise.all(
    units.map(async ({ files }, index) => {
      await writeFile(join(folder, `unit${index}.cc`), files.map((name) => `#include "${name}"\n`).join(""));
      return `unit${index}`;
    }),
  );
}
