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
  | "switch-cases"
  | "undriven"
  | "unknown-net"
  | "unknown-port"
  | "unknown-value"
  | "width-mismatch";

/** An error in a hardware description, at the user's line. */
export class HdlError extends Error {
  override readonly name = "HdlError";
  readonly code: HdlErrorCode;
  readonly details: HdlErrorDetails & { readonly where?: string };
  readonly exitStatus = 2;

  constructor(details: HdlErrorDetails, at?: LazyPosition) {
    const where = at?.toString();
    const lines = [`${where ? `${where}: ` : ""}${details.message} [${details.code}]`];
    if (details.expected) lines.push(`  expected: ${details.expected}`);
    if (details.found) lines.push(`  found:    ${details.found}`);
    if (details.hint) lines.push(`  fix:      ${details.hint}`);
    super(lines.join("\n"));
    this.code = details.code;
    this.details = where ? { ...details, where } : details;
  }
}
