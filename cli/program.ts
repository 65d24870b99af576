import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError, Option } from "commander";
import { resetKinds } from "../hdl/index.ts";
import { packageRoot } from "../platform/package-root.ts";
import { nearestNames, UserError } from "../sw-model/errors.ts";
import { benchCommand, benchNames } from "./commands/bench.ts";
import { checkCommand } from "./commands/check.ts";
import { compressCommand } from "./commands/compress.ts";
import { coverageCommand } from "./commands/coverage.ts";
import { decompressCommand } from "./commands/decompress.ts";
import { demo } from "./commands/demo.ts";
import { doctor } from "./commands/doctor.ts";
import { execCommand } from "./commands/exec.ts";
import { exportCommand, importCommand } from "./commands/finn.ts";
import { foldCommand } from "./commands/fold.ts";
import { generateCommand } from "./commands/generate.ts";
import { list } from "./commands/list.ts";
import { mutateCommand } from "./commands/mutate.ts";
import { regressCommand } from "./commands/regress.ts";
import { runCommand } from "./commands/run.ts";
import { sweepCommand } from "./commands/sweep.ts";
import { synthCommand } from "./commands/synth.ts";
import type { Output } from "./output.ts";
import type { CommandResult } from "./result.ts";

/** Parses a command line and carries the command out. Throws UserError for anything unusable. */
export async function carryOut(words: readonly string[], output: Output): Promise<CommandResult> {
  let result: CommandResult = { document: {}, text: "" };
  let help = "";
  const finish = async (made: CommandResult | Promise<CommandResult>) => {
    result = await made;
  };
  const program = buildProgram(output, finish, (text) => {
    help += text;
  });
  // These two mean the same wherever they stand.
  const rest = words.filter((word) => word !== "--json" && word !== "--debug");
  checkFlagValues(program, rest);
  try {
    await program.parseAsync(rest, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return { document: { help: help.trimEnd() }, text: help.trimEnd() };
      throw usageError(program, rest, error);
    }
    throw error;
  }
  return result;
}

type Finish = (made: CommandResult | Promise<CommandResult>) => Promise<void>;

