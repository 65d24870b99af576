import { type EieParameters, vectorRows } from "../../sw-model/eie/spec.ts";
import { hostRegisters } from "../common/host-commands.ts";
import type { PacketFormat } from "../common/packet-loader.ts";
import { pulsed, type Register, type RegisterField, type RegisterMap, shown, written } from "../common/registers.ts";
import { eieGeometry, loadSpaces } from "./geometry.ts";

/** Counters that the host reads, and what each tells (counters.ts). */
const counts = {
  cycles: "cycles of the layer",
  blocked: "of these, cycles in which a broadcast waited for a full queue",
  broadcasts: "columns broadcast; for each, every PE reads two pointers",
  followed: "of these, columns next to the one broadcast before; for each, every PE reads one pointer instead",
  columns: "of the columns broadcast, on each PE, those with entries there",
  issued: "entries: cycles in which a PE was busy",
  starved: "cycles in which a PE could have begun a column and its queue was empty",
  padding: "entries with code 0",
  wordReads: "words read from the matrix memories",
  saturated: "additions that saturated the accumulator",
  clipped: "results that saturated at write-back",
} as const;

/** The registers in which a counter stands, 32 bits a register, each with its field, the counter's lowest bit there, and how many. */
export function countWords(name: string, { counterBits }: Pick<EieParameters, "counterBits">) {
  const register = `COUNT_${name.replace(/([A-Z])/g, "_$1").toUpperCase()}`;
  const lower = { register, field: name, low: 0, bits: Math.min(32, counterBits) };
  if (counterBits <= 32) return [lower];
  return [lower, { register: `${register}_HIGH`, field: `${name}High`, low: 32, bits: counterBits - 32 }];
}

/** The registers of an EIE array behind AXI4-Lite. */
export function eieRegisters(p: EieParameters): RegisterMap {
  const g = eieGeometry(p);
  const one = (name: string, only: RegisterField): Register => ({
    name,
    help: `${sentence(only.help)}.`,
    fields: [only],
  });
  const limit = `a count that goes beyond ${p.counterBits} bits stays at its largest value`;
  const counters = Object.entries(counts).flatMap(([name, help]) =>
    countWords(name, p).map(({ register, field, low, bits }, i, { length }): Register => {
      const first = `In the last run of layer LAYER, summed over all PEs: ${help}`;
      const [end, which] = [`; ${limit}`, low > 0 ? "upper" : "lower"];
      return {
        name: register,
        help: i > 0 ? `The rest of it${end}.` : `${first}${length > 1 ? "" : end}.`,
        fields: [shown(field, bits, length > 1 ? `${which} ${bits} bits` : `${bits} bits`)],
      };
    }),
  );
  return [
    hostRegisters.control,
    hostRegisters.status("DEFINE, RUN and READ", "the last RUN or READ has ended, its counts are complete"),
    one("LAYER", written("layer", g.layerIndex.width, "layer that DEFINE stores and whose counts are shown")),
    one("POINTER_BASE", written("pointerBase", g.pointerIndex.width, "index of the layer's first column pointer")),
    one("BIAS_POINTER", written("biasPointer", g.pointerIndex.width, "index of the bias column's pointer")),
    one("INPUT_ROWS", written("inputRows", g.vectorCount.width, "rows of inputs: inputs / PEs, rounded up")),
    one("OUTPUT_ROWS", written("outputRows", g.rowCount.width, "rows of results: outputs / PEs, rounded up")),
    one("SOURCE_ROW", written("sourceRow", g.vectorRow.width, "first row of the inputs")),
    one("RESULT_ROW", written("resultRow", g.vectorRow.width, "first row of the results, in the first bank")),
    one("BIAS_VALUE", written("biasValue", p.activationBits, "activation of the bias column, two's complement")),
    {
      name: "MODE",
      help: "How the layer is computed.",
      fields: [
        written("hold", 1, "leave the sums in the accumulators for the next layer"),
        written("bias", 1, "broadcast the bias column after the inputs"),
        written("relu", 1, "negative results become 0"),
        written("codebook", g.codebook.width, "codebook"),
      ],
    },
    {
      name: "DEFINE",
      help: "Stores what POINTER_BASE to MODE say as layer LAYER. Refused where it does not fit the memories, pointers of its columns included.",
      lockable: true,
      fields: [pulsed("define", 1, "store")],
    },
    {
      name: "RANGE",
      help: "Which layers RUN computes, back to back.",
      fields: [written("firstLayer", g.layerIndex.width, "first"), written("lastLayer", g.layerIndex.width, "last")],
    },
    {
      name: "RUN",
      help: "Computes the layers of RANGE. Refused where one of them was never stored.",
      lockable: true,
      fields: [pulsed("run", 1, "start")],
    },
    one("READ_ROW", written("readRow", g.vectorRow.width, "first row that READ sends")),
    one("READ_ROWS", written("readRows", g.vectorCount.width, "how many rows READ sends")),
    {
      name: "READ",
      help: "Sends rows of activations, one of every PE, on the read-out stream. Refused for no rows and for rows beyond the memory.",
      lockable: true,
      fields: [pulsed("read", 1, "start")],
    },
    hostRegisters.cycles,
    ...(p.counters ? counters : []),
  ];
}

/** The names of the counters. */
export const countNames = Object.keys(counts) as (keyof typeof counts)[];

function sentence(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}

/** What packets of the load stream may fill. */
export function eiePackets(p: EieParameters): PacketFormat {
  const { load, words, wordBits, pointer, codebookDepth, layerIndex, row } = eieGeometry(p);
  return {
    pes: p.pes,
    load: load.fields,
    wordBits: Math.max(wordBits, pointer.width, p.codebookBits, p.activationBits),
    spaces: {
      entries: { number: loadSpaces.entries, depth: words, ofPe: true },
      pointers: { number: loadSpaces.pointers, depth: p.columnDepth, ofPe: true },
      codebook: { number: loadSpaces.codebook, depth: codebookDepth },
      activations: { number: loadSpaces.activations, depth: vectorRows(p), ofPe: true, roundPes: true },
      ...(p.balance ? { rotations: { number: loadSpaces.rotations, depth: 2 ** (layerIndex.width + row.width) } } : {}),
    },
  };
}
