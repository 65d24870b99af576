/** Bits that nothing reads, gathered in one reduction, so that linting the Verilog needs no waiver. */
import type { Expression, Item, Module, Port } from "../ir.ts";
import { itemValues, operands } from "../walk.ts";
import { behindCasts, keepsBits, piecesOf } from "./pieces.ts";

/**
 * Texts of the unread parts of nets, a list a net, in declaration order, such as `sum[7:0]`: of all inputs and nets, or of those
 * that `declares` holds for.
 */
export function unusedParts(module: Module, declares: (of: Port | Item) => boolean = () => true): string[][] {
  const whole = new Set<string>();
  const read = new Map<string, bigint>();
  const visit = (e: Expression): void => {
    if (e.kind === "ref") whole.add(e.name);
    else if (e.kind === "slice") {
      const net = behindCasts(e.operand);
      if (net.kind === "ref") read.set(net.name, (read.get(net.name) ?? 0n) | (ones(e.width) << BigInt(e.low)));
      else visit(net);
    } else for (const operand of operands(e)) visit(operand);
  };
  /** A register that only keeps its value is not read: the choice prints as an if without else. */
  const visitNext = (register: string, low: number, e: Expression): void => {
    if (e.kind === "mux") {
      visit(e.condition);
      visitNext(register, low, e.whenTrue);
      visitNext(register, low, e.whenFalse);
    } else if (!keepsBits(register, low, e)) visit(e);
  };
  for (const item of module.items) {
    for (const value of itemValues(item)) {
      if (item.kind === "reg")
        for (const piece of piecesOf(value) ?? [{ low: 0, value }]) visitNext(item.name, piece.low, piece.value);
      else visit(value);
    }
  }
  const found: string[][] = [];
  const report = (name: string, width: number) => {
    if (whole.has(name)) return;
    const missing = ones(width) & ~(read.get(name) ?? 0n);
    const parts = runs(missing, width).map(({ low, high }) => {
      if (low === 0 && high === width - 1) return name;
      return high === low ? `${name}[${low}]` : `${name}[${high}:${low}]`;
    });
    if (parts.length > 0) found.push(parts);
  };
  for (const port of module.ports)
    if (port.direction === "input" && port.role === "data" && declares(port)) report(port.name, port.width);
  for (const item of module.items) {
    if (!declares(item)) continue;
    if (item.kind === "inst") for (const { net, width } of item.outputs) report(net, width);
    else if (item.kind === "reg" || item.kind === "memRead" || (item.kind === "wire" && !item.output))
      report(item.name, item.width);
  }
  return found;
}

/** Clocks and resets that nothing needs. */
export function unusedControls({ ports, items }: Module): Port[] {
  const used = new Set<string>();
  for (const item of items) {
    if (item.kind === "inst") for (const { net } of item.controls) used.add(net);
    if (item.kind === "reg" || item.kind === "memWrite" || (item.kind === "memRead" && item.latency === 1))
      used.add(item.clock);
    if (item.kind === "reg" && item.reset) used.add(item.reset.signal);
  }
  return ports.filter(({ role, name }) => role !== "data" && !used.has(name));
}

function ones(width: number): bigint {
  return (1n << BigInt(width)) - 1n;
}

/** Maximal runs of ones, lowest first. */
function runs(mask: bigint, width: number): { low: number; high: number }[] {
  const found: { low: number; high: number }[] = [];
  if (mask === 0n) return found;
  for (let i = 0; i < width; i++) {
    if (((mask >> BigInt(i)) & 1n) === 0n) continue;
    const last = found.at(-1);
    if (last && last.high === i - 1) last.high = i;
    else found.push({ low: i, high: i });
  }
  return found;
}
