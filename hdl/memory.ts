import { flattenValue, pack, type SignalOf, unpack, type ValueOf } from "./bundle.ts";
import { HdlError } from "./errors.ts";
import { binary, cast, constant } from "./expression.ts";
import type { Expression, Item } from "./ir.ts";
import { here, type LazyPosition } from "./position.ts";
import { type BitSignal, type Literal, literal, operandOf, UIntSignal } from "./signal.ts";
import { addressWidth, bitWidth, type DataType, type UIntType, uint } from "./types.ts";

/** What a memory needs of the module it stands in. */
interface Surroundings {
  add(item: Item): void;
  declare(net: string, at: LazyPosition): void;
  reference(net: string, width: number, signed: boolean, at: LazyPosition): Expression;
  /** The value with a net for each of its parts. */
  named<T extends DataType>(name: string, type: T, value: SignalOf<T>): SignalOf<T>;
  /** The conditions of the enclosing `when` bodies. */
  enable(): Expression | undefined;
}

type Address = UIntSignal | Literal;

/** Words with explicit read and write ports. Each call of a method is one port of the hardware. */
export class Memory<T extends DataType> {
  readonly name: string;
  readonly depth: number;
  readonly type: T;
  /** The type of an address: just wide enough for the depth. */
  readonly addressType: UIntType;
  readonly #surroundings: Surroundings;

  constructor(name: string, depth: number, type: T, at: LazyPosition, surroundings: Surroundings) {
    if (!Number.isInteger(depth) || depth < 1) {
      throw new HdlError(
        { code: "memory-shape", message: `Memory "${name}" has depth ${depth}.`, expected: "an integer of 1 or more" },
        at,
      );
    }
    this.name = name;
    this.depth = depth;
    this.type = type;
    this.addressType = uint(addressWidth(depth));
    this.#surroundings = surroundings;
    surroundings.add({ kind: "mem", name, depth, width: bitWidth(type), at });
  }

  /** The word at `address` in the same cycle (distributed RAM or flip-flops). The net is called `name`. */
  read(name: string, address: Address): SignalOf<T> {
    return this.#read(name, address, 0, undefined, "old");
  }

  /**
   * The word at the `address` of the last edge at which `enable` was high (block RAM). The net is called `name`.
   * `underWrite`: what a read gives of a word written at the same edge, the old one or anything.
   */
  readClocked(
    name: string,
    port: { address: Address; enable: BitSignal; underWrite: "old" | "undefined" },
  ): SignalOf<T> {
    return this.#read(name, port.address, 1, port.enable.expression, port.underWrite);
  }

  /** Write `data` to `address` at the edge, where `enable` holds and inside the enclosing `when` bodies. */
  write(port: { address: Address; data: ValueOf<T>; enable?: BitSignal }): void {
    const at = here();
    const conditions = [this.#surroundings.enable(), port.enable?.expression].filter((e) => e !== undefined);
    flattenValue(this.type, port.data, at);
    this.#surroundings.add({
      kind: "memWrite",
      memory: this.name,
      address: this.#address(port.address, at),
      data: pack(this.type, port.data).expression,
      enable:
        conditions.length === 0
          ? constant(1n, 1, false, at)
          : conditions.reduce((a, b) => binary("and", a, b, 1, false, at)),
      clock: "clock",
      at,
    });
  }

  #read(
    name: string,
    address: Address,
    latency: 0 | 1,
    enable: Expression | undefined,
    underWrite: "old" | "undefined",
  ): SignalOf<T> {
    const at = here();
    this.#surroundings.declare(name, at);
    const width = bitWidth(this.type);
    this.#surroundings.add({
      kind: "memRead",
      name,
      memory: this.name,
      width,
      address: this.#address(address, at),
      latency,
      ...(enable ? { enable } : {}),
      underWrite,
      clock: "clock",
      at,
    });
    const word = new UIntSignal(uint(width), this.#surroundings.reference(name, width, false, at));
    return this.#surroundings.named(name, this.type, unpack(this.type, word));
  }

  #address(address: Address, at: LazyPosition): Expression {
    const given =
      address instanceof UIntSignal
        ? cast(operandOf(this.addressType, address, at), false, at)
        : literal(this.addressType, address, at);
    if (given.width !== this.addressType.width) {
      throw new HdlError(
        {
          code: "width-mismatch",
          message: `An address of memory "${this.name}" of ${this.depth} words has the wrong width.`,
          expected: `${this.addressType.width} bits`,
          found: `${given.width} bits`,
          hint: "Use memory.addressType for the register that holds it.",
        },
        at,
      );
    }
    return given;
  }
}
