/** A flat design as a WebAssembly module: state, ports and memories in linear memory, one function an edge. */

import type { Expression } from "../../ir.ts";
import { eachName, type FlatDesign, type FlatNode, netsRead, type Scope, scheduleNodes } from "../flatten.ts";
import { encodeModule, FunctionBody, op, type WasmFunction } from "./binary.ts";
import { Generator } from "./generator.ts";
import { Allocator, edgesAddress, firstFree, isWide, settledAddress, slotBytes, wordBytes } from "./storage.ts";

/** Where things lie in the memory of a compiled design. */
export interface Layout {
  /** Address of each net that is kept; undefined for values that live only inside a function. */
  readonly nets: readonly (number | undefined)[];
  /** Address of each memory's word 0. */
  readonly memories: readonly number[];
  /** Address of each property's count of failures, or of edges at which a cover held. */
  readonly properties: readonly number[];
  /** Address of the number, from 1, of the first property that failed; 0 while none has. */
  readonly failure: number;
  /** Address of the number of edges that the last tick did not take. */
  readonly remaining: number;
  readonly bytes: number;
}

export interface CompiledDesign {
  readonly binary: Uint8Array<ArrayBuffer>;
  readonly layout: Layout;
}

/** Functions longer than this many units are cut: engines optimise very long ones badly or not at all. */
const manyUnits = 1000;

/** Something to do at an edge: compute a net, or a next state, or write a word. */
type Unit =
  | { readonly kind: "node"; readonly node: FlatNode }
  | { readonly kind: "register"; readonly index: number }
  | { readonly kind: "clockedRead"; readonly index: number }
  | { readonly kind: "write"; readonly index: number }
  | { readonly kind: "property"; readonly index: number };

/**
 * Compiles a design. The module exports its memory and two functions: `settle()` computes the outputs from inputs and state;
 * `tick(n)` takes n edges, fewer when a property fails, and settles. `keepAll` keeps every net readable after settling, at some cost.
 */
export function compileDesign(
  design: FlatDesign,
  options: { readonly keepAll: boolean; readonly unitsPerFunction?: number },
): CompiledDesign {
  const { nets, registers, clockedReads } = design;
  const edgeUnits = scheduleEdge(design);
  const settled = options.keepAll ? [...nets.keys()] : design.outputs;
  const settleUnits = scheduleNodes(design, settled, new Uint8Array(nets.length)).map(
    (node): Unit => ({ kind: "node", node }),
  );
  const { unitsPerFunction = manyUnits } = options;
  const edgeChunks = chunked(edgeUnits, unitsPerFunction);
  const settleChunks = chunked(settleUnits, unitsPerFunction);

  // What must lie in memory: inputs, state, wide values, and what is read from another function or from outside.
  const kept = new Uint8Array(nets.length);
  for (const net of [...design.ports.values(), ...settled]) kept[net] = 1;
  nets.forEach(({ width }, net) => {
    if (isWide(width) || design.nodeOf[net] === undefined) kept[net] = 1;
  });
  for (const chunks of [edgeChunks, settleChunks]) markShared(design, chunks, kept);

  const room = new Allocator(firstFree);
  const addresses: (number | undefined)[] = new Array(nets.length).fill(undefined);
  // State first and together, so that the next state is copied over it in one piece.
  const stateNets = [...registers, ...clockedReads].map(({ net }) => net);
  const stateStart = room.take(8);
  for (const net of stateNets) addresses[net] = room.take(slotBytes(nets[net].width));
  const stateEnd = room.take(8);
  nets.forEach(({ width }, net) => {
    if (kept[net] && addresses[net] === undefined) addresses[net] = room.take(slotBytes(width));
  });
  const memories = design.memories.map(({ depth, width }) => room.take(8 * Math.ceil((wordBytes(width) * depth) / 8)));
  const [failure, remaining] = [room.take(4), room.take(4)];
  const counts = design.properties.map(() => room.take(4));
  const shadowStart = room.take(stateEnd - stateStart + 8);
  const shadowOf = (net: number) => (addresses[net] as number) - stateStart + shadowStart;

  // One function holds a whole small edge: its next state can then stay in locals.
  const direct = edgeChunks.length === 1;
  const functions: WasmFunction[] = [];
  const generate = (units: readonly Unit[], last: boolean, body = new FunctionBody()): WasmFunction => {
    const generator = new Generator(design, addresses, memories, kept, room, body);
    const commits: (() => void)[] = [];
    for (const unit of units) {
      if (unit.kind === "node") generator.node(unit.node);
      else if (unit.kind === "write") generator.write(unit.index);
      else if (unit.kind === "property") generator.property(unit.index, counts[unit.index], failure);
      else {
        const { net } = unit.kind === "register" ? registers[unit.index] : clockedReads[unit.index];
        if (direct && !isWide(nets[net].width)) {
          commits.push(generator.nextInLocal(unit.kind, unit.index));
          continue;
        }
        generator.nextInMemory(unit.kind, unit.index, shadowOf(net));
        if (direct) {
          const [to, bytes] = [addresses[net] as number, slotBytes(nets[net].width)];
          commits.push(() => generator.body.copy(to, shadowOf(net), bytes));
        }
      }
    }
    for (const commit of commits) commit();
    if (last && !direct) generator.body.copy(stateStart, shadowStart, stateEnd - stateStart);
    return { body: generator.body, parameters: 0 };
  };
  /** Puts the code of one chunk in place, or calls to a function for each of several. */
  const emitAll = (chunks: readonly (readonly Unit[])[], edge: boolean): ((body: FunctionBody) => void) => {
    if (chunks.length === 1) return (body) => void generate(chunks[0], edge, body);
    const first = functions.length;
    chunks.forEach((units, i) => {
      functions.push(generate(units, edge && i === chunks.length - 1));
    });
    return (body) => {
      for (let i = 0; i < chunks.length; i++) body.call(first + i);
    };
  };
  const emitEdge = emitAll(edgeChunks, true);
  const emitSettle = emitAll(settleChunks, false);

  const settle = new FunctionBody();
  emitSettle(settle);
  settle.store(settledAddress, 1);
  functions.push({ body: settle, parameters: 0, exportAs: "settle" });

  // tick(n): while (n > 0) { edge; n = n - 1 }, then settle.
  const tick = new FunctionBody(1);
  tick.constant("i32", 0);
  tick.constant("i32", 0);
  tick.memory(op.i64Load, edgesAddress);
  tick.get(0);
  tick.emit(op.i64ExtendI32S);
  tick.typed("add", "i64");
  tick.memory(op.i64Store, edgesAddress);
  tick.get(0);
  tick.emit(op.if);
  tick.emit(0x40);
  tick.emit(op.loop);
  tick.emit(0x40);
  emitEdge(tick);
  tick.get(0);
  tick.constant("i32", 1);
  tick.typed("sub", "i32");
  tick.tee(0);
  if (design.properties.some(({ property }) => property.property !== "cover")) {
    tick.constant("i32", 0);
    tick.constant("i32", 0);
    tick.memory(op.i32Load, failure);
    tick.emit(op.i32Eqz);
    tick.emit(op.select);
  }
  tick.emit(op.brIf);
  tick.emit(0);
  tick.emit(op.end);
  tick.emit(op.end);
  emitSettle(tick);
  tick.store(settledAddress, 1);
  tick.constant("i32", 0);
  tick.get(0);
  tick.memory(op.i32Store, remaining);
  functions.push({ body: tick, parameters: 1, exportAs: "tick" });

  // A wide element may be read a limb beyond its value.
  const bytes = room.end + 16;
  return {
    binary: encodeModule(functions, Math.ceil(bytes / 65_536)),
    layout: { nets: addresses, memories, properties: counts, failure, remaining, bytes },
  };
}

