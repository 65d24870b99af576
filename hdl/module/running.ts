/** Which build runs now: what is made or assigned belongs to that one. */
import { HdlError } from "../errors.ts";
import { refuse } from "../messages/problems.ts";
import type { LazyPosition } from "../position.ts";
import type { Contents } from "./contents.ts";

/** What the build that runs now describes; the builds of its instances run inside it. */
let building: Contents | undefined;

/** Runs the build of these contents. */
export function runBuild<T>(contents: Contents, build: () => T): T {
  const outer = building;
  building = contents;
  try {
    return build();
  } finally {
    building = outer;
  }
}

/** Refuses what is made after its build, or inside that of another module. */
export function refuseWhenClosed(contents: Contents, name: string, at: LazyPosition): void {
  if (building !== undefined && building !== contents && !contents.closed) {
    const message = `"${name}" was made with the builder of another module than the one that is being built.`;
    const hint = "Each build makes what it needs with its own `m`.";
    throw new HdlError({ code: "build-out-of-scope", message, hint }, at);
  }
  if (!contents.closed) return;
  throw new HdlError({ code: "build-out-of-scope", message: `"${name}" was made after its build had ended.` }, at);
}

/** Whether the net `leaf`, made at `made`, may be assigned now; refused after its build, and inside that of another module. */
export function mayAssign(contents: Contents, leaf: string, made: LazyPosition, at: LazyPosition): boolean {
  if (contents.closed) {
    throw new HdlError(
      { code: "build-out-of-scope", message: `"${leaf}" was assigned after its build had ended.` },
      at,
    );
  }
  if (building === undefined || building === contents) return true;
  const message = `"${leaf}" belongs to another module than the one that assigns it.`;
  const hint = "Pass the value out by a port.";
  const involved = [{ role: "signal", what: `"${leaf}"`, at: made }];
  refuse(() => new HdlError({ code: "foreign-signal", message, hint }, at, involved));
  return false;
}
