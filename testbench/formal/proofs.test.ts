/** The parts that must not fail, proven; and each proof shown able to fail, by a fault in the circuit. */
import { describe, expect, it } from "vitest";
import { popcountLatency } from "../../generators/popcount/popcount.ts";
import { constant, reference } from "../../hdl/expression.ts";
import { streamParts } from "../../hdl/fixtures/stream-parts.ts";
import { type Circuit, checkStreams, elaborate } from "../../hdl/index.ts";
import { lnzdLatency, lnzdSpec, lnzdStructures } from "../../sw-model/lnzd/spec.ts";
import { broken, type Change, expectProven, expectRefuted, inverted, one, zero } from "../fixtures/proven.ts";
import { holdsForAllInputs } from "./combinational.ts";
import { arbiterProof } from "./proofs/arbiters.ts";
import { lfsrProof } from "./proofs/lfsr.ts";
import { lnzdProof, lnzdProofs, pipelinedLnzdProof } from "./proofs/lnzd.ts";
import { pipelinedPopcountProof, popcountProof, popcountProofs, xnorPopcountProofs } from "./proofs/popcount.ts";
import { fifoProof, registerFifoProof, skidBufferProof } from "./proofs/queues.ts";
import { proveCircuit } from "./prove.ts";

describe("fifo", () => {
  it.each([
    [1, 3],
    [2, 1],
    [3, 2],
    [4, 4],
    [5, 1],
    [8, 2],
  ])("depth %i, width %i: every word comes out once, in order, unchanged", async (depth, width) => {
    expectProven(await proveCircuit(checkStreams(elaborate(fifoProof, { depth, width })), { depth: depth + 4 }));
  });

  it.each<[string, Change, string]>([
    ["push_ready", one, "comes_out_as_it_went_in"],
    ["pop_valid", one, "comes_out_as_it_went_in"],
    ["head", zero, "comes_out_as_it_went_in"],
    ["tail", zero, "comes_out_as_it_went_in"],
    ["words", one, "comes_out_as_it_went_in"],
    ["popped", zero, "comes_out_as_it_went_in"],
  ])("with a fault in %s it is refuted", async (net, change, claim) => {
    await expectRefuted(broken(elaborate(fifoProof, { depth: 3, width: 2 }), "fifo_proof", net, change), claim);
  });
});

describe("fifo of registers", () => {
  it.each([
    [1, 3],
    [2, 1],
    [3, 2],
    [4, 4],
    [8, 2],
  ])("depth %i, width %i: every word comes out once, in order, unchanged", async (depth, width) => {
    const circuit = checkStreams(elaborate(registerFifoProof, { depth, width }));
    expectProven(await proveCircuit(circuit, { depth: depth + 4 }));
  });

  it.each<[string, Change, string]>([
    ["push_ready", one, "comes_out_as_it_went_in"],
    ["pop_valid", one, "comes_out_as_it_went_in"],
    ["head", (value) => constant(1n, value.width, false, value.at), "comes_out_as_it_went_in"],
    ["word_1", zero, "comes_out_as_it_went_in"],
    ["popped", zero, "comes_out_as_it_went_in"],
  ])("with a fault in %s it is refuted", async (net, change, claim) => {
    const circuit = elaborate(registerFifoProof, { depth: 3, width: 2 });
    await expectRefuted(broken(circuit, "register_fifo_proof", net, change), claim);
  });
});

describe("skid buffer", () => {
  it.each([1, 3, 8])("width %i: every word comes out once, in order, unchanged", async (width) => {
    expectProven(await proveCircuit(checkStreams(elaborate(skidBufferProof, { width })), { depth: 8 }));
  });

  it.each<[string, Change, string]>([
    ["push_ready", one, "comes_out_as_it_went_in"],
    ["skidded", zero, "comes_out_as_it_went_in"],
    ["spare", zero, "comes_out_as_it_went_in"],
    ["full", zero, "is_not_lost"],
    ["word", inverted, "comes_out_as_it_went_in"],
  ])("with a fault in %s it is refuted", async (net, change, claim) => {
    await expectRefuted(broken(elaborate(skidBufferProof, { width: 2 }), "skid_buffer_proof", net, change), claim);
  });
});

