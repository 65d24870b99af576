/** A flat design as a WebAssembly module: state, ports and memories in linear memory, one function an edge. */

import type { Expression } from "../../ir.ts";
import type { Scope } from "../flatten.ts";
import { eachName, type FlatDesign, type FlatNode, netsRead, scheduleNodes } from "../flatten.ts";
import { encodeModule, FunctionBody, op, type WasmFunction } from "./binary.ts";
import { push } from "./narrow.ts";
import { Allocator, isWide, slotBytes, typeOf, wordBytes } from "./storage.ts";
import type { Target } from "./target.ts";
import { storeWide } from "./wide.ts";

/** Where things lie in the memory of a compiled design. */
export interface Layout {
  /** Address of each net that is kept; undefined for values that live only inside a function. */
  readonly nets: readonly (number | undefined)[];
  /** Address of each memory's word 0. */
  readonly memories: readonly number[];
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
  | { readonly kind: "write"; readonly index: number };

/**
 * Compiles a design. The module exports its memory and two functions: `settle()` computes the outputs from inputs and state;
 * `tick(n)` takes n edges and settles. `keepAll` keeps every net readable after settling, at some cost.
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

  const room = new Allocator(16);
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
      else {
        const { net } = unit.kind === "register" ? registers[unit.index] : clockedReads[unit.index];
        const narrow = direct && !isWide(nets[net].width);
        const to = narrow
          ? generator.nextInLocal(unit.kind, unit.index)
          : generator.nextInMemory(unit.kind, unit.index, shadowOf(net));
        if (to) commits.push(to);
        else if (direct)
          commits.push(() => generator.body.copy(addresses[net] as number, shadowOf(net), slotBytes(nets[net].width)));
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
  functions.push({ body: settle, parameters: 0, exportAs: "settle" });

  // tick(n): while (n > 0) { edge; n = n - 1 }, then settle.
  const tick = new FunctionBody(1);
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
  tick.emit(op.brIf);
  tick.emit(0);
  tick.emit(op.end);
  tick.emit(op.end);
  emitSettle(tick);
  functions.push({ body: tick, parameters: 1, exportAs: "tick" });

  // A wide element may be read a limb beyond its value.
  const bytes = room.end + 16;
  return { binary: encodeModule(functions, Math.ceil(bytes / 65_536)), layout: { nets: addresses, memories, bytes } };
}

/** Everything that an edge does: reads and next states interleaved instance by instance, all writes at the end. */
function scheduleEdge(design: FlatDesign): Unit[] {
  const { nets, registers, clockedReads, writes } = design;
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
  for (const { scope, write } of writes) require(scope, write.address, write.data, write.enable);
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
  } else {
    const { scope, write } = design.writes[unit.index];
    add(scope, write.address, write.data, write.enable);
  }
  return found;
}

/** Generates the code of one function. */
class Generator implements Target {
  readonly body: FunctionBody;
  readonly #design: FlatDesign;
  readonly #addresses: readonly (number | undefined)[];
  readonly #memories: readonly number[];
  readonly #kept: Uint8Array;
  readonly #room: Allocator;
  /** Locals that hold nets computed or loaded in this function. */
  readonly #locals = new Map<number, number>();

  constructor(
    design: FlatDesign,
    addresses: readonly (number | undefined)[],
    memories: readonly number[],
    kept: Uint8Array,
    room: Allocator,
    body: FunctionBody,
  ) {
    this.body = body;
    this.#design = design;
    this.#addresses = addresses;
    this.#memories = memories;
    this.#kept = kept;
    this.#room = room;
  }

  push(e: Expression, scope: Scope): void {
    push(this, e, scope);
  }

