/**
 * An error that a user can act on: what was wrong, where, what was expected, what was found, what to do.
 * Every layer above throws this class for user-facing problems; anything else that escapes is an internal error.
 */
export interface ErrorDetails {
  /** Stable machine-readable name in kebab-case, e.g. "parameter-out-of-range". */
  readonly code: string;
  /** One sentence: what was wrong. */
  readonly message: string;
  /** The file, flag, parameter or JSON path concerned. */
  readonly where?: string;
  /** What would have been right. */
  readonly expected?: string;
  /** What was there instead. */
  readonly found?: string;
  /** What to do now. */
  readonly hint?: string;
}

/** Exit status of the command line for an error that reaches the top (`docs/` and the contract list them). */
export type ExitStatus = 1 | 2 | 3 | 70 | 130;

export class UserError extends Error {
  override readonly name: string = "UserError";
  readonly details: ErrorDetails;
  /** 1 a check failed or a simulator died, 2 unusable input, 3 a missing tool, 130 interrupted. */
  readonly exitStatus: ExitStatus;

  constructor(details: ErrorDetails, exitStatus: ExitStatus = 2, options?: { cause?: unknown }) {
    super(details.message, options);
    this.details = details;
    this.exitStatus = exitStatus;
  }
}

/** The given names that are nearest to `word` (Levenshtein distance at most 3, nearest first, at most three). */
export function nearestNames(word: string, names: readonly string[]): string[] {
  return names
    .map((name) => ({ name, distance: editDistance(word.toLowerCase(), name.toLowerCase()) }))
    .filter(({ distance }) => distance <= 3)
    .sort((a, b) => a.distance - b.distance || a.name.localeCompare(b.name))
    .slice(0, 3)
    .map(({ name }) => name);
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(previous[j] + 1, current[j - 1] + 1, substitution));
    }
    previous = current;
  }
  return previous[b.length];
}