describe("LFSR with a seed that enters bit by bit", () => {
  it.each([
    [2, 1],
    [8, 1],
    [8, 8],
    [16, 8],
    [32, 8],
  ])("of %i bits, %i steps a draw: never 0, whatever the order of bits and draws", async (width, stepsPerDraw) => {
    expectProven(await proveCircuit(elaborate(lfsrProof, { width, stepsPerDraw }), { depth: width + 2 }));
  });

  it.each<[string, Change]>([
    ["highest", zero],
    ["seen", one],
    ["partial", one],
  ])("with a fault in %s it is refuted", async (net, change) => {
    const circuit = elaborate(lfsrProof, { width: 4, stepsPerDraw: 1 });
    await expectRefuted(broken(circuit, "lfsr_proof", net, change), "never_0");
  });
});

describe("arbiter", () => {
  it.each([2, 3, 4, 5])(
    "round robin among %i: one grant, which stays until taken, and a bound on waiting",
    async (inputs) => {
      expectProven(await proveCircuit(elaborate(arbiterProof, { inputs, policy: "round-robin" }), { depth: 6 }));
    },
  );

  it.each([2, 5])("fixed priority among %i: one grant, the lowest first, which stays until taken", async (inputs) => {
    expectProven(await proveCircuit(elaborate(arbiterProof, { inputs, policy: "fixed" }), { depth: 4 }));
  });

  it.each<[string, Change, string]>([
    ["held", zero, "stays_until_taken"],
    ["after", zero, "waits_for_the_others_at_most"],
    ["granted", (value) => reference("requests", value.width, false, value.at), "grants_one"],
  ])("with a fault in %s it is refuted", async (net, change, claim) => {
    const circuit = elaborate(arbiterProof, { inputs: 3, policy: "round-robin" });
    await expectRefuted(broken(circuit, "arbiter_proof", net, change), claim);
  });
});

describe("stream parts", () => {
  const offered = expect.arrayContaining([expect.stringMatching(/^q0?_(valid|data)_stays$/)]);

  it.each(["skid", "forward", "half", "widen", "narrow", "fork"])("%s keeps what it offers", async (name) => {
    const proof = await proveCircuit(checkStreams(streamParts[name](2, 3).circuit), { depth: 4 });
    expect(proof).toMatchObject({ outcome: "proven", assertions: offered });
  });

  // For all edges these would need invariants over the state of what they are made of.
  it.each(["chain", "fixed arbiter", "round-robin arbiter", "credit", "credit through registers"])(
    "%s keeps what it offers, for 8 edges",
    async (name) => {
      const proof = await proveCircuit(checkStreams(streamParts[name](1, 2).circuit), { depth: 8, induction: false });
      expect(proof).toMatchObject({ outcome: "bounded", assertions: offered });
    },
  );

  it("with a fork that forgets whom it served that is refuted", async () => {
    const circuit = checkStreams(streamParts.fork(2, 2).circuit);
    await expectRefuted(broken(circuit, "fork_part", "branch_done", one), "q1_valid_stays");
  });
});

