/**
 * Gives a net to every subexpression that Verilog cannot print in place: what is used twice, what is sliced, products
 * (whose width would depend on the context), what would make a line too long to read, and what the source gives a name.
 * Names are those of the source; what has none there is called after the net that uses it first,
 * and, where several lines may assign that net, after its operands.
 */
import { reference } from "../expression.ts";
import type { Circuit, Expression, Item, Module, Wire } from "../ir.ts";
import { freeName, takenNames } from "../names/naming.ts";
import { binaryOperators } from "../operators.ts";
import { mapItem, mapOperands, operands } from "../walk.ts";
import { type DeclaredName, declaredNames } from "./declared.ts";
import { type NarrowedSums, narrowSums } from "./narrow.ts";
import { type Described, describe, operandsNamed, partName, shortHash, textOf } from "./operand-names.ts";
import { binaryWords, unaryWords } from "./operators.ts";
import { type DeclaredNets, inOrder } from "./order.ts";
import { behindCasts, isNet, isPiecewise } from "./pieces.ts";
import { writtenAtLiterals } from "./single-word.ts";

/** More operators than this in one line are hard to read. */
const readableOperators = 7;

/** A condition with more operators than this is a net; with fewer it is written out each time, like a comparison with a state. */
const repeatedOperators = 3;

/** The owner of conditions that are nets. They belong to their `when`, whichever of its targets is printed first. */
const condition: Owner = { name: "when", manyLines: true };

/** What a net without a name in the source is called after. */
interface Owner {
  readonly name: string;
  /** Whether several lines may use it, as those that assign a target: what is made for one has a name of its operands. */
  readonly manyLines: boolean;
}

/** Without `ofSource` no net has the name that the source gives its value, which takes reading the source. */
export function hoistCircuit(circuit: Circuit, { ofSource = true } = {}): Circuit {
  return { ...circuit, modules: circuit.modules.map((module) => hoistModule(module, ofSource)) };
}

