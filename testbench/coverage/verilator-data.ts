/** The coverage data that a model of Verilator writes. */
import { UserError } from "../../sw-model/errors.ts";

/** A place in the Verilog and how often it was reached. Instances of a module count together. */
export interface CoveragePoint {
  /** "line" also for branches. */
  readonly kind: "line" | "toggle";
  readonly module: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** "block", "if", "else", "elsif" or "case" of a line; the net and the bit of a toggle: `count[3]`. */
  readonly what: string;
  /** Lines that are run with it. */
  readonly lines: readonly number[];
  readonly count: number;
}

/** Keys as Verilator shortens them. */
interface Keys {
  readonly page?: string;
  readonly f?: string;
  readonly l?: string;
  readonly n?: string;
  readonly o?: string;
  readonly S?: string;
}

/** The last line of a file that was written whole. */
const end = "# end";

/**
 * The points of a file that a model wrote (`SystemC::Coverage-3`, the format of `verilator_coverage`). A text that is none, or of which the end
 * is missing, is an error (`bad-coverage`) that names the line.
 */
export function readVerilatorData(text: string, where: string): CoveragePoint[] {
  const lines = text.split("\n");
  const bad = (line: number, expected: string) =>
    new UserError({
      code: "bad-coverage",
      message: `${where}, line ${line}: this is no coverage data of Verilator`,
      where: `${where}:${line}`,
      expected,
      found: lines[line - 1]?.slice(0, 200) || "the end of the file",
    });
  if (!lines[0].startsWith("# SystemC::Coverage-3")) throw bad(1, "# SystemC::Coverage-3");
  if (lines.at(-2) !== end) throw bad(lines.length, `"${end}": the file was not written whole`);
  return lines.flatMap((line, i): CoveragePoint[] => {
    if (line === "" || line.startsWith("#")) return [];
    const match = /^C '(.*)' (\d+)$/.exec(line);
    const point = match && pointOf(match[1], Number(match[2]));
    if (!point) throw bad(i + 1, "C '…' and a count");
    return point === "other" ? [] : [point];
  });
}

function pointOf(written: string, count: number): CoveragePoint | "other" | undefined {
  // A key stands behind \x01, its value behind \x02.
  const keys: Keys = Object.fromEntries(
    written
      .split("\u0001")
      .slice(1)
      .map((pair) => pair.split("\u0002").map(unquoted)),
  );
  const { page = "", f: file, l: line, n: column = "0", o: what = "", S: lines = "" } = keys;
  if (file === undefined || !(Number(line) > 0)) return undefined;
  const [, kind, module] = /^v_(line|branch|toggle)\/(.*)$/.exec(page) ?? [];
  if (kind === undefined) return "other";
  const place = { module, file, line: Number(line), column: Number(column), what, count };
  return { kind: kind === "toggle" ? "toggle" : "line", ...place, lines: linesIn(lines) };
}

/** "%25" stands for a percent sign; a byte of a character beyond ASCII has the bits of its sign in front: "%FFFFFFC3". */
function unquoted(text: string): string {
  if (!text.includes("%")) return text;
  return Buffer.from(
    text.replace(/%(?:F{6})?([\dA-F]{2})/g, (_, byte) => String.fromCharCode(Number.parseInt(byte, 16))),
    "latin1",
  ).toString("utf8");
}

/** "3,5-7" */
function linesIn(text: string): number[] {
  return text.split(",").flatMap((part) => {
    const [first, last = first] = part.split("-").map(Number);
    return part === "" ? [] : Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}
