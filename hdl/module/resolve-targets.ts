/** The end of a build: what the assignments give each net, and what nothing assigns, reads or may reach. */
import { HdlError } from "../errors.ts";
import type { Const, Expression, Item, NetFormat, Reg } from "../ir.ts";
import { isRecovered, problemCount, refuse } from "../messages/problems.ts";
import { contains, lineThatReads } from "../statements/assigned.ts";
import { pieceName, setterName } from "../statements/resolve.ts";
import { isSigned, type LeafType } from "../types.ts";
import { itemValues, pushOperands } from "../walk.ts";
import type { Contents } from "./contents.ts";
import { clockOf, resetOf } from "./controls.ts";
import { refuseUnusedInputs } from "./unused-inputs.ts";

/** Makes an item of every target, and refuses what is wrong with all items; `external`: of a module whose inside is foreign. */
export function resolveTargets(contents: Contents, name: string, external: boolean): void {
  const before = problemCount();
  for (const target of contents.targets.values()) {
    const { width } = target.type;
    const signed = isSigned(target.type);
    const initial = target.kind === "reg" ? contents.reference(target.name, width, signed, target.at) : undefined;
    const { value, unassigned } = contents.statements.resolve(
      { name: target.name, path: target.path, width, signed },
      initial,
      target.at,
    );
    contents.statements.refuseDead({ name: target.name, width, at: target.at });
    // Some bits of a register may rest at what reset gives them.
    const resting = target.reset !== undefined && unassigned.every((bits) => bits !== undefined);
    const assigned = contents.statements.assigned({ name: target.name, width });
    if (value === undefined || (unassigned.length > 0 && !resting)) {
      const pieces = unassigned.map((bits) => ({ target: target.name, path: target.path, ...(bits && { bits }) }));
      const parts = pieces.map(pieceName);
      const { path, reset } = target;
      const keeps = {
        found: "only the value that reset gives",
        hint: `Assign it, or remove it. Where it has to keep that value, \`${path}.set(${path})\` says so.`,
      };
      // A condition that folds to false leaves nothing of what stands in its body.
      const unreached = unassigned.every((bits) => bits === undefined)
        ? assigned.filter(({ kind }) => kind === "value")
        : [];
      const never = {
        found: "assignments under conditions that never hold",
        hint: "Where a parameter turns them off, leave the signal out with them.",
      };
      refuse(
        () =>
          new HdlError(
            {
              code: "undriven",
              message: `Nothing assigns ${parts.join(", ")} in module "${name}".`,
              expected: `${pieces.length > 1 ? "calls" : "a call"} of ${pieces.map(setterName).join(", ")}`,
              ...(unreached.length > 0 ? never : reset === undefined ? {} : keeps),
            },
            target.at,
            unreached.map(({ at }) => ({ role: "assigned", what: "under a condition that never holds", at })),
          ),
      );
      continue;
    }
    const common = { name: target.name, width, signed, at: target.at, assigned, ...formatOf(target.type) };
    const item: Item =
      target.kind === "reg"
        ? {
            kind: "reg",
            ...common,
            next: value,
            clock: clockOf(target.domain),
            ...(target.reset === undefined ? {} : { reset: resetTo(target.reset, target.domain) }),
            ...(target.crossing ? { crossing: true } : {}),
          }
        : { kind: "wire", ...common, at: target.assignedAt ?? target.at, output: target.kind === "output", value };
    contents.items.push({ order: target.order, item });
  }
  const seen = new Set<Expression>();
  for (const { item } of contents.items) refuseForeign(contents, item, seen);
  refuseIdleMemories(contents);
  // What reads an input may be missing because of another mistake.
  if (!external && problemCount() === before) refuseUnusedInputs(name, contents.inputs, contents.read);
}

function refuseForeign(contents: Contents, item: Item, seen: Set<Expression>): void {
  const pending = itemValues(item);
  for (let e = pending.pop(); e !== undefined; e = pending.pop()) {
    if (e.kind !== "ref") {
      if (!seen.has(e)) pushOperands(e, pending);
      seen.add(e);
      continue;
    }
    contents.read.add(e.name);
    if (contents.own.has(e) || isRecovered(e)) continue;
    const { name, at } = e;
    const message = `Signal "${name}" belongs to another module than the one that uses it.`;
    const made = [{ role: "signal", what: `"${name}"`, at }];
    const foreign = e;
    const line = () => lineThatReads(item, (value) => contains(value, (part) => part === foreign));
    refuse(() => new HdlError({ code: "foreign-signal", message, hint: "Pass it through a port." }, line(), made));
  }
}

/** A memory without both kinds of port holds nothing that anybody sees. */
function refuseIdleMemories({ items }: Contents): void {
  for (const { item } of items) {
    if (item.kind !== "mem") continue;
    const ports = [...(item.init ? [] : [["memWrite", "written"] as const]), ["memRead", "read"] as const];
    for (const [kind, verb] of ports) {
      if (items.some(({ item: other }) => other.kind === kind && other.memory === item.name)) continue;
      const message = `Memory "${item.name}" is never ${verb}.`;
      refuse(() => new HdlError({ code: "memory-shape", message, expected: "a write and a read port" }, item.at));
    }
  }
}

/** What waves show for a number of the type, where that is not the number. */
export function formatOf(type: LeafType): { format?: NetFormat } {
  if (type.kind === "fixed") return { format: { kind: "fixed", il: type.il, fl: type.fl } };
  return type.kind === "enum" ? { format: { kind: "enum", values: type.values } } : {};
}

function resetTo({ value, symbol }: Const, domain: string): NonNullable<Reg["reset"]> {
  return { signal: resetOf(domain), value, ...(symbol ? { symbol } : {}) };
}
