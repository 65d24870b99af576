/** Misspelt parameters: where types are not checked, `{ dpeth: 4 }` would leave `depth` at its default and nobody would know. */
import { HdlError } from "../errors.ts";
import { refuse } from "../messages/problems.ts";
import { isSlip } from "../names/slip.ts";
import type { LazyPosition } from "../position.ts";

/** Parameters that know which of them a module has asked for. */
export interface WatchedParameters<P> {
  /** The same parameters, for the module. */
  readonly parameters: P;
  /**
   * Refuses every parameter that nothing asked for and that is a slip of the pen for one that was asked for and is not there. What is
   * only not asked for is no mistake: parameters of many modules may stand in one object, and some count only beside others.
   */
  refuseMisspelt(module: string, at: LazyPosition): void;
}

/** Watches an object of parameters; anything else stays as it is. */
export function watched<P>(parameters: P): WatchedParameters<P> {
  if (typeof parameters !== "object" || parameters === null) return { parameters, refuseMisspelt: () => undefined };
  const asked = new Set<string | symbol>();
  const proxy = new Proxy(parameters, {
    get(target, key) {
      asked.add(key);
      return Reflect.get(target, key);
    },
    has(target, key) {
      asked.add(key);
      return Reflect.has(target, key);
    },
    // Whoever lists them may use all of them: a spread, or an instance that gets them as they are.
    ownKeys(target) {
      for (const key of Reflect.ownKeys(target)) asked.add(key);
      return Reflect.ownKeys(target);
    },
  });
  const refuseMisspelt = (module: string, at: LazyPosition): void => {
    const absent = [...asked].filter((key): key is string => typeof key === "string" && !(key in parameters));
    const unasked = Object.keys(parameters).filter((key) => !asked.has(key));
    for (const key of unasked) {
      const near = absent.find((name) => isSlip(key, name));
      if (near === undefined) continue;
      const known = [...asked].filter((one): one is string => typeof one === "string" && !(one in Object.prototype));
      const message = `Module "${module}" has no parameter "${key}".`;
      const expected = known.sort().join(", ");
      const hint = `Write "${near}", if that is meant.`;
      refuse(() => new HdlError({ code: "wrong-argument", message, expected, hint }, at));
    }
  };
  return { parameters: proxy, refuseMisspelt };
}
