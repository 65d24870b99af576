/** Memories and their ports. */
import { HdlError } from "../errors.ts";
import { binary, cast, constant } from "../expression.ts";
import type { Expression, MemoryStyle, UnderWrite } from "../ir.ts";
import { bitCount, described } from "../messages/described.ts";
import { checkOptions } from "../messages/options.ts";
import { isStandIn, recovery, refuse, standIn } from "../messages/problems.ts";
import { here, type LazyPosition } from "../position.ts";
import { flattenValue, pack, type SignalOf, unpack, type ValueOf } from "../signals/bundle.ts";
import { refuseNoBit, refuseNoWord } from "../signals/given.ts";
import { type Literal, literal } from "../signals/literal.ts";
import { operandNote } from "../signals/notes.ts";
import { operandOf } from "../signals/operand.ts";
import { type BitSignal, UIntSignal } from "../signals/signal.ts";
import { addressWidth, bitWidth, type DataType, leaves, type UIntType, uint } from "../types.ts";
import type { Surroundings } from "./memory-surroundings.ts";

/** What synthesis can be asked to build a memory of. */
export const memoryStyles: readonly MemoryStyle[] = ["block", "distributed", "registers"];

/** The keys of ports. */
const readKeys = { address: true, enable: true, underWrite: true, latency: true, domain: true } as const;
const writeKeys = { address: true, data: true, enable: true, mask: true, domain: true } as const;

type Address = UIntSignal | Literal;

/** Contents at power-up, and what a memory is built of. */
export interface MemoryOptions<T extends DataType> {
  /** Words from address 0 on, literals; the rest is 0. Absent: unknown at power-up. Without write port it is a ROM. */
  readonly init?: Iterable<ValueOf<T>>;
  /** What synthesis is asked to build it of; absent: its own choice. */
  readonly style?: MemoryStyle;
}

/** A clocked read port. */
export interface ReadPort {
  readonly address: Address;
  /** Nothing is read while this is low (a second register, of latency 2, loads all the same); absent: it reads at every edge. */
  readonly enable?: BitSignal;
  /** What a read of the word that is written at the same edge gives. */
  readonly underWrite: UnderWrite;
  /** Edges from address to word: 2 adds the output register that block RAMs have. Default 1. */
  readonly latency?: 1 | 2;
  /** The clock domain of the port; absent: that of the memory. */
  readonly domain?: string;
}

/** A write port. */
export interface WritePort<T extends DataType> {
  readonly address: Address;
  readonly data: ValueOf<T>;
  readonly enable?: BitSignal;
  /** A bit for each of equal parts of the word (byte lanes), the lowest first: which are written. Absent: all. */
  readonly mask?: UIntSignal;
  /** The clock domain of the port; absent: that of the memory. */
  readonly domain?: string;
}

/** A port that reads and writes at one address. */
export interface ReadWritePort<T extends DataType> extends ReadPort {
  /** Write `data`, at an edge at which the port is enabled. */
  readonly write: BitSignal;
  readonly data: ValueOf<T>;
  readonly mask?: UIntSignal;
}

/**
 * Words with explicit read and write ports. Each call of a method is one port of the hardware. Two writes of one word at
 * one edge leave anything in it.
 */
export class Memory<T extends DataType> {
  readonly name: string;
  readonly depth: number;
  readonly type: T;
  /** The type of an address: just wide enough for the depth. */
  readonly addressType: UIntType;
  readonly #surroundings: Surroundings;
  readonly #at: LazyPosition;

  constructor(
    name: string,
    depth: number,
    type: T,
    { init, style }: MemoryOptions<T>,
    at: LazyPosition,
    surroundings: Surroundings,
  ) {
    const words = checkedDepth(name, depth, at);
    this.name = name;
    this.depth = words;
    this.type = type;
    // Of no depth, no address is right or wrong.
    this.addressType = words === depth ? uint(addressWidth(words)) : standIn(uint(1));
    this.#surroundings = surroundings;
    this.#at = at;
    surroundings.add({
      kind: "mem",
      name,
      depth: words,
      width: bitWidth(type),
      ...(init ? { init: initialWords(name, words, type, init, at) } : {}),
      ...(style ? { style } : {}),
      at,
    });
  }

  /** The word at `address` in the same cycle (distributed RAM or flip-flops). The net is called `name`. */
  read(name: string, address: Address): SignalOf<T> {
    return this.#read(name, { address, underWrite: "old" }, 0);
  }

  /**
   * The word of another domain's memory in the same cycle. Only sound where the word is known to be stable, as in an
   * asynchronous FIFO; a part for crossings.
   */
  readAcross(name: string, port: { readonly address: Address; readonly domain: string }): SignalOf<T> {
    checkOptions("readAcross", "an object of address and domain", port, { address: true, domain: true });
    const { address, domain } = port;
    return this.#read(name, { address, underWrite: "undefined", domain }, 0, true);
  }

