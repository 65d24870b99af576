/** An instance of a module: what drives its inputs, the nets of its outputs, and its clocks and resets. */
import type { Expression, Inst, Module } from "../ir.ts";
import type { InputPort, OutputPort } from "../ports.ts";
import type { LazyPosition } from "../position.ts";
import { flattenValue, type StreamSource, signalOf, type ValueOf } from "../signals/bundle.ts";
import { refuseNoStream } from "../signals/given.ts";
import { bit, type DataType, isSigned, type LeafType, leaves } from "../types.ts";
import { assignable } from "./assignable.ts";
import { checkConnections } from "./connections.ts";
import type { Contents } from "./contents.ts";
import { clockOf, resetOf } from "./controls.ts";
import { declare } from "./declare.ts";
import type { Elaborated } from "./module-source.ts";
import { fireOf } from "./stream-nets.ts";

/** How the domains of an instance's ports are called in the module around it. */
export interface InstanceOptions {
  /** By the child's name of a domain; absent ones keep their name. The child's default domain becomes the builder's. */
  readonly domains?: Readonly<Record<string, string>>;
}

/** Where an instance stands. */
export interface InstancePlace {
  readonly contents: Contents;
  readonly name: string;
  /** The domain of the builder that makes it. */
  readonly domain: string;
  readonly at: LazyPosition;
}

/** Adds the instance of a module, called `definition` in errors; gives its outputs. */
export function instance(
  place: InstancePlace,
  definition: string,
  child: Elaborated,
  given: Readonly<Record<string, unknown>>,
  { domains = {} }: InstanceOptions,
): Record<string, unknown> {
  const { contents, name, at } = place;
  const order = contents.order++;
  checkConnections(definition, child.ports, given, at);
  const pins = new Pins(contents, name, at);
  const results: Record<string, unknown> = {};
  for (const [port, declared] of Object.entries(child.ports) as [string, InputPort | OutputPort][]) {
    if (declared.direction === "output") results[port] = pins.output(port, declared);
    else if (given[port] !== undefined) pins.input(port, declared, given[port]);
  }
  const parentOf = (domain: string) => (domain === "" ? place.domain : (domains[domain] ?? domain));
  for (const domain of Object.values(domains)) if (domain !== "") contents.noteDomain(domain, at);
  const { inputs, outputs } = pins;
  const controls = controlsOf(contents, child.module, parentOf);
  const item = { kind: "inst", name, module: child.module.name, inputs, outputs, ...controls, at } as const;
  contents.items.push({ order, item });
  return Object.freeze(results);
}

/** The nets of an instance that carry data. */
class Pins {
  readonly inputs: { port: string; value: Expression }[] = [];
  readonly outputs: { port: string; net: string; width: number; signed: boolean }[] = [];
  readonly #contents: Contents;
  readonly #name: string;
  readonly #at: LazyPosition;

  constructor(contents: Contents, name: string, at: LazyPosition) {
    this.#contents = contents;
    this.#name = name;
    this.#at = at;
  }

  /** Connects an input to the value or the stream that is given. */
  input(port: string, { type, at }: InputPort, given: unknown): void {
    if (type.kind !== "stream") {
      this.#drive(port, type, given, port, at);
      return;
    }
    const source = given as StreamSource<DataType>;
    refuseNoStream(`Port "${port}"`, source, this.#at);
    this.inputs.push({ port: `${port}_valid`, value: source.valid.expression });
    this.#drive(`${port}_data`, type.data, source.data, port, at);
    source.ready.set(signalOf("", bit, () => this.#net(`${port}_ready`, bit)));
  }

  /** Makes the nets of an output; gives its value, or its stream. */
  output(port: string, { type }: OutputPort): unknown {
    const net = (leaf: string, leafType: LeafType) => this.#net(leaf, leafType);
    if (type.kind !== "stream") return signalOf(port, type, net);
    const path = `${this.#name}.${port}.ready`;
    const ready = assignable(this.#contents, "wire", `${this.#name}_${port}_ready`, bit, this.#at, { path });
    this.inputs.push({ port: `${port}_ready`, value: ready.expression });
    const valid = signalOf("", bit, () => this.#net(`${port}_valid`, bit));
    const data = signalOf(`${port}_data`, type.data, net);
    const source: StreamSource<DataType> = { type, valid, data, ready, fire: fireOf(valid, ready, this.#at) };
    return Object.freeze(source);
  }

  #drive(name: string, type: DataType, given: unknown, port: string, at: LazyPosition): void {
    const target = { name: `${this.#name}.${port}`, at };
    const values = flattenValue(type, given as ValueOf<DataType>, this.#at, target);
    leaves(name, type).forEach((leaf, i) => {
      this.inputs.push({ port: leaf.name, value: values[i] });
    });
  }

  #net(port: string, type: LeafType): Expression {
    const net = `${this.#name}_${port}`;
    const { width } = type;
    const signed = isSigned(type);
    declare(this.#contents, "instance output", net, this.#at);
    this.outputs.push({ port, net, width, signed });
    return this.#contents.reference(net, width, signed, this.#at);
  }
}

/** The clocks and resets of an instance; the module around it has them too. */
function controlsOf(
  contents: Contents,
  { ports }: Module,
  parentOf: (domain: string) => string,
): Pick<Inst, "controls" | "domains"> {
  const controls: { port: string; net: string }[] = [];
  const domains = new Set<string>();
  for (const port of ports) {
    const domain = port.domain ?? "";
    domains.add(domain);
    if (port.role === "data") continue;
    const clock = port.role === "clock";
    (clock ? contents.clocked : contents.resets).add(parentOf(domain));
    controls.push({ port: port.name, net: (clock ? clockOf : resetOf)(parentOf(domain)) });
  }
  return { controls, domains: [...domains].map((domain) => ({ child: domain, parent: parentOf(domain) })) };
}
