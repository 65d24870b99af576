/** Code that reads and writes words of memories. */
import { cat, constant, mux, slice } from "../../expression.ts";
import type { Expression } from "../../ir.ts";
import type { FlatNode, Scope } from "../flatten.ts";
import { op } from "./binary.ts";
import type { Generator } from "./generator.ts";
import { push } from "./narrow.ts";
import { isWide, slotBytes, typeOf, wordBytes } from "./storage.ts";
import { storeWide } from "./wide.ts";

/** Pushes the word at an address, 0 beyond the depth. */
function readNarrow(g: Generator, scope: Scope, name: string, addressOf: Expression, width: number): void {
  const { body } = g;
  const memory = scope.memory(name);
  const { depth } = g.shared.design.memories[memory];
  const bytes = wordBytes(width);
  const load = () => body.memory(loadOf(bytes), g.indexed(g.shared.places.memories[memory]));
  if (depth === 2 ** addressOf.width) {
    push(g, addressOf, scope);
    scale(g, bytes);
    load();
    return;
  }
  const address = body.local("i32");
  push(g, addressOf, scope);
  body.set(address);
  const inside = body.local("i32");
  body.get(address);
  body.constant("i32", depth);
  body.typed("ltU", "i32");
  body.set(inside);
  body.get(address);
  body.constant("i32", 0);
  body.get(inside);
  body.emit(op.select);
  scale(g, bytes);
  load();
  body.constant(typeOf(width), 0n);
  body.get(inside);
  body.emit(op.select);
}

/** Computes a net that a memory is read for at once. */
export function readAtOnce(g: Generator, node: Extract<FlatNode, { kind: "read" }>): void {
  const { net, scope, read } = node;
  if (isWide(read.width)) takeWide(g, scope, read.memory, read.address, g.addressOf(net));
  else g.define(net, () => readNarrow(g, scope, read.memory, read.address, read.width));
}

/** Takes the word that a clocked read gives next. */
export function readClocked(g: Generator, index: number): void {
  const { scope, read, net } = g.shared.design.clockedReads[index];
  const { memory, address, width, enable } = read;
  const to = g.shared.places.nets[net] as number;
  const take = () => {
    if (isWide(width)) takeWide(g, scope, memory, address, to);
    else g.storeValue(width, to, () => readNarrow(g, scope, memory, address, width));
  };
  if (enable) {
    push(g, enable, scope);
    g.branch(take);
  } else take();
}

function takeWide(g: Generator, scope: Scope, name: string, address: Expression, to: number): void {
  const { width } = g.shared.design.memories[scope.memory(name)];
  const word = g.body.local("i32");
  pushWordAddress(g, scope, name, address);
  g.body.set(word);
  for (let at = 0; at < slotBytes(width); at += 8) {
    g.store(op.i64Store, to + at, () => {
      g.body.get(word);
      g.body.memory(op.i64Load, at);
    });
  }
}

/** Pushes the byte address of a wide word; of a word of zeros beyond the depth. */
function pushWordAddress(g: Generator, scope: Scope, name: string, address: Expression): void {
  const { body } = g;
  const memory = scope.memory(name);
  const { depth, width } = g.shared.design.memories[memory];
  const index = body.local("i32");
  push(g, address, scope);
  body.set(index);
  body.get(index);
  scale(g, wordBytes(width));
  g.pushAddress(g.shared.places.memories[memory]);
  body.typed("add", "i32");
  body.constant("i32", g.shared.zeros);
  body.get(index);
  body.constant("i32", depth);
  body.typed("ltU", "i32");
  body.emit(op.select);
}

/** Writes a word where its enable is 1 and its address below the depth. */
export function writeWord(g: Generator, index: number): void {
  const { scope, write } = g.shared.design.writes[index];
  const { body } = g;
  const { width, depth } = g.shared.design.memories[scope.memory(write.memory)];
  const inside = depth === 2 ** write.address.width;
  const address = body.local("i32");
  if (!inside) {
    push(g, write.address, scope);
    body.set(address);
  }
  push(g, write.enable, scope);
  if (!inside) {
    body.get(address);
    body.constant("i32", depth);
    body.typed("ltU", "i32");
    body.typed("and", "i32");
  }
  g.branch(() => {
    if (inside) {
      push(g, write.address, scope);
      body.set(address);
    }
    (isWide(width) ? writeWide : writeNarrow)(g, index, address);
  });
}

function writeNarrow(g: Generator, index: number, address: number): void {
  const { body } = g;
  const { scope, write } = g.shared.design.writes[index];
  const memory = scope.memory(write.memory);
  const { width } = g.shared.design.memories[memory];
  const bytes = wordBytes(width);
  const type = typeOf(width);
  const pushIndex = () => {
    body.get(address);
    scale(g, bytes);
    return g.indexed(g.shared.places.memories[memory]);
  };
  const offset = pushIndex();
  push(g, write.data, scope);
  if (write.mask) {
    // old ^ ((old ^ new) & lanes)
    body.memory(loadOf(bytes), pushIndex());
    body.typed("xor", type);
    push(g, expandMask(write.mask, width), scope);
    body.typed("and", type);
    body.memory(loadOf(bytes), pushIndex());
    body.typed("xor", type);
  }
  const store = { 1: op.i32Store8, 2: op.i32Store16, 4: op.i32Store, 8: op.i64Store }[bytes] as number;
  body.memory(store, offset);
}

function writeWide(g: Generator, index: number, address: number): void {
  const { body } = g;
  const { scope, write } = g.shared.design.writes[index];
  const memory = scope.memory(write.memory);
  const { width } = g.shared.design.memories[memory];
  const bytes = wordBytes(width);
  const data = g.temporary(width);
  storeWide(g, write.data, scope, data);
  const lanes = write.mask ? g.temporary(width) : undefined;
  if (write.mask && lanes !== undefined) storeWide(g, expandMask(write.mask, width), scope, lanes);
  const word = body.local("i32");
  body.get(address);
  scale(g, bytes);
  g.pushAddress(g.shared.places.memories[memory]);
  body.typed("add", "i32");
  body.set(word);
  for (let at = 0; at < bytes; at += 8) {
    const old = () => {
      body.get(word);
      body.memory(op.i64Load, at);
    };
    body.get(word);
    g.load(op.i64Load, data + at);
    if (lanes !== undefined) {
      old();
      body.typed("xor", "i64");
      g.load(op.i64Load, lanes + at);
      body.typed("and", "i64");
      old();
      body.typed("xor", "i64");
    }
    body.memory(op.i64Store, at);
  }
}

function scale({ body }: Generator, bytes: number): void {
  if (bytes === 1) return;
  const power = Math.log2(bytes);
  body.constant("i32", Number.isInteger(power) ? power : bytes);
  body.typed(Number.isInteger(power) ? "shl" : "mul", "i32");
}

function loadOf(bytes: number): number {
  return { 1: op.i32Load8U, 2: op.i32Load16U, 4: op.i32Load, 8: op.i64Load }[bytes] as number;
}

/** A bit for each bit of a word of `width` bits, out of a bit for each of its equal parts. */
function expandMask(mask: Expression, width: number): Expression {
  const lane = width / mask.width;
  const { at } = mask;
  const [ones, zeros] = [(1n << BigInt(lane)) - 1n, 0n].map((value) => constant(value, lane, false, at));
  const lanes = Array.from({ length: mask.width }, (_, i) => mux(slice(mask, i, 1, at), ones, zeros, at));
  return cat(lanes.reverse(), at);
}
