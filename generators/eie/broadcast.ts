import { type BitSignal, type Builder, bit, type SIntSignal, type UIntSignal } from "../../hdl/index.ts";
import type { EieParameters } from "../../sw-model/eie/spec.ts";
import { eieGeometry } from "./geometry.ts";

/** A column to be broadcast: it waits until `send`. */
interface Column {
  readonly waits: BitSignal;
  readonly activation: SIntSignal;
  readonly pointer: UIntSignal;
}

/**
 * The stages of a broadcast: pointers are read as a column leaves the first one, and are there in the second one; in the third one every PE
 * that has entries of the column moves it to its queue by itself, and the others hold while one finds its queue full.
 * `restart` before the first column of a layer.
 */
export function broadcastStages(
  m: Builder,
  p: EieParameters,
  { waits, activation, pointer }: Column,
  { blocked, restart }: { readonly blocked: BitSignal; readonly restart: BitSignal },
) {
  const g = eieGeometry(p);
  const secondValid = m.reg("secondValid", bit, { reset: false });
  const secondActivation = m.reg("secondActivation", g.activation);
  const advance = m.node("advance", blocked.not());
  const free = m.node("secondFree", advance.or(secondValid.not()));
  const send = m.node("send", waits.and(free));
  // Pointers of a column stand at the banks until the next one is read, and are not written while a layer is computed.
  const standing = m.reg("standing", bit, { reset: false });
  const afterSent = m.reg("afterSent", g.pointerIndex);
  const follows = m.node("follows", standing.and(pointer.eq(afterSent)));
  m.when(restart, () => standing.set(false)).elseWhen(send, () => {
    standing.set(true);
    afterSent.set(pointer.addWrap(1));
  });
  m.when(send, () => secondActivation.set(activation));
  m.when(free, () => secondValid.set(send));
  const thirdActivation = m.reg("thirdActivation", g.activation);
  m.when(advance, () => thirdActivation.set(secondActivation));
  return {
    /** A column can leave the first stage. */
    free,
    send,
    follows,
    secondValid,
    pointers: { read: send, follows, index: pointer },
    broadcast: { arrives: m.node("pointersMove", secondValid.and(advance)), activation: thirdActivation },
  };
}
