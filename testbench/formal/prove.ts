import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Circuit, elaborate, type ModuleDefinition } from "../../hdl/index.ts";
import type { Ports } from "../../hdl/ports.ts";
import { temporaryFolder } from "../../platform/temporary.ts";
import { nearestNames, UserError } from "../../sw-model/errors.ts";
import { obligations, writeModel } from "./model.ts";
import { type Counterexample, replay } from "./replay.ts";
import { ask } from "./solver.ts";
import { readTrace } from "./trace.ts";

export type { Counterexample } from "./replay.ts";

/** How far a proof looks. */
export interface ProveOptions {
  /** Edges after the one in reset that are looked at, and the most that an induction step may assume. Default 10. */
  readonly depth?: number;
  /** Look beyond `depth`: do the properties hold at an edge because they held at the ones before it? Default true. */
  readonly induction?: boolean;
  /** For each question to the solver. Default 120,000. */
  readonly timeoutMs?: number;
}

/** What a proof found. */
export interface Proof {
  readonly top: string;
  /**
   * "proven": the assertions hold in every reachable state. "bounded": they hold for `depth` edges. "refuted": one fails,
   * `counterexample` shows it from reset. "undecided": they hold for `depth` edges, and `counterexample` shows why that does
   * not carry over to the next one: from a state which may be unreachable. An invariant that excludes it would help.
   */
  readonly outcome: "proven" | "bounded" | "refuted" | "undecided";
  /** Edges after reset that were looked at. */
  readonly depth: number;
  /** Of a proven design: how many edges the induction step relied on. */
  readonly strength?: number;
  /** Paths of the assertions. */
  readonly assertions: readonly string[];
  /**
   * Covers, each with the step that reaches it (0 is in reset), or undefined where none within `depth` does. Absent of a
   * refuted design: they are not looked for.
   */
  readonly covers?: ReadonlyMap<string, number | undefined>;
  readonly counterexample?: Counterexample;
}

/**
 * Proves the assertions of a module and of everything in it, by bounded model checking and k-induction with Yosys and z3.
 * Assumptions of the top are taken for granted, those of modules inside are to be proven. Throws `UserError`: nothing-to-prove,
 * no-model, several-clocks, bad-option, bad-depth, assumptions-contradict, proof-too-long, proof-failed, tool-missing.
 *
 * A run starts in any state, with reset high at its first edge and low from then on. Since that first edge may come from any
 * state, later resets are covered too. Only memories with initial words start with those; no reset brings these back, so where
 * such a memory has a write port, reset may come again at every edge.
 */
export async function prove<P, D extends Ports>(
  definition: ModuleDefinition<P, D>,
  parameters: NoInfer<P>,
  options: ProveOptions = {},
): Promise<Proof> {
  return proveCircuit(elaborate(definition, parameters), options);
}

/** The same for a circuit. */
export async function proveCircuit(circuit: Circuit, options: ProveOptions = {}): Promise<Proof> {
  checkKeys(options);
  const { depth = 10, induction = true, timeoutMs = 120_000 } = options;
  checkDepth(depth);
  const top = circuit.modules[circuit.modules.length - 1];
  const obliged = obligations(circuit);
  const properties = propertyPaths(obliged);
  const assertions = properties.filter(({ kind }) => kind === "assert").map(({ path }) => path);
  const covers = properties.filter(({ kind }) => kind === "cover").map(({ path }) => path);
  refuse(circuit, [...assertions, ...covers]);
  const reset = top.ports.find((port) => port.role === "reset")?.name;
  const temporary = await temporaryFolder(join(tmpdir(), `whittle-proof-${randomBytes(8).toString("hex")}`));
  const folder = temporary.path;
  try {
    await writeModel(obliged, folder, timeoutMs);
    const question = { depth, reset, resetAgain: keepsWords(obliged), folder, top: top.name, timeoutMs };
    const shown = async (answer: { failed: readonly string[]; trace: string }, start: Counterexample["start"]) =>
      replay(
        obliged,
        readTrace(await readFile(answer.trace, "utf8")),
        properties.filter(({ path }) => answer.failed.includes(path)),
        start,
      );
    const common = { top: top.name, depth, assertions };

    const reach = await ask({ ...question, kind: "reach" });
    if (reach.failed.length > 0) return { ...common, outcome: "refuted", counterexample: await shown(reach, "reset") };
    const met = covers.length === 0 ? undefined : await ask({ ...question, kind: "cover" });
    const reached = new Map(covers.map((path) => [path, met?.reached.get(path)]));
    if (!induction || assertions.length === 0) return { ...common, outcome: "bounded", covers: reached };
    const step = await ask({ ...question, kind: "induction" });
    if (step.failed.length === 0 && step.strength !== undefined)
      return { ...common, outcome: "proven", strength: step.strength, covers: reached };
    return { ...common, outcome: "undecided", covers: reached, counterexample: await shown(step, "any state") };
  } finally {
    await temporary.remove();
  }
}

