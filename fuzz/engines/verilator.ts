/** Many cases in one Verilated model, driven by one C++ program. */
import { randomBytes } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cached } from "../../platform/cache.ts";
import { temporaryFolder } from "../../platform/temporary.ts";
import { runTool } from "../../testbench/compile.ts";
import { buildRuntime, type Runtime, runtimeFlags } from "../../testbench/verilator/runtime.ts";
import { soundFlags } from "../../testbench/verilator/sound-flags.ts";
import { findToolchain, type Toolchain } from "../../testbench/verilator/toolchain.ts";
import { clocksOf, type FuzzCase, outputsOf } from "../case.ts";
import { type Trace, widthOf } from "../trace.ts";
import { designVerilog, inputBits, rowsOf, wrapperVerilog } from "./bench-verilog.ts";

const verilateFlags = [
  ...["--cc", "-O3", "--x-assign", "unique", "--x-initial", "unique", "--language", "1364-2005", "--no-timing"],
  ...["-Wno-lint", "-Wno-style", "-Wno-fatal", "--Mdir", ".", "--prefix", "Vfuzz", "--top-module", "fuzz"],
];

/**
 * A model for each set of flags that cases need, so that no case is built with the flags of another. With `keep` it comes from the
 * build cache, for cases that will be run again.
 */
export async function runVerilator(cases: readonly FuzzCase[], { keep = false } = {}): Promise<Trace[]> {
  const byFlags = new Map<string, FuzzCase[]>();
  for (const fuzzCase of cases) {
    const flags = soundFlags(fuzzCase.circuit).join(" ");
    byFlags.set(flags, [...(byFlags.get(flags) ?? []), fuzzCase]);
  }
  const traces = new Map<FuzzCase, Trace>();
  for (const [flags, alike] of byFlags) {
    const found = await runModel(alike, flags.split(" "), keep);
    for (const [i, fuzzCase] of alike.entries()) traces.set(fuzzCase, found[i]);
  }
  return cases.map((fuzzCase) => traces.get(fuzzCase) as Trace);
}

async function runModel(cases: readonly FuzzCase[], flags: readonly string[], keep: boolean): Promise<Trace[]> {
  const toolchain = await findToolchain();
  const runtime = await buildRuntime(toolchain, { traced: false });
  const sources = { "fuzz.v": verilogOf(cases), "drive.cc": driverCpp(cases) };
  const build = (folder: string, keptOnFailure = folder) =>
    buildModel({ toolchain, runtime, flags, sources, folder, keptOnFailure });
  const key = [...toolchain.versions, ...verilateFlags, ...flags, ...runtimeFlags({ traced: false })];
  const temporary = await temporaryFolder(join(tmpdir(), `whittle-fuzz-${randomBytes(8).toString("hex")}`));
  const folder = temporary.path;
  try {
    const built = keep ? await cached("fuzz", [...key, ...Object.values(sources)], build) : folder;
    if (!keep) await build(folder);
    await writeFile(join(folder, "rows.bin"), rowWords(cases));
    const path = join(built, "fuzz");
    await runTool({ tool: "the model", path, arguments: [], folder, keptOnFailure: folder });
    return readTraces(cases, await readFile(join(folder, "outputs.bin")));
  } finally {
    await temporary.remove();
  }
}

interface ModelBuild {
  readonly toolchain: Toolchain;
  readonly runtime: Runtime;
  readonly flags: readonly string[];
  readonly sources: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly keptOnFailure: string;
}

/** Leaves the program `fuzz` in the folder. */
async function buildModel({ toolchain, runtime, flags, sources, folder, keptOnFailure }: ModelBuild): Promise<void> {
  for (const [name, text] of Object.entries(sources)) await writeFile(join(folder, name), text);
  const run = (tool: string, path: string, args: readonly string[]) =>
    runTool({ tool, path, arguments: args, folder, keptOnFailure });
  await run("verilator", toolchain.verilator, [...verilateFlags, ...flags, "fuzz.v"]);
  const units = (await readdir(folder)).filter((name) => name.endsWith(".cpp")).sort();
  await writeFile(join(folder, "model.cc"), units.map((name) => `#include "${name}"\n`).join(""));
  const includes = ["-include", runtime.header, "-I.", `-I${toolchain.include}`];
  await Promise.all(
    ["model", "drive"].map((unit) =>
      run("g++", toolchain.compiler, [
        ...runtimeFlags({ traced: false }),
        ...includes,
        ...["-c", `${unit}.cc`, "-o", `${unit}.o`],
      ]),
    ),
  );
  const libraries = runtime.objects.filter((path) => /verilated(_threads)?\.o$/.test(path));
  await run("g++", toolchain.compiler, ["-pthread", "-o", "fuzz", "model.o", "drive.o", ...libraries]);
}

/** A top with the ports of all wrappers. */
function verilogOf(cases: readonly FuzzCase[]): string {
  const ports = cases.flatMap((fuzzCase, i) => [
    ...clocksOf(fuzzCase.circuit).map((_, k) => `input wire c${i}k${k}`),
    `input wire [${inputBits(fuzzCase) - 1}:0] c${i}in`,
    `output wire [${widthOf(outputsOf(fuzzCase.circuit)) - 1}:0] c${i}out`,
  ]);
  const instances = cases.map(({ circuit }, i) => {
    const clocks = clocksOf(circuit).map((_, k) => `.k${k}(c${i}k${k}), `);
    return `  wrapper${i} w${i}(${clocks.join("")}.in(c${i}in), .out(c${i}out));`;
  });
  const designs = cases.flatMap((fuzzCase, i) => [
    designVerilog(fuzzCase.circuit, `c${i}_`),
    wrapperVerilog(fuzzCase, i, `c${i}_`),
  ]);
  return [...designs, `module fuzz(${ports.join(",\n")});`, ...instances, "endmodule", ""].join("\n");
}

