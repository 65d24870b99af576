/** Questions to the solver about a model: bounded checks, induction steps and covers, by yosys-smtbmc and z3. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { lastLines, spawnChild, within } from "../../platform/children.ts";
import { requireTool } from "../../platform/tools.ts";
import { UserError } from "../../sw-model/errors.ts";
import { modelFile } from "./model.ts";

export interface Question {
  /**
   * "reach": some assertion fails within `depth` edges from reset. "induction": one fails after up to `depth` edges that
   * met all of them, from any state. "cover": which covers come within `depth` edges from reset.
   */
  readonly kind: "reach" | "induction" | "cover";
  /** Edges after the one in reset. */
  readonly depth: number;
  readonly reset: string | undefined;
  /** Whether reset may come again at any later edge; it stays low otherwise. */
  readonly resetAgain: boolean;
  readonly folder: string;
  readonly top: string;
  readonly timeoutMs: number;
}

export interface Answer {
  /** Paths of the assertions that fail in the trace; empty when none does. */
  readonly failed: readonly string[];
  /** Edges that met all properties before the one that could not fail: the strength that the induction needed. */
  readonly strength: number | undefined;
  /** Covers that were reached, with the step, the one in reset being 0. */
  readonly reached: ReadonlyMap<string, number>;
  /** Where the trace lies that shows the failure. */
  readonly trace: string;
}

/** The first step is in reset, with everything else as it likes; an induction begins later. */
const inReset = (reset: string) => `initial\nassume [${reset}]\n`;
const outOfReset = (reset: string, first: number) => `always ${first}\nassume (not [${reset}])\n`;

function constraintsOf({ kind, reset, resetAgain }: Question): string {
  if (reset === undefined) return "";
  const [begin, first] = kind === "induction" ? ["", 0] : [inReset(reset), 1];
  return begin + (resetAgain && kind !== "cover" ? "" : outOfReset(reset, first));
}

const modes = { reach: ["--presat"], induction: ["-i"], cover: ["-c"] } as const;

export async function ask(question: Question): Promise<Answer> {
  const { kind, depth, folder, top, timeoutMs } = question;
  const smtbmc = requireTool("yosys-smtbmc");
  requireTool("z3");
  const trace = join(folder, `${kind}.vcd`);
  const constraints = join(folder, `${kind}.smtc`);
  const assumed = constraintsOf(question);
  if (assumed !== "") await writeFile(constraints, assumed);
  const steps = kind === "induction" ? depth : depth + 1;
  const args = [
    // Without --unroll z3 expands each definition wherever it is used, which may take forever.
    ...["-s", "z3", "--unroll", "--noprogress", ...modes[kind]],
    ...(assumed === "" ? [] : ["--smtc", constraints]),
    ...(kind === "cover" ? [] : ["--dump-vcd", trace]),
    ...["-t", String(steps), modelFile],
  ];
  const child = spawnChild(smtbmc, args, { cwd: folder, env: { TMPDIR: folder }, all: true, stdin: "ignore" });
  const { result, late } = await within(child, timeoutMs);
  const output = String(result.all ?? "");
  if (/Assumptions are unsatisfiable/.test(output)) {
    throw new UserError(
      {
        code: "assumptions-contradict",
        message: `nothing meets all assumptions of ${top}, so a proof would mean nothing`,
        where: top,
        expected: "assumptions that some inputs meet at every edge",
        found: `none that meets them for ${depth} edges`,
      },
      1,
    );
  }
  const status = /Status: (PASSED|FAILED|passed|failed)/.exec(output)?.[1].toLowerCase();
  if (status === undefined || late) throw broken(question, late, output || String(result.shortMessage));
  const failed = kind === "cover" ? [] : [...output.matchAll(/Assert failed in \S+: (\S+)/g)].map(([, path]) => path);
  const tried = [...output.matchAll(/Trying induction in step (\d+)/g)].map(([, step]) => steps - Number(step));
  return {
    failed,
    strength: status === "passed" ? tried.at(-1) : undefined,
    reached: new Map(
      [...output.matchAll(/Reached cover statement at (\S+) in step (\d+)/g)].map(([, path, step]) => [
        path,
        Number(step),
      ]),
    ),
    trace,
  };
}

function broken({ kind, top, timeoutMs, depth }: Question, late: boolean, output: string): UserError {
  return new UserError(
    {
      code: late ? "proof-too-long" : "proof-failed",
      message: late
        ? `the ${kind} proof of ${top} did not end within ${timeoutMs} ms`
        : `yosys-smtbmc failed on ${top}`,
      where: top,
      expected: `an answer for ${depth} edges`,
      found: lastLines(output),
      ...(late ? { hint: "prove smaller parameters or fewer edges, or allow more time" } : {}),
    },
    1,
  );
}
