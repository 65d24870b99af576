/** That the EIE array always comes to an end: a measure of what is left to do, which falls at every edge. */
import { eie } from "../../../generators/eie/eie.ts";
import { eieGeometry } from "../../../generators/eie/geometry.ts";
import { binary, reference, unary } from "../../../hdl/expression.ts";
import {
  type BitSignal,
  bit,
  type Circuit,
  concat,
  countWidth,
  defineModule,
  elaborate,
  fixedValue,
  input,
  popcount,
  select,
  type UIntSignal,
  type UIntType,
  uint,
} from "../../../hdl/index.ts";
import type { EieParameters } from "../../../sw-model/eie/spec.ts";
import { exposed, monitored } from "../expose.ts";
import { countOf } from "./queues.ts";

interface Progress {
  readonly p: EieParameters;
  /** Names of the states of the control unit, by their numbers. */
  readonly states: readonly string[];
}

/** From the first to the last that a command goes through. */
const phases = ["clear", "start", "scan", "bias", "drain", "finish", "idle"];

/** With `balance`: the row that was taken in the cycle before is stored. */
const stores = { storeRow: input(bit) };

/** The stages behind an issued entry, in order; the halves of a product only where it takes two stages. */
const stagesOf = ({ productStages }: EieParameters) =>
  ["wordValid", "outValid", "decoded", ...(productStages === 2 ? ["halved"] : []), "multiplied"] as const;

const perPe = (p: EieParameters) => {
  const { queueDepth, pes, activationDepth } = p;
  const position = uint(Math.max(1, Math.ceil(Math.log2(queueDepth)))) as UIntType;
  const one = {
    ...{
      head: position,
      tail: position,
      filling: bit,
      active: bit,
      left: uint(countWidth(activationDepth)) as UIntType,
    },
    ...Object.fromEntries([...stagesOf(p), "pending", "waiting"].map((name) => [name, bit])),
  };
  return Array.from({ length: pes }, () => one);
};

/**
 * The measure, field by field, the weightiest first: layers after this one; the phase of the control unit; rows that the phase
 * still takes, and whether the next one is still to be read; activations that wait in the scan registers; the first two broadcast stages; the work of all PEs;
 * write-back of the layer before. A PE's work is a weighted sum of a column that waits in the third stage, queued columns, entries of the one at hand,
 * and stages behind it. No field relies on what memories hold.
 */
