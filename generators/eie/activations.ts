import { bit, concat, defineModule, input, output, select, uint, vec } from "../../hdl/index.ts";
import { type EieParameters, vectorRows } from "../../sw-model/eie/spec.ts";
import { selectTree } from "../common/select-tree.ts";
import { inBanks } from "./banks.ts";
import { eieGeometry } from "./geometry.ts";

/**
 * Activation memory of one PE, in single-ported banks, with the scan register that feeds the leading-nonzero tree (EIE section IV,
 * "Distributed Leading Non-Zero Detection"): `pending` tells that the scanned activation waits to be broadcast.
 */
export const activations = defineModule("eie_activations", (p: EieParameters) => {
  const { vectorRow, activation } = eieGeometry(p);
  const ofBanks = vec(p.activationBanks, bit);
  return {
    summary: "Activation memory and the scan register of the leading-nonzero tree.",
    ports: {
      /** Of the activation that is loaded or read, or of the first one that is kept. */
      row: input(vectorRow),
      /** The bank of `row`, one hot: an activation is loaded into it. */
      load: input(ofBanks),
      loadValue: input(activation),
      /** Keep results, one in each bank. */
      keep: input(bit),
      kept: input(vec(p.activationBanks, activation)),
      /** One is read from it, never while one is written. */
      read: input(ofBanks),
      /** Take the activation that was read last; it is pending when it is not zero or `scanAll` is high. */
      scan: input(bit),
      scanAll: input(bit),
      /** The pending activation is being broadcast. */
      granted: input(bit),
      pending: output(bit),
      value: output(activation),
    },
    build(io, m) {
      const place = inBanks(io.row, p.activationBanks);
      const words = Array.from({ length: p.activationBanks }, (_, b) => {
        const memory = m.mem(`vectors_${b}`, vectorRows(p) / p.activationBanks, activation);
        const write = m.node(`write_${b}`, io.keep.or(io.load[b]));
        m.assert(`activationPortOnce_${b}`, write.and(io.read[b]).not());
        return memory.readWrite(`word_${b}`, {
          address: place.address,
          enable: m.node(`used_${b}`, write.or(io.read[b])),
          write,
          data: select(activation, io.keep, io.kept[b], io.loadValue),
          underWrite: "undefined",
        });
      });
      // A word stands at its bank until another one is read there.
      const bankRead = () => {
        if (!place.bank) return words[0];
        const readBank = m.reg("readBank", uint(place.bank.width));
        const { bank } = place;
        m.when(m.node("reads", concat(...io.read).nonzero()), () => readBank.set(bank));
        return selectTree(m, "scanned", activation, words, readBank);
      };
      const scanned = bankRead();
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
