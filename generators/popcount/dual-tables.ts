import { type BitSignal, type Builder, concat, countWidth, type UIntSignal } from "../../hdl/index.ts";
import { planFullAdders } from "./full-adders.ts";
import { Heap } from "./heap.ts";
import { dualTable, lut6Dual } from "./lut6-2.ts";
import type { Bit, Counter, Plan } from "./plan.ts";
import type { Stages } from "./stages.ts";

/** Tables one after the other that take lanes, after the first. More of them need fewer first ones. */
const chainLength = 4;

/**
 * Full adders of one LUT6_2 each, for Xilinx devices. Five inputs hold two lanes, each an XNOR of two bits, and a third bit; where there
 * are lanes, one in nine is compared alone, two to a table, and starts a chain of tables that take two more each.
 */
export function planDualTables(inputs: number, pins: 1 | 2): Plan {
  if (pins === 1) return planFullAdders(inputs);
  const heap = new Heap(countWidth(inputs));
  const lanes = Array.from({ length: inputs }, (_, index): Bit => ({ weight: 0, level: 0, index }));
  const chains = Math.ceil(inputs / (1 + 2 * chainLength));
  // The rest is taken in pairs.
  const alone = chains + ((inputs - chains) % 2);
  for (const lane of lanes.splice(0, alone)) heap.count(0, { group: [lane] });
  while (lanes.length > 0) heap.count(0, { group: [...lanes.splice(0, 2), ...heap.take(0, 1)] });
  for (let weight = 0; weight < heap.weights; weight++) {
    while (heap.height(weight) > 1) heap.count(weight, { group: heap.take(weight, 3) });
  }
  return heap.plan();
}

type Function = (inputs: readonly boolean[]) => boolean;

/** The hardware of counters in tables with two outputs; `lanes`: what is counted comes as two halves that must agree. */
export class DualTables {
  private readonly m: Builder;
  private readonly stages: Stages;
  private readonly lanes: boolean;
  /** The second output of a table that compares a lane, for the next lane that is compared alone. */
  private spare: { readonly lane: Bit; readonly agrees: BitSignal } | undefined;

  constructor(m: Builder, stages: Stages, lanes: boolean) {
    this.m = m;
    this.stages = stages;
    this.lanes = lanes;
  }

  /** The sum of a counter that works in this stage; `next` is the counter after it. */
  sum(name: string, counter: Counter, next: Counter | undefined, stage: number): UIntSignal {
    const { group } = counter;
    if (group.length > 1) return this.adder(name, group, stage);
    const [lane] = group;
    if (this.spare?.lane === lane) return concat(this.spare.agrees);
    const other = next?.group.length === 1 ? next.group[0] : undefined;
    const both = other === undefined ? [lane] : [lane, other];
    const { o6, o5 } = this.table(
      name,
      both,
      ([a]) => a,
      ([, b]) => b,
      stage,
    );
    if (other !== undefined) this.spare = { lane: other, agrees: o5 };
    return concat(o6);
  }

  private adder(name: string, group: readonly Bit[], stage: number): UIntSignal {
    const ones = (bits: readonly boolean[]) => bits.filter(Boolean).length;
    const { o6, o5 } = this.table(
      `${name}_table`,
      group,
      (bits) => ones(bits) % 2 === 1,
      (bits) => ones(bits) > 1,
      stage,
    );
    return this.m.node(name, concat(o5, o6));
  }

  /** Two functions of up to three bits and lanes. */
  private table(name: string, bits: readonly Bit[], o6: Function, o5: Function, stage: number) {
    const isLane = bits.map(({ counter }) => this.lanes && counter === undefined);
    const pins: BitSignal[] = [];
    bits.forEach((bit, i) => {
      if (isLane[i]) pins.push(...this.stages.halves(bit, stage));
      else pins.push(this.stages.bit(bit, stage));
    });
    const values = (inputs: readonly boolean[]) => {
      let pin = 0;
      return isLane.map((lane) => {
        const value = inputs[pin++];
        return lane ? value === inputs[pin++] : value;
      });
    };
    const init = dualTable(
      (inputs) => o6(values(inputs)),
      (inputs) => o5(values(inputs)),
    );
    const [i0 = false, i1 = false, i2 = false, i3 = false, i4 = false] = pins;
    return this.m.inst(name, lut6Dual, { init }, { i0, i1, i2, i3, i4, i5: true });
  }
}
