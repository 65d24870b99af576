/** Collects what simulations cover. */
import { readFileSync } from "node:fs";
import { Coverage, type FileCoverage } from "../../hdl/index.ts";
import { type CoverageData, noCoverage, type TypescriptCoverage, type VerilogCoverage } from "./data.ts";
import type { CoverageGroup } from "./group.ts";
import { mergeCoverage } from "./merge.ts";

/**
 * What simulations that are started with it cover, as `coverage` of `SimulationOptions`: arms of TypeScript and covers (wasm, verilator), lines
 * and toggles of the Verilog (verilator, once the simulation is closed), and groups. One may watch many.
 */
export class CoverageDatabase {
  /** Arms and covers. */
  readonly arms = new Coverage();
  readonly #groups: Pick<CoverageGroup, "data">[] = [];
  readonly #added: CoverageData[] = [];
  #runs = 0;

  /** A further simulation counts here. */
  begin(): void {
    this.#runs++;
  }

  /** Tells of the hits of groups, too. */
  watch(...groups: readonly Pick<CoverageGroup, "data">[]): void {
    this.#groups.push(...groups);
  }

  /** Adds lines and toggles of Verilog. */
  addVerilog(verilog: readonly VerilogCoverage[]): void {
    this.add({ ...noCoverage, verilog: [...verilog] });
  }

  /** Adds what others have counted. */
  add(data: CoverageData): void {
    this.#added.push(data);
  }

  /** All that was counted so far. */
  get data(): CoverageData {
    const own = {
      ...noCoverage,
      runs: this.#runs,
      typescript: this.arms.files().map(withText),
      groups: this.#groups.map((group) => group.data),
    };
    return mergeCoverage([own, ...this.#added]);
  }
}

/** Where the arms of a simulation are counted. */
export function armsOf(coverage: Coverage | CoverageDatabase): Coverage {
  return coverage instanceof CoverageDatabase ? coverage.arms : coverage;
}

function withText({ path, ...counts }: FileCoverage): TypescriptCoverage {
  const { file, arms, lines, covers } = counts;
  return { file, text: textOf(path), arms: [...arms], lines: [...lines], covers: [...covers] };
}

/** Nothing where it cannot be read: counts are told without their lines then. */
export function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
