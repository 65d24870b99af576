import { packetHeader } from "../generators/common/packet-loader.ts";
import { eseAxi } from "../generators/ese/axi.ts";
import { esePackets, eseRegisters } from "../generators/ese/axi-registers.ts";
import type { EseOperation, EseResult } from "../sw-model/ese/operation.ts";
import { type EseParameters, eseAxiSpec } from "../sw-model/ese/spec.ts";
import { driveEseBy } from "../testbench/drivers/ese.ts";
import { EseAxiPort } from "../testbench/drivers/ese-axi-port.ts";
import { eseGenerator } from "./ese.ts";
import { eseRecurrent } from "./ese-recurrent.ts";
import type { Generator } from "./generator.ts";
import { registerDocuments } from "./register-documents.ts";

/** The engine of `ese`, driven by AXI alone. */
export const eseAxiGenerator: Generator<EseParameters, EseOperation, EseResult> = {
  ...eseGenerator,
  spec: eseAxiSpec,
  module: eseAxi,
  drive: (...run) => driveEseBy((parameters) => new EseAxiPort(parameters), ...run),
  driveStalled: async (simulation, parameters, operation, stalls) => {
    const port = new EseAxiPort(parameters, stalls);
    await port.tryRegisters(simulation);
    return (await driveEseBy(() => port, simulation, parameters, operation)).result;
  },
  tryReset: (simulation, parameters) => new EseAxiPort(parameters).tryReset(simulation),
  documents: (parameters, top) =>
    registerDocuments(eseRegisters(parameters), top, [packetHeader(esePackets(parameters))]),
  recurrent: eseRecurrent((parameters) => new EseAxiPort(parameters)),
};
