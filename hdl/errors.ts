import { excerptOf, type LazyPosition, type Position } from "./position.ts";

/** What an error of the language says; the same shape as every user-facing error of Whittle. */
export interface HdlErrorDetails {
  /** Stable name, e.g. "width-mismatch". */
  readonly code: HdlErrorCode;
  readonly message: string;
  readonly expected?: string;
  readonly found?: string;
  readonly hint?: string;
}

/** Every error the language can raise. */
export type HdlErrorCode =
  | "assertion-failed"
  | "bad-width"
  | "build-failed"
  | "build-out-of-scope"
  | "circuit-text"
  | "clock-domain"
  | "combinational-loop"
  | "design-too-large"
  | "does-not-fit"
  | "doubly-driven"
  | "duplicate-name"
  | "enum-mismatch"
  | "foreign-signal"
  | "illegal-name"
  | "inexact-value"
  | "ir-invalid"
  | "literal-out-of-range"
  | "memory-shape"
  | "missing-connection"
  | "misplaced-else"
  | "missing-else"
  | "no-model"
  | "opaque-parameter"
  | "recursive-module"
  | "sign-mismatch"
  | "signal-as-value"
  | "slice-out-of-range"
  | "stream-shape"
  | "switch-cases"
  | "undriven"
  | "unknown-bits"
  | "unknown-net"
  | "unknown-port"
  | "unknown-value"
  | "unused-input"
  | "valid-waits-for-ready"
  | "width-mismatch"
  | "wrong-argument";

/** What to do about an error of each code, where the error itself does not know better. */
export const fixes: Readonly<Record<HdlErrorCode, string>> = {
  "assertion-failed": "Look at the waves up to that edge: `dut.trace()` before the run records them.",
  "bad-width": "Compute the width before the type is made; `addressWidth` and `countWidth` never give 0.",
  "build-failed": "Repair the line: it is JavaScript that runs while the hardware is described.",
  "build-out-of-scope": "Describe everything inside `build`; an asynchronous step belongs before `elaborate`.",
  "circuit-text": "Compare with what `printCircuit` writes of a circuit like it.",
  "clock-domain": "Cross with `synchronize` (a bit) or `asyncFifo` (a stream).",
  "combinational-loop": "Put a register on the way.",
  "design-too-large": "Simulate it with smaller parameters, or with `verilator`, which is bound by the machine alone.",
  "does-not-fit": "Make an operand narrower, or say what happens to what does not fit: `wrap(n)` or `saturate(n)`.",
  "doubly-driven":
    "Remove one of the two, or put the later one into a `when`: a default before the conditions is no error.",
  "duplicate-name":
    "Choose another name. Fields of bundles are nets `<name>_<field>`, outputs of instances `<instance>_<port>`.",
  "enum-mismatch": "Use one enum for both, or translate with a `switch`.",
  "foreign-signal": "Pass it through a port.",
  "illegal-name": "Choose another name; names are never changed behind your back.",
  "inexact-value": "Read the raw value: `dut.peek(net)` is exact at every width.",
  "ir-invalid": "This is a fault of Whittle, not of the description: please report it with the design.",
  "literal-out-of-range":
    "Write a literal that the type holds; a signal that has to meet a larger one is widened first.",
  "memory-shape": "Give it at least one word, a write port (or `init`) and a read port.",
  "misplaced-else": "Write the chain in one piece.",
  "missing-connection": "Give every input a value; a literal will do.",
  "missing-else": "Assign a default before the condition, or add the missing arm.",
  "no-model": "Give `defineExternal` a model, or simulate its Verilog with `verilator` or `icarus`.",
  "opaque-parameter":
    "Pass numbers, strings, booleans, types, and arrays or objects of these; make the rest inside the module.",
  "recursive-module": "Change a parameter at every step, and stop at some value.",
  "sign-mismatch":
    "Convert one: `asUint` and `asSint` keep the bits, `toSint` keeps the number, `bit(0)` makes a bit of a number.",
  "signal-as-value": "Use the methods: they describe hardware, where an operator of JavaScript would compute now.",
  "slice-out-of-range": "Count bits from 0 to width - 1; extend or wrap an index so that it meets every element.",
  "stream-shape": "Use the number that the error expects; for one branch no part is needed.",
  "switch-cases": "Give every value of an enum a case, or a `default`.",
  undriven: "Assign it, or remove it.",
  "unknown-bits": "Give the register a reset value, write the memory before it is read, or read only when it is valid.",
  "unknown-net": "Use a name of the Verilog, instances and net joined by dots.",
  "unknown-port": "Use one of the inputs that there are.",
  "unknown-value": "Use one of the values that there are.",
  "unused-input":
    "Remove the port, or use it. Where it has to be there, say `m.unused(port)`; `unused` takes signals, bundles and streams.",
  "valid-waits-for-ready": "Raise `valid` when there is a word; a word moves where both are high, which is `fire`.",
  "width-mismatch": "Spell the change: `extend(n)`, `wrap(n)`, `saturate(n)`, or `fit(n)` where nothing can be lost.",
  "wrong-argument":
    "Give what is expected; where the value came by a name or an index, look whether these are the right ones.",
};

