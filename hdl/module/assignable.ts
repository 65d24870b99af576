/** Nets that `set` may drive: wires, registers and output ports. */
import type { Const, Expression } from "../ir.ts";
import { inheritsType } from "../messages/problems.ts";
import type { LazyPosition } from "../position.ts";
import { type Settable, settable } from "../signals/bundle.ts";
import type { Bits } from "../statements/resolve.ts";
import { type DataType, isSigned, type LeafType, leaves } from "../types.ts";
import type { Contents, Target } from "./contents.ts";
import { declare } from "./declare.ts";
import { mayAssign } from "./running.ts";

/** What more there is to say of an assignable net. */
export interface AssignableOptions {
  /** The words that reset gives, one a leaf; absent: no reset. */
  readonly resets?: readonly Const[] | undefined;
  /** The clock domain of a register; "" is the default one. */
  readonly domain?: string;
  /** Whether it may take values of another domain. */
  readonly crossing?: boolean | undefined;
  /** How TypeScript calls it; absent: as the net. */
  readonly path?: string;
}

/** A net for each leaf of `type`, and the signal that assigns them. */
export function assignable<T extends DataType>(
  contents: Contents,
  kind: Target["kind"],
  name: string,
  type: T,
  at: LazyPosition,
  { resets, domain = "", crossing = false, path = name }: AssignableOptions = {},
): Settable<T> {
  leaves(name, type).forEach((leaf, i) => {
    declare(contents, kind === "reg" ? "register" : kind, leaf.name, at);
    contents.targets.set(leaf.name, {
      kind,
      name: leaf.name,
      path: path + leaf.path,
      type: leaf.type,
      reset: resets?.[i],
      domain,
      crossing,
      at,
      assignedAt: undefined,
      order: contents.order++,
    });
  });
  const net = (leaf: string, t: LeafType) => {
    const read = contents.reference(leaf, t.width, isSigned(t), at);
    inheritsType(read, t);
    return read;
  };
  const assign = (leaf: string, expression: Expression, position: LazyPosition, part?: Bits) => {
    if (!mayAssign(contents, leaf, at, position)) return;
    const target = contents.targets.get(leaf) as Target;
    target.order = contents.order++;
    target.assignedAt = position;
    contents.statements.assign(leaf, expression, position, part);
  };
  return settable(name, type, net, assign, at);
}
