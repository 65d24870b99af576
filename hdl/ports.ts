/** Ports: one record of them types the inside of a module, its instances and the test bench. */

import type { External } from "./ir.ts";
import { checkOptions } from "./messages/options.ts";
import { here, type LazyPosition } from "./position.ts";
import type { Settable, SignalOf, StreamSink, StreamSource, ValueOf } from "./signals/bundle.ts";
import type { PortType, StreamType } from "./types.ts";
import { refuseNoType } from "./types.ts";

/** A port that the module reads. */
export interface InputPort<T extends PortType = PortType> {
  readonly direction: "input";
  readonly type: T;
  readonly domain: string;
  readonly at: LazyPosition;
}

/** A port that the module drives. */
export interface OutputPort<T extends PortType = PortType> {
  readonly direction: "output";
  readonly type: T;
  readonly domain: string;
  readonly at: LazyPosition;
}

/** The domain of a port whose value belongs to none that is known here, such as a button: only synchronisers read it. */
export const asynchronous = "*";

export interface PortOptions {
  /** The clock domain that the port belongs to; absent: the one of `clock` and `reset`. See `Builder.domain`. */
  readonly domain?: string;
}

/** A port that the module reads (of a stream: consumes). */
export function input<T extends PortType>(type: T, options: PortOptions = {}): InputPort<T> {
  refuseNoType(type);
  const { domain = "" } = checkedPort("input", options);
  return Object.freeze({ direction: "input", type, domain, at: here() });
}

/** A port that the module drives (of a stream: produces). */
export function output<T extends PortType>(type: T, options: PortOptions = {}): OutputPort<T> {
  refuseNoType(type);
  const { domain = "" } = checkedPort("output", options);
  return Object.freeze({ direction: "output", type, domain, at: here() });
}

function checkedPort(taker: string, options: PortOptions): PortOptions {
  checkOptions(taker, "an object of options", options, { domain: true });
  return options;
}

/** The ports of a module by name. */
export type Ports = { readonly [name: string]: InputPort | OutputPort };

type SourceOf<T> = T extends StreamType<infer D> ? StreamSource<D> : SignalOf<T>;

/** The ports as `build` sees them. */
export type Inside<D extends Ports> = {
  readonly [K in keyof D]: D[K] extends InputPort<infer T>
    ? SourceOf<T>
    : D[K] extends OutputPort<infer T>
      ? T extends StreamType<infer S>
        ? StreamSink<S>
        : Settable<T>
      : never;
};

type NamesOf<D extends Ports, Direction> = {
  [K in keyof D]: D[K] extends { direction: Direction } ? K : never;
}[keyof D];

/** What an instance must be given: a value for every input. */
export type Connections<D extends Ports> = {
  readonly [K in NamesOf<D, "input">]: D[K] extends InputPort<infer T>
    ? T extends StreamType<infer S>
      ? StreamSource<S>
      : ValueOf<T>
    : never;
};

/** What an instance offers: every output, streams from the consumer's end. */
export type Results<D extends Ports> = {
  readonly [K in NamesOf<D, "output">]: D[K] extends OutputPort<infer T> ? SourceOf<T> : never;
};

/** What an instance needs to know of a module: its name, and its ports for given parameters. */
export interface Instantiable<P, D extends Ports> {
  readonly name: string;
  readonly describe: (parameters: P) => { readonly ports: D };
}

/** Foreign Verilog that a module stands for. */
export interface ExternalSource extends External {
  /** The controls of a module without model. */
  readonly controls: readonly ("clock" | "reset")[];
}