  /**
   * The word at the `address` of the last edge at which `enable` was high (block RAM). The net is called `name`; with
   * latency 2 that is a register behind the read port.
   */
  readClocked(name: string, port: ReadPort): SignalOf<T> {
    checkOptions("readClocked", "an object of address and underWrite", port, readKeys);
    return this.#clocked(name, port);
  }

  /** Write `data` to `address` at the edge, where `enable` holds and inside the enclosing `when` bodies. */
  write(port: WritePort<T>): void {
    const at = here();
    checkOptions("write", "an object of address and data", port, writeKeys, at);
    if (this.#surroundings.readOnly) {
      const message = `Memory "${this.name}" is a ROM, which nothing writes.`;
      const hint = "`m.mem` with `init` has words at power-up and takes write ports.";
      const made = { role: "memory", what: `"${this.name}"`, at: this.#at };
      refuse(() => new HdlError({ code: "memory-shape", message, expected: "read ports only", hint }, at, [made]));
      return;
    }
    const { address, data, enable, mask, domain } = port;
    if (enable !== undefined) refuseNoBit("The enable of a port", enable, at);
    if (mask !== undefined) refuseNoWord("The mask of a port", mask, at);
    const conditions = [this.#surroundings.enable(), enable?.expression].filter((e) => e !== undefined);
    flattenValue(this.type, data, at);
    const word = pack(this.type, data).expression;
    if (mask && word.width % mask.width !== 0) {
      const problem = () =>
        new HdlError(
          {
            code: "memory-shape",
            message: `A mask of ${bitCount(mask.width)} does not divide the ${bitCount(word.width)} of a word of memory "${this.name}".`,
            expected: "a divisor of the word's width, 8 bits a lane for bytes",
            hint: "Make the mask as wide as the word has lanes, all of one width.",
          },
          at,
          [operandNote("mask", mask)],
        );
      refuse(problem, mask.expression, word);
    }
    this.#surroundings.add({
      kind: "memWrite",
      memory: this.name,
      address: this.#address(address, at),
      data: word,
      enable:
        conditions.length === 0
          ? constant(1n, 1, false, at)
          : conditions.reduce((a, b) => binary("and", a, b, 1, false, at)),
      ...(mask ? { mask: mask.expression } : {}),
      clock: this.#surroundings.clock(true, domain),
      at,
    });
  }

  /**
   * One port that reads and writes at one address: two of them make a true dual-port block RAM. Gives the word read; where
   * the port writes too, `underWrite` says which.
   */
  readWrite(name: string, port: ReadWritePort<T>): SignalOf<T> {
    const keys = { ...readKeys, write: true, data: true, mask: true } as const;
    checkOptions("readWrite", "an object of address, underWrite, write and data", port, keys);
    const { address, enable, write, data, mask, domain } = port;
    if (enable !== undefined) refuseNoBit("The enable of a port", enable);
    const lanes = { ...(mask ? { mask } : {}), ...(domain === undefined ? {} : { domain }) };
    this.write({ address, data, enable: enable ? enable.and(write) : write, ...lanes });
    return this.#clocked(name, port);
  }

