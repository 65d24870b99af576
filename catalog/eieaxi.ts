import { packetHeader } from "../generators/common/packet-loader.ts";
import { eieAxi } from "../generators/eie/axi.ts";
import { eiePackets, eieRegisters } from "../generators/eie/axi-registers.ts";
import type { EieOperation } from "../sw-model/eie/operation.ts";
import { type EieParameters, eieAxiSpec } from "../sw-model/eie/spec.ts";
import { driveBy } from "../testbench/drivers/eie.ts";
import { EieAxiHost } from "../testbench/drivers/eie-axi-host.ts";
import { eieGenerator, eieNetwork } from "./eie.ts";
import { eieFurther } from "./eie-further.ts";
import type { Generator } from "./generator.ts";
import { registerDocuments } from "./register-documents.ts";

/** The array of `eie`, driven by AXI alone. */
export const eieAxiGenerator: Generator<EieParameters, EieOperation, { y: number[] }> = {
  ...eieGenerator,
  spec: eieAxiSpec,
  module: eieAxi,
  drive: driveBy((parameters) => new EieAxiHost(parameters)),
  driveStalled: async (simulation, parameters, operation, stalls) => {
    const host = new EieAxiHost(parameters, stalls);
    await host.tryRegisters(simulation);
    return (await driveBy(() => host)(simulation, parameters, operation)).result;
  },
  tryReset: (simulation, parameters) => new EieAxiHost(parameters).tryReset(simulation),
  documents: (parameters, top) =>
    registerDocuments(eieRegisters(parameters), top, [packetHeader(eiePackets(parameters))]),
  further: eieFurther((parameters) => new EieAxiHost(parameters)),
  network: eieNetwork((parameters) => new EieAxiHost(parameters)),
};