const progress = defineModule("eie_progress", ({ p, states }: Progress) => {
  const g = eieGeometry(p);
  const elements = perPe(p);
  const ofPe = Object.fromEntries(
    elements.flatMap((types, k) => Object.entries(types).map(([name, type]) => [`${name}_${k}`, input(type)])),
  );
  return {
    ports: {
      state: input(uint(3)),
      reading: input(bit),
      layerNow: input(g.layerIndex),
      layerLast: input(g.layerIndex),
      rowsToTake: input(g.vectorCount),
      rowRead: input(bit),
      backRow: input(g.rowCount),
      backOutputRows: input(g.rowCount),
      backRowsLeft: input(bit),
      ...(p.balance ? stores : ({} as typeof stores)),
      firstValid: input(bit),
      secondValid: input(bit),
      busy: input(bit),
      loadReady: input(bit),
      /** A result is offered, and not taken. */
      held: input(bit),
      ...(ofPe as Record<string, ReturnType<typeof input<UIntType>>>),
    },
    build(io, m) {
      const one = (name: string, k: number) => (io as unknown as Record<string, UIntSignal>)[`${name}_${k}`];
      const flag = (name: string, k: number) => one(name, k) as unknown as BitSignal;
      const inState = (name: string) => io.state.eq(states.indexOf(name));

      const idle = m.node("idle", inState("idle"));
      const zero = (type: UIntType) => fixedValue(type, 0) as UIntSignal;
      const layersLeft = m.node(
        "layersLeft",
        select(
          g.layerIndex,
          idle.or(io.reading).or(inState("clear")).or(inState("finish")),
          0,
          io.layerLast.subWrap(io.layerNow),
        ),
      );
      const phaseType = uint(3) as UIntType;
      const phase = m.node(
        "phase",
        phases.reduce<UIntSignal>(
          (rest, name, i) => select(phaseType, inState(name), phases.length - 1 - i, rest),
          zero(phaseType),
        ),
      );
      // Rows count up to a bound, around the end of the counter if need be.
      const rowsType = uint(Math.max(g.rowCount.width, g.vectorCount.width)) as UIntType;
      const wide = (rows: UIntSignal) => rows.extend(rowsType.width);
      const clearing = wide(fixedValue(g.rowCount, p.activationDepth - 1).subWrap(io.backRow));
      const rows = m.node(
        "rows",
        select(rowsType, inState("scan"), wide(io.rowsToTake), select(rowsType, inState("clear"), clearing, 0)),
      );
      const unread = m.node("unread", inState("scan").and(io.rowRead.not()));
      // With `balance` a row is stored in the cycle after it was taken.
      const lastBack = io.backOutputRows.subWrap(1);
      const behind = select(g.rowCount, io.backRow.lt(lastBack), lastBack.subWrap(io.backRow), 0) as UIntSignal;
      const toTake = select(uint(g.rowCount.width + 1), io.backRowsLeft, behind.add(1), 0) as UIntSignal;
      const back = m.node("back", concat(toTake, p.balance ? io.storeRow : fixedValue(bit, false)));
      const pending = m.node("pending", popcount(concat(...elements.map((_, k) => flag("pending", k)))));

      // An entry that is issued enters the first stage, which is worth less than the entry; a column's are worth less than it.
      const stages = stagesOf(p);
      const { length } = stages;
      const entry = length + 1;
      const column = entry * (2 ** elements[0].left.width + 1);
      const waiting = column + 1;
      const perElement = waiting + column * (p.queueDepth + 1);
      const workType = uint(Math.ceil(Math.log2(perElement * p.pes + 1))) as UIntType;
      const times = (value: UIntSignal, weight: number) =>
        value.extend(workType.width).mul(weight).wrap(workType.width) as UIntSignal;
      const works = elements.map((types, k) => {
        const ring = { head: one("head", k), tail: one("tail", k), filling: flag("filling", k) };
        const queued = countOf(m, ring, p.queueDepth, `queued_${k}`);
        // No entry left counts as 2^width: the counter would go around.
        const before = one("left", k)
          .subWrap(1)
          .extend(types.left.width + 1)
          .addWrap(1) as UIntSignal;
        const left = select(uint(types.left.width + 1), flag("active", k), before, 0) as UIntSignal;
        const under = stages.reduce<UIntSignal>(
          (sum, stage, i) => sum.addWrap(select(workType, flag(stage, k), length - i, 0)) as UIntSignal,
          zero(workType),
        );
        m.assert(`head_${k}_in_ring`, ring.head.le(p.queueDepth - 1));
        m.assert(`tail_${k}_in_ring`, ring.tail.le(p.queueDepth - 1));
        const waits = select(workType, flag("waiting", k), waiting, 0);
        return m.node(`work_${k}`, times(queued, column).addWrap(times(left, entry)).addWrap(under).addWrap(waits));
      });
      const work = m.node(
        "work",
        works.reduce((sum, each) => sum.addWrap(each) as UIntSignal),
      );

      const measure = m.node(
        "measure",
        concat(layersLeft, phase, rows, unread, pending, io.firstValid, io.secondValid, work, back) as UIntSignal,
      );
      const type = uint(measure.width) as UIntType;
      const before = m.reg("measureBefore", type);
      const wasBusy = m.reg("wasBusy", bit, { reset: false });
      const wasHeld = m.reg("wasHeld", bit, { reset: false });
      before.set(measure);
      wasBusy.set(idle.not());
      wasHeld.set(io.held);
      m.assert("measure_falls", wasBusy.and(wasHeld.not()).not().or(measure.lt(before)));
      m.assert("measure_never_rises_while_busy", wasBusy.not().or(measure.le(before)));

      // So a command ends: edges that no one outside holds up are at most as many as there are values of the measure.
      const edges = m.reg("edges", uint(measure.width + 1), { reset: 0 });
      m.when(idle, () => edges.set(0)).elseWhen(io.held.not(), () => edges.set(edges.addWrap(1)));
      m.assert("command_ends", edges.add(measure).lt(2 ** measure.width));

      const nothing = work.nonzero().or(io.firstValid).or(io.secondValid).not();
      const moves = inState("scan").or(inState("bias")).or(inState("drain"));
      m.assert("nothing_is_left_behind", moves.or(nothing));
      m.assert(
        "read_out_writes_nothing_back",
        io.reading.and(back.nonzero().or(inState("finish")).or(inState("bias"))).not(),
      );
      m.assert("idle_takes_a_word", idle.not().or(io.loadReady.and(io.busy.not())));
    },
  };
});