/** Reads rows.bin, writes outputs.bin; both hold 32-bit words, the lowest of a value first, cycle by cycle, case by case. */
function driverCpp(cases: readonly FuzzCase[]): string {
  const steps = cases.map((fuzzCase, i) => {
    const clocks = clocksOf(fuzzCase.circuit);
    const [inWords, outWords] = [inputBits(fuzzCase), widthOf(outputsOf(fuzzCase.circuit))].map(wordsOf);
    const clock = (value: (k: number) => string) => clocks.map((_, k) => `top->c${i}k${k} = ${value(k)};`).join(" ");
    return {
      set: `    if (cycle < ${fuzzCase.cycles.length}) { clocks[${i}] = *row++; set(top->c${i}in, row); row += ${inWords}; } else clocks[${i}] = 0;`,
      get: `    if (cycle < ${fuzzCase.cycles.length}) get(top->c${i}out, outputs, ${outWords});`,
      rise: `    ${clock((k) => `clocks[${i}] >> ${k} & 1`)}`,
      fall: `    ${clock(() => "0")}`,
    };
  });
  const most = Math.max(...cases.map(({ cycles }) => cycles.length));
  return `#include "Vfuzz.h"
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

// The runtime leaves these to whoever runs it. Random circuits neither print nor end a simulation.
int whittlePrint(const char*, ...) { std::abort(); }
void vl_finish(const char*, int, const char*) { std::abort(); }
void vl_stop(const char*, int, const char*) { std::abort(); }
void vl_fatal(const char*, int, const char*, const char*) { std::abort(); }

template <class T> void set(T& port, const uint32_t* words) {
  port = sizeof(T) > 4 ? static_cast<T>(words[0] | static_cast<uint64_t>(words[1]) << 32) : static_cast<T>(words[0]);
}
template <std::size_t N> void set(VlWide<N>& port, const uint32_t* words) {
  for (std::size_t i = 0; i < N; i++) port[i] = words[i];
}
template <class T> void get(const T& port, std::vector<uint32_t>& words, int) {
  words.push_back(static_cast<uint32_t>(port));
  if (sizeof(T) > 4) words.push_back(static_cast<uint32_t>(static_cast<uint64_t>(port) >> 32));
}
template <std::size_t N> void get(const VlWide<N>& port, std::vector<uint32_t>& words, int) {
  for (std::size_t i = 0; i < N; i++) words.push_back(port[i]);
}

int main() {
  std::vector<uint32_t> rows, outputs;
  FILE* file = std::fopen("rows.bin", "rb");
  for (uint32_t word; std::fread(&word, 4, 1, file) == 1;) rows.push_back(word);
  std::fclose(file);
  rows.resize(rows.size() + 2);
  auto top = std::make_unique<Vfuzz>();
  std::vector<uint32_t> clocks(${cases.length});
  const uint32_t* row = rows.data();
  for (int cycle = 0; cycle < ${most}; cycle++) {
${steps.map(({ set }) => set).join("\n")}
    top->eval();
${steps.map(({ get }) => get).join("\n")}
${steps.map(({ rise }) => rise).join("\n")}
    top->eval();
${steps.map(({ fall }) => fall).join("\n")}
    top->eval();
  }
  file = std::fopen("outputs.bin", "wb");
  std::fwrite(outputs.data(), 4, outputs.size(), file);
  std::fclose(file);
}
`;
}

function wordsOf(width: number): number {
  return Math.ceil(width / 32);
}

function rowWords(cases: readonly FuzzCase[]): Uint32Array {
  const all = cases.map((fuzzCase) => ({ rows: rowsOf(fuzzCase), words: wordsOf(inputBits(fuzzCase)) }));
  const words: number[] = [];
  const most = Math.max(...cases.map(({ cycles }) => cycles.length));
  for (let cycle = 0; cycle < most; cycle++)
    for (const { rows, words: count } of all) {
      if (cycle >= rows.length) continue;
      const bits = BigInt(`0x${rows[cycle].inputs}`);
      words.push(rows[cycle].clocks);
      for (let i = 0; i < count; i++) words.push(Number((bits >> BigInt(32 * i)) & 0xffff_ffffn));
    }
  return Uint32Array.from(words);
}

function readTraces(cases: readonly FuzzCase[], bytes: Buffer): Trace[] {
  const outputs = cases.map((): string[] => []);
  const widths = cases.map(({ circuit }) => widthOf(outputsOf(circuit)));
  const most = Math.max(...cases.map(({ cycles }) => cycles.length));
  let at = 0;
  for (let cycle = 0; cycle < most; cycle++)
    cases.forEach(({ cycles }, i) => {
      if (cycle >= cycles.length) return;
      let digits = "";
      for (let word = 0; word < wordsOf(widths[i]); word++, at += 4)
        digits = bytes.readUInt32LE(at).toString(16).padStart(8, "0") + digits;
      outputs[i].push(digits.slice(-Math.ceil(widths[i] / 4)));
    });
  return outputs.map((seen) => ({ outputs: seen }));
}
