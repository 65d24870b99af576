/**
 * A link without back-pressure: the receiver has room for so many words and hands a credit back for each that leaves, the
 * sender spends one on each that it sends. Registers may stand on the way, in both directions; with as many credits as edges
 * there and back, a word moves at every edge.
 */

import { HdlError } from "../errors.ts";
import { refuse } from "../messages/problems.ts";
import { refuseNoObject } from "../messages/wrong-argument.ts";
import type { Builder } from "../module/builder.ts";
import { refuseNoBuilder } from "../module/given-builder.ts";
import { here } from "../position.ts";
import type { SignalOf, StreamSource, StreamTiming, ValueOf } from "../signals/bundle.ts";
import { refuseNoBit, refuseNoStream } from "../signals/given.ts";
import type { BitSignal } from "../signals/signal.ts";
import type { StreamFlow } from "../signals/stream-flow.ts";
import { countWidth, type DataType, stream, uint } from "../types.ts";
import { queued } from "./fifo.ts";
import { behind } from "./flow.ts";
import { flowOf, timedAt, timingOf } from "./timing.ts";

/** A word in every cycle in which `valid` is high. */
export interface Sent<T extends DataType> {
  readonly type: T;
  readonly valid: BitSignal;
  readonly data: SignalOf<T>;
  /** Of the parts that the words came through; registers on the way add to its latency. */
  readonly timing?: StreamTiming;
  readonly flow?: StreamFlow;
}

/** Sends the words of `source`, each for one of `credits`; `returned` is high at an edge that brings one back. */
export function sentOnCredit<T extends DataType>(
  m: Builder,
  name: string,
  source: StreamSource<T>,
  credits: number,
  returned: BitSignal,
): Sent<T> {
  refuseNoBuilder("sentOnCredit", m);
  refuseNoStream("sentOnCredit", source);
  refuseNoBit("sentOnCredit", returned);
  const most = checkedCredits(name, credits);
  const left = m.reg(`${name}_credits`, uint(countWidth(most)), { reset: most });
  source.ready.set(left.nonzero());
  const sent = m.node(`${name}_sent`, source.fire);
  m.when(sent.and(returned.not()), () => left.set(left.subWrap(1))).elseWhen(returned.and(sent.not()), () =>
    left.set(left.addWrap(1)),
  );
  return { type: source.type.data, valid: sent, data: source.data, timing: timingOf(source), flow: flowOf(source) };
}

/** The credits; 1 in place of none. */
function checkedCredits(name: string, credits: number): number {
  if (Number.isInteger(credits) && credits >= 1) return credits;
  const at = here();
  const message = `The link "${name}" has ${credits} credits, so it would never send a word.`;
  const hint = "With as many credits as edges there and back, a word moves at every edge.";
  refuse(() => new HdlError({ code: "stream-shape", message, expected: "an integer of 1 or more", hint }, at));
  return 1;
}

/** The words that were sent, through a queue of `credits`; `returned` is high at an edge at which one leaves it. */
export function receivedOnCredit<T extends DataType>(
  m: Builder,
  name: string,
  sent: Sent<T>,
  credits: number,
): { readonly source: StreamSource<T>; readonly returned: BitSignal } {
  refuseNoBuilder("receivedOnCredit", m);
  refuseNoObject("receivedOnCredit", "what sentOnCredit gives", sent);
  refuseNoBit("receivedOnCredit", sent.valid);
  const arrived = m.stream(`${name}_arrived`, stream(sent.type));
  arrived.sink.valid.set(sent.valid);
  arrived.sink.data.set(sent.data as ValueOf<T>);
  m.assert(`${name}_has_room`, sent.valid.not().or(arrived.sink.ready));
  const queue = queued(m, name, arrived.source, credits);
  const before = sent.flow ?? flowOf(sent);
  // From the sender on, registers on the way included: the credits are all the room that there is.
  const latency = timingOf(sent).latency - before.latency + 1;
  const source = timedAt(queue, behind(before, { latency, slots: credits, back: 1 }));
  return { source, returned: source.fire };
}
