import { pinsOf } from "../program.ts";
import type { Command, DesignUnderTest } from "../simulation.ts";
import type { WaveWindow } from "../waves/window.ts";

/** What both engines did, and what the first of them read. */
interface Entry {
  readonly command: Extract<Command, { kind: "poke" | "peek" | "step" | "batch" }>;
  readonly values: readonly bigint[];
}

/** Cycles that are kept at the least. */
const kept = 1000;

/** The last cycles of a simulation in lockstep, from what was set and compared anyway. */
export class History {
  readonly #design: DesignUnderTest;
  readonly #entries: Entry[] = [];
  #cycles = 0;
  /** Ports before the first of the entries. */
  readonly #before = new Map<string, bigint>();

  constructor(design: DesignUnderTest) {
    this.#design = design;
    for (const { name, direction } of pinsOf(design)) if (direction === "input") this.#before.set(name, 0n);
    if (design.reset !== undefined && design.resetActiveLow) this.#before.set(design.reset, 1n);
  }

  add(entry: Entry): void {
    this.#entries.push(entry);
    this.#cycles += cyclesOf(entry);
    while (this.#cycles - cyclesOf(this.#entries[0]) >= kept) {
      const [first] = this.#entries.splice(0, 1);
      this.#cycles -= cyclesOf(first);
      this.#replay(first, this.#before, () => undefined);
    }
  }

  /** The cycles up to number `cycle`, in which the first engine has `ours` at some ports and the second one `theirs`. */
  window(
    cycle: number,
    differing: readonly {
      readonly port: string;
      readonly names: readonly [string, string];
      readonly values: readonly [bigint, bigint];
    }[],
  ): WaveWindow {
    const shown: Map<string, bigint>[] = [];
    const now = new Map(this.#before);
    // A batch can have more rows than there is memory for.
    let left = this.#cycles;
    const edge = () => {
      if (left-- < kept) shown.push(new Map(now));
    };
    for (const entry of this.#entries) this.#replay(entry, now, edge);
    for (const { port, values } of differing) now.set(port, values[0]);
    shown.push(now);
    const nets = pinsOf(this.#design).flatMap(({ name, width }) => {
      const two = differing.find(({ port }) => port === name);
      const own = (row: Map<string, bigint>) => digits(row.get(name), width);
      if (two === undefined) return [{ name, width, at: own }];
      const other = (row: Map<string, bigint>) => (row === now ? digits(two.values[1], width) : own(row));
      return [
        { name: two.names[0], width, at: own },
        { name: two.names[1], width, at: other },
      ];
    });
    return {
      top: this.#design.top,
      first: cycle - shown.length + 1,
      nets: nets.map(({ name }, wire) => ({ scope: [], name, wire })),
      widths: nets.map(({ width }) => width),
      start: nets.map(({ at }) => at(shown[0])),
      cycles: shown.map((row, i) => {
        if (i === 0) return new Map();
        const changed = nets.flatMap(({ at }, wire): [number, string][] =>
          at(row) === at(shown[i - 1]) ? [] : [[wire, at(row)]],
        );
        return new Map(changed);
      }),
    };
  }

  /** Ports as they are before each edge of an entry. */
  #replay({ command, values }: Entry, ports: Map<string, bigint>, edge: () => void): void {
    switch (command.kind) {
      case "poke":
        this.#set(ports, command.port, command.value);
        return;
      case "peek":
        ports.set(command.port, values[0]);
        return;
      case "step":
        for (let i = 0; i < command.cycles; i++) edge();
        return;
      case "batch":
        command.rows.forEach((row, i) => {
          command.inputs.forEach((name, k) => {
            this.#set(ports, name, row[k]);
          });
          command.outputs.forEach((name, k) => {
            ports.set(name, values[i * command.outputs.length + k]);
          });
          edge();
        });
    }
  }

  #set(ports: Map<string, bigint>, name: string, value: number | bigint): void {
    const width = this.#design.ports.find((port) => port.name === name)?.width ?? 1;
    ports.set(name, BigInt.asUintN(width, BigInt(value)));
  }
}

function cyclesOf({ command }: Entry): number {
  if (command.kind === "batch") return command.rows.length;
  return command.kind === "step" ? command.cycles : 0;
}

const digits = (value: bigint | undefined, width: number) =>
  value === undefined ? "x".repeat(width) : value.toString(2).padStart(width, "0");
