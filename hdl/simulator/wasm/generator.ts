import type { Expression } from "../../ir.ts";
import type { FlatDesign, Scope } from "../flatten.ts";
import { type FunctionBody, op } from "./binary.ts";
import type { Frame } from "./frame.ts";
import { push } from "./narrow.ts";
import type { Places } from "./places.ts";
import { Allocator, isWide, slotBytes, typeOf } from "./storage.ts";
import type { Target } from "./target.ts";
import { storeWide } from "./wide.ts";

/** What the functions of one design share. */
export interface Shared {
  readonly design: FlatDesign;
  readonly places: Places;
  /** Address of bytes that stay 0, as many as the widest word has. */
  readonly zeros: number;
  /** Where intermediate values of a function may lie, to the end of memory. */
  readonly scratch: number;
  /** 1 for state whose new value is set already in the edge that is being generated. */
  readonly overtaken: Uint8Array;
}

/** Generates the code of one function. */
export class Generator implements Target {
  readonly body: FunctionBody;
  readonly shared: Shared;
  readonly #frame: Frame;
  readonly #scratch: Allocator;
  /** Locals that hold nets computed or loaded in this function. */
  readonly #locals = new Map<number, number>();
  /** Nets that got a local inside the branch being generated, where that local has no value elsewhere. */
  #inBranch: number[] | undefined;

  constructor(shared: Shared, frame: Frame, body: FunctionBody) {
    this.body = body;
    this.shared = shared;
    this.#frame = frame;
    this.#scratch = new Allocator(shared.scratch);
  }

  /** The end of the scratch that this function uses. */
  get end(): number {
    return this.#scratch.end;
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
    const type = typeOf(this.shared.design.nets[net].width);
    const local = this.body.local(type);
    this.load(type === "i32" ? op.i32Load : op.i64Load, this.addressOf(net));
    this.body.tee(local);
    this.#keep(net, local);
  }

  addressOf(net: number): number {
    const { design, places, overtaken } = this.shared;
    const address = (overtaken[net] === 1 ? places.saved[net] : undefined) ?? places.nets[net];
    if (address === undefined) throw new Error(`net ${design.nets[net].path} has no address`);
    return address;
  }

  temporary(width: number): number {
    return this.#scratch.take(slotBytes(width));
  }

  load(opcode: number, address: number): void {
    const { local, offset } = this.#frame.locate(address);
    if (local === undefined) this.body.constant("i32", 0);
    else this.body.get(local);
    this.body.memory(opcode, offset);
  }

  store(opcode: number, address: number, value: () => void): void {
    const { local, offset } = this.#frame.locate(address);
    if (local === undefined) this.body.constant("i32", 0);
    else this.body.get(local);
    value();
    this.body.memory(opcode, offset);
  }

  pushAddress(address: number): void {
    const { local, offset } = this.#frame.locate(address);
    this.body.constant("i32", offset);
    if (local === undefined) return;
    this.body.get(local);
    this.body.typed("add", "i32");
  }

  /** Turns an index on the stack into one for memory instructions with the offset returned. */
  indexed(address: number): number {
    const { local, offset } = this.#frame.locate(address);
    if (local !== undefined) {
      this.body.get(local);
      this.body.typed("add", "i32");
    }
    return offset;
  }

  /** Code that runs when the truth value on the stack is 1, and other code when it is 0. */
  branch(whenTrue: () => void, whenFalse?: () => void): void {
    this.body.emit(op.if);
    this.body.emit(0x40);
    this.#inside(whenTrue);
    if (whenFalse) {
      this.body.emit(op.else);
      this.#inside(whenFalse);
    }
    this.body.emit(op.end);
  }

  /** Computes a net that is not wide into a local, and into memory where it is kept. */
  define(net: number, value: () => void): void {
    const local = this.body.local(typeOf(this.shared.design.nets[net].width));
    value();
    this.body.set(local);
    const address = this.shared.places.nets[net];
    if (address !== undefined) this.#storeLocal(net, local, address);
    this.#keep(net, local);
  }

  /** Keeps the old value of state that is about to be set, where something reads it later. */
  hold(net: number, readInStep: boolean): void {
    const { places, design, overtaken } = this.shared;
    const { width } = design.nets[net];
    const saved = places.saved[net];
    if (isWide(width)) {
      for (let at = 0; saved !== undefined && at < slotBytes(width); at += 8)
        this.store(op.i64Store, saved + at, () => this.load(op.i64Load, (places.nets[net] as number) + at));
    } else if (readInStep || saved !== undefined) {
      this.pushNet(net);
      this.body.emit(op.drop);
      if (saved !== undefined) this.#storeLocal(net, this.#locals.get(net) as number, saved);
    }
    overtaken[net] = 1;
  }

  /** Sets a state to the value of an expression. */
  set(net: number, value: Expression, scope: Scope): void {
    const address = this.shared.places.nets[net] as number;
    if (isWide(value.width)) storeWide(this, value, scope, address);
    else this.storeValue(value.width, address, () => push(this, value, scope));
  }

  /** Stores what `value` pushes for a net of that width. */
  storeValue(width: number, address: number, value: () => void): void {
    this.store(typeOf(width) === "i32" ? op.i32Store : op.i64Store, address, value);
  }

  #storeLocal(net: number, local: number, address: number): void {
    this.storeValue(this.shared.design.nets[net].width, address, () => this.body.get(local));
  }

  #keep(net: number, local: number): void {
    this.#locals.set(net, local);
    this.#inBranch?.push(net);
  }

  #inside(code: () => void): void {
    const outer = this.#inBranch;
    this.#inBranch = [];
    code();
    for (const net of this.#inBranch) this.#locals.delete(net);
    this.#inBranch = outer;
  }
}
