import type { Circuit } from "../../hdl/index.ts";

/**
 * Flags that switch off what changes values in Verilator 5.006; see `docs/rationale/verilator-flags.md`. The dearest of them is
 * left out for a circuit in which words of memories go nowhere but into registers. Without a circuit the Verilog is foreign.
 */
export function soundFlags(circuit: Circuit | undefined): string[] {
  const always = ["-fno-const-bit-op-tree", "-fno-dfg-peephole", "-fno-subst-const"];
  return circuit && readsIntoRegistersOnly(circuit) ? always : [...always, "-fno-expand"];
}

/** Foreign Verilog may do anything. */
function readsIntoRegistersOnly({ modules }: Circuit): boolean {
  return modules.every(
    ({ items, external }) =>
      external === undefined && items.every((item) => item.kind !== "memRead" || item.latency === 1),
  );
}
