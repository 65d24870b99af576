/** Hardware in vitest: one suite over several engines, and matchers. Needs vitest in the project that imports it. */
import { afterAll, describe, expect, it } from "vitest";
import type { Ports } from "../hdl/index.ts";
import { CoverageDatabase } from "./coverage/database.ts";
import { writeCoverage } from "./coverage/folder.ts";
import { engineOfEachSide, enginesFor, missingTools } from "./engine-tools.ts";
import type { Bits, EngineName } from "./simulation.ts";
import { type TestOptions, testDesign, type Work } from "./tasks/index.ts";
import type { TypedDesign } from "./typed-design.ts";

/** A design on one of the engines, or on two in lockstep. */
export interface Bench<D extends Ports> {
  readonly engine: EngineName | "lockstep";
  readonly design: TypedDesign<D>;
  /** What the suite covers, to watch groups too; only with the option `coverage`. */
  readonly coverage?: CoverageDatabase;
  /** Starts the design, runs tasks on it and closes it (`testDesign`). */
  readonly run: <T>(work: Work<T, D>, options?: TestOptions) => Promise<T>;
}

/** How a suite is run. */
export interface HardwareOptions {
  readonly engines?: readonly (EngineName | "lockstep")[];
  readonly coverage?: string;
}

/**
 * A suite `NAME on ENGINE` for each engine; by default all that can run the design. Where an engine's tools are not installed the suite is skipped
 * under a name that says so; where none of the engines is there it fails. `coverage` is a folder for what the suite covers on the engines that count, written after
 * the tests of the file (`writeCoverage`).
 */
export function describeHardware<D extends Ports = Ports>(
  name: string,
  design: TypedDesign<D>,
  body: (bench: Bench<D>) => void,
  { engines = enginesFor(design), coverage: folder }: HardwareOptions = {},
): void {
  const coverage = folder === undefined ? undefined : new CoverageDatabase();
  if (folder !== undefined && coverage)
    afterAll(() => void writeCoverage(folder, coverage.data, `Coverage of ${name}`));
  const plan = engines.map((engine) => {
    const used = engine === "lockstep" ? engineOfEachSide(design) : [engine];
    return { engine, missing: used.flatMap((one) => missingTools(one)) };
  });
  for (const { engine, missing } of plan) {
    const counting = coverage && engine !== "icarus" ? { coverage } : {};
    const run: Bench<D>["run"] = (work, options) =>
      testDesign(engine, design, work, { ...options, simulation: { ...counting, ...options?.simulation } });
    const bench = { engine, design, run, ...(coverage ? { coverage } : {}) };
    const title = `${name} on ${engine}`;
    if (missing.length === 0) describe(title, () => body(bench));
    else describe.skip(`${title}: SKIPPED, not installed: ${missing.join(", ")}`, () => body(bench));
  }
  if (plan.some(({ missing }) => missing.length === 0)) return;
  it(`${name} on any engine`, () => {
    const absent = plan.map(({ engine, missing }) => `${engine} (${missing.join(", ")} not installed)`);
    throw new Error(`none of the engines can run ${name}: ${absent.join("; ") || "none was named"}`);
  });
}

/** Matchers for bit patterns. */
interface BitMatchers<R = unknown> {
  /**
   * The same bits in `width`, signed or not: -1 and 255 are the same 8 bits. A number that fits neither a signed nor an unsigned port of that width is
   * never equal.
   */
  toEqualBits(expected: Bits, width: number): R;
}

declare module "vitest" {
  // biome-ignore lint/suspicious/noExplicitAny: vitest declares it so
  interface Matchers<T = any> extends BitMatchers<T> {}
}

expect.extend({
  toEqualBits(actual: unknown, expected: Bits, width: number) {
    const wanted = patternOf(expected, width);
    if (wanted === undefined) throw new RangeError(`${expected} does not fit ${width} bits`);
    // What `read` gives of a port of one bit.
    const number = typeof actual === "boolean" ? Number(actual) : actual;
    const found = typeof number === "number" || typeof number === "bigint" ? patternOf(number, width) : undefined;
    return {
      pass: found === wanted,
      message: () =>
        found === undefined
          ? `expected ${width} bits, got ${String(actual)}, which does not fit them`
          : `expected bits ${this.isNot ? "other than " : ""}${spelled(wanted, width)}, got ${spelled(found, width)}${differing(wanted ^ found)}`,
    };
  },
});

function patternOf(value: Bits, width: number): bigint | undefined {
  if (typeof value === "number" && !Number.isSafeInteger(value)) return undefined;
  const bits = BigInt(value);
  const fits = bits >= -(1n << BigInt(width - 1)) && bits < 1n << BigInt(width);
  return fits ? BigInt.asUintN(width, bits) : undefined;
}

const spelled = (bits: bigint, width: number) => `${width}'h${bits.toString(16).padStart(Math.ceil(width / 4), "0")}`;

/** The numbers of the bits that are 1, the first few of them. */
function differing(bits: bigint): string {
  const numbers = [...bits.toString(2)].reverse().flatMap((digit, i) => (digit === "1" ? [i] : []));
  if (numbers.length === 0) return "";
  const shown = numbers.slice(0, 8).join(", ");
  return `; bit${numbers.length === 1 ? "" : "s"} ${shown}${numbers.length > 8 ? ` and ${numbers.length - 8} more` : ""} differ${numbers.length === 1 ? "s" : ""}`;
}