describe("leading-nonzero detector", () => {
  const defaults = lnzdSpec.schema.parse({});
  const upTo64 = Array.from({ length: 64 }, (_, i) => i + 1);

  it.each([
    [1, 3],
    [2, 2],
    [5, 3],
    [16, 4],
    [21, 2],
  ])("%i inputs of %i bits: the first that is not zero", async (inputs, width) => {
    expectProven(await proveCircuit(elaborate(lnzdProof, { ...defaults, inputs, width }), { depth: 1 }));
  });

  it.each(lnzdStructures)("structure %s, every number of inputs from 1 to 64: the first one bit", async (structure) => {
    const all = upTo64.map((inputs) => ({ ...defaults, inputs, width: 1, value: false, structure }));
    expect(await holdsForAllInputs(elaborate(lnzdProofs, all))).toBe(true);
  });

  it("radix 4, every number of inputs from 1 to 64: the first one of two bits, and its value", async () => {
    const all = upTo64.map((inputs) => ({ ...defaults, inputs, width: 2 }));
    expect(await holdsForAllInputs(elaborate(lnzdProofs, all))).toBe(true);
  });

  it.each([2, 3, 5, 6, 7, 8])("radix %i, every number of inputs from 1 to 64: the first one bit", async (radix) => {
    const all = upTo64.map((inputs) => ({ ...defaults, inputs, width: 1, value: false, radix }));
    expect(await holdsForAllInputs(elaborate(lnzdProofs, all))).toBe(true);
  });

  it.each([9, 16, 33, 64])(
    "radix %i, numbers of inputs around it and the largest: the first one bit",
    async (radix) => {
      const sizes = [...new Set([radix - 1, radix, Math.min(64, radix + 1), 2 * radix <= 64 ? 2 * radix : 63, 64])];
      const all = sizes.map((inputs) => ({ ...defaults, inputs, width: 1, value: false, radix }));
      expect(await holdsForAllInputs(elaborate(lnzdProofs, all))).toBe(true);
    },
  );

  it.each([
    { inputs: 5, width: 2, levelsPerStage: 1 },
    { inputs: 16, width: 2, levelsPerStage: 1 },
    { inputs: 21, width: 1, levelsPerStage: 2 },
    { inputs: 33, width: 1, levelsPerStage: 1, value: false },
    { inputs: 32, width: 1, levelsPerStage: 2, value: false, structure: "xc7" },
  ] as const)("in a pipeline, %o: the first one of the vector of that many edges before", async (shape) => {
    const p = { ...defaults, ...shape };
    expectProven(await proveCircuit(elaborate(pipelinedLnzdProof, p), { depth: lnzdLatency(p) + 2 }));
  });

  it.each<[string, Change, string]>([
    ["foundIndex_0_0", zero, "finds_the_first"],
    ["found_0_1", one, "finds_if_there_is_one"],
    ["foundPayload_0_1", inverted, "gives_its_value"],
  ])("in a pipeline, with a fault in %s it is refuted", async (net, change, claim) => {
    const circuit = elaborate(pipelinedLnzdProof, { ...defaults, inputs: 8, width: 2, levelsPerStage: 1 });
    const tree = circuit.modules.find(({ name }) => name.startsWith("lnzd_tree"));
    await expectRefuted(broken(circuit, tree?.name ?? "", net, change), claim);
  });

  it("with a fault in one of many the proof fails", async () => {
    const all = upTo64.slice(0, 20).map((inputs) => ({ ...defaults, inputs, width: 1, value: false }));
    const circuit = elaborate(lnzdProofs, all);
    const last = circuit.modules.filter(({ name }) => name.startsWith("lnzd_index_tree")).at(-1);
    expect(await holdsForAllInputs(broken(circuit, last?.name ?? "", "index_1_0", inverted))).toBe(false);
  });

  it("a circuit with registers is not decided, rather than taken for proven", async () => {
    const piped = { ...defaults, inputs: 5, width: 1, levelsPerStage: 1 };
    await expect(holdsForAllInputs(elaborate(lnzdProof, piped))).rejects.toMatchObject({
      details: { code: "proof-failed" },
    });
  });

  it.each<[string, string, Change, string]>([
    ["the index of a node", "index_0_0", zero, "detector_finds_the_first"],
    ["the index of the root", "index_1_0", inverted, "detector_finds_the_first"],
    ["a pair that is forgotten", "valid_0_0_0to1", zero, "detector_finds_if_there_is_one"],
    ["the value of a node", "payload_0_1", inverted, "detector_gives_its_value"],
  ])("with a fault in %s it is refuted", async (_, net, change, claim) => {
    const circuit = elaborate(lnzdProof, { ...defaults, inputs: 8, width: 2 });
    const tree = circuit.modules.find(({ name }) => name.startsWith("lnzd_tree"));
    await expectRefuted(broken(circuit, tree?.name ?? "", net, change), claim);
  });
});

