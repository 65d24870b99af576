import { addressWidth, record, type SignalOf, uint } from "../../hdl/index.ts";
import { type BnnParameters, layerCount, perLayer } from "../../sw-model/bnn/spec.ts";
import { type ArrayParameters, arrayGeometry, countRegisters, structureOf } from "../xnor/geometry.ts";
import type { MvtuParameters } from "../xnor/mvtu.ts";

/** The unit of every layer; only the last one gives anything but bits. */
export function layerUnits(p: BnnParameters): MvtuParameters[] {
  const layers = layerCount(p);
  const [pes, lanes] = [perLayer(p.pes, layers), perLayer(p.lanes, layers)];
  const [weightDepth, rowDepth] = [perLayer(p.weightDepth, layers), perLayer(p.rowDepth, layers)];
  const inputDepth = perLayer(p.inputDepth, layers);
  return Array.from({ length: layers }, (_, i) => ({
    pes: pes[i],
    lanes: lanes[i],
    weightDepth: weightDepth[i],
    rowDepth: rowDepth[i],
    inputDepth: inputDepth[i],
    structure: structureOf(p.structure),
    popcountLevels: p.popcountLevels,
    inputBits: i === 0 ? p.inputBits : 1,
    results: i === layers - 1 ? p.results : "bits",
    ...(i === layers - 1 && p.scaling !== "none"
      ? { scale: { kind: p.scaling, factorBits: p.scaleBits, offsetBits: p.offsetBits } }
      : {}),
  }));
}

/** For each layer, the registers that a count passes inside a popcount. */
export function layerCountRegisters(p: BnnParameters): number[] {
  return layerUnits(p).map(countRegisters);
}

/** The word of the load port: a layer, and what `arrayGeometry` says of that layer's own, as wide as the widest. */
export function pipelineLoad(units: readonly ArrayParameters[]) {
  const loads = units.map((unit) => arrayGeometry(unit).load.fields);
  const widest = (name: "pe" | "address" | "data") => Math.max(...loads.map((fields) => fields[name].width));
  return record({
    layer: uint(addressWidth(loads.length)),
    space: loads[0].space,
    pe: uint(widest("pe")),
    address: uint(widest("address")),
    data: uint(widest("data")),
  });
}

/** The part of a pipeline's load word that a layer's own array takes. */
export function wordFor(unit: ArrayParameters, word: SignalOf<ReturnType<typeof pipelineLoad>>) {
  const { fields } = arrayGeometry(unit).load;
  return {
    space: word.space,
    pe: word.pe.bits(fields.pe.width - 1, 0),
    address: word.address.bits(fields.address.width - 1, 0),
    data: word.data.bits(fields.data.width - 1, 0),
  };
}