type ElementNets = readonly [module: RegExp, path: string, nets: Readonly<Record<string, string>>];

const elementNetsOf = ({ productStages }: EieParameters): readonly ElementNets[] => [
  [/^fifo/, "activationQueue.", { head: "head", tail: "tail", filling: "filling" }],
  [
    /^eie_matrix_read$/,
    "matrixRead.",
    { active: "active", left: "left", wordValid: "wordValid", outValid: "outValid" },
  ],
  [/^eie_decode$/, "decode.", { decoded: "validOut" }],
  [/^eie_arithmetic$/, "arithmetic.", { ...halved(productStages), multiplied: "operandValid" }],
  [/^eie_activations$/, "activations.", { pending: "scanPending" }],
  [/^eie_pe$/, "", { waiting: "waiting" }],
];
const halved = (productStages: number) => (productStages === 2 ? { halved: "halvesValid" } : {});
const controlNetsOf = ({ balance }: EieParameters): readonly string[] => [
  ...["state", "reading", "layerNow", "layerLast", "rowsToTake", "rowRead", "backRow", "backOutputRows"],
  ...["backRowsLeft", "firstValid", "secondValid", ...(balance ? ["storeRow"] : [])],
];

/** The array with the monitor. Any word may be loaded and any command given at any time, and results may be held up for any time. */
export function eieProgress(p: EieParameters): Circuit {
  const array = elaborate(eie, p);
  const control = array.modules.find(({ name }) => name === "eie_control");
  const state = control?.items.find((item) => item.kind === "reg" && item.name === "state");
  if (state?.kind !== "reg" || state.format?.kind !== "enum") throw new Error("the control unit has no states");
  const elementNets = elementNetsOf(p);
  const controlNets = controlNetsOf(p);
  const nets = new Map([["eie_control", controlNets]]);
  for (const { name } of array.modules)
    for (const [module, , names] of elementNets) if (module.test(name)) nets.set(name, Object.values(names));
  const { circuit, seen } = exposed(array, nets);
  const top = circuit.modules[circuit.modules.length - 1];
  const port = (name: string) => reference(name, 1, false, top.at);
  const inputs = [
    ...controlNets.map((name) => ({ port: name, value: seen(`control.${name}`) })),
    ...Array.from({ length: p.pes }, (_, k) =>
      elementNets.flatMap(([, path, names]) =>
        Object.entries(names).map(([name, net]) => ({ port: `${name}_${k}`, value: seen(`pe_${k}.${path}${net}`) })),
      ),
    ).flat(),
    { port: "busy", value: port("busy") },
    { port: "loadReady", value: port("load_ready") },
    {
      port: "held",
      value: binary(
        "and",
        port("results_valid"),
        unary("not", port("results_ready"), 1, false, top.at),
        1,
        false,
        top.at,
      ),
    },
  ];
  return monitored(circuit, elaborate(progress, { p, states: state.format.values }), inputs);
}
