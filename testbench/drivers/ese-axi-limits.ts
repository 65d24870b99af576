import { eseGeometry } from "../../generators/ese/geometry.ts";
import type { EseParameters } from "../../sw-model/ese/spec.ts";
import type { LimitCase } from "./limit-case.ts";

const registers = { INPUTS: "inputs", OUTPUTS: "outputs", CELLS: "cells", OUTPUT_ROWS: "outputRows", LAYER: "layer" };

type Sizes = Partial<Record<keyof typeof registers, number>>;

/** Commands that an engine refuses at any time before its second layer: what they ask for is just beyond what there is. */
export function refused(p: EseParameters): LimitCase[] {
  const g = eseGeometry(p);
  const projects = p.projection > 0;
  const rows = p.pes * p.rowDepth;
  const mostInputs = p.pes * p.inputDepth;
  const most = projects
    ? { INPUTS: mostInputs, OUTPUTS: 1, CELLS: rows }
    : { INPUTS: mostInputs, OUTPUTS: rows, CELLS: rows };
  const mostColumns = most.INPUTS + most.OUTPUTS + (projects ? rows : 0);
  /** Where the field can hold so much. */
  const only = (one: LimitCase, value: number, width: number) => (value < 2 ** width ? [one] : []);
  /** A run of a layer of one input, one cell and one output, but for these. */
  const run = (name: string, other: Sizes): LimitCase => {
    const sizes = {
      ...{ INPUTS: 1, OUTPUTS: 1, CELLS: 1 },
      ...(projects ? { OUTPUT_ROWS: 1 } : {}),
      ...(p.layers > 1 ? { LAYER: 0 } : {}),
      ...other,
    };
    const writes = Object.entries(sizes).map(
      ([register, value]) => [register, { [registers[register as keyof typeof registers]]: value }] as const,
    );
    return { name, writes: [...writes, ["RUN", { run: 1 }]] };
  };
  const read = (name: string, count: number, other: Readonly<Record<string, number>> = {}): LimitCase => ({
    name,
    writes: [
      ...(p.layers > 1 ? [["LAYER", { layer: other.layer ?? 0 }] as const] : []),
      ["READ_FROM", { channel: other.channel ?? 0, states: 0, ...(p.channels > 1 ? { more: other.more ?? 0 } : {}) }],
      ["READ_COUNT", { count }],
      ["READ", { read: 1 }],
    ],
  });
  const cellsAndOutputs = (count: number): Sizes => (projects ? { CELLS: count } : { CELLS: count, OUTPUTS: count });
  return [
    run("a run without inputs", { INPUTS: 0 }),
    ...only(run("inputs beyond the memory", { INPUTS: mostInputs + 1 }), mostInputs + 1, g.length.width),
    run("a run without cells", cellsAndOutputs(0)),
    ...only(run("cells beyond the memory", cellsAndOutputs(rows + 1)), rows + 1, g.length.width),
    run("a run without outputs", { OUTPUTS: 0 }),
    ...(projects
      ? [
          run("rows for more outputs than there are", { OUTPUT_ROWS: 2 }),
          run("rows for fewer outputs than there are", { OUTPUT_ROWS: 0 }),
        ]
      : [run("more outputs than cells", { OUTPUTS: 2 }), run("fewer outputs than cells", { CELLS: 2 })]),
    ...(p.counts === "stored" && mostColumns > p.columnDepth
      ? [run("more columns than the memory has counts of", most)]
      : []),
    ...(p.layers > 1 ? [run("a layer before the one below it", { LAYER: 1 })] : []),
    ...only(run("a layer beyond the layers", { LAYER: p.layers }), p.layers, p.layers > 1 ? g.layer.width : 0),
    read("a read-out of nothing", 0),
    ...only(read("a read-out beyond the memory", rows + 1), rows + 1, g.length.width),
    ...only(
      read("a read-out of a layer beyond the layers", 1, { layer: p.layers }),
      p.layers,
      p.layers > 1 ? g.layer.width : 0,
    ),
    ...only(read("a read-out of a channel beyond the last", 1, { channel: p.channels }), p.channels, g.channel.width),
    ...(p.channels > 1
      ? [read("a read-out that goes on beyond the last channel", 1, { channel: p.channels - 1, more: 1 })]
      : []),
  ];
}
