/** Writing the WebAssembly binary format, as far as a simulator needs it. */

export type ValueType = "i32" | "i64";
const typeCodes: Readonly<Record<ValueType, number>> = { i32: 0x7f, i64: 0x7e };

/** Opcodes by their names in the text format. */
export const op = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  brIf: 0x0d,
  call: 0x10,
  drop: 0x1a,
  select: 0x1b,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  i32Load: 0x28,
  i64Load: 0x29,
  i32Load8U: 0x2d,
  i32Load16U: 0x2f,
  i32Store: 0x36,
  i64Store: 0x37,
  i32Store8: 0x3a,
  i32Store16: 0x3b,
  i32Const: 0x41,
  i64Const: 0x42,
  i32Eqz: 0x45,
  i64Eqz: 0x50,
  i32WrapI64: 0xa7,
  i64ExtendI32S: 0xac,
  i64ExtendI32U: 0xad,
  i32Extend8S: 0xc0,
  i32Extend16S: 0xc1,
  i64Extend8S: 0xc2,
  i64Extend16S: 0xc3,
  i64Extend32S: 0xc4,
} as const;

/** Operators that exist for both types. */
const twoTyped = {
  eq: [0x46, 0x51],
  ne: [0x47, 0x52],
  ltS: [0x48, 0x53],
  ltU: [0x49, 0x54],
  leS: [0x4c, 0x57],
  leU: [0x4d, 0x58],
  popcnt: [0x69, 0x7b],
  add: [0x6a, 0x7c],
  sub: [0x6b, 0x7d],
  mul: [0x6c, 0x7e],
  and: [0x71, 0x83],
  or: [0x72, 0x84],
  xor: [0x73, 0x85],
  shl: [0x74, 0x86],
  shrS: [0x75, 0x87],
  shrU: [0x76, 0x88],
} as const;
export type TypedOperator = keyof typeof twoTyped;

/** Bytes that grow. */
export class Bytes {
  #buffer = new Uint8Array(1024);
  length = 0;