/** Whether some memory starts with words that a later reset does not bring back. */
function keepsWords({ modules }: Circuit): boolean {
  return modules.some(({ items }) => {
    const written = new Set(items.flatMap((item) => (item.kind === "memWrite" ? [item.memory] : [])));
    return items.some((item) => item.kind === "mem" && item.init !== undefined && written.has(item.name));
  });
}

interface Placed {
  readonly path: string;
  readonly kind: string;
  /** Where it was written. */
  readonly at: string;
}

function propertyPaths(circuit: Circuit): Placed[] {
  const modules = new Map(circuit.modules.map((module) => [module.name, module]));
  const inside = (name: string, prefix: string): Placed[] =>
    (modules.get(name)?.items ?? []).flatMap((item) => {
      if (item.kind === "property") return [{ path: prefix + item.name, kind: item.property, at: item.at.toString() }];
      return item.kind === "inst" ? inside(item.module, `${prefix}${item.name}.`) : [];
    });
  return inside(circuit.top, "");
}

const known: { readonly [K in keyof ProveOptions]-?: true } = { depth: true, induction: true, timeoutMs: true };

function checkKeys(options: ProveOptions): void {
  const odd = Object.keys(options).find((key) => !(key in known));
  if (odd === undefined) return;
  const [near] = nearestNames(odd, Object.keys(known));
  throw new UserError({
    code: "bad-option",
    message: `a proof has no option "${odd}"`,
    where: "options",
    expected: Object.keys(known).join(", "),
    found: odd,
    hint: near === undefined ? "remove it" : `write ${near}, if that is meant`,
  });
}

function checkDepth(depth: number): void {
  if (Number.isInteger(depth) && depth >= 1) return;
  throw new UserError({
    code: "bad-depth",
    message: "a proof looks at one edge after reset or more",
    where: "depth",
    expected: "a whole number of 1 or more",
    found: String(depth),
  });
}

function refuse(circuit: Circuit, properties: readonly string[]): void {
  const top = circuit.modules[circuit.modules.length - 1];
  if (properties.length === 0) {
    throw new UserError({
      code: "nothing-to-prove",
      message: `${top.name} has no assertion and no cover`,
      where: top.name,
      expected: "m.assert or m.cover in the module or in one of its instances",
    });
  }
  const box = circuit.modules.find(({ external }) => external?.modelled === false);
  if (box) {
    throw new UserError({
      code: "no-model",
      message: `nothing that uses the black box ${box.name} can be proven: it has no model`,
      where: box.at.toString() || box.name,
      expected: "a model in its defineExternal",
      hint: "add one, or prove the modules around it on their own",
    });
  }
  const clocks = top.ports.filter((port) => port.role === "clock");
  if (clocks.length > 1) {
    throw new UserError({
      code: "several-clocks",
      message: `${top.name} has ${clocks.length} clocks, and proofs know one`,
      where: top.name,
      expected: "a module of one clock domain",
      found: clocks.map((port) => port.name).join(", "),
    });
  }
}
