import type { Hands } from "../tasks/index.ts";

/** A strobe that has every byte: a bit for each bit of the port. */
export function allBytes({ design }: Hands, port: string): bigint {
  const { width = 0 } = design.ports.find(({ name }) => name === port) ?? {};
  return (1n << BigInt(width)) - 1n;
}
