/** Clock domains: values of two of them do not meet but in the registers and memories made for it. */

import { HdlError } from "./errors.ts";
import type { Circuit, Expression, Item, MemRead, MemWrite, Module, Port, Ref } from "./ir.ts";
import { refuse } from "./messages/problems.ts";
import { asynchronous } from "./ports.ts";
import type { LazyPosition } from "./position.ts";
import { contains, lineThatReads } from "./statements/assigned.ts";
import { Straightness } from "./straight.ts";
import { itemValues, pushOperands } from "./walk.ts";

/** What is known of a net: its domain, undefined where it depends on nothing but literals. */
type Domain = string | undefined;

/** Returns the circuit, or throws naming two signals of different domains that meet. */
export function refuseMixedDomains(circuit: Circuit): Circuit {
  const straightness = new Straightness(circuit);
  for (const module of circuit.modules) new DomainCheck(module, circuit, straightness).run();
  return circuit;
}

class DomainCheck {
  readonly #module: Module;
  readonly #ports: ReadonlyMap<string, readonly Port[]>;
  readonly #known = new Map<string, Domain>();
  readonly #wires = new Map<string, Expression>();
  readonly #straightness: Straightness;

  constructor(module: Module, circuit: Circuit, straightness: Straightness) {
    this.#module = module;
    this.#straightness = straightness;
    this.#ports = new Map(circuit.modules.map(({ name, ports }) => [name, ports]));
  }

  run(): void {
    const { ports, items } = this.#module;
    const domains = new Set([...ports.map(domainOf), ...items.flatMap((item) => this.#clocks(item))]);
    if (domains.size < 2) return;
    for (const port of ports) if (port.direction === "input") this.#known.set(port.name, domainOf(port));
    for (const item of items) {
      if (item.kind === "reg") this.#known.set(item.name, this.#domainOfClock(item.clock));
      else if (item.kind === "memRead") this.#known.set(item.name, this.#domainOfClock(item.clock));
      else if (item.kind === "wire") this.#wires.set(item.name, item.value);
      else if (item.kind === "inst")
        for (const { port, net } of item.outputs) this.#known.set(net, this.#domainOfPin(item, port));
    }
    for (const item of items) this.#check(item);
  }

  #check(item: Item): void {
    if (item.kind === "inst") {
      for (const { port, value } of item.inputs) {
        const wanted = this.#domainOfPin(item, port);
        if (this.#straightness.synchronises(item, port)) this.#refuseLogic(item, port, value);
        // A pin for anything takes anything; logic of two domains is still none.
        const what = `port "${port}" of "${item.name}"`;
        this.#expect([value], wanted === asynchronous ? undefined : wanted, item, what);
      }
      return;
    }
    if (item.kind === "mem" || (item.kind === "reg" && item.crossing)) return;
    const values = itemValues(item);
    if (item.kind === "wire") {
      const port = this.#module.ports.find(({ name }) => name === item.name);
      this.#expect(values, port ? domainOf(port) : undefined, item, `output "${item.name}"`, port?.at);
      return;
    }
    const name = item.kind === "memWrite" ? `memory "${item.memory}"` : `"${item.name}"`;
    this.#expect(values, this.#domainOfClock(item.clock), item, name);
    if (item.kind !== "memRead" || item.crossing) return;
    const written = this.#module.items.find(
      (other) => other.kind === "memWrite" && other.memory === item.memory && other.clock !== item.clock,
    );
    if (written?.kind !== "memWrite") return;
    if (item.latency > 0) {
      // Two clocks have no common edge, so nothing can be promised of a word that is being written.
      if (item.underWrite !== "undefined") refuse(() => promiseError(item, written));
      return;
    }
    refuse(() =>
      domainError(
        { what: `read at once of memory "${item.memory}"`, domain: this.#domainOfClock(item.clock), at: item.at },
        { what: `write of memory "${item.memory}"`, domain: this.#domainOfClock(written.clock), at: written.at },
        item.at,
      ),
    );
  }

  #refuseLogic(item: Extract<Item, { kind: "inst" }>, port: string, value: Expression): void {
    const logic = this.#straightness.logicBefore(this.#module, value);
    if (!logic) return;
    const through = logic.through.map((inst) => ({ role: "through", what: `"${inst.name}"`, at: inst.at }));
    refuse(
      () =>
        new HdlError(
          {
            code: "clock-domain",
            message: `What "${item.name}" synchronises at "${port}" is logic, which could glitch.`,
            expected: "a register or a port",
            hint: "Put a register of the sending domain in front.",
          },
          item.at,
          [{ role: "value", what: "logic", at: logic.at }, ...through],
        ),
    );
  }

  /** All values must be of one domain, of the given one where there is one. */
  #expect(values: readonly Expression[], wanted: Domain, item: Item, what: string, made = item.at): void {
    let first: Side | undefined;
    for (const value of values) {
      for (const ref of this.#refs(value)) {
        const domain = this.#domainOfNet(ref.name);
        if (domain === undefined) continue;
        const side = { what: `"${ref.name}"`, domain, at: ref.at };
        const other = wanted !== undefined && domain !== wanted ? { what, domain: wanted, at: made } : first;
        if (other && other.domain !== domain) {
          const line = () =>
            lineThatReads(item, (e) => contains(e, (part) => part.kind === "ref" && part.name === ref.name));
          refuse(() => domainError(side, other, line()));
          return;
        }
        first ??= side;
      }
    }
  }

  #refs(root: Expression): Ref[] {
    const found = new Map<string, Ref>();
    const seen = new Set<Expression>();
    const pending = [root];
    for (let e = pending.pop(); e !== undefined; e = pending.pop()) {
      if (seen.has(e)) continue;
      seen.add(e);
      if (e.kind === "ref") found.set(e.name, e);
      else pushOperands(e, pending);
    }
    return [...found.values()];
  }

  /** A wire has the domain of the first net with one that it reads; the wire's own check sees to the others. */
  #domainOfNet(name: string): Domain {
    if (this.#known.has(name)) return this.#known.get(name);
    const value = this.#wires.get(name);
    if (!value) return undefined;
    // A loop of wires, which another check reports, ends here.
    this.#known.set(name, undefined);
    let domain: Domain;
    for (const ref of this.#refs(value)) domain ??= this.#domainOfNet(ref.name);
    this.#known.set(name, domain);
    return domain;
  }

  #domainOfClock(clock: string): string {
    const port = this.#module.ports.find(({ name }) => name === clock);
    return port ? domainOf(port) : clock.replace(/_?clock$/, "");
  }

  #domainOfPin(item: Extract<Item, { kind: "inst" }>, pin: string): Domain {
    const port = this.#ports.get(item.module)?.find(({ name }) => name === pin);
    return item.domains.find(({ child }) => child === (port ? domainOf(port) : ""))?.parent;
  }

