import PQueue from "p-queue";
import { type Circuit, elaborate, emitVerilog } from "../../hdl/index.ts";
import { findYosys } from "../../platform/yosys.ts";
import { nearestNames, UserError } from "../../sw-model/errors.ts";
import { type CheckCase, crossCheck } from "../../testbench/crosscheck.ts";
import { designOf } from "../../testbench/design.ts";
import { startSimulation } from "../../testbench/engine.ts";
import type { DesignUnderTest, Simulation } from "../../testbench/simulation.ts";
import { checked } from "../checked.ts";
import type { GivenParameters } from "../execute.ts";
import type { AnyGenerator } from "../generator.ts";
import { Equivalence } from "./equivalence.ts";
import { control, type Mutation } from "./mutation.ts";
import { allMutants, controlWidth, mutationsOf } from "./netlist.ts";

export interface MutateOptions {
  /** `verilator` or `icarus`: mutants are Verilog. */
  readonly engine: string;
  /** Mutate this module and what is in it; the whole design when absent. */
  readonly module?: string;
  /** How many mutants, at most. */
  readonly count: number;
  /** Of the choice of mutations, and of the random operations. */
  readonly seed: number;
  /** Random operations; the directed ones come on top. */
  readonly cases: number;
  readonly jobs: number;
  readonly log?: (line: string) => void;
  readonly onEnd?: (done: number, all: number) => void;
}

/** A mutant that no case tells from the design. */
export interface Survivor extends Omit<Mutation, "command"> {
  /** It is proven that the mutation changes nothing that can be seen. */
  readonly equivalent: boolean;
}

export interface MutateReport {
  readonly generator: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly module: string;
  readonly engine: string;
  readonly seed: number;
  /** Operations that each mutant had to stand, directed ones included. */
  readonly cases: number;
  readonly mutants: number;
  readonly killed: number;
  readonly equivalent: number;
  /** Killed over those that are not proven equivalent; 1 where there are none. */
  readonly rate: number;
  readonly survivors: readonly Survivor[];
}

/**
 * Puts small faults into a generator's netlist and looks whether its own cases tell each from the golden model. All mutants are
 * one design with one more input that chooses between them, so it is compiled once.
 */
export async function mutate(
  generator: AnyGenerator,
  given: GivenParameters,
  options: MutateOptions,
): Promise<MutateReport> {
  const { engine, count, seed, cases, jobs, log, onEnd } = options;
  const parameters = generator.cases.parameters(given.parameters, given.explicit);
  const circuit = elaborate(generator.module, parameters);
  const module = options.module ?? circuit.top;
  const emitted = emitVerilog(circuit, { blackBoxes: "modelled" });
  const yosys = await findYosys();
  const netlist = await mutationsOf(yosys, emitted, modulesIn(circuit, module), { count, seed });
  const { mutations } = netlist;
  const design = mutable(designOf(circuit, emitted), await allMutants(yosys, netlist), controlWidth(mutations));
  const { operations: listed, ...compared } = checked(generator, parameters, cases, seed);
  const operations = [...listed];
  log?.(`${mutations.length} mutants of ${module}, ${operations.length} operations each`);

  const equivalence = new Equivalence(yosys, netlist, circuit.top, resetOf(design));
  const judge = judgeOf(generator, parameters, { ...compared, operations }, design, engine, seed, log);
  if (await judge(0)) throw failsAnyway(generator.spec.name);
  const queue = new PQueue({ concurrency: jobs });
  let done = 0;
  const outcomes = await Promise.all(
    mutations.map((mutation) =>
      queue.add(async (): Promise<Survivor | undefined> => {
        const caught = await judge(mutation.number);
        const equivalent = !caught && (await equivalence.holds(mutation));
        onEnd?.(++done, mutations.length);
        const { command: _, ...told } = mutation;
        return caught ? undefined : { ...told, equivalent };
      }),
    ),
  );
  const survivors = outcomes.filter((survivor) => survivor !== undefined);
  const killed = mutations.length - survivors.length;
  const equivalent = survivors.filter((survivor) => survivor.equivalent).length;
  const judged = mutations.length - equivalent;
  return {
    ...{ generator: generator.spec.name, parameters, module, engine, seed, cases: operations.length },
    ...{ mutants: mutations.length, killed, equivalent, rate: judged === 0 ? 1 : killed / judged, survivors },
  };
}

