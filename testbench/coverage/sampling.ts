/** Sampling of coverage groups at clock edges. */
import { UserError } from "../../sw-model/errors.ts";
import { portTable } from "../program.ts";
import type { Hands } from "../tasks/index.ts";
import type { Bins, CoverageGroup } from "./group.ts";

/**
 * Samples a group at every edge, for ever: to be forked in the background. `ports` names a port for each point, by its Verilog name; numbers of
 * signed ports are signed, those above 32 bits bigints. With `when` only edges count at which all of those ports are not 0.
 */
export async function coverCycles<P extends Readonly<Record<string, Bins>>>(
  task: Hands,
  group: CoverageGroup<P>,
  ports: { readonly [K in keyof P]: string },
  { when = [] }: { readonly when?: readonly string[] } = {},
): Promise<never> {
  const table = portTable(task.design);
  const points = Object.entries(ports).map(([point, name]) => ({ point, port: table.port(name as string) }));
  if (points.length === 0) throw nothingToSample(group.name);
  for (;;) {
    const sampled = await task.sample(...points.map(({ port }) => port.name), ...when);
    if (sampled.slice(points.length).includes(0n)) continue;
    const values = points.map(({ point, port: { width, signed } }, i) => {
      const value = signed ? BigInt.asIntN(width, sampled[i]) : sampled[i];
      return [point, width > 32 ? value : Number(value)];
    });
    group.sample(Object.fromEntries(values));
  }
}

function nothingToSample(name: string): UserError {
  return new UserError({
    code: "bad-coverage-sample",
    message: `no port is named for the points of ${name}`,
    where: name,
    expected: "a port for each point",
    found: "none",
  });
}