function hoistModule(module: Module, ofSource: boolean): Module {
  const { items: sources, uses, narrowed } = narrowSums(module.items);
  // Whether there is a clock depends on other lines than the one that gives a value this name.
  const names = new Set([...takenNames(module), "clock", "reset", "reset_n"]);
  const declared = ofSource ? declaredAfter(module.items, narrowed) : new Map<Expression, DeclaredName>();
  const conditions = conditionsOf(module.items, narrowed);
  const declaredNets: DeclaredNets[] = [];
  const replaced = new Map<Expression, Expression>();
  /** The name of the net that a value is, or that the source gives it whoever uses it. */
  const netName = (e: Expression): string | undefined => {
    const named = declared.get(e);
    if (named?.inBody) return nameInBody(e, named);
    const net = replaced.get(e);
    if (net?.kind === "ref") return net.name;
    return named?.ofUser ? undefined : named?.name;
  };
  const namesInBodies = new Map<Expression, string>();
  /** A name out of the line of the value alone, whatever else has its name in another body. */
  const nameInBody = (e: Expression, { name }: DeclaredName): string => {
    const known = namesInBodies.get(e) ?? `${name}_${operandsNamed(e, netName)}`;
    namesInBodies.set(e, known);
    return known;
  };
  /** Nets with names of their operands, by owner and value, so that the same line twice makes one; and what the names say. */
  const made = new Map<string, Expression>();
  const described = new Map<string, Described | undefined>();
  const items: Item[][] = [];
  const literal = writtenAtLiterals(module);

  for (const item of sources) {
    let hoisted: Wire[] = [];
    const base = "name" in item ? item.name : item.memory;
    const manyLines = item.kind === "memWrite" || ("assigned" in item && item.assigned !== undefined);

    const visit = (e: Expression, owner: Owner, position: "root" | "operand" | "named"): Expression => {
      if (e.kind === "ref" || (e.kind === "const" && position !== "named")) return e;
      const known = replaced.get(e);
      if (known) return known;
      const named = declared.get(e);
      const declaredName = named && declaredNameIn(e, named, owner);
      const user = conditions.has(e) ? condition : owner;
      const outside = hoisted;
      const ownPlace = declaredName !== undefined || user === condition;
      if (ownPlace) hoisted = [];
      const needs = operandPosition(e);
      const inner = mapOperands(e, (operand) =>
        visit(operand, declaredName === undefined ? user : { name: declaredName, manyLines: false }, needs(operand)),
      );
      const net = netFor(e, inner, position, declaredName, user);
      if (ownPlace) {
        if (hoisted.length > 0) declaredNets.push({ rank: e.at.rank, wires: hoisted });
        hoisted = outside;
      }
      return net;
    };
    const declaredNameIn = (e: Expression, named: DeclaredName, owner: Owner): string => {
      const { name, ofUser, inBody } = named;
      if (inBody) return nameInBody(e, named);
      if (!ofUser) return name;
      return owner.manyLines ? `${owner.name}_${name}_${operandsNamed(e, netName)}` : `${owner.name}_${name}`;
    };
    const netFor = (
      e: Expression,
      inner: Expression,
      position: "root" | "operand" | "named",
      declaredName: string | undefined,
      owner: Owner,
    ) => {
      if (position === "root" && !shared(e)) return inner;
      const long = !hasAtMost(readableOperators, inner);
      const hoist =
        declared.has(e) ||
        (!isAtomic(inner) && (position === "named" || shared(e) || inner.kind === "mux" || isProduct(inner) || long));
      if (!hoist && !(position === "named" && !isNet(inner))) return inner;
      const byOperands = declaredName === undefined && owner.manyLines;
      // The same const in several bodies is one net, so that another changes no line of theirs.
      const again = declared.get(e)?.inBody === true && hoisted.length === 0;
      const text = byOperands || again ? textOf(inner) : "";
      const key = `${declaredName ?? owner.name} ${text}`;
      const same = byOperands || again ? made.get(key) : undefined;
      if (same) {
        replaced.set(e, same);
        return same;
      }
      const description = byOperands ? describe(inner, described) : undefined;
      const short = description ? partName(description) : `${word(e)}_${shortHash(text)}`;
      const part = byOperands ? short : word(e);
      // Not "total_total_plus_a".
      const own = byOperands && part.startsWith(`${owner.name}_`) ? part : `${owner.name}_${part}`;
      const name = freeName(declaredName ?? own, names);
      const net = reference(name, e.width, e.signed, e.at);
      hoisted.push({ kind: "wire", name, output: false, width: e.width, signed: e.signed, value: inner, at: e.at });
      replaced.set(e, net);
      if (byOperands || again) made.set(key, net);
      if (byOperands) {
        described.set(name, description);
      }
      return net;
    };
    /** A choice that gets a net of its own no longer makes pieces, and the parts then print inside one concatenation. */
    const staysPiecewise = (e: Expression) =>
      isPiecewise(e) && e.parts.some((part) => part.kind === "mux" && !shared(part) && !replaced.has(part));
    const shared = (e: Expression) => declared.has(e) || conditions.has(e) || ((uses.get(e) ?? 0) > 1 && !repeats(e));

    /**
     * Muxes on the way from a register's input to its values print as if and else, those of a wire as a chain with a line
     * a choice; a choice inside an arm of that chain gets a net. What is assigned in pieces is so for each piece.
     */
    const visitSpine = (e: Expression, owner: Owner, inChoice = false): Expression => {
      if (!inChoice && !shared(e) && staysPiecewise(behindCasts(e)) && !replaced.has(behindCasts(e)))
        return mapOperands(e, (operand) => visitSpine(operand, owner, e.kind === "cat"));
      if (e.kind !== "mux" || shared(e) || replaced.has(e)) {
        // In the arms of a wire's ?: the sign of one decides how the other is extended, so products may not stand there.
        const alone = item.kind === "reg" || !inChoice;
        return visit(e, owner, alone && !shared(e) ? "root" : "operand");
      }
      const condition = visit(e.condition, owner, "operand");
      const whenTrue = visitSpine(e.whenTrue, owner, true);
      const whenFalse = visitSpine(e.whenFalse, owner, true);
      return { ...e, condition, whenTrue, whenFalse };
    };

    const changed = mapItem(item, (value, role) => {
      if (item.kind === "reg" || item.kind === "wire") return visitSpine(value, { name: base, manyLines });
      const owner = { name: item.kind === "memWrite" ? `${base}_write_${role}` : `${base}_${role}`, manyLines };
      const address = role === "address" && item.kind !== "inst";
      const lanes = item.kind === "memWrite" && item.mask !== undefined && (role === "data" || role === "mask");
      const named =
        lanes || (address && (!keepsItsWidth(value) || (item.kind === "memWrite" && literal.has(item.memory))));
      return visit(value, owner, named ? "named" : "operand");
    });
    items.push([...hoisted, changed]);
  }
  return { ...module, items: inOrder(items, declaredNets) };
}