  #clocked(name: string, port: ReadPort): SignalOf<T> {
    const { latency = 1 } = port;
    if (latency === 1 || latency === 2) return this.#read(name, port, latency);
    const message = `A clocked read of memory "${this.name}" has no latency of ${described(latency)}.`;
    const hint = "`read` gives the word in the same cycle; more registers are made with `m.reg`.";
    const details = { code: "memory-shape", message, expected: "latency 1 or 2", hint } as const;
    const at = here();
    refuse(() => new HdlError(details, at));
    return this.#read(name, port, 1);
  }

  #read(name: string, port: Omit<ReadPort, "latency">, latency: 0 | 1 | 2, crossing = false): SignalOf<T> {
    const at = here();
    const { address, enable, underWrite, domain } = port;
    if (enable !== undefined) refuseNoBit("The enable of a port", enable, at);
    const width = bitWidth(this.type);
    if (!["old", "new", "undefined"].includes(underWrite)) {
      const found = `underWrite ${JSON.stringify(underWrite)}`;
      const expected = 'underWrite "old", "new" or "undefined"';
      const message = `Memory "${this.name}" has no such read port.`;
      const hint = "Say what a read of the word that is written at the same edge gives.";
      throw new HdlError({ code: "memory-shape", message, expected, found, hint }, at);
    }
    const when = enable?.expression ?? constant(1n, 1, false, at);
    if (when.kind === "const" && when.value === 0n) {
      const message = `The read "${name}" of memory "${this.name}" is never enabled, so it has no word.`;
      const hint = "Where a parameter turns the port off, leave the port out.";
      const details = { code: "undriven", message, expected: "an enable that is high at times", hint } as const;
      refuse(() => new HdlError(details, at), when);
    }
    const clock = this.#surroundings.clock(latency > 0, domain);
    const net = latency === 2 ? `${name}_read` : name;
    this.#surroundings.declare(net, at);
    this.#surroundings.add({
      kind: "memRead",
      name: net,
      memory: this.name,
      width,
      address: this.#address(address, at),
      latency: latency === 0 ? 0 : 1,
      ...(latency === 0 ? {} : { enable: when }),
      underWrite,
      clock,
      ...(crossing ? { crossing } : {}),
      at,
    });
    let word = this.#surroundings.reference(net, width, false, at);
    if (latency === 2) {
      this.#surroundings.declare(name, at);
      this.#surroundings.add({ kind: "reg", name, width, signed: false, next: word, clock, at });
      word = this.#surroundings.reference(name, width, false, at);
    }
    return this.#surroundings.named(name, this.type, unpack(this.type, new UIntSignal(uint(width), word)));
  }

  #address(address: Address, at: LazyPosition): Expression {
    if (isStandIn(this.addressType)) return recovery(1, false, at);
    const beyond = (typeof address === "number" || typeof address === "bigint") && address >= this.depth;
    if (beyond) {
      const details = {
        code: "literal-out-of-range",
        message: `Memory "${this.name}" has no word ${address}.`,
        expected: this.depth === 1 ? "0, the only word" : `a word from 0 to ${this.depth - 1}`,
        hint: "Write the address of a word that there is, or make the memory deeper.",
      } as const;
      const made = { role: "memory", what: `"${this.name}", ${this.depth} words`, at: this.#at };
      refuse(() => new HdlError(details, at, [made]));
      return recovery(this.addressType.width, false, at);
    }
    const given =
      address instanceof UIntSignal
        ? cast(operandOf(this.addressType, address, at), false, at)
        : literal(this.addressType, address, at, () => [
            { role: "memory", what: `"${this.name}", ${this.depth} words`, at: this.#at },
          ]);
    if (given.width !== this.addressType.width) {
      refuse(
        () =>
          new HdlError(
            {
              code: "width-mismatch",
              message: `An address of memory "${this.name}" of ${this.depth} word${this.depth === 1 ? "" : "s"} has the wrong width.`,
              expected: bitCount(this.addressType.width),
              found: bitCount(given.width),
              hint: "Use memory.addressType for the register that holds it.",
            },
            at,
            [operandNote("address", address as UIntSignal)],
          ),
        given,
      );
      return recovery(this.addressType.width, false, at);
    }
    return given;
  }
}

/** The depth; 1 in place of none. */
function checkedDepth(name: string, depth: number, at: LazyPosition): number {
  if (Number.isInteger(depth) && depth >= 1) return depth;
  const message = `Memory "${name}" has depth ${depth}.`;
  const hint = "Where a parameter can leave no word, leave the memory out.";
  refuse(() => new HdlError({ code: "memory-shape", message, expected: "an integer of 1 or more", hint }, at));
  return 1;
}

/** The given words as bit patterns; each must be a literal of the memory's type. */
function initialWords<T extends DataType>(
  name: string,
  depth: number,
  type: T,
  words: Iterable<ValueOf<T>>,
  at: LazyPosition,
): bigint[] {
  const leafWidths = leaves("", type).map((leaf) => leaf.type.width);
  const bits = [...words].map((word, i) =>
    flattenValue(type, word, at, { name: `${name}[${i}]`, at }).reduceRight((high, e, leaf) => {
      if (e.kind !== "const") {
        const details = {
          code: "literal-out-of-range",
          message: `Word ${i} of the init of memory "${name}" must be a literal.`,
          found: "a signal",
          hint: "Write literals; what a signal gives is for a write port.",
        } as const;
        refuse(() => new HdlError(details, at), e);
        return high << BigInt(leafWidths[leaf]);
      }
      return (high << BigInt(leafWidths[leaf])) | BigInt.asUintN(leafWidths[leaf], e.value);
    }, 0n),
  );
  if (bits.length <= depth) return bits;
  const message = `The init of memory "${name}" has ${bits.length} words.`;
  const hint = "Make the memory as deep as there are words, or leave some out.";
  refuse(() => new HdlError({ code: "memory-shape", message, expected: `at most its depth, ${depth}`, hint }, at));
  return bits.slice(0, depth);
}
