import { benchArea } from "../../bench/area.ts";
import { benchBnn } from "../../bench/bnn.ts";
import { benchBridge } from "../../bench/bridge.ts";
import { benchEie } from "../../bench/eie.ts";
import { benchEieArray } from "../../bench/eie-array-timing.ts";
import type { Sparsity } from "../../bench/eie-layers.ts";
import { benchEieModel } from "../../bench/eie-model.ts";
import { benchElaboration } from "../../bench/elaboration.ts";
import { benchEse } from "../../bench/ese.ts";
import { benchFuzz } from "../../bench/fuzz.ts";
import { benchPage, type Figure } from "../../bench/page.ts";
import { benchRounding } from "../../bench/rounding.ts";
import type { BenchRow } from "../../bench/row.ts";
import { benchSimulator } from "../../bench/simulator.ts";
import { writeFileAtomically } from "../../platform/atomic-write.ts";
import { nearestNames, UserError } from "../../sw-model/errors.ts";
import { type Output, table } from "../output.ts";
import type { CommandResult } from "../result.ts";

type Bench = (
  log: (line: string) => void,
  options: { readonly figures: boolean; readonly sparsity?: Sparsity | undefined },
) => Promise<readonly BenchRow[] | { readonly rows: readonly BenchRow[]; readonly figures: readonly Figure[] }>;

const benches: Readonly<Record<string, Bench>> = {
  simulator: benchSimulator,
  elaboration: benchElaboration,
  bridge: benchBridge,
  fuzz: benchFuzz,
  area: benchArea,
  bnn: benchBnn,
  eie: benchEie,
  "eie-array": benchEieArray,
  "eie-model": benchEieModel,
  ese: benchEse,
  rounding: benchRounding,
};

export const benchNames: readonly string[] = Object.keys(benches);

/**
 * `whittle bench NAME`: measured anew at each call; `page` is a file for the rows and figures as HTML. `sparsity` is for `eie` alone: how
 * zeros spread over the weights that are drawn.
 */
export async function benchCommand(
  name: string,
  { page, sparsity }: { readonly page?: string; readonly sparsity?: Sparsity },
  output: Output,
): Promise<CommandResult> {
  const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
  if (!bench) {
    const near = nearestNames(name, benchNames);
    throw new UserError({
      code: "unknown-bench",
      message: `there is no benchmark "${name}"`,
      where: "whittle bench",
      expected: `one of ${benchNames.join(", ")}`,
      found: name,
      ...(near.length > 0 ? { hint: `did you mean ${near.join(" or ")}?` } : {}),
    });
  }
  if (sparsity !== undefined && bench !== benchEie) {
    throw new UserError({
      code: "bad-option",
      message: `bench ${name} draws no matrices: --sparsity is for bench eie`,
      where: "--sparsity",
      expected: "whittle bench eie",
      found: name,
    });
  }
  const measured = await bench(output.log, { figures: page !== undefined, sparsity });
  const { rows, figures } = "figures" in measured ? measured : { rows: measured, figures: [] };
  if (page !== undefined) writeFileAtomically(page, benchPage(name, rows, figures));
  const cell = (value: number | undefined) =>
    value === undefined ? "" : value.toLocaleString("en", { maximumSignificantDigits: 4 });
  const verdict = ({ met }: BenchRow) => (met === undefined ? "" : met ? "met" : "not met");
  const text = table([
    ["what", "value", "unit", "reference", "ratio", "bar", ""],
    ...rows.map((row) => [
      row.what,
      cell(row.value),
      row.unit,
      cell(row.reference),
      cell(row.ratio),
      cell(row.bar),
      verdict(row),
    ]),
  ]);
  return { document: { name, rows }, text };
}