describe.each(["full-adders", "adders", "carry-counters", "dual-tables"] as const)("popcount by %s", (structure) => {
  const upTo32 = Array.from({ length: 32 }, (_, i) => i + 1);

  it("every number of bits from 1 to 32: one for each that is 1", async () => {
    const circuit = elaborate(popcountProofs, { widths: upTo32, structure });
    expect(await holdsForAllInputs(circuit, { by: "diagrams" })).toBe(true);
  });

  it("every number of lanes from 1 to 32: one for each that agrees", async () => {
    const circuit = elaborate(xnorPopcountProofs, { widths: upTo32, structure });
    expect(await holdsForAllInputs(circuit, { by: "diagrams" })).toBe(true);
  });

  it.each([
    [7, 1],
    [10, 2],
  ])("of %i lanes in a pipeline of %i levels a stage: those of the latency before", async (bits, levels) => {
    const p = { bits, structure, levels };
    const circuit = elaborate(pipelinedPopcountProof, p);
    expectProven(await proveCircuit(circuit, { depth: popcountLatency(p, 2) + 2 }));
  });

  it("in a pipeline, with a register that stays 0 it is refuted", async () => {
    const circuit = elaborate(pipelinedPopcountProof, { bits: 7, structure, levels: 1 });
    const counter = circuit.modules.find(({ name }) => name.startsWith("xnor_popcount_pipelined"));
    const register = counter?.items.findLast((item) => item.kind === "reg");
    const net = register?.kind === "reg" ? register.name : "";
    await expectRefuted(broken(circuit, counter?.name ?? "", net, zero), "counts_lanes_that_agree");
  });

  it("of 9 bits, by the other solver, which also sees all of them counted", async () => {
    expectProven(await proveCircuit(elaborate(popcountProof, { bits: 9, structure }), { depth: 1 }));
  });
});

describe("popcount", () => {
  const faults = [
    ["full-adders", /popcount/, /_carry$/],
    ["adders", /popcount/, /_total$/],
    ["carry-counters", /^carry_counter/, /^total$/],
    ["dual-tables", /popcount/, /^weight0_\d+$/],
    ["dual-tables", /^lut6_2/, /^o6$/],
  ] as const;

  /** With a fault in the last such net. */
  function faulty(circuit: Circuit, module: RegExp, net: RegExp): Circuit {
    for (const { name, items } of circuit.modules.toReversed().filter(({ name }) => module.test(name))) {
      const wire = items.findLast((item) => item.kind === "wire" && net.test(item.name));
      if (wire?.kind === "wire") return broken(circuit, name, wire.name, inverted);
    }
    throw new Error(`no net ${net} in ${module}`);
  }

  it.each(faults)("by %s with a fault in %s, %s is refuted", async (structure, module, net) => {
    const circuit = faulty(elaborate(popcountProof, { bits: 9, structure }), module, net);
    expect(await holdsForAllInputs(circuit, { by: "diagrams" })).toBe(false);
    await expectRefuted(circuit, "counts_ones");
  });

  it.each(faults)("of many widths by %s with a fault in %s, %s the proof fails", async (structure, module, net) => {
    const parameters = { widths: [3, 9, 10], structure };
    for (const circuit of [elaborate(popcountProofs, parameters), elaborate(xnorPopcountProofs, parameters)]) {
      expect(await holdsForAllInputs(faulty(circuit, module, net), { by: "diagrams" })).toBe(false);
    }
  });
});
