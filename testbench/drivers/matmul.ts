import { matmulRegisters } from "../../generators/matmul/registers.ts";
import { UserError } from "../../sw-model/errors.ts";
import type { MatmulOperation } from "../../sw-model/matmul/operation.ts";
import { type Panel, panelOperation, panelsOf, sizeOf } from "../../sw-model/matmul/panels.ts";
import type { MatmulParameters } from "../../sw-model/matmul/spec.ts";
import { bWidthOf } from "../../sw-model/srmac/spec.ts";
import type { SystolicResult } from "../../sw-model/systolic/golden.ts";
import { columnSeeds, columnStates } from "../../sw-model/systolic/seeds.ts";
import type { Bits, Command, Simulation, Stalls } from "../simulation.ts";
import type { Driver, Outcome } from "./driver.ts";
import { brokenPromise, RegisterAccess } from "./register-access.ts";
import { seedCommands } from "./srmac.ts";

type Matrix = readonly (readonly number[])[];

/** How a product starts. */
interface Start {
  /** States of the columns' random sources, none to leave them; by default those that the operation's seed means. */
  readonly states?: readonly number[];
  /** Whether the operand is what was loaded last. */
  readonly takeA?: boolean;
  readonly takeB?: boolean;
  /** The product is a part of one tile's sums, which the next one goes on with. */
  readonly keep?: boolean;
}

/** What software does with a matrix multiplier: loads operands, writes registers, takes results. */
export class MatmulHost {
  readonly parameters: MatmulParameters;
  readonly #registers: RegisterAccess;

  constructor(parameters: MatmulParameters) {
    this.parameters = parameters;
    this.#registers = new RegisterAccess(matmulRegisters(parameters));
  }

  /** The words of an operand, row by row. */
  load(operand: "a" | "b", matrix: Matrix): Command {
    const { rows, cols, width: aWidth } = this.parameters;
    const [lanes, width] = operand === "a" ? [rows, aWidth] : [cols, bWidthOf(this.parameters)];
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

  /** Writes the registers of a product and starts it, on what was loaded last if not told otherwise. */
  start(operation: MatmulOperation, { states, takeA = true, takeB = true, keep = false }: Start = {}): Command[] {
    const { rows, cols } = this.parameters;
    const { seed, transposeA = false, transposeB = false } = operation;
    const { m, inner, n } = sizeOf(operation);
    const tiles = (length: number, of: number) => Math.ceil(length / of);
    return [
      ...this.#seeds(states ?? (seed === undefined ? [] : columnSeeds(this.parameters, seed))),
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
      this.write("CONTROL", { start: 1, takeA: takeA ? 1 : 0, takeB: takeB ? 1 : 0, keep: keep ? 1 : 0 }),
    ];
  }

  #seeds(states: readonly number[]): Command[] {
    const commands = seedCommands(this.parameters, states);
    const rows = commands.flatMap((command) => (command.kind === "push" ? command.rows : []));
    return rows.map(([bits]) => this.write("SEED", { seedBits: bits, seedPush: 1 }));
  }

  /** Tries the registers, see `RegisterAccess`. */
  tryRegisters(simulation: Simulation): Promise<void> {
    return this.#registers.tryAll(simulation);
  }

  /** The same before anything was written. */
  tryReset(simulation: Simulation): Promise<void> {
    return this.#registers.tryReset(simulation);
  }

  /** A register at once; fields that are not named are 0. */
  write(name: string, fields: Readonly<Record<string, Bits>>): Command {
    return this.#registers.write(name, fields);
  }

