import { checkedCount, checkedRow, checkedStalls, checkedValue, nextNoise, type PortTable } from "../program.ts";
import type { Bits, Command, Stalls, StreamPorts } from "../simulation.ts";

/** The pins of what is simulated. Settings and edges happen in order, at the latest when a pin is read. */
export interface Pins {
  readonly table: PortTable;
  set(port: string, value: Bits): void;
  edge(): void;
  read(ports: readonly string[]): Promise<readonly bigint[]>;
  /** The error for a command that cannot be done. */
  failed(problem: string): Error;
}

type Of<K extends Command["kind"]> = Extract<Command, { kind: K }>;

/** `until`, edge by edge: the number of edges. */
export async function until(pins: Pins, { port, value, limit }: Of<"until">): Promise<bigint> {
  const wanted = BigInt(checkedValue(pins.table.port(port), value));
  for (let taken = 0; ; taken++) {
    const [found] = await pins.read([port]);
    if (found === wanted) return BigInt(taken);
    if (taken >= limit) throw pins.failed("the value did not come");
    pins.edge();
  }
}

/** `push`, `pull` and `exchange`, edge by edge: the values that the command gives. */
export async function streams(pins: Pins, command: Of<"push" | "pull" | "exchange">): Promise<readonly bigint[]> {
  const { limit } = command;
  switch (command.kind) {
    case "push": {
      await transfer(pins, { push: command, limit });
      pins.set(command.valid, 0);
      return [];
    }
    case "pull":
      return (await transfer(pins, { pull: command, limit })).values;
    case "exchange": {
      const { values, between } = await transfer(pins, command);
      return [...values, BigInt(between)];
    }
  }
}

interface Transfer {
  readonly push?: StreamPorts & { readonly rows: readonly (readonly Bits[])[] };
  readonly pull?: StreamPorts & { readonly count: number };
  readonly stalls?: Stalls;
  readonly limit: number;
}

async function transfer(
  pins: Pins,
  { push, pull, stalls, limit }: Transfer,
): Promise<{ readonly values: bigint[]; readonly between: number }> {
  const { table } = pins;
  const inputs = push?.data.map(table.input) ?? [];
  const handshakes = [
    ...(push ? [table.handshake(push.ready, "output").name] : []),
    ...(pull ? [table.handshake(pull.valid, "output").name] : []),
  ];
  if (push) table.handshake(push.valid, "input");
  if (pull) table.handshake(pull.ready, "input");
  const rows = push?.rows ?? [];
  const count = checkedCount("count", pull?.count ?? 0);
  const { seed, ...shares } = checkedStalls(stalls);
  const values: bigint[] = [];
  let [sent, got, noise, offering, idle] = [0, 0, seed, false, 0];
  let [edge, first, last] = [0, 0, 0];
  for (; sent < rows.length || got < count; edge++) {
    noise = nextNoise(noise);
    if (!offering && sent < rows.length && (noise & 255) >= shares.push) {
      offering = true;
      checkedRow(rows[sent], inputs).forEach((value, i) => {
        pins.set(inputs[i].name, value);
      });
    }
    const taking = got < count && ((noise >>> 8) & 255) >= shares.pull;
    if (push) pins.set(push.valid, offering ? 1 : 0);
    if (pull) pins.set(pull.ready, taking ? 1 : 0);
    const levels = await pins.read(handshakes);
    const accepted = offering && levels[0] === 1n;
    const taken = taking && levels.at(-1) === 1n;
    // Only now: data that is not offered may be undefined, which a Verilog engine refuses to read.
    if (taken && pull) values.push(...(await pins.read(pull.data)));
    pins.edge();
    if (accepted) {
      if (sent === 0) first = edge;
      sent++;
      offering = false;
    }
    if (taken) {
      got++;
      last = edge;
    }
    idle = accepted || taken ? 0 : idle + 1;
    if (idle === 0 || idle < limit) continue;
    throw pins.failed(offering ? `row ${sent} was not accepted` : `row ${got} was not offered`);
  }
  if (edge > 0 && push) pins.set(push.valid, 0);
  if (edge > 0 && pull) pins.set(pull.ready, 0);
  return { values, between: rows.length > 0 && count > 0 ? last - first : 0 };
}
