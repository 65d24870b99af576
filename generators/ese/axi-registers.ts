import type { EseParameters } from "../../sw-model/ese/spec.ts";
import { hostRegisters } from "../common/host-commands.ts";
import type { PacketFormat } from "../common/packet-loader.ts";
import { pulsed, type RegisterField, type RegisterMap, shown, written } from "../common/registers.ts";
import { eseGeometry, loadSpaces } from "./geometry.ts";

/** The registers of an LSTM engine behind AXI4-Lite. */
export function eseRegisters(p: EseParameters): RegisterMap {
  const g = eseGeometry(p);
  const one = (name: string, help: string, field: RegisterField) => ({ name, help, fields: [field] });
  const length = (name: string, help: string) =>
    one(name.toUpperCase(), `${help} of the layer that RUN computes.`, written(name, g.length.width, help));
  return [
    hostRegisters.control,
    hostRegisters.status("RUN and READ", "the last RUN or READ has ended"),
    length("inputs", "Elements of x"),
    length("outputs", "Elements of y"),
    length("cells", "Cells"),
    ...(p.projection > 0
      ? [one("OUTPUT_ROWS", "Outputs / PEs, rounded up.", written("outputRows", g.rowCount.width, "rows of y in a PE"))]
      : []),
    ...(p.layers > 1
      ? [one("LAYER", "The layer that RUN computes and READ reads.", written("layer", g.layer.width, "layer"))]
      : []),
    {
      name: "RUN",
      help: "Computes a step of a layer. Refused where it does not fit the memories, or does not follow the layer run before.",
      lockable: true,
      fields: [pulsed("run", 1, "start")],
    },
    {
      name: "READ_FROM",
      help: "What READ sends.",
      fields: [
        written("channel", g.channel.width, "of which channel"),
        written("states", 1, "1: the cell states; 0: y"),
        ...(p.channels > 1 ? [written("more", g.channel.width, "so many channels after it follow")] : []),
      ],
    },
    one("READ_COUNT", "How many elements READ sends of a channel.", written("count", g.length.width, "elements")),
    {
      name: "READ",
      help: "Sends y or cell states of a channel, or of several one after another, on the read-out stream. Refused for none, and for more than there can be.",
      lockable: true,
      fields: [pulsed("read", 1, "start")],
    },
    ...(p.counts === "stored"
      ? [one("COLUMNS", "Columns of the layers run since layer 0, this one included.", shown("columns", 17, "columns"))]
      : []),
    hostRegisters.cycles,
  ];
}

/** What packets of the load stream may fill. */
export function esePackets(p: EseParameters): PacketFormat {
  const { load, entryBits, counts, cellData, cellDepth, outputDepth } = eseGeometry(p);
  const { entries, inputs, outputs, biases, peepholes, states } = loadSpaces;
  const ofElement = { ofPe: true, ofChannel: true, roundPes: true };
  return {
    pes: p.pes,
    channels: p.channels,
    load: load.fields,
    wordBits: Math.max(
      p.weights === "memory" ? entryBits : 1,
      p.counts === "stored" ? counts.width : 1,
      p.activationBits,
      p.stateBits,
      cellData.width,
    ),
    spaces: {
      ...(p.weights === "memory" ? { entries: { number: entries, depth: p.entryDepth, ofPe: true } } : {}),
      ...(p.counts === "stored" ? { counts: { number: loadSpaces.counts, depth: p.columnDepth, ofPe: true } } : {}),
      inputs: { number: inputs, depth: p.inputDepth, ...ofElement },
      outputs: { number: outputs, depth: outputDepth, ...ofElement },
      biases: { number: biases, depth: cellDepth },
      ...(p.peephole ? { peepholes: { number: peepholes, depth: cellDepth } } : {}),
      states: { number: states, depth: cellDepth, ofChannel: true },
    },
  };
}
