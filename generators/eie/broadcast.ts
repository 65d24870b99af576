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
 * The two stages of a broadcast: pointers are read as a column leaves the first one, and the second one holds it while a queue
 * blocks. `restart` before the first column of a layer.
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
  const send = m.node("send", waits.and(advance));
  // Pointers of a column stand at the banks until the next one is read, and are not written while a layer is computed.
  const standing = m.reg("standing", bit, { reset: false });
  const afterSent = m.reg("afterSent", g.pointerIndex);
  const follows = m.node("follows", standing.and(pointer.eq(afterSent)));
  m.when(restart, () => standing.set(false)).elseWhen(send, () => {
    standing.set(true);
    afterSent.set(pointer.addWrap(1));
  });
  m.when(send, () => secondActivation.set(activation));
  m.when(advance, () => secondValid.set(send));
  return {
    advance,
    send,
    follows,
    secondValid,
    pointers: { read: send, follows, index: pointer },
    broadcast: { valid: secondValid, push: secondValid.and(advance), activation: secondActivation },
  };
}
