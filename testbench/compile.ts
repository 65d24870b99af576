import { availableParallelism } from "node:os";
import PQueue from "p-queue";
import { lastLines, spawnChild } from "../platform/children.ts";
import { UserError } from "../sw-model/errors.ts";

/** One run of a tool, in a folder. */
export interface ToolRun {
  readonly tool: string;
  readonly path: string;
  readonly arguments: readonly string[];
  readonly folder: string;
  /** Where the folder will be found when this fails. */
  readonly keptOnFailure: string;
  /** Others wait for what this finds; start it before those that are queued. */
  readonly urgent?: boolean;
}

/** All compilations of this process share the processors. */
const queue = new PQueue({ concurrency: availableParallelism() });

/** Run a compiler; its error (exit status 1) carries the last lines that it printed. Returns stdout and stderr, interleaved. */
export async function runTool(run: ToolRun): Promise<string> {
  // Compilers put their intermediate files into TMPDIR and cannot clear them away when they are killed.
  const env = { TMPDIR: run.folder };
  const start = () => spawnChild(run.path, run.arguments, { cwd: run.folder, env, all: true, stdin: "ignore" });
  const result = await queue.add(start, { priority: run.urgent ? 1 : 0 });
  const output = String(result.all ?? "");
  if (!result.failed) return output;
  const full = /^.*(?:No space left on device|Disk quota exceeded).*$/im.exec(output);
  if (full) throw diskFull(run, full[0]);
  throw new UserError(
    {
      code: "build-failed",
      message: `${run.tool} failed${result.exitCode === undefined ? "" : ` with exit status ${result.exitCode}`}`,
      where: run.keptOnFailure,
      expected: "a design that compiles",
      found: lastLines(firstErrors(output)) || String(result.shortMessage),
      hint: `the files it was given lie in ${run.keptOnFailure}`,
    },
    1,
  );
}

function diskFull({ tool, folder }: ToolRun, line: string): UserError {
  return new UserError({
    code: "cannot-write",
    message: `${tool} cannot write: no space left on the disk`,
    where: folder,
    expected: "a place that can be written",
    found: line,
    hint: "free the disk; WHITTLE_CACHE and TMPDIR choose other places",
  });
}

/** The lines from the first error on; later errors often follow from it. */
function firstErrors(output: string): string {
  const lines = output.split("\n");
  const first = lines.findIndex((line) => /error/i.test(line));
  return first < 0 ? output : lines.slice(first, first + 12).join("\n");
}
