import type { LnzdResult } from "../../sw-model/lnzd/golden.ts";
import type { LnzdOperation } from "../../sw-model/lnzd/operation.ts";
import type { LnzdParameters } from "../../sw-model/lnzd/spec.ts";
import { lnzdLatency } from "../../sw-model/lnzd/spec.ts";
import type { Driver } from "./driver.ts";

/** All vectors in one batch, one an edge; behind registers the results come some edges later. */
export const driveLnzd: Driver<LnzdParameters, LnzdOperation, { results: LnzdResult[] }> = async (
  simulation,
  parameters,
  { vectors },
) => {
  if (vectors.length === 0) return { result: { results: [] }, cycles: 0, ioCycles: 0 };
  const latency = lnzdLatency(parameters);
  const ports = Array.from({ length: parameters.inputs }, (_, i) => `values_${i}`);
  const outputs = ["valid", "index", ...(parameters.value ? ["value"] : [])];
  const rows = [...vectors, ...new Array(latency).fill(vectors[vectors.length - 1])];
  // Before the first result has come through the registers, outputs are what nobody gave: they are not looked at.
  if (latency > 0)
    await simulation.execute([{ kind: "batch", inputs: ports, rows: rows.slice(0, latency), outputs: [] }]);
  const [values] = await simulation.execute([{ kind: "batch", inputs: ports, rows: rows.slice(latency), outputs }]);
  const results = vectors.map((_, i): LnzdResult => {
    const at = outputs.length * i;
    const [valid, index, value] = values.slice(at, at + outputs.length);
    if (valid === 0n) return { valid: false };
    return { valid: true, index: Number(index), ...(parameters.value ? { value } : {}) };
  });
  return { result: { results }, cycles: rows.length, ioCycles: 0 };
};
