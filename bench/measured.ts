import { fileURLToPath } from "node:url";
import { spawnChild } from "../platform/children.ts";

/** What a measuring program of this folder prints about a subject, in a process of its own. */
export async function measured(program: string, subject: string): Promise<string> {
  const path = fileURLToPath(new URL(`./${program}.js`, import.meta.url));
  const { stdout, stderr, exitCode } = await spawnChild(process.execPath, [path, subject], {});
  if (exitCode !== 0) throw new Error(`${program} of ${subject} failed:\n${stderr}`);
  return stdout;
}