/** Everything that an edge does: reads and next states interleaved instance by instance, all writes at the end. */
function scheduleEdge(design: FlatDesign): Unit[] {
  const { nets, registers, clockedReads, writes, properties } = design;
  const done = new Uint8Array(nets.length);
  const units: Unit[] = [];
  const require = (scope: Scope, ...expressions: (Expression | undefined)[]) => {
    const roots: number[] = [];
    for (const e of expressions) if (e) eachName(e, (name) => roots.push(scope.net(name)));
    for (const node of scheduleNodes(design, roots, done)) units.push({ kind: "node", node });
  };
  registers.forEach(({ scope, reg }, index) => {
    require(scope, reg.next);
    units.push({ kind: "register", index });
  });
  clockedReads.forEach(({ scope, read }, index) => {
    require(scope, read.address, read.enable);
    units.push({ kind: "clockedRead", index });
  });
  properties.forEach(({ scope, property }, index) => {
    require(scope, property.condition, property.enable);
    units.push({ kind: "property", index });
  });
  for (const { scope, write } of writes) require(scope, write.address, write.data, write.enable, write.mask);
  return [...units, ...writes.map((_, index): Unit => ({ kind: "write", index }))];
}

function chunked(units: readonly Unit[], most: number): Unit[][] {
  const chunks: Unit[][] = [];
  for (let i = 0; i < units.length; i += most) chunks.push(units.slice(i, i + most));
  return chunks.length > 0 ? chunks : [[]];
}

/** Marks nets that are computed in one chunk and read in another. */
function markShared(design: FlatDesign, chunks: readonly (readonly Unit[])[], kept: Uint8Array): void {
  const computedIn = new Map<number, number>();
  chunks.forEach((units, chunk) => {
    for (const unit of units) if (unit.kind === "node") computedIn.set(unit.node.net, chunk);
  });
  chunks.forEach((units, chunk) => {
    for (const unit of units) {
      for (const net of unitReads(design, unit)) {
        const origin = computedIn.get(net);
        if (origin !== undefined && origin !== chunk) kept[net] = 1;
      }
    }
  });
}

function unitReads(design: FlatDesign, unit: Unit): number[] {
  if (unit.kind === "node") return netsRead(unit.node);
  const found: number[] = [];
  const add = (scope: Scope, ...expressions: (Expression | undefined)[]) => {
    for (const e of expressions) if (e) eachName(e, (name) => found.push(scope.net(name)));
  };
  if (unit.kind === "register") add(design.registers[unit.index].scope, design.registers[unit.index].reg.next);
  else if (unit.kind === "clockedRead") {
    const { scope, read } = design.clockedReads[unit.index];
    add(scope, read.address, read.enable);
  } else if (unit.kind === "property") {
    const { scope, property } = design.properties[unit.index];
    add(scope, property.condition, property.enable);
  } else {
    const { scope, write } = design.writes[unit.index];
    add(scope, write.address, write.data, write.enable, write.mask);
  }
  return found;
}
