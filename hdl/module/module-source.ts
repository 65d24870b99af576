/** Where an instance gets the module of its definition from. */
import type { Module } from "../ir.ts";
import type { Instantiable, Ports } from "../ports.ts";
import type { LazyPosition } from "../position.ts";

/** Finds or makes the module for a definition and its parameters. */
export interface ModuleSource {
  module<P, D extends Ports>(
    definition: Instantiable<P, D>,
    parameters: P,
    at: LazyPosition,
    /** The name of the instance; absent for the top. */
    instance?: string,
  ): Elaborated;
}

/** A module, and the ports that its definition states. */
export interface Elaborated {
  readonly module: Module;
  readonly ports: Ports;
}
