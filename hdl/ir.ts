/**
 * The circuit as data: a small closed union of plain frozen objects with a `kind` tag.
 *
 * Every expression knows its width and whether it is read as two's complement. Operands of add, sub, and, or, xor and
 * of comparisons have equal widths and signs (the language inserts `extend`); `mul` is exact. So no meaning depends on
 * the context in which an expression stands, as it would in Verilog.
 */
import type { BinaryOperator, UnaryOperator } from "./operators.ts";
import type { LazyPosition } from "./position.ts";

interface Typed {
  readonly width: number;
  readonly signed: boolean;
  readonly at: LazyPosition;
}

/** Where an enumeration was declared, and its name where the source does not have to be asked for it. */
export interface EnumDeclaration {
  readonly name?: string;
  readonly at: LazyPosition;
}

/** What a constant is called: `name` is one of the values of an enumeration, `of` tells enumerations apart. */
export interface ConstSymbol {
  readonly name: string;
  readonly of: string;
  readonly declared?: EnumDeclaration;
}

/** `value` is the number meant, negative when signed says so. `symbol` means nothing; only the printer reads it. */
export interface Const extends Typed {
  readonly kind: "const";
  readonly value: bigint;
  readonly symbol?: ConstSymbol;
}

/** A port, wire, register, memory read or instance output of the same module. */
export interface Ref extends Typed {
  readonly kind: "ref";
  readonly name: string;
}

export interface Unary extends Typed {
  readonly kind: "unary";
  readonly operator: UnaryOperator;
  readonly operand: Expression;
}

export interface Binary extends Typed {
  readonly kind: "binary";
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}

export interface Mux extends Typed {
  readonly kind: "mux";
  readonly condition: Expression;
  readonly whenTrue: Expression;
  readonly whenFalse: Expression;
}

/** The first part is the most significant. */
export interface Cat extends Typed {
  readonly kind: "cat";
  readonly parts: readonly Expression[];
}

/** Bits low to low + width - 1. */
export interface Slice extends Typed {
  readonly kind: "slice";
  readonly operand: Expression;
  readonly low: number;
}

/** `width` bits from bit `index * width` on; every value of the index meets the operand. */
export interface Index extends Typed {
  readonly kind: "index";
  readonly operand: Expression;
  readonly index: Expression;
}

export type Expression = Const | Ref | Unary | Binary | Mux | Cat | Slice | Index;

/** A port of a module, one net. */
export interface Port {
  readonly name: string;
  readonly direction: "input" | "output";
  /** Clock and reset carry a role; they are never read by expressions. */
  readonly role: "data" | "clock" | "reset";
  readonly width: number;
  readonly signed: boolean;
  /** The clock domain that the port belongs to; absent: the one of `clock` and `reset`. */
  readonly domain?: string;
  readonly at: LazyPosition;
}

/** A net with one driver: a wire, a named expression, or (when `output`) the driver of an output port of that name. */
export interface Wire {
  readonly kind: "wire";
  readonly name: string;
  readonly output: boolean;
  readonly width: number;
  readonly signed: boolean;
  readonly value: Expression;
  readonly at: LazyPosition;
  readonly assigned?: readonly Assigned[];
  readonly format?: NetFormat;
}

/** A line that assigns bits of a net, or stands around one as a condition: for positions and errors alone. */
export interface Assigned {
  readonly kind: "value" | "condition";
  /** What is assigned, to `width` bits from bit `low` on; or the condition. */
  readonly expression: Expression;
  readonly low: number;
  readonly width: number;
  readonly at: LazyPosition;
}

/** What the number on a net stands for. It means nothing to the circuit; waves show it. */
export type NetFormat =
  | { readonly kind: "fixed"; readonly il: number; readonly fl: number }
  | { readonly kind: "enum"; readonly values: readonly string[] };

/** A register of the clock domain `clock`; `reset` is a synchronous, active-high reset value. */
export interface Reg {
  readonly kind: "reg";
  readonly name: string;
  readonly width: number;
  readonly signed: boolean;
  readonly next: Expression;
  readonly clock: string;
  readonly format?: NetFormat;
  readonly reset?: { readonly signal: string; readonly value: bigint; readonly symbol?: ConstSymbol };
  /** The first flip-flop of a synchroniser: its next value may come from another domain. */
  readonly crossing?: boolean;
  readonly at: LazyPosition;
  readonly assigned?: readonly Assigned[];
}

/** What synthesis is asked to build a memory of; absent: its own choice. */
export type MemoryStyle = "block" | "distributed" | "registers";

/** Words beyond `init` are 0 where there is an `init`, else everything is unknown at power-up. */
export interface Mem {
  readonly kind: "mem";
  readonly name: string;
  readonly depth: number;
  readonly width: number;
  readonly init?: readonly bigint[];
  readonly style?: MemoryStyle;
  readonly at: LazyPosition;
}