  /** Whether nothing goes on but what is said, and just those operands are whole and wait for a start. */
  async holds(
    simulation: Simulation,
    { loadA, loadB, goesOn }: Pick<Panel, "loadA" | "loadB"> & { readonly goesOn?: "busy" | "pending" | "both" },
  ): Promise<boolean> {
    const [values] = await simulation.execute([this.read("STATUS")]);
    const [busy, pending] = [goesOn === "busy" || goesOn === "both", goesOn === "pending" || goesOn === "both"];
    const bits = [busy, pending, loadA, loadB];
    return values[values.length - 1] === bits.reduce((sum, bit, i) => sum + (bit ? 1n << BigInt(i) : 0n), 0n);
  }

  /** Waits until operands are read and results are out, and no start waits. */
  async idle(simulation: Simulation): Promise<void> {
    for (let asked = 0; asked < 1100; asked++) {
      const [, values] = await simulation.execute([{ kind: "step", cycles: asked < 8 ? 0 : 64 }, this.read("STATUS")]);
      if ((values[values.length - 1] & 3n) === 0n) return;
    }
    const [message, expected] = ["the matrix multiplier stays busy", "STATUS without busy and pending"];
    throw new UserError({ code: "command-failed", message, where: "STATUS", expected, found: "one of them set" }, 1);
  }

  /** The word of a register, as the last value. */
  read(name: string): Command {
    return this.#registers.read(name);
  }

  /** Takes the words of a product; with stalls now and then only. Then the last value is a number of clocks. */
  collect(operation: MatmulOperation, stalls?: Stalls): Command {
    const { m, n } = sizeOf(operation);
    const count = m * Math.ceil(n / this.parameters.cols);
    if (stalls) {
      const push = { valid: "s_axis_a_tvalid", ready: "s_axis_a_tready", data: ["s_axis_a_tdata"], rows: [] };
      const pull = { valid: "m_axis_tvalid", ready: "m_axis_tready", data: ["m_axis_tdata", "m_axis_tlast"], count };
      return { kind: "exchange", push, pull, stalls, limit: 100_000 };
    }
    return {
      ...{ kind: "pull", valid: "m_axis_tvalid", ready: "m_axis_tready", data: ["m_axis_tdata", "m_axis_tlast"] },
      ...{ count, limit: 100_000 },
    };
  }

  /** The product from those words; undefined where not just the last one says that it is. */
  resultOf(operation: MatmulOperation, values: readonly bigint[]): SystolicResult | undefined {
    const { rows, cols, outWidth } = this.parameters;
    const { m, n } = sizeOf(operation);
    const c = Array.from({ length: m }, () => new Array<bigint>(n));
    let at = 0;
    for (let top = 0; top < m; top += rows) {
      for (let left = 0; left < n; left += cols) {
        for (let r = top; r < Math.min(top + rows, m); r++, at += 2) {
          if ((values[at + 1] === 1n) !== (at + 2 === values.length)) return undefined;
          for (let j = 0; j < Math.min(cols, n - left); j++) {
            c[r][left + j] = BigInt.asIntN(outWidth, values[at] >> BigInt(j * outWidth));
          }
        }
      }
    }
    return { c };
  }
}

