import type { LnzdResult } from "../../sw-model/lnzd/golden.ts";
import type { LnzdOperation } from "../../sw-model/lnzd/operation.ts";
import type { LnzdParameters } from "../../sw-model/lnzd/spec.ts";
import type { Driver } from "./driver.ts";

/** All vectors in one batch; the detector is combinational. */
export const driveLnzd: Driver<LnzdParameters, LnzdOperation, { results: LnzdResult[] }> = async (
  simulation,
  { inputs },
  { vectors },
) => {
  const ports = Array.from({ length: inputs }, (_, i) => `values_${i}`);
  const outputs = ["valid", "index", "value"];
  const [values] = await simulation.execute([{ kind: "batch", inputs: ports, rows: vectors, outputs }]);
  const results = vectors.map((_, i): LnzdResult => {
    const [valid, index, value] = values.slice(3 * i, 3 * i + 3);
    return valid === 0n ? { valid: false } : { valid: true, index: Number(index), value };
  });
  return { result: { results }, cycles: vectors.length, ioCycles: 0 };
};
