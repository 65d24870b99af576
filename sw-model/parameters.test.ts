import { describe, expect, it } from "vitest";
import { eieSpec } from "./eie/spec.ts";
import { UserError } from "./errors.ts";
import { lnzdSpec } from "./lnzd/spec.ts";
import { describeSpec, type ParameterSources, resolveParameters } from "./parameters.ts";

function failure(sources: ParameterSources) {
  try {
    resolveParameters(eieSpec, sources);
  } catch (error) {
    if (error instanceof UserError) return { exit: error.exitStatus, ...error.details };
    throw error;
  }
  throw new Error("no error");
}

describe("resolveParameters", () => {
  it("gives the defaults of the contract", () => {
    expect(resolveParameters(lnzdSpec).parameters).toMatchObject({ inputs: 16, width: 16 });
    expect(resolveParameters(eieSpec).parameters).toEqual({
      pes: 4,
      clusterPes: 64,
      queueDepth: 8,
      weightBits: 4,
      indexBits: 4,
      codebookBits: 16,
      activationBits: 16,
      accWidth: 40,
      productShift: 0,
      dropBits: 8,
      rounding: "nearest",
      entryDepth: 4096,
      columnDepth: 1024,
      activationDepth: 64,
      vectorDepth: 0,
      productStages: 1,
      activationBanks: 1,
      entriesPerWord: 8,
      balance: false,
      counters: false,
      counterBits: 40,
      codebooks: 4,
      layers: 8,
    });
  });

  it("orders its sources: defaults < preset < file < settings, the last setting wins", () => {
    const config = { value: { pes: 3, queueDepth: 5, accWidth: 41 }, file: "c.json" };
    const { parameters, explicit } = resolveParameters(eieSpec, {
      preset: "small",
      config,
      sets: ["queueDepth=6", "accWidth=42", "accWidth=43", "rounding = truncate"],
    });
    expect(parameters).toMatchObject({ pes: 3, queueDepth: 6, accWidth: 43, rounding: "truncate", entryDepth: 64 });
    expect([...explicit].sort()).toEqual(["accWidth", "pes", "queueDepth", "rounding"]);
  });

  it("accepts every preset of every spec", () => {
    for (const preset of Object.keys(eieSpec.presets)) resolveParameters(eieSpec, { preset });
    for (const preset of Object.keys(lnzdSpec.presets)) resolveParameters(lnzdSpec, { preset });
  });

  it("names the nearest parameters and presets", () => {
    expect(failure({ sets: ["pse=3"] })).toMatchObject({
      exit: 2,
      code: "unknown-parameter",
      message: 'eie has no parameter "pse"',
      where: "--set pse=3",
      hint: 'did you mean pes? "whittle list" shows all parameters',
    });
    expect(failure({ preset: "papr" })).toMatchObject({
      code: "unknown-preset",
      expected: "one of small, paper, fpga",
      hint: 'did you mean paper? "whittle list" shows all presets',
    });
    expect(failure({ sets: ["toString=3"] }).code).toBe("unknown-parameter");
    expect(failure({ preset: "constructor" }).code).toBe("unknown-preset");
  });

  it.each([
    ["pes=0", "pes of eie is 0; it must be an integer from 1 to 256"],
    ["pes=257", "pes of eie is 257; it must be an integer from 1 to 256"],
    ["pes=1.5", "pes of eie is 1.5; it must be an integer from 1 to 256"],
    ["pes=many", 'pes of eie is "many"; it must be an integer from 1 to 256'],
    ["pes=", 'pes of eie is ""; it must be an integer from 1 to 256'],
    ["rounding=up", 'rounding of eie is "up"; it must be one of nearest, nearest-even, truncate'],
  ])("refuses %s", (setting, message) => {
    expect(failure({ sets: [setting] })).toMatchObject({
      exit: 2,
      code: "parameter-out-of-range",
      message,
      where: `--set ${setting}`,
    });
  });

  it("refuses null in a file instead of taking the default, and says where", () => {
    const config = { value: { pes: null }, file: "c.json" };
    expect(failure({ config })).toMatchObject({
      code: "parameter-out-of-range",
      where: "c.json: $.pes",
      found: "null",
    });
    expect(failure({ config: { value: [1], file: "c.json" } })).toMatchObject({
      code: "bad-config",
      found: "an array",
    });
    expect(failure({ sets: ["pes"] })).toMatchObject({ code: "bad-setting", expected: "key=value, for example pes=8" });
  });

  it.each([
    [["accWidth=16", "dropBits=16"], "dropBits = 16, accWidth = 16 of eie cannot be:"],
    [
      ["codebookBits=4", "activationBits=4", "productShift=8"],
      "productShift = 8, codebookBits = 4, activationBits = 4",
    ],
    [["accWidth=15"], "accWidth = 15, activationBits = 16"],
    [["entriesPerWord=6"], "entriesPerWord = 6"],
    [["entryDepth=20"], "entryDepth = 20, entriesPerWord = 8"],
  ])("names all parameters of the rule that %j breaks", (sets, start) => {
    const { code, message } = failure({ sets });
    expect(code).toBe("parameter-conflict");
    expect(message.startsWith(start)).toBe(true);
  });
});

describe("describeSpec", () => {
  it("lists ranges, words, units and help of every parameter", () => {
    const { parameters, presets } = describeSpec(eieSpec);
    expect(parameters).toContainEqual({
      name: "pes",
      default: 4,
      min: 1,
      max: 256,
      unit: "PE",
      help: "processing elements; row i lives on PE i mod pes",
    });
    expect(parameters.find(({ name }) => name === "rounding")).toMatchObject({
      default: "nearest",
      values: ["nearest", "nearest-even", "truncate"],
    });
    expect(parameters.every(({ help }) => help.length > 0 && !help.includes("\n"))).toBe(true);
    expect(presets.map(({ name }) => name)).toEqual(["small", "paper", "fpga"]);
  });
});