function buildProgram(output: Output, finish: Finish, writeHelp: (text: string) => void): Command {
  const program = new Command("whittle")
    .description(
      "Neural-network hardware carved out of TypeScript: readable Verilog, a bit-exact cross-check, an area estimate.",
    )
    .exitOverride()
    .configureOutput({ writeOut: writeHelp, writeErr: () => {} })
    .version(version())
    .helpCommand(true);

  const command = (usage: string, description: string) =>
    program
      .command(usage)
      .description(description)
      .option("--json", "print one JSON document on stdout and nothing else there")
      .option("--debug", "show the stack trace of an error");
  const repeatable = (flags: string, description: string, otherwise: string) =>
    new Option(flags, `${description}; repeatable`)
      .default([] as string[], otherwise)
      .argParser((value: string, earlier: string[]) => [...earlier, value]);
  const generator = (usage: string, description: string) =>
    command(usage, description)
      .option("--preset <name>", "start from a preset of the generator")
      .option("--config <file>", "parameters from a JSON file")
      .addOption(repeatable("--set <key=value>", "one parameter, the last one wins", "none"));
  const engine = "golden, wasm, verilator or icarus";
  const parallel = (usage: Command) =>
    usage
      .option("--jobs <count>", "processes side by side; default: one a processor, as far as the memory goes")
      .option("--memory <megabytes>", "what all of them may take together; default: three quarters of what is free");

  command("list", "generators, their parameters and presets").action(() => finish(list()));
  generator("generate <generator>", "write Verilog, a file list and a manifest")
    .requiredOption("-o, --output <folder>", "where to write")
    .option("--testbench", "add a plain Verilog-2005 testbench with vectors that prints PASS or FAIL")
    .option("--prefix <name>", "put before the name of every module")
    .addOption(new Option("--reset <kind>", "how resets look").choices(resetKinds).default("sync-high"))
    .addOption(
      new Option("--memories <how>", "memories inferred, or as black boxes of which you bring the Verilog")
        .choices(["infer", "blackbox"])
        .default("infer"),
    )
    .option("--no-positions", "leave out the comments that name TypeScript lines")
    .action((name, options) => finish(generateCommand(name, options)));
  generator("exec <generator>", "run one operation from a JSON file")
    .requiredOption("--op <file>", "the operation")
    .option("--engine <name>", engine, "wasm")
    .option("--waves <file>", "write a VCD of the whole run")
    .action((name, options) => finish(execCommand(name, options, output)));
  generator("check <generator>", "random and directed operations, RTL against golden model")
    .option("--cases <count>", "random operations, besides the directed ones", "100")
    .option("--seed <number>", "seed of the random operations", "1")
    .option("--engine <name>", "wasm, verilator or icarus", "wasm")
    .option(
      "--coverage <folder>",
      "write what was covered: a page, lcov and data (wasm, verilator); FILE.info: lcov alone",
    )
    .action((name, options) => finish(checkCommand(name, options, output)));
  generator("run <model>", "inference of a stored model on real data through the RTL")
    .requiredOption("--on <generator>", "the generator to run it on")
    .option("--samples <count>", "test samples: digits, or frames of speech", "500")
    .option("--engine <name>", engine, "wasm")
    .option("--sparsity <share>", "share of the weights that is pruned (voice-activity models)")
    .option("--prune <how>", "balanced (as many weights on every PE), banks or magnitude (voice-activity models)")
    .option("--padding <what>", "zeros or weights: what entries hold that only bridge a gap (voice-activity models)")
    .addOption(repeatable("--clip <file>", "a WAV file, 16 kHz (voice-activity models)", "the stored clips"))
    .option("--svg <file>", "write a plot of the probabilities (voice-activity models)")
    .action((model, options) => finish(runCommand(model, options, output)));
  command("compress <model>", "prune, share and Huffman-code fully connected layers: a stored model, ONNX or .npz")
    .option("-o, --output <file>", "write the container")
    .option("--density <share>", "share of all weights to keep, divided over the layers by their sensitivity")
    .option("--keep <shares>", "share of each layer's weights to keep: one, or one a layer with commas between")
    .option("--drop <share>", "drop the smallest weights that hold this share of each layer's sum of squares")
    .option("--weight-bits <bits>", "bits of a weight's code, 1 to 8: one number, or one a layer", "4")
    .option("--index-bits <bits>", "bits of a relative index, 1 to 8; default: what makes each layer smallest")
    .option("--initialisation <name>", "where k-means begins: linear, density or forgy", "linear")
    .option("--epochs <count>", "epochs of retraining on the digits; default: 54 for a network that knows them, else 0")
    .option("--dense-sparse-dense <share>", "first prune to this share, retrain, free all weights and retrain")
    .option("--seed <number>", "seed of everything random", "1")
    .option("--layout <name>", "how the matrices of an .npz lie: outputs-inputs or inputs-outputs; default: as fits")
    .action((model, options) => finish(compressCommand(model, options, output)));
  command("decompress <file>", "a compressed network as an .npz file, or as a model that run --on eie takes")
    .requiredOption("-o, --output <path>", "an .npz file, or the folder of a model")
    .action((file, options) => finish(decompressCommand(file, options)));
  generator("synth <generator>", "area by Yosys")
    .requiredOption("--target <target>", "xc7, xcup, ecp5, ice40, gates, or a Liberty file")
    .option("--module <name>", "one module of the design instead of the top")
    .addOption(new Option("--yosys <which>", "which Yosys to use").choices(["system", "embedded"]))
    .action((name, options) => finish(synthCommand(name, options, output)));
  parallel(
    command(
      "regress [generators...]",
      "many checks side by side; what passed before and has not changed is not run again",
    ),
  )
    .addOption(repeatable("--preset <name>", "a preset, or defaults", "all that a generator has"))
    .addOption(repeatable("--engine <name>", "wasm, verilator or icarus", "those that are there"))
    .addOption(repeatable("--seed <number>", "seed of the random operations", "1"))
    .option("--cases <count>", "random operations of a case, besides the directed ones", "20")
    .option("--fresh", "run also what passed before and has not changed")
    .option("--junit <file>", "write the report as JUnit XML too")
    .option("--coverage <folder>", "write what all cases covered together, and run all of them for it")
    .action((names, options) => finish(regressCommand(names, options, output)));
  command("coverage <folders...>", "what several runs covered together")
    .requiredOption("-o, --output <folder>", "where to write the page, lcov and data; FILE.info: lcov alone")
    .action((folders, options) => finish(coverageCommand(folders, options)));
  parallel(generator("sweep <generator>", "area, cycles and agreement of many design points, side by side"))
    .addOption(repeatable("--vary <key=v1,v2>", "a parameter and its values (lists parted by /)", "nothing"))
    .addOption(repeatable("--target <target>", "xc7, xcup, ecp5, ice40, gates, or a Liberty file", "no area"))
    .option("--op <file>", "an operation whose cycles are counted at each point")
    .option("--check <count>", "check each point with so many random operations, besides the directed ones")
    .option("--engine <name>", "wasm, verilator or icarus", "wasm")
    .option("--csv <file>", "write the table")
    .option("--svg <file>", "write a Pareto plot: area against cycles, or the next best figure")
    .action((name, options) => finish(sweepCommand(name, options, output)));
  generator("mutate <generator>", "small faults in the netlist: do the generator's own cases tell them?")
    .option("--module <name>", "faults in this module and what is in it, instead of all of the design")
    .option("--count <count>", "mutants, or all that there are", "200")
    .option("--seed <number>", "seed of the choice and of the random operations", "1")
    .option("--cases <count>", "random operations, besides the directed ones", "20")
    .option("--engine <name>", "verilator or icarus", "verilator")
    .option(
      "--at-least <share>",
      "exit status 1 below this share of killed ones among those not proven equivalent",
      "0.95",
    )
    .option("--jobs <count>", "mutants side by side; default: one a processor")
    .action((name, options) => finish(mutateCommand(name, options, output)));
  command("import <format> <folder>", "a network of another tool as a stored model: finn")
    .requiredOption("-o, --output <folder>", "where to write the model")
    .action((format, folder, options) => finish(importCommand(format, folder, options)));
  command("export <format> <model>", "a stored model in the form of another tool: finn")
    .requiredOption("-o, --output <folder>", "where to write the files")
    .option("--layout <name>", "matrix or folded arrays, or packed words", "matrix")
    .option("--pes <counts>", "processing elements, one count or one a layer with commas between", "1")
    .option("--lanes <counts>", "columns a word (SIMD), likewise", "1")
    .action((format, model, options) => finish(exportCommand(format, model, options)));
  command("fold <network>", "processing elements and lanes of a bnn pipeline for a throughput or a budget")
    .option("--interval <cycles>", "cycles a vector, at most: the clock over the vectors a second that you want")
    .option("--luts <count>", "look-up tables, at most, by a model of 7 series; memories apart")
    .action((network, options) => finish(foldCommand(network, options)));
  command("demo", "a real pruned network on generated EIE hardware, from model to area")
    .option("--samples <count>", "test digits", "500")
    .option("--pes <count>", "processing elements", "16")
    .option("-o, --output <folder>", "where to write the Verilog", "build/demo")
    .action((options) => finish(demo(options, output)));
  command("bench <name>", `a benchmark, measured anew: ${benchNames.join(", ")}`)
    .option("--page <file>", "write the rows as an HTML page too, with plots where there are any (eie)")
    .addOption(
      new Option("--sparsity <kind>", "how zeros spread over the weights that eie draws").choices([
        "random",
        "clustered",
      ]),
    )
    .action((name, options) => finish(benchCommand(name, options, output)));
  command("doctor", "which tools are there, and how to get the others").action(() => finish(doctor()));

  for (const sub of program.commands) sub.exitOverride().copyInheritedSettings(program);
  return program;
}

