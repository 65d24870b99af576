/** The EIE array: it always comes to an end, and its queues lose nothing; and each proof shown able to fail, by a fault in the array. */
import { describe, expect, it } from "vitest";
import { eie } from "../../generators/eie/eie.ts";
import { eieGeometry } from "../../generators/eie/geometry.ts";
import { binary, reference, unary } from "../../hdl/expression.ts";
import { bitWidth, type Circuit, checkStreams, elaborate } from "../../hdl/index.ts";
import type { Item } from "../../hdl/ir.ts";
import { type EieParameters, eieSpec } from "../../sw-model/eie/spec.ts";
import { broken, type Change, expectProven, expectRefuted, one, only, zero } from "../fixtures/proven.ts";
import { eieProgress } from "./proofs/eie-progress.ts";
import { fifoProof } from "./proofs/queues.ts";
import { proveCircuit } from "./prove.ts";

/** As small as the array gets. */
const smallEie = {
  ...eieSpec.schema.parse({}),
  ...{
    pes: 2,
    queueDepth: 2,
    weightBits: 1,
    indexBits: 1,
    codebookBits: 2,
    activationBits: 2,
    accWidth: 4,
    dropBits: 0,
  },
  ...{ entryDepth: 8, entriesPerWord: 1, columnDepth: 4, activationDepth: 2, codebooks: 1, layers: 1 },
};

describe("EIE without deadlock", () => {
  // With one layer the layer table could be read beyond its end, as anything.
  const parameters = { ...smallEie, layers: 2 };

  // Write-back takes a few edges, and what it overlaps follows from how it began: so many edges by induction.
  it.each<Partial<EieParameters>>([
    { pes: 1, queueDepth: 1 },
    { pes: 1, queueDepth: 3 },
    { pes: 2, queueDepth: 1 },
    { pes: 2, queueDepth: 2 },
    { pes: 1, queueDepth: 2, productStages: 2 },
    { pes: 1, queueDepth: 1, counters: true },
    { pes: 2, queueDepth: 1, balance: true },
    { pes: 2, queueDepth: 1, activationBanks: 2 },
    { pes: 2, queueDepth: 1, clusterPes: 1 },
    { pes: 2, queueDepth: 1, clusterPes: 1, balance: true, activationBanks: 2, counters: true },
  ])("%o: what is left to do falls at every edge at which no result is held up", async (more) => {
    expectProven(await proveCircuit(eieProgress({ ...parameters, ...more }), { depth: 6 }));
  });

  it.each<[string, string, string, Change, string]>([
    ["a queue that never gives", "eie_matrix_read", "take", zero, "measure_falls"],
    ["a queue that is never ready", "fifo", "push_ready", zero, "measure_falls"],
    ["a broadcast that waits for ever", "eie_pe", "blocked", one, "measure_falls"],
    ["a row that never ends", "eie_control", "rowDone", zero, "measure_falls"],
    ["a PE that is taken for idle", "eie_matrix_read", "busy", zero, "nothing_is_left_behind"],
  ])("with %s it is refuted", async (_, ...fault) => {
    await expectFaultRefuted(parameters, 12, fault);
  });

  // What a cluster does shows some edges later.
  it.each<[string, string, string, Change, string]>([
    ["a cluster that never has room", "eie_cluster", "room", zero, "measure_falls"],
    ["a scan whose end is lost", "eie_cluster", "ending", zero, "measure_falls"],
    ["clusters that wait for each other", "lnzd_tree_node", "least_valid", zero, "measure_falls"],
    ["columns in a buffer that are not seen", "eie_cluster", "busyNow", zero, "nothing_is_left_behind"],
    ["a column that is not seen on its way", "eie_control", "sentBefore", zero, "nothing_is_left_behind"],
  ])("with %s it is refuted", async (_, ...fault) => {
    await expectFaultRefuted({ ...parameters, queueDepth: 1, clusterPes: 1 }, 18, fault);
  });
});

/** With another value on a net of the first module whose name begins so, the claim does not hold. */
async function expectFaultRefuted(
  parameters: EieParameters,
  depth: number,
  [module, net, change, claim]: readonly [module: string, net: string, change: Change, claim: string],
): Promise<void> {
  const circuit = eieProgress(parameters);
  const found = circuit.modules.find(({ name }) => name.startsWith(module));
  await expectRefuted(broken(circuit, found?.name ?? "", net, change), claim, depth);
}

describe("activation queue of EIE", () => {
  const parameters = smallEie;

  it.each([2, 4])("depth %i: every column comes out once, in order, unchanged", async (queueDepth) => {
    const width = bitWidth(eieGeometry({ ...parameters, queueDepth }).column);
    expectProven(
      await proveCircuit(checkStreams(elaborate(fifoProof, { depth: queueDepth, width })), { depth: queueDepth + 4 }),
    );
  });

  /** No column comes while the one before still waits for its queue. */
  const withRoom = (circuit: Circuit): Circuit => ({
    ...circuit,
    modules: circuit.modules.map((module) => {
      if (module.name !== "eie_pe") return module;
      const { at } = module;
      const net = (name: string) => reference(name, 1, false, at);
      const overrun = binary("and", net("queueFull"), net("broadcast_arrives"), 1, false, at);
      const condition = unary("not", overrun, 1, false, at);
      const item: Item = {
        kind: "property",
        property: "assert",
        name: "has_room",
        condition,
        clock: "clock",
        reset: "reset",
        at,
      };
      return { ...module, items: [...module.items, item] };
    }),
  });

  it("in the array no column comes while one waits for a full queue, so none is lost", async () => {
    expectProven(await proveCircuit(only(withRoom(elaborate(eie, parameters)), "has_room"), { depth: 4 }));
  });

  // For all edges this would need invariants over the state of the control unit.
  it("in the array no port of a memory is used twice in a cycle, for 8 edges", async () => {
    const proof = await proveCircuit(elaborate(eie, parameters), { depth: 8, induction: false });
    expect(proof).toMatchObject({ outcome: "bounded" });
    expect(proof.assertions.length).toBeGreaterThan(0);
  });

  it("with a fault in what blocks the broadcast that is refuted", async () => {
    // Two layers: a memory of one word could be read beyond its end, where the simulator and the solver differ.
    await expectRefuted(
      broken(withRoom(elaborate(eie, { ...parameters, queueDepth: 1, layers: 2 })), "eie_pe", "blocked", zero),
      "has_room",
    );
  });
});
