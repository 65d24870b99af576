/** That the EIE array always comes to an end: a measure of what is left to do, which falls at every edge. */
import { eie } from "../../../generators/eie/eie.ts";
import { eieGeometry } from "../../../generators/eie/geometry.ts";
import { binary, reference, slice, unary } from "../../../hdl/expression.ts";
import {
  bit,
  type Circuit,
  concat,
  defineModule,
  elaborate,
  fixedValue,
  input,
  select,
  type UIntSignal,
  type UIntType,
  uint,
} from "../../../hdl/index.ts";
import type { EieParameters } from "../../../sw-model/eie/spec.ts";
import { exposed, monitored } from "../expose.ts";
import { columnsOf } from "./eie-columns.ts";
import { type Watched, workNets, workOf } from "./eie-work.ts";

interface Progress {
  readonly p: EieParameters;
  /** Names of the states of the control unit, by their numbers. */
  readonly states: readonly string[];
}

/** From the first to the last that a command goes through. */
const phases = ["clear", "start", "scan", "bias", "drain", "finish", "idle"];

/** With `balance`: the row that was taken in the cycle before is stored. */
const stores = { storeRow: input(bit) };

/**
 * The measure, field by field, the weightiest first: layers after this one; the phase of the control unit; rows that are still to be
 * cleared; columns on their way to the PEs (`columnsOf`); the work of the PEs (`workOf`); write-back of the layer before; what clusters see an edge
 * later. No field relies on what memories hold.
 */
const progress = defineModule("eie_progress", ({ p, states }: Progress) => {
  const g = eieGeometry(p);
  const columns = columnsOf(p);
  const watched = Object.fromEntries([...columns.nets, ...workNets(p)].map(({ port, type }) => [port, input(type)]));
  return {
    ports: {
      state: input(uint(3)),
      reading: input(bit),
      layerNow: input(g.layerIndex),
      layerLast: input(g.layerIndex),
      backRow: input(g.rowCount),
      backOutputRows: input(g.rowCount),
      backRowsLeft: input(bit),
      ...(p.balance ? stores : ({} as typeof stores)),
      busy: input(bit),
      loadReady: input(bit),
      /** A result is offered, and not taken. */
      held: input(bit),
      ...(watched as Record<string, ReturnType<typeof input<UIntType>>>),
    },
    build(io, m) {
      const seen = (port: string) => (io as unknown as Record<string, UIntSignal>)[port];
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
      const last = fixedValue(g.rowCount, p.activationDepth - 1);
      const clearing = m.node("clearing", select(g.rowCount, inState("clear"), last.subWrap(io.backRow), 0));
      const onTheWay = columns.measure(m, seen, inState("scan"));
      // With `balance` a row is stored in the cycle after it was taken.
      const lastBack = io.backOutputRows.subWrap(1);
      const behind = select(g.rowCount, io.backRow.lt(lastBack), lastBack.subWrap(io.backRow), 0) as UIntSignal;
      const toTake = select(uint(g.rowCount.width + 1), io.backRowsLeft, behind.add(1), 0) as UIntSignal;
      const back = m.node("back", concat(toTake, p.balance ? io.storeRow : fixedValue(bit, false)));
      const work = workOf(m, p, seen);

      const measure = m.node(
        "measure",
        concat(layersLeft, phase, clearing, ...onTheWay.fields, work, back, ...onTheWay.last) as UIntSignal,
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

      const nothing = concat(work, ...columns.onTheWay.map(seen))
        .nonzero()
        .not();
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

const controlNetsOf = ({ balance }: EieParameters): readonly string[] => [
  ...["state", "reading", "layerNow", "layerLast", "backRow", "backOutputRows", "backRowsLeft"],
  ...(balance ? ["storeRow"] : []),
];

/** The array with the monitor. Any word may be loaded and any command given at any time, and results may be held up for any time. */
export function eieProgress(p: EieParameters): Circuit {
  const array = elaborate(eie, p);
  const control = array.modules.find(({ name }) => name === "eie_control");
  const state = control?.items.find((item) => item.kind === "reg" && item.name === "state");
  if (state?.kind !== "reg" || state.format?.kind !== "enum") throw new Error("the control unit has no states");
  const watched: readonly Omit<Watched, "type">[] = [
    ...controlNetsOf(p).map((net) => ({ port: net, instance: "control", net })),
    ...columnsOf(p).nets,
    ...workNets(p),
  ];
  const nets = new Map<string, string[]>();
  for (const { instance, net } of watched) {
    const module = moduleAt(array, instance);
    nets.set(module, [...new Set([...(nets.get(module) ?? []), net])]);
  }
  const { circuit, seen } = exposed(array, nets);
  const top = circuit.modules[circuit.modules.length - 1];
  const port = (name: string) => reference(name, 1, false, top.at);
  const inputs = [
    ...watched.map(({ port, instance, net, bit }) => {
      const value = seen(`${instance}.${net}`);
      return { port, value: bit === undefined ? value : slice(value, bit, 1, top.at) };
    }),
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

/** The module of the instance at a path from the top. */
function moduleAt(circuit: Circuit, path: string): string {
  return path.split(".").reduce((module, name) => {
    const items = circuit.modules.find((one) => one.name === module)?.items ?? [];
    const found = items.find((item) => item.kind === "inst" && item.name === name);
    if (found?.kind !== "inst") throw new Error(`no instance ${name} in ${module}`);
    return found.module;
  }, circuit.top);
}
