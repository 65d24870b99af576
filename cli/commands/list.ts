import { catalog } from "../../catalog/index.ts";
import { describeSpec } from "../../sw-model/parameters.ts";
import { table } from "../output.ts";
import type { CommandResult } from "../result.ts";

/** `whittle list`: generators, parameters, presets. */
export function list(): CommandResult {
  const generators = catalog.map(({ spec }) => describeSpec(spec));
  const text = generators.map(({ name, summary, parameters, presets }) => {
    const rows = parameters.map((p) => [
      `  ${p.name}`,
      `${p.default}`,
      p.values
        ? p.values.join(" | ")
        : `${p.min} to ${p.max}${p.length === undefined ? "" : `, up to ${p.length} of them`}`,
      p.unit,
      p.help,
    ]);
    return [
      `${name}: ${summary}`,
      table([["  parameter", "default", "range", "unit", ""], ...rows]),
      ...presets.map((preset) => `  --preset ${preset.name}: ${preset.summary}`),
    ].join("\n");
  });
  return { document: { generators }, text: text.join("\n\n") };
}
