import type { Hands } from "../tasks/index.ts";

/** Holds an input active for so many edges of the task's clock (default 2): a reset amid a run, or one that the engine does not drive. */
export async function holdReset(
  task: Hands,
  port: string,
  { cycles = 2, activeLow = false }: { readonly cycles?: number; readonly activeLow?: boolean } = {},
): Promise<void> {
  task.poke(port, activeLow ? 0 : 1);
  await task.cycles(cycles);
  task.poke(port, activeLow ? 1 : 0);
}