  byte(value: number): void {
    if (this.length === this.#buffer.length) this.#grow(1);
    this.#buffer[this.length++] = value;
  }

  /** Unsigned LEB128. */
  unsigned(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  /** Signed LEB128. */
  signed(value: bigint): void {
    let rest = value;
    for (;;) {
      const low = Number(rest & 0x7fn);
      rest >>= 7n;
      if ((rest === 0n && low < 0x40) || (rest === -1n && low >= 0x40)) {
        this.byte(low);
        return;
      }
      this.byte(low | 0x80);
    }
  }

  /** Signed LEB128 of a 32-bit number. */
  signed32(value: number): void {
    let rest = value | 0;
    for (;;) {
      const low = rest & 0x7f;
      rest >>= 7;
      if ((rest === 0 && low < 0x40) || (rest === -1 && low >= 0x40)) {
        this.byte(low);
        return;
      }
      this.byte(low | 0x80);
    }
  }

  append(other: Bytes): void {
    if (this.length + other.length > this.#buffer.length) this.#grow(other.length);
    this.#buffer.set(other.view(), this.length);
    this.length += other.length;
  }

  text(value: string): void {
    const encoded = new TextEncoder().encode(value);
    this.unsigned(encoded.length);
    for (const byte of encoded) this.byte(byte);
  }

  view(): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(0, this.length);
  }

  #grow(least: number): void {
    const larger = new Uint8Array(Math.max(2 * this.#buffer.length, this.length + least));
    larger.set(this.#buffer);
    this.#buffer = larger;
  }
}

/** The body of a function without results, with the locals that it makes on the way. */
export class FunctionBody {
  readonly code = new Bytes();
  readonly #locals: ValueType[] = [];
  readonly #parameters: number;

  constructor(parameters = 0) {
    this.#parameters = parameters;
  }

  /** A new local. */
  local(type: ValueType): number {
    return this.#parameters + this.#locals.push(type) - 1;
  }

  emit(opcode: number): void {
    this.code.byte(opcode);
  }

  typed(operator: TypedOperator, type: ValueType): void {
    this.code.byte(twoTyped[operator][type === "i32" ? 0 : 1]);
  }

  get(local: number): void {
    this.code.byte(op.localGet);
    this.code.unsigned(local);
  }

  set(local: number): void {
    this.code.byte(op.localSet);
    this.code.unsigned(local);
  }

  tee(local: number): void {
    this.code.byte(op.localTee);
    this.code.unsigned(local);
  }

  constant(type: ValueType, value: bigint | number): void {
    this.code.byte(type === "i32" ? op.i32Const : op.i64Const);
    const short = typeof value === "number" ? value : Number(type === "i32" ? BigInt.asIntN(32, value) : value);
    // Arithmetic on bigints is slow, and hardly any constant needs it.
    if (type === "i32" || short === (short | 0)) this.code.signed32(short);
    else this.code.signed(BigInt.asIntN(64, BigInt(value)));
  }

  /** A load or store at the address on the stack plus `offset`. Alignment is only a hint, and left at 1. */
  memory(opcode: number, offset: number): void {
    this.code.byte(opcode);
    this.code.unsigned(0);
    this.code.unsigned(offset);
  }

  /** Store a constant i32. */
  store(address: number, value: number): void {
    this.constant("i32", address);
    this.constant("i32", value);
    this.memory(op.i32Store, 0);
  }

  call(index: number): void {
    this.code.byte(op.call);
    this.code.unsigned(index);
  }

  encode(): Bytes {
    const body = new Bytes();
    const runs: { type: ValueType; count: number }[] = [];
    for (const type of this.#locals) {
      const last = runs.at(-1);
      if (last?.type === type) last.count++;
      else runs.push({ type, count: 1 });
    }
    body.unsigned(runs.length);
    for (const { type, count } of runs) {
      body.unsigned(count);
      body.byte(typeCodes[type]);
    }
    body.append(this.code);
    body.byte(op.end);
    return body;
  }
}

export interface WasmFunction {
  readonly body: FunctionBody;
  /** Number of i32 parameters. */
  readonly parameters: number;
  readonly exportAs?: string;
}

/** A module with an exported memory and functions without results. */
export function encodeModule(functions: readonly WasmFunction[], memoryPages: number): Uint8Array<ArrayBuffer> {
  const out = new Bytes();
  for (const byte of [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]) out.byte(byte);
  const section = (id: number, fill: (bytes: Bytes) => void) => {
    const content = new Bytes();
    fill(content);
    out.byte(id);
    out.unsigned(content.length);
    out.append(content);
  };
  section(1, (types) => {
    const most = Math.max(...functions.map(({ parameters }) => parameters));
    types.unsigned(most + 1);
    for (let count = 0; count <= most; count++) {
      const parameters = new Array<number>(count).fill(typeCodes.i32);
      for (const byte of [0x60, count, ...parameters, 0]) types.byte(byte);
    }
  });
  section(3, (signatures) => {
    signatures.unsigned(functions.length);
    for (const { parameters } of functions) signatures.unsigned(parameters);
  });
  section(5, (memories) => {
    memories.unsigned(1);
    memories.byte(0);
    memories.unsigned(memoryPages);
  });
  section(7, (exports) => {
    const named = functions.flatMap(({ exportAs }, index) => (exportAs ? [{ exportAs, index }] : []));
    exports.unsigned(named.length + 1);
    exports.text("memory");
    exports.byte(2);
    exports.unsigned(0);
    for (const { exportAs, index } of named) {
      exports.text(exportAs);
      exports.byte(0);
      exports.unsigned(index);
    }
  });
  section(10, (codes) => {
    codes.unsigned(functions.length);
    for (const { body } of functions) {
      const encoded = body.encode();
      codes.unsigned(encoded.length);
      codes.append(encoded);
    }
  });
  return out.view();
}
