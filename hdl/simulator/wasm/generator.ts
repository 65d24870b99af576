import { cat, constant, mux, slice } from "../../expression.ts";
import type { Expression } from "../../ir.ts";
import type { FlatDesign, FlatNode, Scope } from "../flatten.ts";
import { type FunctionBody, op } from "./binary.ts";
import { push } from "./narrow.ts";
import { type Allocator, isWide, slotBytes, typeOf, wordBytes } from "./storage.ts";
import type { Target } from "./target.ts";
import { storeWide } from "./wide.ts";

/** Generates the code of one function. */
export class Generator implements Target {
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
  nextInMemory(kind: "register" | "clockedRead", index: number, address: number): void {
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
    const lanes = write.mask ? expandMask(write.mask, width) : undefined;
    const [wideLanes, narrowLanes] = [
      lanes && isWide(width) ? this.temporary(width) : 0,
      body.local(typeOf(Math.min(width, 64))),
    ];
    if (lanes && isWide(width)) storeWide(this, lanes, scope, wideLanes);
    else if (lanes) {
      push(this, lanes, scope);
      body.set(narrowLanes);
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
        if (lanes) {
          // old ^ ((old ^ new) & lanes)
          this.#scaled(address, bytes);
          body.memory(op.i64Load, this.#memories[memory] + at);
          body.typed("xor", "i64");
          body.constant("i32", 0);
          body.memory(op.i64Load, wideLanes + at);
          body.typed("and", "i64");
          this.#scaled(address, bytes);
          body.memory(op.i64Load, this.#memories[memory] + at);
          body.typed("xor", "i64");
        }
        body.memory(op.i64Store, this.#memories[memory] + at);
      }
    } else {
      const type = typeOf(width);
      const load = () => {
        this.#scaled(address, bytes);
        body.memory(loadOf(bytes), this.#memories[memory]);
      };
      this.#scaled(address, bytes);
      body.get(data);
      if (lanes) {
        load();
        body.typed("xor", type);
        body.get(narrowLanes);
        body.typed("and", type);
        load();
        body.typed("xor", type);
      }
      const store = { 1: op.i32Store8, 2: op.i32Store16, 4: op.i32Store, 8: op.i64Store }[bytes] as number;
      body.memory(store, this.#memories[memory]);
    }
    body.emit(op.end);
  }

  /** Counts where a property has something to tell; `failure` takes the number, from 1, of a property that failed first. */
  property(index: number, count: number, failure: number): void {
    const { body } = this;
    const { scope, property } = this.#design.properties[index];
    const { condition, enable, reset } = property;
    push(this, condition, scope);
    if (property.property !== "cover") body.emit(op.i32Eqz);
    if (enable) {
      push(this, enable, scope);
      body.typed("and", "i32");
    }
    if (reset !== undefined) {
      this.pushNet(scope.net(reset));
      body.emit(op.i32Eqz);
      body.typed("and", "i32");
    }
    body.emit(op.if);
    body.emit(0x40);
    body.constant("i32", 0);
    body.constant("i32", 0);
    body.memory(op.i32Load, count);
    body.constant("i32", 1);
    body.typed("add", "i32");
    body.memory(op.i32Store, count);
    if (property.property !== "cover") {
      body.constant("i32", 0);
      body.memory(op.i32Load, failure);
      body.emit(op.i32Eqz);
      body.emit(op.if);
      body.emit(0x40);
      body.constant("i32", 0);
      body.constant("i32", index + 1);
      body.memory(op.i32Store, failure);
      body.emit(op.end);
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
      body.memory(loadOf(bytes), this.#memories[memory]);
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
