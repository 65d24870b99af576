/** What a build has made so far. */
import { HdlError } from "../errors.ts";
import { reference } from "../expression.ts";
import type { Const, Expression, Item, Port, StreamNets } from "../ir.ts";
import { refuse } from "../messages/problems.ts";
import { checkName } from "../names/naming.ts";
import { isSlip } from "../names/slip.ts";
import type { LazyPosition } from "../position.ts";
import { Statements } from "../statements/statements.ts";
import type { LeafType } from "../types.ts";
import type { InputNets } from "./unused-inputs.ts";

/** A net that `set` may drive. */
export interface Target {
  readonly kind: "wire" | "output" | "reg";
  readonly name: string;
  /** How TypeScript calls it, as far as a variable is called like what it holds. */
  readonly path: string;
  readonly type: LeafType;
  readonly reset: Const | undefined;
  readonly domain: string;
  readonly crossing: boolean;
  readonly at: LazyPosition;
  /** Where it was assigned last. */
  assignedAt: LazyPosition | undefined;
  /** Rank of the last assignment, so that the Verilog stands in the order of the source. */
  order: number;
}

/** What a module's builders for its domains share. */
export class Contents {
  readonly statements = new Statements();
  readonly names = new Map<string, LazyPosition>();
  readonly targets = new Map<string, Target>();
  readonly items: { order: number; item: Item }[] = [];
  readonly ports: Port[] = [];
  readonly streams: StreamNets[] = [];
  readonly inputs: InputNets[] = [];
  /** Nets that something reads, or need not. */
  readonly read = new Set<string>();
  /** References made here; any other in an expression belongs to another module. */
  readonly own = new Set<Expression>();
  /** Domains that were named here, by their first place. */
  readonly domains = new Map<string, LazyPosition>();
  /** Domains with something clocked, and with something that is reset. */
  readonly clocked = new Set<string>();
  readonly resets = new Set<string>();
  order = 0;
  closed = false;

  /** Refuses a domain's name that cannot stand in Verilog, or that looks like another one misspelt: it would bring a clock of its own. */
  noteDomain(name: string, at: LazyPosition): void {
    if (this.domains.has(name)) return;
    checkName("domain", name, at);
    const [near] = [...this.domains].filter(([other]) => isSlip(name, other));
    this.domains.set(name, at);
    if (!near) return;
    const [other, made] = near;
    const message = `"${name}" would be a clock domain of its own beside "${other}".`;
    const hint = `Write "${other}", if that is meant; names of two domains differ by more than a slip of the pen.`;
    const involved = [{ role: "other", what: `domain "${other}"`, at: made }];
    refuse(() => new HdlError({ code: "clock-domain", message, expected: `"${other}"`, hint }, at, involved));
  }

  reference(name: string, width: number, signed: boolean, at: LazyPosition): Expression {
    const made = reference(name, width, signed, at);
    this.own.add(made);
    return made;
  }
}
