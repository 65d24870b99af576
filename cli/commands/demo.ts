import { resolve } from "node:path";
import { generate } from "../../catalog/generate.ts";
import { generatorNamed } from "../../catalog/index.ts";
import { run } from "../../catalog/run.ts";
import { elaborate, emitVerilog } from "../../hdl/index.ts";
import { commandLine } from "../../platform/command-line.ts";
import { splitSizes } from "../../sw-model/data/mnist.ts";
import { loadModelOf } from "../../sw-model/model/store.ts";
import { resolveParameters } from "../../sw-model/parameters.ts";
import { synthesize } from "../../synth/synthesize.ts";
import { integerArgument } from "../arguments.ts";
import { type Output, table, toJson } from "../output.ts";
import { countProgress } from "../progress.ts";
import type { CommandResult } from "../result.ts";

const modelName = "lenet-300-100";

/** `whittle demo`: model, hardware, simulation, cross-check and area in one go. */
export async function demo(
  options: { samples: string; pes: string; output: string },
  output: Output,
): Promise<CommandResult> {
  const samples = integerArgument("--samples", options.samples, 1, splitSizes.test);
  const pes = integerArgument("--pes", options.pes, 1, 256);
  // Driven as software would: AXI4-Lite registers, AXI streams and the interrupt. The area is that of the array alone, without counters.
  const generator = generatorNamed("eieaxi");
  const given = resolveParameters(generator.spec, { sets: [`pes=${pes}`, "counters=false"] });

  output.log(`1. ${modelName}: trained, pruned and weight-shared on MNIST digits (make train makes it anew)`);
  const stored = loadModelOf("sparse", modelName);
  const fitted = generator.network?.fit(given.parameters, given.explicit, stored);
  const parameters = fitted?.parameters;

  output.log(`2. EIE with ${pes} processing elements behind AXI4-Lite and AXI streams, as Verilog`);
  const generated = await generate(generator, parameters, options.output, { positions: true });

  output.log(`3. ${samples} test digits through the Verilated hardware, every layer against the golden model`);
  const reproduce = commandLine(["demo", "--samples", `${samples}`, "--pes", `${pes}`]);
  const report = await run(generator, given, stored, {
    engine: "verilator",
    samples,
    reproduce,
    log: (line) => output.log(`  ${line}`),
    progress: countProgress(output, samples, "digits"),
  });

  output.log("4. Area of one processing element, by Yosys for Xilinx 7 series");
  const { text: verilog, top } = emitVerilog(elaborate(generator.module, parameters));
  const area = await synthesize({
    verilog,
    top,
    target: "xc7",
    module: "eie_pe",
    log: (line) => output.log(`  ${line}`),
  });

  const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
  const each = (value: number) => Math.round(value / samples).toLocaleString("en");
  const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
  const rows = [
    [
      "accuracy",
      `${percent(report.floatAccuracy ?? 0)} float, ${percent(report.goldenAccuracy)} compressed golden, ${percent(report.accuracy)} hardware`,
    ],
    [
      "bit-exact",
      `${report.compared.toLocaleString("en")} values of all layers compared, ${report.mismatches} digits differ (results or cycles)`,
    ],
    [
      "compression",
      `${kilobytes(report.bytesDense)} to ${kilobytes(report.bytesCompressed)}, ${report.ratio.toFixed(1)} times; weights kept by layer: ${report.keptShares.map(percent).join(", ")}; padding ${percent(report.paddingShare)} of the entries`,
    ],
    [
      "cycles",
      `${each(report.cycles)} a digit on ${pes} processing elements, ${each(report.ioCycles)} more for loading and read-out`,
    ],
    ["load balance", percent(report.loadBalance)],
    [
      "MACs a digit",
      `${Math.round(report.macsExecuted).toLocaleString("en")} of ${report.macsDense.toLocaleString("en")} dense (${percent(report.macsExecuted / report.macsDense)})`,
    ],
    [
      "area of one PE",
      `${area.lut} LUT, ${area.lutram} LUT as memory, ${area.ff} FF, ${area.dsp} DSP, ${area.bram} block RAM (xc7, ${area.tool} ${area.version})`,
    ],
    ["Verilog", `${resolve(options.output)} (${generated.files.length} files, top module ${generated.top})`],
  ];
  const verdict = report.mismatches === 0 ? "" : `\nfirst mismatch:\n${toJson(report.first)}`;
  return {
    document: { ...report, area, verilog: { folder: resolve(options.output), ...generated } },
    text: `\n${table(rows.map(([name, text]) => [`  ${name}`, text]))}${verdict}`,
    exitStatus: report.mismatches > 0 ? 1 : 0,
  };
}
