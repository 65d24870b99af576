/** Exceptions of JavaScript that the description of a module throws, as errors of the language. */
import { HdlError } from "../errors.ts";
import { LazyPosition } from "../position.ts";

/** What was running. */
export interface Running {
  readonly what: "build" | "description";
  readonly module: string;
  /** The names of the top and of the instances down to this one, joined by dots. */
  readonly path: string;
  /** Where it was instantiated or elaborated. */
  readonly at: LazyPosition;
  /** What is known of the exception: what there is in place of a method that there is not. */
  readonly adviceOn: (error: unknown) => { readonly expected?: string; readonly hint: string } | undefined;
}

/** What `make` gives. Where it throws a plain exception, and nothing was wrong before that could be its cause, an error says where. */
export function located<T>(running: Running, wasSound: () => boolean, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (saysEnough(error) || isOverflow(error) || !wasSound()) throw error;
    throw failure(running, error);
  }
}

/** Errors of the language and others that carry details for the user. */
function saysEnough(error: unknown): boolean {
  return error instanceof Error && "details" in error;
}

/** A stack that is full has no room for more; whoever began the recursion tells of it. */
export function isOverflow(error: unknown): boolean {
  return error instanceof RangeError && /call stack/.test(error.message);
}

function failure({ what, module, path, at, adviceOn }: Running, error: unknown): HdlError {
  const thrown = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const line = error instanceof Error ? new LazyPosition(error) : at;
  const message = `The ${what} of module "${module}" stopped with an exception.`;
  const instance = { role: "instance", what: `"${path}"`, at };
  const found = thrown.replace(/\.?\s*$/, "");
  return new HdlError(
    { code: "build-failed", message, found, ...adviceOn(error) },
    line.position ? line : at,
    [instance],
    undefined,
    error,
  );
}
