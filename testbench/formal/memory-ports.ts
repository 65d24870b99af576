/** The words that a run reads and writes of memories: nets for addresses and enables, which no user can name. */
import { constant } from "../../hdl/expression.ts";
import type { Circuit, CircuitModule } from "../../hdl/index.ts";
import type { Expression, MemRead, MemWrite } from "../../hdl/ir.ts";

/** A port of a memory in its place: paths are instance names and its own, joined by dots. */
export interface MemoryPort {
  readonly kind: "read" | "write";
  readonly memory: string;
  readonly depth: number;
  readonly init: readonly bigint[] | undefined;
  /** Whether a read gives anything of a word that is written at the same edge. */
  readonly open: boolean;
  readonly clock: string;
  /** The nets of address and enable. */
  readonly address: string;
  readonly enable: string;
}

/**
 * The circuit with nets for address and enable of every port of a memory. With `anyState`, memories that are written start with what the
 * simulator is given, as in an induction, which begins long after power-up.
 */
export function watchedPorts(circuit: Circuit, anyState: boolean): { watched: Circuit; ports: readonly MemoryPort[] } {
  const modules = new Map(circuit.modules.map((module) => [module.name, module]));
  const inside = (name: string, prefix: string): MemoryPort[] => {
    const items = modules.get(name)?.items ?? [];
    return items.flatMap((item, i) => {
      if (item.kind === "inst") return inside(item.module, `${prefix}${item.name}.`);
      if (!isPort(item)) return [];
      const memory = items.find((other) => other.kind === "mem" && other.name === item.memory);
      if (memory?.kind !== "mem") return [];
      const { depth, init } = memory;
      const { address, enable } = netsOf(item, i);
      return [
        {
          kind: item.kind === "memRead" ? "read" : "write",
          ...{ memory: prefix + item.memory, depth, init, clock: item.clock },
          open: item.kind === "memRead" && item.latency === 1 && item.underWrite === "undefined",
          ...{ address: prefix + address, enable: prefix + enable },
        },
      ];
    });
  };
  const watched = { ...circuit, modules: circuit.modules.map((module) => withNets(module, anyState)) };
  return { watched, ports: inside(circuit.top, "") };
}

function withNets(module: CircuitModule, anyState: boolean): CircuitModule {
  const written = new Set(module.items.flatMap((item) => (item.kind === "memWrite" ? [item.memory] : [])));
  const items = module.items.flatMap((item, i): CircuitModule["items"] => {
    if (item.kind === "mem" && anyState && written.has(item.name)) {
      const { init: _, ...empty } = item;
      return [empty];
    }
    if (!isPort(item)) return [item];
    const { at } = item;
    const net = (name: string, value: Expression) => {
      const { width, signed } = value;
      return { kind: "wire", name, output: false, width, signed, value, at } as const;
    };
    const nets = netsOf(item, i);
    const enable = item.enable ?? constant(1n, 1, false, at);
    return [net(nets.address, item.address), net(nets.enable, enable), item];
  });
  return { ...module, items };
}

const isPort = (item: CircuitModule["items"][number]): item is MemRead | MemWrite =>
  item.kind === "memRead" || item.kind === "memWrite";

/** Dollars are not for users. The number is the port's place in its module. */
const netsOf = ({ memory }: MemRead | MemWrite, i: number) => ({
  address: `${memory}$${i}$address`,
  enable: `${memory}$${i}$enable`,
});