  pushNet(net: number): void {
    const known = this.#locals.get(net);
    if (known !== undefined) {
      this.body.get(known);
      return;
    }
    const type = typeOf(this.#design.nets[net].width);
    const local = this.body.local(type);
    this.body.constant("i32", 0);
    this.body.memory(type === "i32" ? op.i32Load : op.i64Load, this.addressOf(net));
    this.body.tee(local);
    this.#locals.set(net, local);
  }

  addressOf(net: number): number {
    const address = this.#addresses[net];
    if (address === undefined) throw new Error(`net ${this.#design.nets[net].path} has no address`);
    return address;
  }

  temporary(width: number): number {
    return this.#room.take(slotBytes(width));
  }

  node(node: FlatNode): void {
    const { net } = node;
    const { width } = this.#design.nets[net];
    if (isWide(width)) {
      if (node.kind === "value") storeWide(this, node.value, node.scope, this.addressOf(net));
      else this.#readWide(node.scope, node.read.memory, node.read.address, this.addressOf(net));
      return;
    }
    const type = typeOf(width);
    const local = this.body.local(type);
    const stored = this.#kept[net] === 1;
    if (stored) this.body.constant("i32", 0);
    if (node.kind === "value") push(this, node.value, node.scope);
    else this.#readNarrow(node.scope, node.read.memory, node.read.address, width);
    if (stored) {
      this.body.tee(local);
      this.body.memory(type === "i32" ? op.i32Store : op.i64Store, this.addressOf(net));
    } else this.body.set(local);
    this.#locals.set(net, local);
  }

  /** Computes a next state into a local; the function given stores it. */
  nextInLocal(kind: "register" | "clockedRead", index: number): () => void {
    const { net } = kind === "register" ? this.#design.registers[index] : this.#design.clockedReads[index];
    const type = typeOf(this.#design.nets[net].width);
    const next = this.body.local(type);
    this.#pushNext(kind, index);
    this.body.set(next);
    return () => {
      this.body.constant("i32", 0);
      this.body.get(next);
      this.body.memory(type === "i32" ? op.i32Store : op.i64Store, this.addressOf(net));
    };
  }

  /** Computes a next state into memory at `address`. */
  nextInMemory(kind: "register" | "clockedRead", index: number, address: number): undefined {
    const { net } = kind === "register" ? this.#design.registers[index] : this.#design.clockedReads[index];
    const { width } = this.#design.nets[net];
    if (!isWide(width)) {
      const type = typeOf(width);
      this.body.constant("i32", 0);
      this.#pushNext(kind, index);
      this.body.memory(type === "i32" ? op.i32Store : op.i64Store, address);
      return;
    }
    if (kind === "register") {
      const { scope, reg } = this.#design.registers[index];
      storeWide(this, reg.next, scope, address);
      if (reg.reset) {
        this.pushNet(scope.net(reg.reset.signal));
        this.body.emit(op.if);
        this.body.emit(0x40);
        const value = { kind: "const", value: reg.reset.value, width, signed: reg.signed, at: reg.at } as const;
        storeWide(this, value, scope, address);
        this.body.emit(op.end);
      }
      return;
    }
    const { scope, read } = this.#design.clockedReads[index];
    this.body.copy(address, this.addressOf(net), slotBytes(width));
    if (read.enable) push(this, read.enable, scope);
    else this.body.constant("i32", 1);
    // Nets must not be loaded inside the branch only, so the address is computed before it.
    const word = this.body.local("i32");
    this.#pushWordAddress(scope, read.memory, read.address);
    this.body.set(word);
    this.body.emit(op.if);
    this.body.emit(0x40);
    this.#copyWord(word, address, width);
    this.body.emit(op.end);
  }

  write(index: number): void {
    const { scope, write } = this.#design.writes[index];
    const { body } = this;
    const memory = scope.memory(write.memory);
    const { width, depth } = this.#design.memories[memory];
    const bytes = wordBytes(width);
    const address = body.local("i32");
    push(this, write.address, scope);
    body.set(address);
    let wide = 0;
    const data = body.local(typeOf(Math.min(width, 64)));
    if (isWide(width)) {
      wide = this.temporary(width);
      storeWide(this, write.data, scope, wide);
    } else {
      push(this, write.data, scope);
      if (write.data.signed) throw new Error("memory words are unsigned");
      body.set(data);
    }
    push(this, write.enable, scope);
    body.get(address);
    body.constant("i32", depth);
    body.typed("ltU", "i32");
    body.typed("and", "i32");
    body.emit(op.if);
    body.emit(0x40);
    if (isWide(width)) {
      for (let at = 0; at < bytes; at += 8) {
        this.#scaled(address, bytes);
        body.constant("i32", 0);
        body.memory(op.i64Load, wide + at);
        body.memory(op.i64Store, this.#memories[memory] + at);
      }
    } else {
      this.#scaled(address, bytes);
      body.get(data);
      const store = { 1: op.i32Store8, 2: op.i32Store16, 4: op.i32Store, 8: op.i64Store }[bytes] as number;
      body.memory(store, this.#memories[memory]);
    }
    body.emit(op.end);
  }

  #pushNext(kind: "register" | "clockedRead", index: number): void {
    const { body } = this;
    if (kind === "register") {
      const { scope, reg } = this.#design.registers[index];
      if (!reg.reset) {
        push(this, reg.next, scope);
        return;
      }
      body.constant(typeOf(reg.width), reg.reset.value);
      push(this, reg.next, scope);
      this.pushNet(scope.net(reg.reset.signal));
      body.emit(op.select);
      return;
    }
    const { scope, read, net } = this.#design.clockedReads[index];
    this.#readNarrow(scope, read.memory, read.address, read.width);
    if (!read.enable) return;
    this.pushNet(net);
    push(this, read.enable, scope);
    body.emit(op.select);
  }

  /** Pushes the word at an address, 0 beyond the depth. */
  #readNarrow(scope: Scope, name: string, addressOf: Expression, width: number): void {
    const { body } = this;
    const memory = scope.memory(name);
    const { depth } = this.#design.memories[memory];
    const bytes = wordBytes(width);
    const address = body.local("i32");
    push(this, addressOf, scope);
    body.set(address);
    const whole = depth === 2 ** addressOf.width;
    const load = () => {
      const opcode = { 1: op.i32Load8U, 2: op.i32Load16U, 4: op.i32Load, 8: op.i64Load }[bytes] as number;
      body.memory(opcode, this.#memories[memory]);
    };
    if (whole) {
      this.#scaled(address, bytes);
      load();
      return;
    }
    const inside = body.local("i32");
    body.get(address);
    body.constant("i32", depth);
    body.typed("ltU", "i32");
    body.set(inside);
    const clamped = body.local("i32");
    body.get(address);
    body.constant("i32", 0);
    body.get(inside);
    body.emit(op.select);
    body.set(clamped);
    this.#scaled(clamped, bytes);
    load();
    body.constant(typeOf(width), 0n);
    body.get(inside);
    body.emit(op.select);
  }

  #readWide(scope: Scope, name: string, address: Expression, to: number): void {
    const word = this.body.local("i32");
    this.#pushWordAddress(scope, name, address);
    this.body.set(word);
    this.#copyWord(word, to, this.#design.memories[scope.memory(name)].width);
  }

  /** Pushes the byte address of a wide word; of a word of zeros beyond the depth. */
  #pushWordAddress(scope: Scope, name: string, address: Expression): void {
    const { body } = this;
    const memory = scope.memory(name);
    const { depth, width } = this.#design.memories[memory];
    const index = body.local("i32");
    push(this, address, scope);
    body.set(index);
    this.#scaled(index, wordBytes(width));
    body.constant("i32", this.#memories[memory]);
    body.typed("add", "i32");
    body.constant("i32", this.#zeros(width));
    body.get(index);
    body.constant("i32", depth);
    body.typed("ltU", "i32");
    body.emit(op.select);
  }

  #zeros(width: number): number {
    return this.temporary(width);
  }

  #copyWord(word: number, to: number, width: number): void {
    for (let at = 0; at < slotBytes(width); at += 8) {
      this.body.constant("i32", 0);
      this.body.get(word);
      this.body.memory(op.i64Load, at);
      this.body.memory(op.i64Store, to + at);
    }
  }

  #scaled(address: number, bytes: number): void {
    this.body.get(address);
    if (bytes === 1) return;
    this.body.constant("i32", bytes);
    this.body.typed("mul", "i32");
  }
}
