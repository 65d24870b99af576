/** The scanner at work, and what scanners take. */
import { lnzdScan } from "../generators/lnzd/lnzd-scan.ts";
import { loadSpaces } from "../generators/lnzd/load-spaces.ts";
import { simulate } from "../hdl/index.ts";
import { lnzdScanCycles, lnzdScanSpec } from "../sw-model/lnzdscan/spec.ts";
import { lnzdTreeCycles, lnzdTreeSpec } from "../sw-model/lnzdtree/spec.ts";
import { resolveParameters } from "../sw-model/parameters.ts";

// #region scan
/** Writes two words of four values of eight bits into the memory, then takes the nonzeros as they come. */
export function scanned(): string {
  const dut = simulate(lnzdScan, { lanes: 4, depth: 16, width: 8, scanWidth: 16 });
  dut.reset();
  const push = (space: number, address: number, data: bigint) => {
    dut.in.load = { valid: true, data: { space, address, data } };
    dut.tick();
    dut.in.load = { valid: false, data: { space: 0, address: 0, data: 0n } };
  };
  push(loadSpaces.values, 3, 0x07_00_05_00n);
  push(loadSpaces.values, 12, 0x00_00_00_09n);
  push(loadSpaces.scan, 0, 0n);
  dut.in.nonzeros = { ready: true };
  const lines: string[] = [];
  for (let edge = 1; dut.out.busy; edge++) {
    const { valid, data } = dut.out.nonzeros;
    if (valid) lines.push(data.end ? `edge ${edge}: end` : `edge ${edge}: index ${data.index}, value ${data.value}`);
    dut.tick();
  }
  return lines.join("\n");
}
// #endregion

/** Cycles of vectors of 1,024 values, from the cycle models that every test compares with the hardware. */
export function cycles(): string {
  const tree = resolveParameters(lnzdTreeSpec, { sets: ["leaves=64", "depth=16"] }).parameters;
  const scan = resolveParameters(lnzdScanSpec, { sets: ["lanes=8", "depth=128"] }).parameters;
  const vector = (holds: (index: number) => boolean) => ({
    vectors: [Array.from({ length: 1024 }, (_, index) => (holds(index) ? 1n : 0n))],
  });
  const rows: [string, (index: number) => boolean][] = [
    ["none", () => false],
    ["the last one", (i) => i === 1023],
    ["one in ten", (i) => i % 10 === 0],
    ["all of one leaf", (i) => i % 64 === 5],
    ["all", () => true],
  ];
  const lines = rows.map(([name, holds]) => {
    const operation = vector(holds);
    const nonzeros = operation.vectors[0].filter((value) => value !== 0n).length;
    return `| ${name} | ${nonzeros} | ${lnzdTreeCycles(tree, operation)} | ${lnzdScanCycles(scan, operation)} |`;
  });
  return ["| nonzeros | number | `lnzdtree`, 64 leaves | `lnzdscan`, 8 lanes |", "|---|---|---|---|", ...lines].join(
    "\n",
  );
}
