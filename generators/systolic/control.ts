import { bit, countWidth, defineModule, input, output, stream, uint } from "../../hdl/index.ts";
import type { SystolicParameters } from "../../sw-model/systolic/spec.ts";
import { delayed, flagDelayed } from "../common/delay.ts";
import { systolicGeometry } from "./geometry.ts";

/**
 * Lets words of operands in, and sends the number of each row along the columns when its sum in column 0 is complete. A tile's last word waits
 * until all rows of the tile before are on their way, one an edge, until the queue of results has room for a tile, and until no seed enters.
 */
export const control = defineModule("systolic_control", (p: SystolicParameters) => {
  const g = systolicGeometry(p);
  return {
    summary: "Takes words of operands in, and calls the rows of complete tiles.",
    ports: {
      /** What control needs of a word. */
      words: input(stream(g.ends)),
      /** A row of results leaves the queue. */
      popped: input(bit),
      /** The first word of a tile is in the registers at the edge of the array. */
      first: output(bit),
      token: output(g.token),
      /** A seed is offered, or a part of one is in: no tile ends meanwhile. */
      seeding: input(bit),
      /** No result is under way or waits. */
      idle: output(bit),
    },
    build({ words, popped, first, token, seeding, idle }, m) {
      const { last, lastRow, lastColumn } = words.data;
      const calling = m.reg("calling", bit, { reset: false });
      const row = m.reg("row", g.row);
      const stopRow = m.reg("stopRow", g.row);
      const more = m.reg("more", g.column);
      const reserved = m.reg("reserved", uint(countWidth(g.queueDepth)), { reset: 0 });

      const lastCall = m.node("lastCall", calling.not().or(row.eq(stopRow)));
      const room = m.node("room", reserved.le(g.queueDepth - p.rows));
      words.ready.set(last.not().or(lastCall.and(room).and(seeding.not())));
      const ends = m.node("ends", words.fire.and(last));
      m.when(ends, () => {
        calling.set(true);
        row.set(0);
        stopRow.set(lastRow);
        more.set(lastColumn);
      })
        .elseWhen(lastCall, () => calling.set(false))
        .otherwise(() => row.set(row.addWrap(1)));

      const taken = m.node("taken", reserved.addWrap(lastRow.extend(reserved.width)).addWrap(1));
      const grown = m.wire("grown", reserved.type);
      grown.set(reserved);
      m.when(ends, () => grown.set(taken));
      reserved.set(grown);
      m.when(popped, () => reserved.set(grown.subWrap(1)));
      idle.set(reserved.nonzero().not());

      const starts = m.reg("starts", bit, { reset: true });
      m.when(words.fire, () => starts.set(last));
      const firstTaken = m.reg("firstTaken", bit, { reset: false });
      firstTaken.set(words.fire.and(starts));
      first.set(firstTaken);
      const edges = g.untilRow - 1;
      token.set({
        valid: flagDelayed(m, "call", calling, edges),
        row: delayed(m, "callRow", row, edges),
        more: delayed(m, "callMore", more, edges),
      });
    },
  };
});
