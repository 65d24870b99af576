import { ese } from "../generators/ese/ese.ts";
import { elaborate } from "../hdl/index.ts";
import { eseSpec } from "../sw-model/ese/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";
import { areaByHierarchy } from "./by-hierarchy.ts";
import type { BenchRow } from "./row.ts";

/** What the paper's 32 channels take on an XCKU060 (quoted from memory); its look-up tables count those used as memory. */
const paper = { "lut-sites": 293_920, lutram: 69_939, ff: 453_068, bram: 947, dsp: 1504 } as const;
type Figure = keyof typeof paper;
const figures = Object.keys(paper) as Figure[];
const paperChannels = 32;

/**
 * Area of a channel of the paper's 32 PEs, entries from outside, as the sum of its modules; and of 32 channels that share their weights,
 * extrapolated by what a second one adds.
 */
export async function eseAreaRows(log: (line: string) => void): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const target of ["xcup", "xc7"]) {
    const one = await areaOf(1, target, log);
    const two = await areaOf(2, target, log);
    for (const figure of figures) {
      const all = one[figure] + (paperChannels - 1) * (two[figure] - one[figure]);
      const reference = paper[figure];
      rows.push(
        { what: `area/channel/${target}/${figure}`, value: one[figure], unit: figure },
        { what: `area/32-channels/${target}/${figure}`, value: all, unit: figure, reference, ratio: all / reference },
      );
    }
  }
  return rows;
}

async function areaOf(channels: number, target: string, log: (line: string) => void): Promise<Record<Figure, number>> {
  const sets = [`channels=${channels}`, "weights=stream"];
  const { parameters } = resolveParameters(eseSpec, { preset: "paper", sets });
  const parts = [{ name: "ese_pe", instances: parameters.pes }];
  const area = await areaByHierarchy(elaborate(ese, parameters), parts, target, log);
  return { ...area, "lut-sites": area.lut + area.lutram };
}
