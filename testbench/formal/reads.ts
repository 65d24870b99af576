/** The words that a run reads of memories: nets for the addresses, which no user can name. */
import type { Circuit, CircuitModule } from "../../hdl/index.ts";

/** A read port of a memory in its place: paths are instance names and its own, joined by dots. */
export interface MemoryRead {
  readonly memory: string;
  readonly depth: number;
  readonly init: readonly bigint[] | undefined;
  /** The net of the address. */
  readonly address: string;
}

/**
 * The circuit with a net for the address of every read port. With `anyState`, memories that are written start with what the
 * simulator is given, as in an induction, which begins long after power-up.
 */
export function watchedReads(circuit: Circuit, anyState: boolean): { watched: Circuit; reads: readonly MemoryRead[] } {
  const modules = new Map(circuit.modules.map((module) => [module.name, module]));
  const inside = (name: string, prefix: string): MemoryRead[] => {
    const items = modules.get(name)?.items ?? [];
    return items.flatMap((item) => {
      if (item.kind === "inst") return inside(item.module, `${prefix}${item.name}.`);
      if (item.kind !== "memRead") return [];
      const memory = items.find((other) => other.kind === "mem" && other.name === item.memory);
      if (memory?.kind !== "mem") return [];
      const { depth, init } = memory;
      return [{ memory: prefix + item.memory, depth, init, address: prefix + addressOf(item.name) }];
    });
  };
  const watched = { ...circuit, modules: circuit.modules.map((module) => withAddresses(module, anyState)) };
  return { watched, reads: inside(circuit.top, "") };
}

function withAddresses(module: CircuitModule, anyState: boolean): CircuitModule {
  const written = new Set(module.items.flatMap((item) => (item.kind === "memWrite" ? [item.memory] : [])));
  const items = module.items.flatMap((item): CircuitModule["items"] => {
    if (item.kind === "mem" && anyState && written.has(item.name)) {
      const { init: _, ...empty } = item;
      return [empty];
    }
    if (item.kind !== "memRead") return [item];
    const { address, at } = item;
    const { width, signed } = address;
    const net = { kind: "wire", name: addressOf(item.name), output: false, width, signed, value: address, at } as const;
    return [net, item];
  });
  return { ...module, items };
}

/** Dollars are not for users. */
const addressOf = (read: string) => `${read}$address`;
