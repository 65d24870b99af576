/**
 * What another clock may catch at any moment must not glitch: it comes straight from registers, over wires, whatever modules it
 * passes. Logic on the way, in this module or in an instance, could make a pulse that no register ever held.
 */
import type { Circuit, Expression, Inst, Item, Module } from "./ir.ts";
import { asynchronous } from "./ports.ts";
import type { LazyPosition } from "./position.ts";

/** Logic on the way of a value, and the instances that it comes out of, the nearest first. */
export interface Logic {
  readonly at: LazyPosition;
  readonly through: readonly Inst[];
}

/** Where a value comes from: logic, if there is any, and inputs of the module. */
interface Origin {
  readonly logic?: Logic;
  readonly inputs: readonly string[];
}

/** The ways of values through the modules of a circuit. */
export class Straightness {
  readonly #modules: ReadonlyMap<string, Module>;
  readonly #drivers = new Map<Module, ReadonlyMap<string, Item>>();
  readonly #outputs = new Map<string, Origin>();
  readonly #synchronised = new Map<string, ReadonlySet<string>>();

  constructor(circuit: Circuit) {
    this.#modules = new Map(circuit.modules.map((module) => [module.name, module]));
  }

  /** The logic on the way of a value of a module; undefined where it comes straight from registers, ports or black boxes. */
  logicBefore(module: Module, value: Expression): Logic | undefined {
    return this.#origin(module, value).logic;
  }

  /** Whether an instance synchronises what it gets at the port, itself or deeper inside. */
  synchronises(instance: Inst, port: string): boolean {
    return this.#synchronisedInputs(instance.module).has(port);
  }

  #synchronisedInputs(name: string): ReadonlySet<string> {
    const known = this.#synchronised.get(name);
    if (known) return known;
    const module = this.#modules.get(name);
    const found = new Set<string>();
    this.#synchronised.set(name, found);
    if (!module || module.external) return found;
    for (const port of module.ports)
      if (port.domain === asynchronous && port.direction === "input") found.add(port.name);
    for (const item of module.items) {
      if (item.kind !== "inst") continue;
      for (const { port, value } of item.inputs) {
        if (!this.synchronises(item, port)) continue;
        for (const input of this.#origin(module, value).inputs) found.add(input);
      }
    }
    return found;
  }

  #origin(module: Module, value: Expression): Origin {
    const drivers = this.#driversOf(module);
    const inputs = new Set<string>();
    let logic: Logic | undefined;
    const seen = new Set<Expression>();
    const pending = [value];
    for (let e = pending.pop(); e !== undefined && !logic; e = pending.pop()) {
      if (seen.has(e)) continue;
      seen.add(e);
      if (e.kind === "slice" || (e.kind === "unary" && e.operator === "cast")) pending.push(e.operand);
      else if (e.kind === "cat") pending.push(...e.parts);
      else if (e.kind !== "ref" && e.kind !== "const") logic = { at: e.at, through: [] };
      if (e.kind !== "ref") continue;
      const driver = drivers.get(e.name);
      if (!driver) inputs.add(e.name);
      else if (driver.kind === "wire") pending.push(driver.value);
      else if (driver.kind === "memRead" && driver.latency === 0) logic = { at: driver.at, through: [] };
      else if (driver.kind === "inst") {
        const port = driver.outputs.find(({ net }) => net === (e as { name: string }).name)?.port as string;
        const inner = this.#originOfOutput(driver.module, port);
        if (inner.logic) logic = { at: inner.logic.at, through: [driver, ...inner.logic.through] };
        for (const given of driver.inputs) if (inner.inputs.includes(given.port)) pending.push(given.value);
      }
    }
    return { ...(logic && { logic }), inputs: [...inputs] };
  }

  #originOfOutput(name: string, port: string): Origin {
    const key = `${name} ${port}`;
    const known = this.#outputs.get(key);
    if (known) return known;
    const module = this.#modules.get(name);
    const driver = module && !module.external ? this.#driversOf(module).get(port) : undefined;
    const origin = module && driver?.kind === "wire" ? this.#origin(module, driver.value) : { inputs: [] };
    this.#outputs.set(key, origin);
    return origin;
  }

  /** What makes each net; inputs have none. */
  #driversOf(module: Module): ReadonlyMap<string, Item> {
    const known = this.#drivers.get(module);
    if (known) return known;
    const drivers = new Map<string, Item>();
    for (const item of module.items) {
      if (item.kind === "inst") for (const { net } of item.outputs) drivers.set(net, item);
      else if (item.kind === "wire" || item.kind === "reg" || item.kind === "memRead") drivers.set(item.name, item);
    }
    this.#drivers.set(module, drivers);
    return drivers;
  }
}
