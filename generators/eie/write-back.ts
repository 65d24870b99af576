import {
  type BitSignal,
  type Builder,
  bit,
  concat,
  countWidth,
  fixedValue,
  type SignalOf,
  select,
  type UIntSignal,
  type UIntType,
  uint,
} from "../../hdl/index.ts";
import { clusterCount, type EieParameters } from "../../sw-model/eie/spec.ts";
import { inBanks } from "./banks.ts";
import { type EieGeometry, eieGeometry } from "./geometry.ts";

interface WriteBack {
  /** `layer`, the one numbered `layerNow`, has nothing left to do but this; at the next edge the next one is taken up. */
  readonly begins: BitSignal;
  readonly layer: SignalOf<EieGeometry["layer"]>;
  readonly layerNow: UIntSignal;
  /** The layer at hand waits for its first row of activations to be read. */
  readonly startWaits: BitSignal;
  /** After reset: the destination registers are cleared. */
  readonly clearing: BitSignal;
  /** Words of the load port; with `balance` rotations are `loaded`. */
  readonly load: { readonly loaded: BitSignal; readonly address: UIntSignal; readonly data: UIntSignal };
}

/**
 * Rounds the destination registers into the activation memory, a row of every bank of every PE a cycle, while the next layer is scanned and
 * broadcast. Its first row of activations is read between the first rows of results and the others, unless it is one of these. What is
 * broadcast waits in the queues of the PEs until it meets no register that is still to be cleared.
 */
export function writeBackRows(m: Builder, p: EieParameters, io: WriteBack) {
  const g = eieGeometry(p);
  const { begins, layer } = io;
  const banks = p.activationBanks;
  const rowsLeft = m.reg("backRowsLeft", bit, { reset: false });
  const layerBack = m.reg("layerBack", g.layerIndex);
  const outputRows = m.reg("backOutputRows", g.rowCount);
  const relu = m.reg("backRelu", bit);
  const backRow = m.reg("backRow", g.rowCount, { reset: 0 });
  const resultRow = m.reg("resultRow", g.vectorRow);
  m.when(begins, () => {
    layerBack.set(io.layerNow);
    outputRows.set(layer.outputRows);
    relu.set(layer.relu);
  });

  const sourceBlock = inBanks(layer.sourceRow.subWrap(resultRow), banks).address;
  const lastBlock = inBanks(outputRows.subWrap(1), banks).address;
  const width = Math.max(sourceBlock.width, lastBlock.width);
  const toCome = m.node(
    "sourceToCome",
    sourceBlock.nonzero().and(sourceBlock.extend(width).le(lastBlock.extend(width))),
  );
  // Between the first rows and the others: one edge for the next layer's first row of activations.
  const pause = m.reg("rowsPause", bit, { reset: false });
  const row = backRow.bits(g.row.width - 1, 0);
  const take = m.node("takeRow", rowsLeft.and(pause.not()));
  const last = m.node("takeLast", take.and(inBanks(backRow, banks).address.ge(lastBlock)));
  pause.set(take.and(backRow.eq(0)).and(io.startWaits).and(toCome.not()));
  const later = (name: string, happens: BitSignal) => {
    const register = m.reg(name, bit, { reset: false });
    register.set(happens);
    return register;
  };
  // With `balance` a row is rounded, then rotated while the next one is rounded.
  const { store, ends, pauses } = p.balance
    ? { store: later("storeRow", take), ends: later("storeLast", last), pauses: later("storePauses", pause) }
    : { store: take, ends: last, pauses: pause };
  const writing = m.node("writingBack", rowsLeft.or(store));

  // A column that is begun now meets the registers after some edges, in which the last rows are taken.
  const rowsMeanwhile = (4 + p.productStages) * banks;
  const bound = countWidth(2 ** backRow.width + rowsMeanwhile);
  const clearSoon = m.node("clearSoon", backRow.extend(bound).addWrap(rowsMeanwhile).ge(outputRows.extend(bound)));
  const holdsColumns = m.reg("holdsColumns", bit, { reset: false });
  const rowTaken = m.node("rowTaken", take.or(io.clearing));
  m.when(begins, () => rowsLeft.set(true)).elseWhen(last, () => rowsLeft.set(false));
  m.when(begins, () => holdsColumns.set(true)).elseWhen(clearSoon, () => holdsColumns.set(false));
  m.when(begins, () => backRow.set(0)).elseWhen(rowTaken, () => backRow.set(backRow.addWrap(banks)));
  m.when(begins, () => resultRow.set(layer.resultRow)).elseWhen(store, () =>
    resultRow.set(resultRow.addWrap(banks % 2 ** g.vectorRow.width)),
  );

  // Clusters take a row an edge later.
  const settling = clusterCount(p) > 1 ? m.reg("settling", bit, { reset: false }) : undefined;
  settling?.set(ends);
  return {
    layer: layerBack,
    /** Results are kept in this cycle or in one to come. */
    writing,
    /** The last row that was cleared after reset. */
    cleared: io.clearing.and(backRow.eq(p.activationDepth - banks)),
    /** No result is kept in this cycle, and the next layer's first row is there. */
    sourceFree: writing.not().or(pauses),
    /** The last results are there at the next edge. */
    ends: settling ?? ends,
    /** The next layer's results can follow. */
    done: (settling ? writing.or(settling) : writing).not(),
    rotation: p.balance
      ? rotationsOf(m, p, { ...io.load, row: concat(layerBack, row) as UIntSignal, take })
      : Array.from({ length: banks }, () => fixedValue(g.peIndex, 0) as UIntSignal),
    writeBack: { take: rowTaken, row, relu, holdsColumns },
    keep: { store, row: resultRow },
  };
}

/** By how many PEs the row that was taken in the cycle before is rotated, bank by bank. */
function rotationsOf(
  m: Builder,
  p: EieParameters,
  { loaded, address, data, row, take }: WriteBack["load"] & { readonly row: UIntSignal; readonly take: BitSignal },
): UIntSignal[] {
  const { peIndex } = eieGeometry(p);
  const type = uint(row.width) as UIntType;
  const load = m.node("loadRotation", loaded);
  const place = inBanks(
    m.node("rotationRow", select(type, load, address.bits(row.width - 1, 0), row)),
    p.activationBanks,
  );
  return Array.from({ length: p.activationBanks }, (_, b) => {
    const rotations = m.mem(`rotations_${b}`, 2 ** row.width / p.activationBanks, peIndex);
    const write = m.node(`loadRotation_${b}`, load.and(place.isIn(b)));
    return rotations.readWrite(`rotationRead_${b}`, {
      address: place.address,
      enable: m.node(`rotationUsed_${b}`, write.or(take)),
      ...{ write, data: data.bits(peIndex.width - 1, 0), underWrite: "undefined" },
    }) as UIntSignal;
  });
}
