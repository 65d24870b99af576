/** Coverage as plain data, as it is stored in `coverage.json`. */
import { z } from "zod";
import { UserError } from "../../sw-model/errors.ts";
import { readJson } from "../../sw-model/json.ts";

const count = z.number().int().nonnegative();
const line = z.number().int().positive();
const named = { name: z.string(), count };

/** A file of TypeScript, with its text where that could be read. See `FileCoverage`. */
const typescript = z.strictObject({
  file: z.string(),
  text: z.string(),
  arms: z.array(z.strictObject({ line, column: count, label: z.string(), count })),
  lines: z.array(z.strictObject({ line, count })),
  covers: z.array(z.strictObject({ line, ...named })),
});

/** A line of Verilog that is run or not: `what` is "block", "if", "elsif", "else" or "case"; with it run `lines`. */
const point = z.strictObject({
  line,
  column: count,
  module: z.string(),
  what: z.string(),
  lines: z.array(line),
  count,
});

/** A net, how often each of its bits changed ("" for the bit of a net of one, "[3]", "[2][5]" for bit 5 of word 2), and the line of TypeScript. */
const signal = z.strictObject({
  module: z.string(),
  name: z.string(),
  line,
  at: z.string().optional(),
  bits: z.record(z.string(), count),
});

/** A module of our own (`made`), or a file of Verilog from elsewhere. */
const verilog = z.strictObject({
  name: z.string(),
  made: z.boolean(),
  text: z.string(),
  points: z.array(point),
  signals: z.array(signal),
});

/** A group: hits of bins by point, of combinations of bins by cross (`bins` as names joined by " × "), and values in no bin. */
const group = z.strictObject({
  name: z.string(),
  samples: count,
  points: z.array(z.strictObject({ name: z.string(), bins: z.array(z.strictObject(named)), other: count })),
  crosses: z.array(z.strictObject({ name: z.string(), of: z.array(z.string()), bins: z.array(z.strictObject(named)) })),
});

const format = "whittle coverage 1";

const data = z.strictObject({
  format: z.literal(format),
  runs: count,
  typescript: z.array(typescript),
  verilog: z.array(verilog),
  groups: z.array(group),
});

/** All that was counted in a number of simulations. */
export type CoverageData = z.infer<typeof data>;
export type TypescriptCoverage = z.infer<typeof typescript>;
export type VerilogCoverage = z.infer<typeof verilog>;
export type VerilogPoint = z.infer<typeof point>;
export type SignalCoverage = z.infer<typeof signal>;
export type GroupCoverage = z.infer<typeof group>;

/** What was counted in no simulation. */
export const noCoverage: CoverageData = { format, runs: 0, typescript: [], verilog: [], groups: [] };

/** The name of the data in a folder of coverage. */
export const dataFile = "coverage.json";

/** Reads `coverage.json`. A file that is none is an error: file-not-found, file-unreadable, not-json, bad-coverage. */
export function readCoverage(file: string): CoverageData {
  const parsed = data.safeParse(readJson(file));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue.path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  throw new UserError({
    code: "bad-coverage",
    message: `${file} is no coverage data: ${path === "" ? "" : `${path.replace(/^\./, "")}: `}${issue.message}`,
    where: `${file}${path === "" ? "" : `: ${path.replace(/^\./, "")}`}`,
    expected: `"${format}", as whittle writes it`,
    found: issue.message,
    hint: "give the coverage.json of a folder that --coverage wrote",
  });
}