  #clocks(item: Item): string[] {
    if (item.kind === "inst") return item.domains.map(({ parent }) => parent);
    return "clock" in item ? [this.#domainOfClock(item.clock)] : [];
  }
}

function domainOf(port: Port): string {
  return port.domain ?? "";
}

function promiseError(read: MemRead, written: MemWrite): HdlError {
  return new HdlError(
    {
      code: "clock-domain",
      message: `Memory "${read.memory}" is read and written by different clocks, so a read of a word being written gives anything.`,
      expected: 'underWrite: "undefined"',
      found: `"${read.underWrite}"`,
      hint: "Say so, and make sure that no word is read while it is written, as asyncFifo does.",
    },
    read.at,
    [{ role: "write", what: `of ${written.clock}`, at: written.at }],
  );
}

/** One of two things that meet. */
interface Side {
  readonly what: string;
  readonly domain: string;
  readonly at: LazyPosition;
}

function domainError(a: Side, b: Side, at: LazyPosition): HdlError {
  const spoken = (domain: string) =>
    domain === "" ? "the default domain" : domain === asynchronous ? "no domain" : `domain "${domain}"`;
  const own = a.domain === "" || b.domain === "";
  const stream = own ? "a stream; without `from` or `to` that side has the module's own clock" : "a stream";
  return new HdlError(
    {
      code: "clock-domain",
      message: "Values of two clock domains meet.",
      expected: "one domain",
      hint: `Cross with synchronize (a bit) or crossed (${stream}), or make the register with m.domain(…).`,
    },
    at,
    [a, b].map((side) => ({ role: "of", what: `${side.what}, ${spoken(side.domain)}`, at: side.at })),
  );
}
