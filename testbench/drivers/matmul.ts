import { placed } from "../../generators/common/registers.ts";
import { matmulRegisters } from "../../generators/matmul/registers.ts";
import { type MatmulOperation, straight } from "../../sw-model/matmul/operation.ts";
import type { MatmulParameters } from "../../sw-model/matmul/spec.ts";
import type { SystolicResult } from "../../sw-model/systolic/golden.ts";
import { columnSeeds } from "../../sw-model/systolic/seeds.ts";
import type { Bits, Command, Simulation } from "../simulation.ts";
import type { Driver, Outcome } from "./driver.ts";
import { seedCommands } from "./srmac.ts";

type Matrix = readonly (readonly number[])[];

/** What software does with a matrix multiplier: loads operands, writes registers, takes results. */
export class MatmulHost {
  readonly parameters: MatmulParameters;
  readonly #map: ReturnType<typeof matmulRegisters>;

  constructor(parameters: MatmulParameters) {
    this.parameters = parameters;
    this.#map = matmulRegisters(parameters);
  }

  /** The words of an operand, row by row. */
  load(operand: "a" | "b", matrix: Matrix): Command {
    const { rows, cols, width } = this.parameters;
    const lanes = operand === "a" ? rows : cols;
    const words: Bits[][] = [];
    matrix.forEach((row, r) => {
      for (let from = 0; from < row.length; from += lanes) {
        let word = 0n;
        row.slice(from, from + lanes).forEach((value, i) => {
          word |= BigInt.asUintN(width, BigInt(value)) << BigInt(i * width);
        });
        const last = from + lanes >= row.length;
        words.push([word, last ? 1 : 0, last && r === matrix.length - 1 ? 1 : 0]);
      }
    });
    const port = (name: string) => `s_axis_${operand}_t${name}`;
    return {
      ...{ kind: "push", valid: port("valid"), ready: port("ready") },
      ...{ data: [port("data"), port("last"), port("user")], rows: words, limit: 1_000_000 },
    };
  }

  /** Writes the registers of a product and starts it on what was loaded last. */
  start({ a, b, seed, transposeA = false, transposeB = false }: MatmulOperation): Command[] {
    const { rows, cols } = this.parameters;
    const [m, inner] = transposeA ? [a[0].length, a.length] : [a.length, a[0].length];
    const n = transposeB ? b.length : b[0].length;
    const tiles = (length: number, of: number) => Math.ceil(length / of);
    return [
      ...this.#seeds(seed),
      this.write("ORDER", { transposedA: transposeA ? 1 : 0, transposedB: transposeB ? 1 : 0 }),
      this.write("INNER", { lastInner: inner - 1 }),
      this.write("TILES", { lastRowTile: tiles(m, rows) - 1, lastColumnTile: tiles(n, cols) - 1 }),
      this.write("EDGE", { edgeRow: (m - 1) % rows, edgeColumn: (n - 1) % cols }),
      this.write("STEPS_A", {
        squareStepA: transposeA ? tiles(m, rows) : 1,
        tileStepA: transposeA ? 1 : tiles(inner, rows),
      }),
      this.write("STEPS_B", {
        squareStepB: transposeB ? 1 : tiles(n, cols),
        tileStepB: transposeB ? tiles(inner, cols) : 1,
      }),
      this.write("RESULTS", { resultWords: m * tiles(n, cols) }),
      this.write("CONTROL", { start: 1, takeA: 1, takeB: 1 }),
    ];
  }

  #seeds(seed: number | undefined): Command[] {
    const commands = seedCommands(this.parameters, seed === undefined ? [] : columnSeeds(this.parameters, seed));
    const rows = commands.flatMap((command) => (command.kind === "push" ? command.rows : []));
    return rows.map(([bits]) => this.write("SEED", { seedBits: bits, seedPush: 1 }));
  }

  /** A register at once; fields that are not named are 0. */
  write(name: string, fields: Readonly<Record<string, Bits>>): Command {
    const index = this.#map.findIndex((register) => register.name === name);
    const word = placed(this.#map[index]).reduce(
      (sum, field) => sum | (BigInt(fields[field.name] ?? 0) << BigInt(field.low)),
      0n,
    );
    const inputs = ["awaddr", "awvalid", "wdata", "wstrb", "wvalid", "bready"].map((pin) => `s_axi_${pin}`);
    return {
      kind: "batch",
      inputs,
      rows: [
        [4 * index, 1, word, 15, 1, 1],
        [0, 0, 0, 0, 0, 1],
      ],
      outputs: ["s_axi_bresp"],
    };
  }

  /** The word of a register, as the last value. */
  read(name: string): Command {
    const index = this.#map.findIndex((register) => register.name === name);
    const inputs = ["araddr", "arvalid", "rready"].map((pin) => `s_axi_${pin}`);
    return {
      kind: "batch",
      inputs,
      rows: [
        [4 * index, 1, 1],
        [0, 0, 1],
      ],
      outputs: ["s_axi_rdata"],
    };
  }

  /** Takes the words of a product. */
  collect(operation: MatmulOperation): Command {
    const { a, b } = straight(operation);
    const count = a.length * Math.ceil(b[0].length / this.parameters.cols);
    return {
      ...{ kind: "pull", valid: "m_axis_tvalid", ready: "m_axis_tready", data: ["m_axis_tdata", "m_axis_tlast"] },
      ...{ count, limit: 100_000 },
    };
  }

  /** The product from those words; undefined where not just the last one says that it is. */
  resultOf(operation: MatmulOperation, values: readonly bigint[]): SystolicResult | undefined {
    const { rows, cols, outWidth } = this.parameters;
    const { a, b } = straight(operation);
    const c = a.map(() => new Array<bigint>(b[0].length));
    let at = 0;
    for (let top = 0; top < a.length; top += rows) {
      for (let left = 0; left < b[0].length; left += cols) {
        for (let r = top; r < Math.min(top + rows, a.length); r++, at += 2) {
          if ((values[at + 1] === 1n) !== (at + 2 === values.length)) return undefined;
          for (let j = 0; j < Math.min(cols, b[0].length - left); j++) {
            c[r][left + j] = BigInt.asIntN(outWidth, values[at] >> BigInt(j * outWidth));
          }
        }
      }
    }
    return { c };
  }
}

/** Loads both operands, runs the product, takes the result. */
export const driveMatmul: Driver<MatmulParameters, MatmulOperation, SystolicResult> = async (
  simulation: Simulation,
  parameters,
  operation,
): Promise<Outcome<SystolicResult>> => {
  const host = new MatmulHost(parameters);
  const before = simulation.edges;
  const results = await simulation.execute([
    host.load("a", operation.a),
    host.load("b", operation.b),
    ...host.start(operation),
    host.collect(operation),
    host.read("CYCLES"),
  ]);
  const [values, read] = results.slice(-2);
  const cycles = Number(read[read.length - 1]);
  const result = host.resultOf(operation, values) ?? { c: [] };
  return { result, cycles, ioCycles: simulation.edges - before - cycles };
};
