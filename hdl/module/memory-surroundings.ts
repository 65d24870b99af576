/** What a memory gets of the build that makes it. */
import type { Expression, Item } from "../ir.ts";
import { here, type LazyPosition } from "../position.ts";
import { flattenValue, type SignalOf, signalOf, type ValueOf } from "../signals/bundle.ts";
import { type DataType, isSigned } from "../types.ts";
import type { Contents } from "./contents.ts";
import { clockOf } from "./controls.ts";
import { add, declare } from "./declare.ts";
import { formatOf } from "./resolve-targets.ts";

/** What a memory needs of the module it stands in. */
export interface Surroundings {
  readonly readOnly: boolean;
  add(item: Item): void;
  declare(net: string, at: LazyPosition): void;
  reference(net: string, width: number, signed: boolean, at: LazyPosition): Expression;
  /** The value with a net for each of its parts. */
  named<T extends DataType>(name: string, type: T, value: SignalOf<T>): SignalOf<T>;
  /** The conditions of the enclosing `when` bodies. */
  enable(): Expression | undefined;
  /** The name of the clock of a domain, of the builder's own when absent. `edges`: the port has something clocked. */
  clock(edges: boolean, domain: string | undefined): string;
}

/** The surroundings of a memory of this domain. */
export function memorySurroundings(contents: Contents, domain: string, readOnly: boolean): Surroundings {
  return {
    readOnly,
    add: (item) => add(contents, item),
    declare: (net, at) => declare(contents, "memory port", net, at),
    reference: (net, width, signed, at) => contents.reference(net, width, signed, at),
    named: (name, type, value) =>
      type.kind === "record" || type.kind === "vec" ? namedParts(contents, name, type, value) : value,
    enable: () => contents.statements.enable(),
    clock: (edges, other = domain) => {
      if (other !== "") contents.noteDomain(other, here());
      if (edges) contents.clocked.add(other);
      return clockOf(other);
    },
  };
}

/** A net for every leaf of a bundle. */
function namedParts<T extends DataType>(contents: Contents, name: string, type: T, value: SignalOf<T>): SignalOf<T> {
  const at = here();
  const expressions = flattenValue(type, value as unknown as ValueOf<T>, at);
  let i = 0;
  return signalOf(name, type, (leaf, t) => {
    declare(contents, "node", leaf, at);
    add(contents, {
      kind: "wire",
      name: leaf,
      output: false,
      width: t.width,
      signed: isSigned(t),
      value: expressions[i++],
      at,
      ...formatOf(t),
    });
    return contents.reference(leaf, t.width, isSigned(t), at);
  });
}
