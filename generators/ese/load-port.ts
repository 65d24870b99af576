import { type BitSignal, type Builder, bit, bitWidth, unpack } from "../../hdl/index.ts";
import type { EseParameters } from "../../sw-model/ese/spec.ts";
import type { ControlPorts } from "./control-ports.ts";
import { eseGeometry, loadSpaces } from "./geometry.ts";
import { peCommands } from "./pe.ts";

/** When control takes which words. */
interface Ready {
  /** No step is under way. */
  readonly idle: BitSignal;
  /** All elements of x in the memories have been broadcast. */
  readonly inputsSent: BitSignal;
  /** A read-out is under way; it is one of states, with which a step would interfere. */
  readonly reading: BitSignal;
  readonly readingStates: BitSignal;
}

/**
 * Takes words from the load port: elements of x of the next step beside the step before, a run beside a read-out of y, the rest when nothing
 * is under way. Those for memories go through a register and come out an edge later, with a strobe for each space; commands act at
 * once and are given back.
 */
export function loadPort(m: Builder, p: EseParameters, io: ControlPorts, when: Ready) {
  const g = eseGeometry(p);
  const stacked = p.layers > 1;
  const { space, pe, channel, address, data } = io.load.data;
  m.switch(space, {
    [loadSpaces.inputs]: () => io.load.ready.set(when.idle.or(when.inputsSent)),
    [loadSpaces.run]: () => io.load.ready.set(when.idle.and(when.readingStates.not())),
    default: () => io.load.ready.set(when.idle.and(when.reading.not())),
  });
  const taken = m.node("taken", io.load.fire);
  const strobeOf = (name: Exclude<keyof typeof loadSpaces, "run" | "read">) => {
    const strobe = m.reg(`${name}Strobe`, bit, { reset: false });
    strobe.set(taken.and(space.eq(loadSpaces[name])));
    return strobe;
  };
  if (p.weights === "memory") io.loadEntries.set(strobeOf("entries"));
  if (p.counts === "stored") io.loadCounts.set(strobeOf("counts"));
  io.loadInputs.set(strobeOf("inputs"));
  io.loadOutputs.set(strobeOf("outputs"));
  io.loadBiases.set(strobeOf("biases"));
  if (p.peephole) io.loadPeepholes.set(strobeOf("peepholes"));
  io.loadStates.set(strobeOf("states"));
  const loadPe = m.reg("takenPe", g.bank);
  const loadChannel = m.reg("takenChannel", g.channel);
  const loadWord = m.reg("takenWord", peCommands(p).load);
  loadPe.set(pe);
  loadChannel.set(channel);
  loadWord.set({ address, data });
  io.loadPe.set(loadPe);
  io.loadChannel.set(loadChannel);
  io.peLoad.set(loadWord);

  const takeRun = m.node("takeRun", taken.and(space.eq(loadSpaces.run)));
  const takeRead = m.node("takeRead", taken.and(space.eq(loadSpaces.read)));
  io.start.set(takeRun);
  const run = unpack(g.run, data.bits(bitWidth(g.run) - 1, 0));
  const read = unpack(g.read, data.bits(bitWidth(g.read) - 1, 0));
  const firstLayer = m.node("firstLayer", stacked ? takeRun.and(run.layer.eq(0)) : takeRun);
  if (stacked) io.rewind.set(firstLayer);
  return { takeRun, takeRead, run, read, firstLayer };
}