/** The declared names, on what the declared values became: a sum narrowed to its low bits is not the declared one. */
function declaredAfter(items: readonly Item[], narrowed: NarrowedSums["narrowed"]): Map<Expression, DeclaredName> {
  const names = new Map<Expression, DeclaredName>();
  for (const [value, name] of declaredNames(items)) {
    const now = narrowed.get(value) ?? value;
    // What another value takes the place of has the name of that one.
    if (now.at === value.at && now.kind !== "const" && !isNet(now)) names.set(now, name);
  }
  return names;
}

/** What the printer demands of each operand of `e`. */
function operandPosition(e: Expression): (operand: Expression) => "operand" | "named" {
  switch (e.kind) {
    case "slice":
      return () => "named";
    case "index":
      return (operand) => (operand === e.operand || !isWiring(operand) ? "named" : "operand");
    case "unary":
      return () => (e.operator === "extend" && e.signed ? "named" : "operand");
    case "binary":
      return (operand) => (e.operator === "mul" && !keepsItsWidth(operand) ? "named" : "operand");
    default:
      return () => "operand";
  }
}

/**
 * Whether the printed text has the same value in a wider context. The operands of a product stand in one; so do, in some
 * simulators, indices and addresses, though the standard says otherwise.
 */
function keepsItsWidth(e: Expression): boolean {
  switch (e.kind) {
    case "unary":
      return e.operator === "cast" ? keepsItsWidth(e.operand) : e.operator !== "not";
    case "binary":
      return binaryOperators[e.operator].family === "comparison";
    case "mux":
      return false;
    default:
      return true;
  }
}

/**
 * Whether it only brings bits of nets together. Verilator works out an index where it stands: of a comparison there that always
 * comes out the same, it would say that nothing uses what is compared, and the elements that are never chosen.
 */
function isWiring(e: Expression): boolean {
  switch (e.kind) {
    case "const":
    case "ref":
    case "slice":
    case "index":
      return true;
    case "cat":
      return e.parts.every(isWiring);
    case "unary":
      return (e.operator === "extend" || e.operator === "cast") && isWiring(e.operand);
    default:
      return false;
  }
}

/** Prints as a name, a literal, or part of a name, with at most a complement. */
function isAtomic(e: Expression): boolean {
  switch (e.kind) {
    case "const":
    case "ref":
      return true;
    case "slice":
      return true;
    case "unary":
      return (e.operator === "cast" && isAtomic(e.operand)) || (e.operator === "not" && e.operand.kind === "ref");
    default:
      return false;
  }
}

/** The conditions of `when` that are nets, used once or often, so that another assignment in a body changes no line of the others. */
function conditionsOf(items: readonly Item[], narrowed: NarrowedSums["narrowed"]): Set<Expression> {
  const found = new Set<Expression>();
  for (const item of items) {
    const assigned = "assigned" in item ? (item.assigned ?? []) : [];
    for (const { kind, expression } of assigned) {
      const e = narrowed.get(expression) ?? expression;
      if (kind === "condition" && !isAtomic(e) && !repeats(e)) found.add(e);
    }
  }
  return found;
}

/** Reads better written out each time than as a net of its own: `state == STATE_IDLE`, `valid & ready`. */
function repeats(e: Expression): boolean {
  return isAtomic(e) || (e.width === 1 && hasAtMost(repeatedOperators, e) && isLogic(e));
}

/** Comparisons of nets with each other or with numbers, and what is made of their results. */
function isLogic(e: Expression): boolean {
  switch (e.kind) {
    case "const":
    case "ref":
      return true;
    case "slice":
      return isNet(e.operand);
    case "unary":
      return e.operator !== "extend" && isLogic(e.operand);
    case "binary": {
      const { family } = binaryOperators[e.operator];
      return (family === "bitwise" || family === "comparison") && isLogic(e.left) && isLogic(e.right);
    }
    default:
      return false;
  }
}

function isProduct(e: Expression): boolean {
  return e.kind === "binary" && binaryOperators[e.operator].family === "product";
}

/** Counts no further than that: what shares its operands may have any number of operators when written out. */
function hasAtMost(count: number, e: Expression): boolean {
  let left = count;
  const fits = (part: Expression): boolean => isAtomic(part) || (--left >= 0 && operands(part).every(fits));
  return fits(e);
}

function word(e: Expression): string {
  switch (e.kind) {
    case "binary":
      return binaryWords[e.operator].result;
    case "unary":
      return unaryWords[e.operator].result;
    case "mux":
      return "choice";
    case "cat":
      return "joined";
    case "index":
      return "element";
    default:
      return "value";
  }
}
