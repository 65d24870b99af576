/** Modules whose Verilog comes from elsewhere. */

import type { VerilogParameter } from "../ir.ts";
import type { Inside, Ports } from "../ports.ts";
import type { Builder } from "./builder.ts";
import { defineModule, type ModuleDefinition } from "./definition.ts";

/** What a net of a port, a clock or a reset may be called, as far as types tell. */
type NetName<D extends Ports> =
  | (keyof D & string)
  | `${keyof D & string}_${string}`
  | `${string}clock`
  | `${string}reset`;

/** A black box for one set of parameters. */
export interface ExternalDescription<D extends Ports, Pin extends string = string> {
  readonly summary?: string;
  readonly ports: D;
  readonly verilog: {
    /** The module's name in its Verilog. */
    readonly module: string;
    /** Its Verilog parameters. */
    readonly parameters?: { readonly [name: string]: VerilogParameter };
    /** Names of its pins, by our names of ports (of bundles: of their nets), of `clock` and of `reset`, where they differ. */
    readonly pins?: { readonly [port in Pin]: string extends port ? string : port extends NetName<D> ? string : never };
    /** Whether it has a clock and a reset, where there is no model to tell. */
    readonly controls?: readonly ("clock" | "reset")[];
    /** The module as Verilog-2005 that can be synthesized, for tools that do not bring it: of the primitive of a device, say. */
    readonly source?: string;
  };
  /** What it does, for simulation; absent: a design with it cannot be simulated in this process. */
  model?(io: Inside<D>, m: Builder): void;
}

/**
 * Define a module of foreign Verilog: an instance of it prints as one of `verilog.module`. With a `model` it simulates like
 * any other module; whether the model is right is for a test against the foreign Verilog to show.
 */
export function defineExternal<P, const D extends Ports, const Pin extends string = never>(
  name: string,
  describe: (parameters: P) => ExternalDescription<D, Pin>,
): ModuleDefinition<P, D> {
  return defineModule(name, (parameters: P) => {
    const { summary, ports, verilog, model } = describe(parameters);
    return {
      ...(summary === undefined ? {} : { summary }),
      ports,
      build: (io: Inside<D>, m: Builder) => model?.(io, m),
      external: {
        module: verilog.module,
        parameters: verilog.parameters ?? {},
        pins: verilog.pins ?? {},
        controls: verilog.controls ?? [],
        modelled: model !== undefined,
        ...(verilog.source === undefined ? {} : { source: verilog.source }),
      },
    };
  });
}
