import { fileURLToPath } from "node:url";
import { spawnChild } from "../platform/children.ts";

/** What a measuring program of this folder prints, in a process of its own. */
export async function measured(
  program: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const path = fileURLToPath(new URL(`./${program}.js`, import.meta.url));
  const { stdout, stderr, exitCode } = await spawnChild(process.execPath, [path, ...words], { env });
  if (exitCode !== 0) throw new Error(`${program} ${words.join(" ")} failed:\n${stderr}`);
  return stdout;
}
