import { bit, type Inside, input, output, record, stream, vec } from "../../hdl/index.ts";
import type { EseParameters } from "../../sw-model/ese/spec.ts";
import { onlyIf } from "../common/only-if.ts";
import { eseGeometry } from "./geometry.ts";
import { laneCommands } from "./lane.ts";
import { peCommands } from "./pe.ts";

/** The ports of control: the host's, and what it tells all PEs and cell units. */
export function controlPorts(p: EseParameters) {
  const g = eseGeometry(p);
  const commands = peCommands(p);
  const lanes = laneCommands(p);
  const projects = p.projection > 0;
  const stacked = p.layers > 1;
  return {
    load: input(stream(g.load)),
    results: output(stream(g.result)),
    busy: output(bit),

    /** The load word a cycle later, and what it is for. */
    peLoad: output(commands.load),
    loadPe: output(g.bank),
    loadChannel: output(g.channel),
    ...onlyIf(p.weights === "memory", { loadEntries: output(bit) }),
    ...onlyIf(p.counts === "stored", { loadCounts: output(bit) }),
    loadInputs: output(bit),
    loadOutputs: output(bit),
    loadBiases: output(bit),
    ...onlyIf(p.peephole, { loadPeepholes: output(bit) }),
    loadStates: output(bit),
    /** A step of a layer begins. */
    start: output(bit),
    /** A step of the first layer begins; the layer under way or read. */
    ...onlyIf(stacked, { rewind: output(bit), layer: output(g.layer) }),

    fetch: output(lanes.fetch),
    fetchBank: output(g.bank),
    /** The element of every channel at `fetch` in PE `fetchBank`. */
    elements: input(g.activations),
    /** The counts of the next column have come. */
    ...onlyIf(p.counts === "stream", { countsThere: input(bit) }),
    counts: output(commands.counts),
    broadcast: output(commands.broadcast),

    /** The sums of a cell enter the cell units; `clear` clears a row of all PEs. */
    scan: output(record({ valid: bit, clear: bit, bank: g.bank, row: g.row })),
    /** The cell whose state and parameters are read. */
    readCell: output(bit),
    cellIndex: output(g.layerCell),
    states: input(vec(p.channels, g.state)),
    /** The cell units give the output of the next cell, and where it goes. */
    cellDone: input(bit),
    doneBank: output(g.bank),
    doneRow: output(g.outputRow),
    ...onlyIf(projects, { writeBack: output(lanes.writeBack) }),

    /** Some PE cannot take the broadcast; some PE is at work. */
    blocked: input(bit),
    working: input(bit),
  };
}

export type ControlPorts = Inside<ReturnType<typeof controlPorts>>;
