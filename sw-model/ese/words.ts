/**
 * Which PEs get an entry in each word of the stream of weights, as bytes: `[word * pes + pe]` is 1 where PE `pe` gets its next one.
 *
 * A word holds at most an entry for each PE and waits for room on all of these. So a PE that is far ahead in the columns could fill its
 * room with entries of columns that are not broadcast yet, because another PE's queue is full, which waits for entries behind them:
 * nothing would move again. Hence no entry comes `queueDepth` columns or more ahead of the first column of which entries are missing;
 * a PE's queue holds more columns than that. Nor does one of a column of m come before the last one of x and y (`gateColumns`).
 */
export function streamWords(loads: readonly ArrayLike<number>[], gateColumns: number, queueDepth: number): Uint8Array {
  const pes = loads.length;
  const columns = loads[0].length;
  const column = new Uint32Array(pes);
  const sent = new Uint32Array(pes);
  const toNextEntry = (pe: number) => {
    while (column[pe] < columns && sent[pe] === loads[pe][column[pe]]) {
      column[pe]++;
      sent[pe] = 0;
    }
  };
  const words: number[] = [];
  for (let pe = 0; pe < pes; pe++) toNextEntry(pe);
  for (;;) {
    const first = column.reduce((least, at) => Math.min(least, at), columns);
    if (first === columns) return Uint8Array.from(words);
    const end = Math.min(first < gateColumns ? gateColumns : columns, first + queueDepth);
    for (let pe = 0; pe < pes; pe++) {
      const gets = column[pe] < end;
      words.push(gets ? 1 : 0);
      if (!gets) continue;
      sent[pe]++;
      toNextEntry(pe);
    }
  }
}