/** The version of the package. */
function version(): string {
  return (JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as { version: string }).version;
}

/** The parser would take a following flag for a flag's value. */
function checkFlagValues(program: Command, words: readonly string[]): void {
  const command = commandOf(program, words);
  const valued = (command?.options ?? []).filter((option) => option.required);
  words.forEach((word, i) => {
    const option = valued.find(({ long, short }) => word === long || word === short);
    const value = words[i + 1];
    if (!option || (value !== undefined && !value.startsWith("--"))) return;
    throw new UserError({
      code: "missing-value",
      message: `${word} needs a value`,
      where: `whittle ${command?.name()}`,
      expected: option.flags,
      found: value ?? "nothing",
      hint: `"whittle help ${command?.name()}" shows all flags`,
    });
  });
}

function commandOf(program: Command, words: readonly string[]): Command | undefined {
  return program.commands.find((sub) => sub.name() === words.find((word) => !word.startsWith("-")));
}

/** A usage error of the parser, as an error that names what exists. */
function usageError(program: Command, words: readonly string[], error: CommanderError): UserError {
  const commands = program.commands.map((sub) => sub.name());
  const current = commandOf(program, words);
  const flags = (current ?? program).options.map((option) => option.long ?? option.flags);
  const message = error.message.replace(/^error: /, "").split("\n")[0];
  const offender = /'([^']*)'/.exec(message)?.[1] ?? words.join(" ");
  const near = (names: readonly string[]) => {
    const found = nearestNames(offender, names);
    return found.length > 0 ? `did you mean ${found.join(" or ")}? ` : "";
  };
  const ask = `"whittle help${current ? ` ${current.name()}` : ""}" shows all`;
  switch (error.code) {
    case "commander.unknownCommand":
    case "commander.help":
      return new UserError({
        code: "unknown-command",
        message: error.code === "commander.help" ? "no command was given" : message,
        where: "the command line",
        expected: `one of ${commands.join(", ")}`,
        found: error.code === "commander.help" ? "nothing" : offender,
        hint: `${near(commands)}${ask} commands`,
      });
    case "commander.unknownOption":
      return new UserError({
        code: "unknown-flag",
        message,
        where: `whittle ${current?.name() ?? ""}`.trim(),
        expected: `one of ${flags.join(", ")}`,
        found: offender,
        hint: `${near(flags)}${ask} flags`,
      });
    default:
      return new UserError({
        code: "bad-usage",
        message,
        where: `whittle ${current?.name() ?? ""}`.trim(),
        expected: current ? `whittle ${current.name()} ${current.usage()}` : "whittle COMMAND",
        found: words.join(" "),
        hint: `${ask} flags`,
      });
  }
}
