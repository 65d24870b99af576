import { bit, defineModule, input, output } from "../../hdl/index.ts";
import { type EieParameters, vectorRows } from "../../sw-model/eie/spec.ts";
import { eieGeometry } from "./geometry.ts";

/**
 * Activation memory of one PE, single-ported, with the scan register that feeds the leading-nonzero tree (EIE section IV,
 * "Distributed Leading Non-Zero Detection"): `pending` tells that the scanned activation waits to be broadcast.
 */
export const activations = defineModule("eie_activations", (p: EieParameters) => {
  const { vectorRow, activation } = eieGeometry(p);
  return {
    summary: "Activation memory and the scan register of the leading-nonzero tree.",
    ports: {
      /** Of the activation that is written or read. */
      row: input(vectorRow),
      write: input(bit),
      writeValue: input(activation),
      /** Never while one is written. */
      read: input(bit),
      /** Take the activation that was read last; it is pending when it is not zero or `scanAll` is high. */
      scan: input(bit),
      scanAll: input(bit),
      /** The pending activation is being broadcast. */
      granted: input(bit),
      pending: output(bit),
      value: output(activation),
    },
    build(io, m) {
      m.assert("activationPortOnce", io.write.and(io.read).not());
      const memory = m.mem("vectors", vectorRows(p), activation);
      const scanned = memory.readWrite("scanned", {
        address: io.row,
        enable: m.node("used", io.write.or(io.read)),
        write: io.write,
        data: io.writeValue,
        underWrite: "undefined",
      });
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
