import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eie } from "../generators/eie/eie.ts";
import { elaborate } from "../hdl/index.ts";
import type { EieOperation } from "../sw-model/eie/operation.ts";
import { type EieParameters, eieSpec } from "../sw-model/eie/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { type NetworkCase, networkCase } from "../testbench/cases/eie-network.ts";
import { EieHost } from "../testbench/drivers/eie-host.ts";
import { casesOf, judge, noFault, replacing } from "../testbench/fixtures/judge.ts";
import type { Simulation } from "../testbench/simulation.ts";
import { eieGenerator } from "./eie.ts";
import { eieChains } from "./eie-chains.ts";

const { parameters: base } = resolveParameters(eieSpec, { sets: ["pes=3", "queueDepth=2"] });
const single = eieGenerator.cases.parameters(base, new Set());
const chained: EieParameters = { ...base, entryDepth: 2048, columnDepth: 256, layers: 11, codebooks: 11 };

/** Operations on one layer: the directed cases and random ones. */
const ofOperations = {
  circuit: elaborate(eie, single),
  operations: casesOf(eieGenerator.cases, single, 25),
  run: (simulation: Simulation, operation: EieOperation) => eieGenerator.drive(simulation, single, operation),
  golden: (operation: EieOperation) => eieGenerator.golden(single, operation),
};

/** The same with products that take two stages, and lose bits of both halves. */
const staged: EieParameters = { ...single, productStages: 2, productShift: 11 };
const ofStaged = {
  circuit: elaborate(eie, staged),
  operations: casesOf(eieGenerator.cases, staged, 25),
  run: (simulation: Simulation, operation: EieOperation) => eieGenerator.drive(simulation, staged, operation),
  golden: (operation: EieOperation) => eieGenerator.golden(staged, operation),
};

/** Chains of layers with the hardware's bias, back to back. */
const chains = eieChains(() => new EieHost(chained));
const ofChains = {
  circuit: elaborate(eie, chained),
  operations: fc.sample(networkCase(chained), { numRuns: 25, seed: 4 }).map((operation) => ({ operation })),
  run: (simulation: Simulation, network: NetworkCase) => chains.run(simulation, chained, network),
  golden: (network: NetworkCase) => chains.golden(chained, network),
};

describe("without a fault", () => {
  it("operations agree", async () => expect(await judge(ofOperations, noFault)).toBe("equal"));
  it("products in two stages agree", async () => expect(await judge(ofStaged, noFault)).toBe("equal"));
  it("chains agree, layer by layer and back to back", async () => expect(await judge(ofChains, noFault)).toBe("equal"));
});

