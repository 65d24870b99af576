import { bit, defineModule, input, output } from "../../hdl/index.ts";
import type { EieParameters } from "../../sw-model/eie/spec.ts";
import { eieGeometry } from "./geometry.ts";

/**
 * Source activation registers of one PE with the scan register that feeds the leading-nonzero tree (EIE section IV,
 * "Distributed Leading Non-Zero Detection"): `pending` tells that the scanned activation waits to be broadcast.
 */
export const activations = defineModule("eie_activations", (p: EieParameters) => {
  const { row, activation } = eieGeometry(p);
  return {
    summary: "Source activation registers and the scan register of the leading-nonzero tree.",
    ports: {
      write: input(bit),
      writeRow: input(row),
      writeValue: input(activation),
      /** Take the activation at `scanRow`; it is pending when it is not zero or `scanAll` is high. */
      scan: input(bit),
      scanRow: input(row),
      scanAll: input(bit),
      /** The pending activation is being broadcast. */
      granted: input(bit),
      pending: output(bit),
      value: output(activation),
    },
    build(io, m) {
      const memory = m.mem("source", p.activationDepth, activation);
      memory.write({ address: io.writeRow, data: io.writeValue, enable: io.write });
      const scanned = memory.read("scanned", io.scanRow);
      const value = m.reg("scanValue", activation);
      const pending = m.reg("scanPending", bit, { reset: false });
      m.when(io.granted, () => pending.set(false));
      m.when(io.scan, () => {
        value.set(scanned);
        pending.set(scanned.nonzero().or(io.scanAll));
      });
      io.pending.set(pending);
      io.value.set(value);
    },
  };
});
