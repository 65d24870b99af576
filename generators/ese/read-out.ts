import { at, type BitSignal, type Builder, bit } from "../../hdl/index.ts";
import type { EseParameters } from "../../sw-model/ese/spec.ts";
import type { ControlPorts } from "./control-ports.ts";
import { eseGeometry } from "./geometry.ts";
import type { loadPort } from "./load-port.ts";

/**
 * Sends the y or the states of a channel, and of those after it that it is told to, an element an edge as fast as they are taken. y is fetched
 * in cycles in which no column is broadcast, so a read-out goes on beside the next step and never delays its columns; `active` says for
 * how long.
 */
export function readOut(
  m: Builder,
  p: EseParameters,
  io: ControlPorts,
  { takeRead, read: taken }: Pick<ReturnType<typeof loadPort>, "takeRead" | "read">,
  send: BitSignal,
) {
  const g = eseGeometry(p);
  const active = m.reg("reading", bit, { reset: false });
  const read = m.reg("readOut", g.read);
  const position = m.reg("readPosition", g.length);
  const bank = m.reg("readBank", g.bank);
  const row = m.reg("readRow", g.row);
  const valid = m.reg("resultValid", bit, { reset: false });
  const element = m.reg("resultElement", g.activation);

  const left = m.node("readLeft", position.ne(read.count));
  const free = m.node("resultFree", valid.not().or(io.results.ready));
  const fetches = m.node("readFetches", active.and(left).and(free).and(send.not()));
  const toStart = () => {
    position.set(0);
    bank.set(0);
    row.set(0);
  };
  m.when(free, () => valid.set(fetches));
  m.when(left.or(valid).not(), () => active.set(false));
  m.when(takeRead, () => {
    active.set(true);
    read.set(taken);
    toStart();
  });
  m.when(fetches, () => {
    position.set(position.addWrap(1));
    m.when(bank.eq(p.pes - 1), () => {
      bank.set(0);
      row.set(row.addWrap(1));
    }).otherwise(() => bank.set(bank.addWrap(1)));
  });
  const { now, before } = channelOf();
  m.when(fetches, () => element.set(now(io.elements)));

  // States come from the units' memories an edge after they were asked for, and stay.
  io.results.valid.set(valid);
  const state = before(io.states).extend(g.result.width);
  m.when(read.states, () => io.results.data.set(state)).otherwise(() =>
    io.results.data.set(element.extend(g.result.width)),
  );
  const fetchesState = m.node("readFetchesState", fetches.and(read.states));
  return { active, read, position, bank, row, fetches, fetchesState };

  /** Of values a channel the one of the channel that is fetched now, and of that fetched before. */
  function channelOf() {
    const { more } = read;
    if (!more) return { now: <T>([only]: readonly T[]) => only, before: <T>([only]: readonly T[]) => only };
    const fetched = m.reg("resultChannel", g.channel);
    m.when(fetches, () => {
      fetched.set(read.channel);
      const ends = m.node("readChannelEnds", position.addWrap(1).eq(read.count));
      m.when(ends.and(more.nonzero()), () => {
        toStart();
        read.channel.set(read.channel.addWrap(1));
        more.set(more.subWrap(1));
      });
    });
    return {
      now: <T>(values: readonly T[]) => at(values, read.channel),
      before: <T>(values: readonly T[]) => at(values, fetched),
    };
  }
}