describe("a fault in the RTL is caught", () => {
  it.each([
    ["no bypass", "repeatsOut <= validOut && entryFirst && (skip == rowOut);", "repeatsOut <= 1'b0;"],
    [
      "bypass whatever the row",
      "repeatsOut <= validOut && entryFirst && (skip == rowOut);",
      "repeatsOut <= validOut && entryFirst;",
    ],
    ["bypass of an entry long before", "validOut && entryFirst && (skip == rowOut)", "entryFirst && (skip == rowOut)"],
    ["run length off by one", "rowOut + skip + 8'd1", "rowOut + skip"],
    ["padding entries dropped", "else rowOut <= rowOut + skip", "else if (entryCode != 4'd0) rowOut <= rowOut + skip"],
    ["row not restarted in a new column", "if (entryFirst) rowOut <=", "if (1'b0) rowOut <="],
    ["queue overflows", "assign push_ready = !(met && filling);", "assign push_ready = 1'b1;"],
    ["broadcast ignores a full queue", "wire advance = !blocked;", "wire advance = 1'b1;"],
    ["a column that waits is overwritten", "if (!queueFull) waitingStart <=", "waitingStart <="],
    ["a column enters its queue twice", "else if (!queueFull) waiting <=", "else if (broadcast_arrives) waiting <="],
    ["pointers move on while a column waits", "secondFree = advance || !secondValid;", "secondFree = 1'b1;"],
    [
      "pointer banks swapped",
      "wire [12:0] first = startsOdd ? oddPointer : evenPointer;",
      "wire [12:0] first = startsOdd ? evenPointer : oddPointer;",
    ],
    [
      "end of an odd column from the wrong word",
      "wire [9:0] pointerAfter = pointerAddress + 10'd1;",
      "wire [9:0] pointerAfter = pointerAddress;",
    ],
    [
      "every column takes its start from the last one",
      "wire follows = standing && (firstPointer == afterSent);",
      "wire follows = 1'b1;",
    ],
    [
      "the wrong bank read again",
      "readEven = read && (!follows || startOdd)",
      "readEven = read && (!follows || !startOdd)",
    ],
    ["pointers of the run before", "else if (starting) standing <= 1'b0;", "else if (1'b0) standing <= 1'b0;"],
    ["memory word not read at a column's start", "first || !(|cursor[2:0])", "!(|cursor[2:0])"],
    ["lanes reversed", "word[{lane, 3'd0} +: 8]", "word[{~lane, 3'd0} +: 8]"],
    ["a column's last entry lost", "wire last = left == 9'd1;", "wire last = left <= 9'd2;"],
    ["sum not saturated", "exact[40] ? 40'sh8000000000 :", "exact[40] ? exact[39:0] :"],
    ["ties rounded up", "{stored_0[39], stored_0} + 41'sd127", "{stored_0[39], stored_0} + 41'sd128"],
    ["result not saturated", "rounded_0_sum[40] ? 16'sd32768 :", "rounded_0_sum[40] ? rounded_0_sum[23:8] :"],
    ["ReLU always on", "assign results_0 = (relu && stored_0[39])", "assign results_0 = stored_0[39]"],
    ["accumulators not cleared at write-back", "else operand <= 40'sd0;", "else operand <= operand;"],
    ["last activation of a row skipped", "wire rowDone = !found || (granting && !more);", "wire rowDone = 1'b1;"],
    ["lowest child does not win", "!valid_0 && valid_1;", "valid_1;"],
    [
      "write-back does not wait for the PEs",
      "wire pipelineIdle = !(firstValid || secondValid || working);",
      "wire pipelineIdle = !(firstValid || secondValid);",
    ],
    ["registers not cleared after reset", "assign writeBack_take = rowTaken;", "assign writeBack_take = takeRow;"],
    ["zero activations broadcast", "(|word_0) || scanAll", "1'b1"],
  ])("%s", async (_, from, to) => {
    expect(await judge(ofOperations, replacing(from, to))).toBe("caught");
  });

  it.each([
    ["no bypass", "halvesRepeat <= repeats;", "halvesRepeat <= 1'b0;"],
    ["the row a stage early", "writeBack ? writeBackRow : halvesRow;", "writeBack ? writeBackRow : row;"],
    ["the low half signed", "{1'd0, weight[7:0]}", "{weight[7], weight[7:0]}"],
    ["the low product without its sign", "{{9{lowProduct[15]}}, lowProduct}", "{9'd0, lowProduct}"],
    ["write-back does not wait for halves", "assign busy = valid || halvesValid;", "assign busy = valid;"],
  ])("in products of two stages: %s", async (_, from, to) => {
    expect(await judge(ofStaged, replacing(from, to))).toBe("caught");
  });

  it.each([
    ["bias column left out", "wire sendBias = (state == STATE_BIAS) && firstFree;", "wire sendBias = 1'b0;"],
    ["bias pointer taken from the inputs", "firstPointer <= layer_biasPointer", "firstPointer <= layer_pointerBase"],
    ["all layers with the first codebook", "address = {codebook, entryCode};", "address = {4'd0, entryCode};"],
    [
      "chain ends a layer early",
      "wire lastLayer = layerNow == layerLast;",
      "wire lastLayer = (layerNow == layerLast) || (layerNow + 4'd1 == layerLast);",
    ],
    [
      "codebooks beyond the fourth not reached",
      "address = {codebook, entryCode};",
      "address = {2'd0, codebook[1:0], entryCode};",
    ],
    [
      "layers beyond the fourth not stored",
      "layers[load_data_address[3:0]] <=",
      "layers[{2'd0, load_data_address[1:0]}] <=",
    ],
    ["the next layer is not taken up", "load_data_data[3:0] : (layerNow + 4'd1);", "load_data_data[3:0] : layerNow;"],
  ])("%s", async (_, from, to) => {
    expect(await judge(ofChains, replacing(from, to))).toBe("caught");
  });
});
