import { UserError } from "../sw-model/errors.ts";

/** Where a command writes; tests give their own. */
export interface Output {
  /** The document of the command: text for people, or JSON. */
  out(text: string): void;
  /** Progress and everything else for people. */
  log(text: string): void;
}

export const processOutput: Output = {
  out: (text) => process.stdout.write(`${text}\n`),
  log: (text) => process.stderr.write(`${text}\n`),
};

/** JSON in which integers beyond the exact range of a JSON number are decimal strings; on one line with `indent` 0. */
export function toJson(value: unknown, indent = 2): string {
  const plain = (_: string, v: unknown) => {
    if (typeof v !== "bigint") return v;
    return v >= BigInt(Number.MIN_SAFE_INTEGER) && v <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(v) : v.toString();
  };
  return JSON.stringify(value, plain, indent);
}

interface Details {
  readonly code: string;
  readonly message: string;
  readonly where?: string;
  readonly expected?: string;
  readonly found?: string;
  readonly hint?: string;
  /** Further problems that the same run found. */
  readonly others?: readonly Details[];
}

export interface Failure {
  readonly details: Details;
  /** For people, where it says more than the details. */
  readonly text?: string;
  readonly exitStatus: number;
}

/** What to say of an error, and the exit status: user errors as they are, anything else as an internal error (70). */
export function failureOf(error: unknown): Failure {
  if (error instanceof UserError) return { details: error.details, exitStatus: error.exitStatus };
  // Errors of the hardware language have the same shape but a class of their own, which imports nothing of ours.
  if (error instanceof Error && error.name === "HdlError" && "details" in error) {
    const { details, all = [] } = error as { details: Details; all?: readonly { details: Details }[] };
    const others = all.slice(1).map((other) => other.details);
    return {
      details: others.length > 0 ? { ...details, others } : details,
      text: error.message,
      exitStatus: 2,
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    details: {
      code: "internal-error",
      message: `something went wrong inside whittle: ${message}`,
      hint: "this is a bug in whittle; --debug shows the stack trace to report",
    },
    exitStatus: 70,
  };
}

/** An error for people, a line a fact. */
export function failureText({ details, text: whole }: Failure): string {
  if (whole) return `error: ${whole}`;
  const { code, message, where, expected, found, hint } = details;
  const facts = { where, expected, found, hint };
  const lines = Object.entries(facts).flatMap(([name, text]) =>
    text === undefined ? [] : [`  ${`${name}:`.padEnd(10)}${text.split("\n").join(`\n${" ".repeat(12)}`)}`],
  );
  return [`error: ${message} [${code}]`, ...lines].join("\n");
}

/** A table with aligned columns. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
