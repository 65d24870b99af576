import { runningChildren } from "../platform/children.ts";
import { endWithParent } from "../platform/worker.ts";
import { failureOf, failureText, type Output, processOutput, toJson } from "./output.ts";
import { carryOut } from "./program.ts";

/** Runs a command line; sets the exit status of the process. */
export async function main(words: readonly string[], output: Output = processOutput): Promise<void> {
  endWithParent();
  for (const [signal, status] of [
    ["SIGINT", 130],
    ["SIGTERM", 130],
  ] as const) {
    // Children and temporary files end with the process, in their own exit hooks.
    process.once(signal, () => process.exit(status));
  }
  // A reader that closes the pipe early (head) is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  process.exitCode = await statusOf(words, output);
  // A failure may leave others at work, such as compilers: they end with this process, which need not wait for them.
  if (runningChildren().length > 0) process.stdout.write("", () => process.exit());
}

/** Runs a command line and gives its exit status. */
export async function statusOf(words: readonly string[], output: Output): Promise<number> {
  const json = words.includes("--json");
  try {
    const result = await carryOut(words, output);
    output.out(json ? toJson(result.document) : result.text);
    return result.exitStatus ?? 0;
  } catch (error) {
    const failure = failureOf(error);
    if (words.includes("--debug") && error instanceof Error) output.log(error.stack ?? error.message);
    if (json) output.out(toJson({ error: failure.details }));
    else output.log(failureText(failure));
    return failure.exitStatus;
  }
}