/** Computes a product panel by panel: loads what each needs, starts it, takes its results, with stalls now and then only. Loads count as input and output. */
export async function streamMatmul(
  simulation: Simulation,
  parameters: MatmulParameters,
  operation: MatmulOperation,
  stalls?: Stalls,
): Promise<Outcome<SystolicResult>> {
  const host = new MatmulHost(parameters);
  const before = simulation.edges;
  const { m, n } = sizeOf(operation);
  const c = Array.from({ length: m }, () => new Array<bigint>(n));
  let cycles = 0;
  const broken = () => ({ result: { c: [] }, cycles, ioCycles: simulation.edges - before - cycles });
  if (stalls) await host.tryRegisters(simulation);
  for (const [i, panel] of panelsOf(parameters, sizeOf(operation)).entries()) {
    const { loadA, loadB, keep } = panel;
    const part = panelOperation(operation, panel);
    const states = seedsOf(parameters, operation.seed, i === 0 ? new Array(parameters.cols).fill(0) : panel.drawn);
    await simulation.execute([...(loadA ? [host.load("a", part.a)] : []), ...(loadB ? [host.load("b", part.b)] : [])]);
    if (stalls) {
      // A start without words to come is none.
      await simulation.execute([host.write("RESULTS", { resultWords: 0 }), host.write("CONTROL", { start: 1 })]);
      if (!(await host.holds(simulation, panel))) return broken();
    }
    const commands = host.start(part, { states, takeA: loadA, takeB: loadB, keep });
    if (keep) {
      await simulation.execute(commands);
      await host.idle(simulation);
      continue;
    }
    const results = await simulation.execute([...commands, host.collect(part, stalls), host.read("CYCLES")]);
    const [values, read] = results.slice(-2);
    cycles += Number(read[read.length - 1]);
    const result = host.resultOf(part, stalls ? values.slice(0, -1) : values);
    if (!result) return broken();
    result.c.forEach((row, r) => {
      row.forEach((value, j) => {
        c[panel.rows.from + r][panel.cols.from + j] = value;
      });
    });
  }
  return { result: { c }, cycles, ioCycles: simulation.edges - before - cycles };
}

/**
 * The product twice with stalls. While the results of the first wait, the operands of the second are loaded, and seeds are refused. Its start
 * waits: for those results, or, where there are seeds, for the last word of them. Gives both results; none where the buffers do not hold the product.
 */
export async function twiceMatmul(
  simulation: Simulation,
  parameters: MatmulParameters,
  operation: MatmulOperation,
  stalls: Stalls,
): Promise<SystolicResult[]> {
  const panels = panelsOf(parameters, sizeOf(operation));
  if (panels.length !== 1) return [];
  const host = new MatmulHost(parameters);
  const whole = { loadA: true, loadB: true };
  const expect = async (goesOn: "busy" | "pending" | "both", held = whole) => {
    if (!(await host.holds(simulation, { ...held, goesOn }))) throw brokenPromise("STATUS", goesOn, "otherwise");
  };
  const { m, inner, n } = sizeOf(operation);
  const loads = [host.load("a", operation.a), host.load("b", operation.b)];
  const start = host.start(operation);
  const seeds = start.length - host.start(operation, { states: [] }).length;
  const settled = 2 * (m + n + inner) * Math.ceil(m / parameters.rows) * Math.ceil(n / parameters.cols);
  // Time to begin, or for all results to arrive.
  await simulation.execute([...loads, ...start, { kind: "step", cycles: stalls.seed % 2 === 0 ? settled : 4 }]);
  await expect("busy", { loadA: false, loadB: false });
  const refused = await simulation.execute([...loads, host.write("SEED", { seedPush: 1 })]);
  if (refused[2][1] !== 2n) throw brokenPromise("SEED, amid a product", "SLVERR", "OKAY");
  await expect("busy");
  if (seeds === 0) {
    await simulation.execute(start);
    await expect("both");
  }
  const [first] = await simulation.execute([host.collect(operation, stalls)]);
  if (seeds > 0) {
    await simulation.execute([...start.slice(0, seeds - 1), ...start.slice(seeds)]);
    await expect("pending");
    await simulation.execute(start.slice(seeds - 1, seeds));
  }
  const [second] = await simulation.execute([host.collect(operation, stalls)]);
  return [first, second].map((values) => host.resultOf(operation, values.slice(0, -1)) ?? { c: [] });
}

/** A product without stalls. */
export const driveMatmul: Driver<MatmulParameters, MatmulOperation, SystolicResult> = (
  simulation,
  parameters,
  operation,
) => streamMatmul(simulation, parameters, operation);

/** The states to load before a panel; none where the random sources stand right. */
function seedsOf(
  parameters: MatmulParameters,
  seed: number | undefined,
  drawn: readonly number[] | undefined,
): number[] {
  return seed === undefined || drawn === undefined ? [] : columnStates(parameters, seed, drawn);
}
