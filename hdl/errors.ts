import type { LazyPosition } from "./position.ts";

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
  | "build-out-of-scope"
  | "clock-domain"
  | "combinational-loop"
  | "does-not-fit"
  | "doubly-driven"
  | "duplicate-name"
  | "enum-mismatch"
  | "foreign-signal"
  | "illegal-name"
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
  | "width-mismatch";

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
  ) {
    super(all ? joined(all) : text(details, at, involved));
    const where = at?.toString();
    this.code = details.code;
    this.details = where ? { ...details, where } : details;
    this.all = all ?? [this];
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

function text(details: HdlErrorDetails, at: LazyPosition | undefined, involved: readonly Involved[]): string {
  const where = at?.toString();
  const fact = (name: string, value: string) => `  ${`${name}:`.padEnd(9)} ${value}`;
  return [
    `${where ? `${where}: ` : ""}${details.message} [${details.code}]`,
    ...(at?.excerpt() ?? []),
    ...involved.flatMap((one) => {
      const place = one.at.toString();
      const same = place === where && one.at.position?.column === at?.position?.column;
      if (place === "" || same) return [fact(one.role, one.what)];
      return [fact(one.role, `${one.what}, ${place}`), ...one.at.excerpt()];
    }),
    ...(details.expected ? [fact("expected", details.expected)] : []),
    ...(details.found ? [fact("found", details.found)] : []),
    ...(details.hint ? [fact("fix", details.hint)] : []),
  ].join("\n");
}