/** What a read of the word that is written at the same edge gives: the old word, the new one, or anything. */
export type UnderWrite = "old" | "new" | "undefined";

/**
 * A read port; its value is the net `name`. Latency 0 reads at once; latency 1 holds the word read at the last edge with
 * `enable` high.
 */
export interface MemRead {
  readonly kind: "memRead";
  readonly name: string;
  readonly memory: string;
  readonly width: number;
  readonly address: Expression;
  readonly latency: 0 | 1;
  readonly enable?: Expression;
  readonly underWrite: UnderWrite;
  readonly clock: string;
  /** Reads words of another domain at once: the memory of an asynchronous FIFO. */
  readonly crossing?: boolean;
  readonly at: LazyPosition;
}

export interface MemWrite {
  readonly kind: "memWrite";
  readonly memory: string;
  readonly address: Expression;
  readonly data: Expression;
  readonly enable: Expression;
  /** A bit for each of equal parts of the word, the lowest first: which parts are written. Absent: all. */
  readonly mask?: Expression;
  readonly clock: string;
  readonly at: LazyPosition;
}

export interface Inst {
  readonly kind: "inst";
  readonly name: string;
  /** Name of a module of the same circuit. */
  readonly module: string;
  readonly inputs: readonly { readonly port: string; readonly value: Expression }[];
  readonly outputs: readonly {
    readonly port: string;
    readonly net: string;
    readonly width: number;
    readonly signed: boolean;
  }[];
  /** The clocks and resets of the child, and which of the parent they are. */
  readonly controls: readonly { readonly port: string; readonly net: string }[];
  /** The domains of the child's ports, and which of the parent they are; a default domain is "". */
  readonly domains: readonly { readonly child: string; readonly parent: string }[];
  readonly at: LazyPosition;
}

/**
 * A property, looked at in every edge of `clock` at which `enable` is high and `reset` is not. An assertion and an
 * assumption must hold; a cover is something that ought to happen. Without a clock (""), in a module that has none, a cover is looked at in
 * every edge of the design.
 */
export interface Property {
  readonly kind: "property";
  readonly property: "assert" | "assume" | "cover";
  readonly name: string;
  readonly condition: Expression;
  readonly enable?: Expression;
  readonly clock: string;
  readonly reset?: string;
  /** Compares values that may be unknown without harm, such as a word with itself an edge ago. */
  readonly ignoresUnknown?: boolean;
  /** Fails where the property that the user wrote cannot be told from false, for unknown bits. */
  readonly ofUnknown?: boolean;
  readonly at: LazyPosition;
}

export type Item = Wire | Reg | Mem | MemRead | MemWrite | Inst | Property;

/** The nets of a stream: of a port, or of one inside the module. */
export interface StreamNets {
  readonly name: string;
  readonly direction: "input" | "output" | "inside";
  readonly valid: string;
  readonly ready: string;
  readonly data: readonly string[];
  readonly domain?: string;
  readonly at: LazyPosition;
}

/** The value of a Verilog parameter: an integer, a text, or a vector of bits. */
export type VerilogParameter = number | string | { readonly width: number; readonly value: bigint };

/** A module of another source: which one, and the Verilog parameters it is given. */
export interface External {
  readonly module: string;
  readonly parameters: { readonly [name: string]: VerilogParameter };
  /** Its names of pins that differ from the port's. */
  readonly pins: { readonly [port: string]: string };
  /** Whether the items are a model of what it does; else there are none. */
  readonly modelled: boolean;
  /** The foreign module itself, for tools that do not bring it. */
  readonly source?: string;
}

/** An arm of a when or switch, for coverage. */
export interface Arm {
  /** Where the arm is taken; absent: always. */
  readonly condition: Expression | undefined;
  /** "otherwise", a case of a switch, or "" for an arm with a condition of its own. */
  readonly label: string;
  readonly at: LazyPosition;
  /** What stands in it, arms within it apart. */
  readonly statements: readonly LazyPosition[];
}

/** A module of a circuit. */
export interface Module {
  readonly name: string;
  /** A sentence about the module, for its reader in Verilog. */
  readonly summary: string;
  readonly ports: readonly Port[];
  readonly items: readonly Item[];
  readonly streams: readonly StreamNets[];
  /** For coverage; passes that add logic leave it alone. */
  readonly arms?: readonly Arm[];
  /** A black box: Verilog comes from elsewhere, and the items are its model for simulation (none: it has no model). */
  readonly external?: External;
  readonly at: LazyPosition;
}

/** Modules in order: a module comes after all that it instantiates, the top last. */
export interface Circuit {
  readonly top: string;
  readonly modules: readonly Module[];
}
