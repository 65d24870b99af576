/**
 * The rule of streams as properties: what is offered stays, unchanged, until it is accepted. A pass for simulations and proofs;
 * the circuit that is printed does without.
 */

import { binary, constant, mux, reference, unary } from "../expression.ts";
import type { Circuit, Expression, Inst, Item, Module, Port, Property, StreamNets } from "../ir.ts";
import { clockOf } from "../module/controls.ts";
import { freeName, takenNames } from "../names/naming.ts";
import { asynchronous } from "../ports.ts";
import type { LazyPosition } from "../position.ts";

/**
 * Adds checks of every stream that a module offers or makes inside, as assertions, and of the streams that the top takes, as
 * assumptions: those are the test bench's. They are named `<stream>_valid_stays` and `<stream>_data_stays`. Where a module has no
 * reset, so that nothing in it knows when a check may begin, the module around it checks. A top without reset is checked from
 * power-up on where `fromPowerUp` says that registers are simulated; a proof knows no power-up. `addClocks` gives such a top the clocks
 * that it lacks: without a clock nothing is checked.
 */
export function checkStreams(
  circuit: Circuit,
  { fromPowerUp = false, addClocks = false }: { readonly fromPowerUp?: boolean; readonly addClocks?: boolean } = {},
): Circuit {
  const modules = new Map(circuit.modules.map((module) => [module.name, module]));
  const checked = (module: Module): Module => {
    if (module.external && module.items.length === 0) return module;
    const own = module.streams
      .filter(({ direction }) => direction !== "input" || module.name === circuit.top)
      .map((stream) => ({ stream, property: stream.direction === "input" ? "assume" : "assert" }) as const);
    const offers = [
      ...own.map(({ stream, property }) => ({ ...handshake(module, stream), property })),
      ...module.items.flatMap((item) =>
        item.kind === "inst" ? deferred(item, modules.get(item.module) as Module) : [],
      ),
    ];
    const whole = addClocks && module.name === circuit.top ? withClocks(module, offers) : module;
    const taken = takenNames(whole);
    const added = offers.flatMap((offer) => checks(whole, offer, taken, fromPowerUp && module.name === circuit.top));
    return added.length === 0 ? module : { ...whole, items: [...whole.items, ...added] };
  };
  return { ...circuit, modules: circuit.modules.map(checked) };
}

/** The module with a clock for every domain that an offer belongs to. */
function withClocks(module: Module, offers: readonly Offer[]): Module {
  const domains = new Set(offers.map(({ domain }) => domain).filter((domain) => domain !== asynchronous));
  const clockless = [...domains].filter((domain) => portOf(module, "clock", domain) === undefined);
  const clocks = clockless.map((domain): Port => {
    const named = domain === undefined ? {} : { domain };
    return {
      name: clockOf(domain ?? ""),
      direction: "input",
      role: "clock",
      width: 1,
      signed: false,
      ...named,
      at: module.at,
    };
  });
  return clocks.length === 0 ? module : { ...module, ports: [...clocks, ...module.ports] };
}

/** A stream seen from inside a module. */
interface Offer {
  readonly name: string;
  readonly property: Property["property"];
  readonly valid: Expression;
  readonly ready: Expression;
  readonly data: readonly Expression[];
  readonly domain: string | undefined;
  readonly at: LazyPosition;
}

function handshake(module: Module, { name, valid, ready, data, domain, at }: StreamNets): Omit<Offer, "property"> {
  const nets = netsOf(module);
  const net = (net: string) => {
    const { width, signed } = nets.get(net) as { width: number; signed: boolean };
    return reference(net, width, signed, at);
  };
  return { name, valid: net(valid), ready: net(ready), data: data.map(net), domain, at };
}

/** The streams that an instance offers and cannot check by itself. */
function deferred(inst: Inst, child: Module): Offer[] {
  const output = (port: string) => {
    const found = inst.outputs.find((candidate) => candidate.port === port);
    return found && reference(found.net, found.width, found.signed, inst.at);
  };
  return child.streams
    .filter(({ direction, domain }) => direction === "output" && controlsOf(child, domain) === undefined)
    .map(({ name, valid, ready, data, domain }) => ({
      name: `${inst.name}_${name}`,
      property: "assert",
      valid: output(valid) as Expression,
      ready: inst.inputs.find(({ port }) => port === ready)?.value as Expression,
      data: data.map((port) => output(port) as Expression),
      domain: inst.domains.find(({ child }) => child === (domain ?? ""))?.parent || undefined,
      at: inst.at,
    }));
}

function portOf(module: Module, role: "clock" | "reset", domain: string | undefined): string | undefined {
  return module.ports.find((port) => port.role === role && port.domain === domain)?.name;
}

/** Clock and reset of a domain, where the module has both. */
function controlsOf(module: Module, domain: string | undefined): { clock: string; reset: string } | undefined {
  const [clock, reset] = [portOf(module, "clock", domain), portOf(module, "reset", domain)];
  return clock === undefined || reset === undefined ? undefined : { clock, reset };
}

function checks(module: Module, offer: Offer, taken: Set<string>, fromPowerUp: boolean): Item[] {
  const [clock, reset] = [portOf(module, "clock", offer.domain), portOf(module, "reset", offer.domain)];
  if (clock === undefined || (reset === undefined && !fromPowerUp)) return [];
  const { name, property, valid, ready, data, at } = offer;
  const register = (label: string, next: Expression, initial?: bigint): { item: Item; value: Expression } => {
    const { width, signed } = next;
    // Without a reset, a name that no user can write: what has one is 0 at power-up.
    const own = initial !== undefined && reset === undefined ? `${name}$${label}` : `${name}_${label}`;
    const chosen = freeName(own, taken);
    const start = initial === undefined || reset === undefined ? {} : { reset: { signal: reset, value: initial } };
    const item: Item = { kind: "reg", name: chosen, width, signed, next, clock, ...start, at };
    return { item, value: reference(chosen, width, signed, at) };
  };
  const not = (e: Expression) => unary("not", e, 1, false, at);
  const waiting = register("waiting", binary("and", valid, not(ready), 1, false, at), 0n);
  const held = data.map((leaf, i) => register(data.length === 1 ? "held" : `held_${i}`, leaf));
  const state = (label: string, condition: Expression): Item => {
    const chosen = freeName(`${name}_${label}`, taken);
    return {
      kind: "property",
      property,
      name: chosen,
      condition,
      enable: waiting.value,
      clock,
      ...(reset === undefined ? {} : { reset }),
      ignoresUnknown: true,
      at,
    };
  };
  const same = held.map(({ value }, i) => binary("eq", value, data[i], 1, false, at));
  const unchanged = same.reduce((a, b) => binary("and", a, b, 1, false, at));
  return [
    waiting.item,
    ...held.map(({ item }) => item),
    state("valid_stays", valid),
    // Without valid there is nothing to compare: one of the two speaks, not both.
    state("data_stays", mux(valid, unchanged, constant(1n, 1, false, at), at)),
  ];
}

function netsOf(module: Module): ReadonlyMap<string, { readonly width: number; readonly signed: boolean }> {
  const nets = new Map<string, { width: number; signed: boolean }>(module.ports.map((port) => [port.name, port]));
  for (const item of module.items) if (item.kind === "wire" || item.kind === "reg") nets.set(item.name, item);
  return nets;
}
