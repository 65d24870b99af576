import type { Hands } from "../tasks/index.ts";

/** Holds an input active for so many edges of the task's clock (default 2): a reset that the engine does not drive, or one in mid run. */
export async function holdReset(
  task: Hands,
  port: string,
  { cycles = 2, activeLow = false }: { readonly cycles?: number; readonly activeLow?: boolean } = {},
): Promise<void> {
  task.poke(port, activeLow ? 0 : 1);
  await task.cycles(cycles);
  task.poke(port, activeLow ? 1 : 0);
}
