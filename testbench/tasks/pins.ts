import { checkedValue, type PortTable, portTable } from "../program.ts";
import type { Bits, Command, Simulation } from "../simulation.ts";
import type { Clocking } from "./clocking.ts";

/** Messages of this many commands go out even if nobody reads. */
const commandsAtOnce = 4096;

/** A simulation that is told of settings and edges only when somebody reads, and of no port twice. */
export class Pins {
  readonly table: PortTable;
  readonly #simulation: Simulation;
  #pending: Command[] = [];
  /** What was read since anything changed. */
  readonly #known = new Map<string, bigint>();

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
    this.table = portTable(simulation.design);
  }

  poke(name: string, value: Bits): void {
    const port = this.table.input(name);
    this.#change({ kind: "poke", port: name, value: checkedValue(port, value) });
  }

  async edges(clocking: Clocking, rising: readonly string[], count: number): Promise<void> {
    for (const command of clocking.commands(rising, count)) this.#change(command);
    if (this.#pending.length > commandsAtOnce) await this.flush();
  }

  /** The bit patterns on ports now; `also`: others that will be asked for before anything changes. */
  async read(ports: readonly string[], also: readonly string[] = []): Promise<bigint[]> {
    const missing = [...new Set([...ports, ...also])].filter((name) => !this.#known.has(name));
    if (missing.length > 0) {
      const changes = this.#pending.length;
      const peeks = missing.map((name): Command => ({ kind: "peek", port: this.table.port(name).name }));
      this.#pending.push(...peeks);
      const results = await this.flush();
      missing.forEach((name, i) => {
        this.#known.set(name, results[changes + i][0]);
      });
    }
    return ports.map((name) => this.#known.get(name) ?? 0n);
  }

  async flush(): Promise<readonly (readonly bigint[])[]> {
    const commands = this.#pending;
    this.#pending = [];
    return commands.length === 0 ? [] : await this.#simulation.execute(commands);
  }

  #change(command: Command): void {
    this.#pending.push(command);
    this.#known.clear();
  }
}
