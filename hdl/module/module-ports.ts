/** The ports of a module, as its build has them: what comes in is read, what goes out is assigned. */
import type { Port } from "../ir.ts";
import { inheritsType } from "../messages/problems.ts";
import { asynchronous, type InputPort, type OutputPort, type Ports } from "../ports.ts";
import type { LazyPosition } from "../position.ts";
import { type Settable, type SignalOf, signalOf } from "../signals/bundle.ts";
import type { BitSignal } from "../signals/signal.ts";
import { bit, type DataType, isSigned, type LeafType, leaves } from "../types.ts";
import { assignable } from "./assignable.ts";
import type { Contents } from "./contents.ts";
import { declare } from "./declare.ts";
import { fireOf, noteStream } from "./stream-nets.ts";

/** Makes the nets of the ports, and the signals that the build gets. */
export function declarePorts(contents: Contents, ports: Ports): Record<string, unknown> {
  const inside: Record<string, unknown> = {};
  for (const [name, { direction, type, domain, at }] of Object.entries(ports) as [string, InputPort | OutputPort][]) {
    if (domain !== "" && domain !== asynchronous) contents.noteDomain(domain, at);
    const make = <T extends DataType>(n: string, t: T, reads: boolean, path = n) =>
      reads ? inputNets(contents, n, t, domain, at) : outputNets(contents, n, t, domain, at, path);
    const consumes = direction === "input";
    if (consumes) {
      const parts = type.kind === "stream" ? leaves(`${name}_data`, type.data) : leaves(name, type);
      const valid = type.kind === "stream" ? [`${name}_valid`] : [];
      contents.inputs.push({ name, nets: [...valid, ...parts.map((leaf) => leaf.name)], at });
    }
    if (type.kind !== "stream") {
      inside[name] = make(name, type, consumes);
      continue;
    }
    noteStream(contents, name, direction, type, domain, at);
    const valid = make(`${name}_valid`, bit, consumes, `${name}.valid`);
    const ready = make(`${name}_ready`, bit, !consumes, `${name}.ready`);
    const data = make(`${name}_data`, type.data, consumes, `${name}.data`);
    inside[name] = Object.freeze({ type, valid, ready, data, fire: fireOf(valid, ready, at) });
  }
  return Object.freeze(inside);
}

function inputNets<T extends DataType>(
  contents: Contents,
  name: string,
  type: T,
  domain: string,
  at: LazyPosition,
): SignalOf<T> & BitSignal {
  return signalOf(name, type, (leaf, leafType) => {
    declare(contents, "port", leaf, at);
    contents.ports.push(dataPort(leaf, "input", leafType, domain, at));
    const net = contents.reference(leaf, leafType.width, isSigned(leafType), at);
    inheritsType(net, leafType);
    return net;
  }) as SignalOf<T> & BitSignal;
}

function outputNets<T extends DataType>(
  contents: Contents,
  name: string,
  type: T,
  domain: string,
  at: LazyPosition,
  path: string,
): Settable<T> & BitSignal {
  for (const leaf of leaves(name, type)) contents.ports.push(dataPort(leaf.name, "output", leaf.type, domain, at));
  return assignable(contents, "output", name, type, at, { path }) as Settable<T> & BitSignal;
}

function dataPort(name: string, direction: Port["direction"], type: LeafType, domain: string, at: LazyPosition): Port {
  const named = domain === "" ? {} : { domain };
  return { name, direction, role: "data", width: type.width, signed: isSigned(type), ...named, at };
}
