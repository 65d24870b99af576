import { UserError } from "../sw-model/errors.ts";
import type { AnyGenerator } from "./generator.ts";

/** Whether hardware of just these parameters takes an operation: it is refused where `exec` would refuse it, all of them set by hand. */
export function fits(generator: AnyGenerator, parameters: object, operation: unknown): boolean {
  try {
    generator.operation.fit(parameters, new Set(Object.keys(parameters)), operation);
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}
