import { type EieParameters, vectorRows } from "../../sw-model/eie/spec.ts";
import { busBits } from "../common/axi-stream.ts";
import { placed, type Register, type RegisterField, type RegisterMap } from "../common/registers.ts";
import { eieGeometry, loadSpaces } from "./geometry.ts";

/** Counters that the host reads, and what each tells (counters.ts). */
const counts = {
  cycles: "cycles of the layer",
  blocked: "of these, cycles in which a broadcast waited for a full queue",
  broadcasts: "columns broadcast; for each, every PE reads two pointers",
  columns: "of these, on each PE, those with entries there",
  issued: "entries: cycles in which a PE was busy; in all others it was starved, filling or writing back",
  padding: "entries with code 0",
  wordReads: "words read from the matrix memories",
  saturated: "additions that saturated the accumulator",
  clipped: "results that saturated at write-back",
} as const;

/** The name of a counter's register; its upper bits stand in the next one. */
export const countRegister = (name: string) => `COUNT_${name.replace(/([A-Z])/g, "_$1").toUpperCase()}`;

/** The registers of an EIE array behind AXI4-Lite. */
export function eieRegisters(p: EieParameters): RegisterMap {
  const g = eieGeometry(p);
  const field = (access: RegisterField["access"]) => (name: string, bits: number, help: string) => ({
    ...{ name, bits, access, help },
  });
  const [write, pulse, status] = [field("write"), field("pulse"), field("status")];
  const one = (name: string, only: RegisterField): Register => ({
    name,
    help: `${sentence(only.help)}.`,
    fields: [only],
  });
  const counters = Object.entries(counts).flatMap(([name, help]): Register[] => [
    {
      name: countRegister(name),
      help: `In the last run of layer LAYER, summed over all PEs: ${help}.`,
      fields: [status(name, 32, "lower 32 bits")],
    },
    {
      name: `${countRegister(name)}_HIGH`,
      help: "The rest of it; a count that goes beyond 40 bits stays at its largest value.",
      fields: [status(`${name}High`, 8, "upper 8 bits")],
    },
  ]);
  return [
    {
      name: "CONTROL",
      help: "Interrupt and errors.",
      fields: [
        write("enableInterrupt", 1, "the pin irq follows done"),
        pulse("clearDone", 1, "done becomes 0"),
        pulse("clearBadLoad", 1, "badLoad becomes 0"),
      ],
    },
    {
      name: "STATUS",
      help: "What goes on. DEFINE, RUN and READ are refused unless ready is 1 and loading is 0.",
      fields: [
        status("ready", 1, "no command is carried out"),
        status("loading", 1, "a packet of the load stream has begun and not ended"),
        status("done", 1, "the last RUN or READ has ended, its counts are complete"),
        status("badLoad", 1, "words of a packet had no place; they were dropped"),
      ],
    },
    one("LAYER", write("layer", g.layerIndex.width, "layer that DEFINE stores and whose counts are shown")),
    one("POINTER_BASE", write("pointerBase", g.pointerIndex.width, "index of the layer's first column pointer")),
    one("BIAS_POINTER", write("biasPointer", g.pointerIndex.width, "index of the bias column's pointer")),
    one("INPUT_ROWS", write("inputRows", g.vectorCount.width, "rows of inputs: inputs / PEs, rounded up")),
    one("OUTPUT_ROWS", write("outputRows", g.rowCount.width, "rows of results: outputs / PEs, rounded up")),
    one("SOURCE_ROW", write("sourceRow", g.vectorRow.width, "first row of the inputs")),
    one("RESULT_ROW", write("resultRow", g.vectorRow.width, "first row of the results")),
    one("BIAS_VALUE", write("biasValue", p.activationBits, "activation of the bias column, two's complement")),
    {
      name: "MODE",
      help: "How the layer is computed.",
      fields: [
        write("hold", 1, "leave the sums in the accumulators for the next layer"),
        write("bias", 1, "broadcast the bias column after the inputs"),
        write("relu", 1, "negative results become 0"),
        write("codebook", g.codebook.width, "codebook"),
      ],
    },
    {
      name: "DEFINE",
      help: "Stores what POINTER_BASE to MODE say as layer LAYER. Refused where it does not fit the memories, pointers of its columns included.",
      lockable: true,
      fields: [pulse("define", 1, "store")],
    },
    {
      name: "RANGE",
      help: "Which layers RUN computes, back to back.",
      fields: [write("firstLayer", g.layerIndex.width, "first"), write("lastLayer", g.layerIndex.width, "last")],
    },
    {
      name: "RUN",
      help: "Computes the layers of RANGE. Refused where one of them was never stored.",
      lockable: true,
      fields: [pulse("run", 1, "start")],
    },
    one("READ_ROW", write("readRow", g.vectorRow.width, "first row that READ sends")),
    one("READ_ROWS", write("readRows", g.vectorCount.width, "how many rows READ sends")),
    {
      name: "READ",
      help: "Sends rows of activations, one of every PE, on the read-out stream. Refused for no rows and for rows beyond the memory.",
      lockable: true,
      fields: [pulse("read", 1, "start")],
    },
    one("CYCLES", status("runCycles", 32, "clocks that the last RUN took")),
    ...(p.counters ? counters : []),
  ];
}

/** The names of the counters. */
export const countNames = Object.keys(counts) as (keyof typeof counts)[];

function sentence(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}

/** The first word of every packet on the load stream: what the words behind it are, and where they go. */
export function loadHeader(p: EieParameters): Register {
  const { load } = eieGeometry(p);
  const spaces = Object.entries(loadSpaces).filter(([name]) => name in spaceDepths(p));
  const field = (name: string, bits: number, help: string) => ({ name, bits, access: "write" as const, help });
  return {
    name: "LOAD_HEADER",
    help: "First word of a packet on the load stream.",
    fields: [
      field("space", load.fields.space.width, spaces.map(([name, number]) => `${number} ${name}`).join(", ")),
      field("pe", load.fields.pe.width, "PE; of activations the first word's, the next word goes to the next PE"),
      field("address", load.fields.address.width, "where the first word goes; of activations their row"),
    ],
  };
}

/** Bits of a word of the load stream: the widest thing that is loaded. */
export function loadBits(p: EieParameters): number {
  const { wordBits, pointer } = eieGeometry(p);
  const header = placed(loadHeader(p), 64).reduce((sum, { bits }) => sum + bits, 0);
  return busBits(1, Math.max(wordBits, pointer.width, p.codebookBits, p.activationBits, header));
}

/** Words of each memory that the load stream fills, of one PE where each has its own. */
export function spaceDepths(p: EieParameters): Partial<Record<keyof typeof loadSpaces, number>> {
  const { words, codebookDepth, layerIndex, row } = eieGeometry(p);
  return {
    entries: words,
    pointers: p.columnDepth,
    codebook: codebookDepth,
    activations: vectorRows(p),
    ...(p.balance ? { rotations: 2 ** (layerIndex.width + row.width) } : {}),
  };
}
