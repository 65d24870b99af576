/** A flat design as a WebAssembly module: state, ports and memories in linear memory. */
import type { FlatDesign } from "../flatten.ts";
import { refuseTooLarge } from "../too-large.ts";
import { encodeModule, FunctionBody, op } from "./binary.ts";
import { FunctionMaker } from "./functions.ts";
import type { Shared } from "./generator.ts";
import { findHomes, type HomeLimits } from "./homes.ts";
import { layOut } from "./places.ts";
import { withoutRenames } from "./renames.ts";
import { schedule } from "./schedule.ts";
import { Allocator, edgesAddress, firstFree, settledAddress, slotBytes } from "./storage.ts";
import { edgeUnits, nodeUnits } from "./units.ts";

/** Where things lie in the memory of a compiled design. */
export interface Layout {
  /** Address of each net that is kept; undefined for values that live only inside a function. */
  readonly nets: readonly (number | undefined)[];
  /** Address of each memory's word 0. */
  readonly memories: readonly number[];
  /** Address of each property's count of failures, or of edges at which a cover held. */
  readonly properties: readonly number[];
  /** Address of a word that becomes 1 when an assertion or an assumption fails. */
  readonly failure: number;
  /** Address of the number of edges that the last tick did not take. */
  readonly remaining: number;
}

export interface CompiledDesign {
  readonly binary: Uint8Array<ArrayBuffer>;
  readonly layout: Layout;
}

/** How a design is cut into functions. */
export interface Limits extends HomeLimits {
  /** Functions longer than this many units are cut: engines optimise very long ones badly or not at all. */
  readonly unitsPerFunction: number;
}

const usualLimits: Limits = { unitsPerFunction: 1000, leastInstances: 4, leastState: 4, mostState: 400 };

/**
 * Compiles a design. The module exports its memory and two functions: `settle()` computes the outputs from inputs and state;
 * `tick(n)` takes n edges, fewer when a property fails, and settles. `keepAll` keeps every net readable after settling, at some cost.
 */
export function compileDesign(
  flat: FlatDesign,
  options: { readonly keepAll: boolean; readonly limits?: Partial<Limits> },
): CompiledDesign {
  const { design, sameAs } = withoutRenames(flat);
  const limits = { ...usualLimits, ...options.limits };
  const { unitsPerFunction } = limits;
  const homes = findHomes(design, limits);
  const settled = options.keepAll ? [...new Set(sameAs)] : design.outputs;
  const unitOf = nodeUnits();
  const steps = {
    edge: schedule(design, homes, [], edgeUnits(design), unitOf, unitsPerFunction),
    settle: schedule(design, homes, settled, [], unitOf, unitsPerFunction),
  };
  const room = new Allocator(firstFree);
  const places = layOut(design, homes, steps, [...design.ports.values(), ...settled], sameAs, room);
  const [failure, remaining] = [room.take(4), room.take(4)];
  const zeros = room.take(Math.max(8, ...design.memories.map(({ width }) => slotBytes(width))));

  const maker = new FunctionMaker(homes, failure, room.end);
  const shared = (): Shared => {
    const overtaken = new Uint8Array(design.nets.length);
    return { design, places, zeros, scratch: room.end, overtaken };
  };
  const emitEdge = maker.make(shared(), steps.edge);
  const emitSettle = maker.make(shared(), steps.settle);

  const settle = new FunctionBody();
  emitSettle(settle);
  settle.store(settledAddress, 1);

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

  const functions = [
    ...maker.functions,
    { body: settle, parameters: 0, exportAs: "settle" },
    { body: tick, parameters: 1, exportAs: "tick" },
  ];
  // A wide element may be read a limb beyond its value.
  const bytes = maker.end + 16;
  refuseTooLarge(flat, bytes);
  return {
    binary: encodeModule(functions, Math.ceil(bytes / 65_536)),
    layout: {
      nets: flat.nets.map((_, net) => places.nets[sameAs[net]]),
      memories: places.memories,
      properties: places.counts,
      failure,
      remaining,
    },
  };
}