/** Something that an error is about, besides the line where it arose: an operand, an earlier declaration. */
export interface Involved {
  /** "left", "target", "declared". */
  readonly role: string;
  /** What it is: `"a", uint(8)`. */
  readonly what: string;
  readonly at: LazyPosition;
}

/** An error in a hardware description, at the user's line. */
export class HdlError extends Error {
  override readonly name = "HdlError";
  readonly code: HdlErrorCode;
  readonly details: HdlErrorDetails & { readonly where?: string };
  /** All problems of the pass that failed, this one first. */
  readonly all: readonly HdlError[];
  readonly exitStatus = 2;

  constructor(
    details: HdlErrorDetails,
    at?: LazyPosition,
    involved: readonly Involved[] = [],
    all?: readonly HdlError[],
    cause?: unknown,
  ) {
    const whole = { ...details, hint: details.hint ?? fixes[details.code] };
    super(all ? joined(all) : text(whole, at, involved), cause === undefined ? {} : { cause });
    const where = at?.toString();
    this.code = details.code;
    this.details = where ? { ...whole, where } : whole;
    this.all = all ?? [this];
    // The message says all that they hold: who prints an error with its properties would say it once more.
    for (const name of ["details", "all"] as const) Object.defineProperty(this, name, { enumerable: false });
  }
}

/** One error that says what all of them say. */
export function together(errors: readonly HdlError[]): HdlError {
  const [first] = errors;
  return errors.length === 1 ? first : new HdlError(first.details, undefined, [], errors);
}

function joined(errors: readonly HdlError[]): string {
  return [`${errors.length} problems.`, ...errors.map(({ message }) => message)].join("\n\n");
}

/** Whoever goes further up finds the way. */
const mostCallers = 3;

/** The lines that called the function in which the error arose; a function on one line with its caller adds nothing. */
function callers(at: LazyPosition | undefined): readonly Position[] {
  const lines = [at?.position, ...(at?.calledFrom ?? [])];
  const differs = (caller: Position | undefined, i: number): caller is Position =>
    i > 0 && caller !== undefined && (caller.line !== lines[i - 1]?.line || caller.file !== lines[i - 1]?.file);
  return lines.filter(differs).slice(0, mostCallers);
}

function text(
  details: HdlErrorDetails & { readonly hint: string },
  at: LazyPosition | undefined,
  involved: readonly Involved[],
): string {
  const where = at?.toString();
  const fact = (name: string, value: string) => `  ${`${name}:`.padEnd(9)} ${value}`;
  return [
    `${where ? `${where}: ` : ""}${details.message} [${details.code}]`,
    ...(at?.excerpt() ?? []),
    ...callers(at).flatMap((caller) => [fact("called", `${caller.file}:${caller.line}`), ...excerptOf(caller)]),
    ...involved.flatMap((one) => {
      const place = one.at.toString();
      const same = place === where && one.at.position?.column === at?.position?.column;
      if (place === "" || same) return [fact(one.role, one.what)];
      return [fact(one.role, `${one.what}, ${place}`), ...one.at.excerpt()];
    }),
    ...(details.expected ? [fact("expected", details.expected)] : []),
    ...(details.found ? [fact("found", details.found)] : []),
    fact("fix", details.hint),
  ].join("\n");
}