/** The design with the mutants' Verilog: which one it is, and reset, are set by the program that runs it. */
function mutable(design: DesignUnderTest, verilog: string, width: number): DesignUnderTest {
  const { circuit: _, reset, ...rest } = design;
  const input = (name: string, width: number) => ({ name, direction: "input" as const, width, signed: false });
  const added = [input(control, width), ...(reset === undefined ? [] : [input(reset, 1)])];
  return { ...rest, verilog, ports: [...design.ports, ...added] };
}

/** The reset of what `mutable` makes. */
function resetOf({ ports }: DesignUnderTest): string | undefined {
  const last = ports.at(-1)?.name;
  return last === control ? undefined : last;
}

/** A function that tells whether some case sees the mutant of this number. */
function judgeOf(
  generator: AnyGenerator,
  parameters: Record<string, unknown>,
  { operations, run, golden }: ReturnType<typeof checked> & { readonly operations: readonly CheckCase<unknown>[] },
  design: DesignUnderTest,
  engine: string,
  seed: number,
  log?: (line: string) => void,
): (mutant: number) => Promise<boolean> {
  const reset = resetOf(design);
  const results = new Map<unknown, ReturnType<typeof golden>>();
  const start = async (mutant: number, powerUp: number): Promise<Simulation> => {
    const options = { seed: ((seed + powerUp) >>> 0) % 2 ** 31 || 1, timeoutMs: 60_000, ...(log ? { log } : {}) };
    const simulation = await startSimulation(engine, design, options);
    // In reset the mutant is real already: what it does there counts too.
    await simulation.execute([{ kind: "poke", port: control, value: mutant }]);
    if (reset === undefined) return simulation;
    await simulation.execute([
      { kind: "poke", port: reset, value: 1 },
      { kind: "step", cycles: 2 },
      { kind: "poke", port: reset, value: 0 },
    ]);
    return simulation;
  };
  const differs = async (mutant: number, powerUp: number): Promise<boolean> => {
    try {
      const { mismatches } = await crossCheck({
        ...{ name: generator.spec.name, parameters, seed, reproduce: "" },
        operations: powerUp === 0 ? operations : operations.slice(0, 1),
        stopAtFirst: true,
        start: () => start(mutant, powerUp),
        run,
        golden(operation) {
          const known = results.get(operation) ?? golden(operation);
          results.set(operation, known);
          return known;
        },
      });
      return mismatches > 0;
    } catch (error) {
      // A mutant that hangs, dies, or gives unknown values is told apart; a design that cannot be built is not.
      if (error instanceof UserError && seenAsFailure.has(error.details.code)) return true;
      throw error;
    }
  };
  return async (mutant) => {
    for (let powerUp = 0; powerUp < powerUps; powerUp++) if (await differs(mutant, powerUp)) return true;
    return false;
  };
}

/** States at power-up, all random; what a reset leaves out may be right by chance. Beyond the first one the first operation says it. */
const powerUps = 4;

const seenAsFailure = new Set([
  "command-failed",
  "design-ended",
  "simulator-died",
  "simulator-hung",
  "simulator-garbage",
]);

/** A module and all that it instantiates. */
function modulesIn(circuit: Circuit, name: string): string[] {
  const found = circuit.modules.find((module) => module.name === name);
  if (!found) {
    const names = circuit.modules.map((module) => module.name);
    const near = nearestNames(name, names);
    throw new UserError({
      code: "unknown-module",
      message: `the design has no module ${name}`,
      where: "--module",
      expected: `one of ${names.join(", ")}`,
      found: name,
      ...(near.length === 0 ? {} : { hint: `did you mean ${near.join(" or ")}?` }),
    });
  }
  const inside = found.items.flatMap((item) => (item.kind === "inst" ? modulesIn(circuit, item.module) : []));
  return [...new Set([name, ...inside])];
}

function failsAnyway(name: string): UserError {
  return new UserError(
    {
      code: "check-failed",
      message: `${name} fails its own cases without any mutation`,
      where: name,
      expected: "a design that agrees with its golden model",
      found: "a mismatch",
      hint: `see "whittle check ${name}"`,
    },
    1,
  );
}
