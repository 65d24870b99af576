/** Modules. */

import type { ExternalSource, Inside, Instantiable, Ports } from "../ports.ts";
import { here, type LazyPosition } from "../position.ts";
import type { Builder } from "./builder.ts";

/** Ports and contents of a module for one set of parameters. */
export interface Description<D extends Ports> {
  /** A sentence for the reader of the Verilog. */
  readonly summary?: string;
  readonly ports: D;
  /** Describes the contents; runs once for each distinct set of parameters, and gives nothing back, no promise either. */
  // biome-ignore lint/suspicious/noConfusingVoidType: a lone void would take promises too
  build(io: Inside<D>, m: Builder): undefined | void;
  /** For `defineExternal` only: the contents are a model of foreign Verilog. */
  readonly external?: ExternalSource;
}

/** A parametrised module. */
export interface ModuleDefinition<P, D extends Ports> extends Instantiable<P, D> {
  /** Ports and contents for a set of parameters. */
  readonly describe: (parameters: P) => Description<D>;
}

const places = new WeakMap<object, LazyPosition>();

/** Where a module was defined; undefined of one that `defineModule` did not make. */
export function placeOf(definition: object): LazyPosition | undefined {
  return places.get(definition);
}

/**
 * Define a module. `describe` must depend on its parameters alone: equal parameters share one elaboration.
 * Parameters are plain data (numbers, strings, booleans, types, arrays and objects of these). That there is no parameter of a
 * name is for the type checker to say; where nobody asks it, one that is never read is an error if it is spelt like one that was
 * read and is missing.
 *
 * @example
 * const counter = defineModule("counter", (p: { width: number }) => ({
 *   ports: { enable: input(bit), count: output(uint(p.width)) },
 *   build({ enable, count }, m) {
 *     const value = m.reg("value", uint(p.width), { reset: 0 });
 *     m.when(enable, () => value.set(value.addWrap(1)));
 *     count.set(value);
 *   },
 * }));
 */
export function defineModule<P, const D extends Ports>(
  name: string,
  describe: (parameters: P) => Description<D>,
): ModuleDefinition<P, D> {
  const definition = Object.freeze({ name, describe });
  places.set(definition, here());
  return definition;
}
