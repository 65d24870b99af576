import type { PlanesOperation } from "./operation.ts";
import type { PlanesParameters } from "./spec.ts";

/** How an operation lies in the array's memories and steps through it. */
export interface PlanesFold {
  /** Words that the length of a vector takes. */
  readonly chunks: number;
  /** Planes that are stepped through one after another; 1 where a word holds all planes. */
  readonly weightPlanes: number;
  readonly inputPlanes: number;
  /** Rows of 0 and 1 or of numbers that the array multiplies by; two a row of ternary weights. */
  readonly weightRows: number;
  /** Groups of `rows` weight rows. */
  readonly tiles: number;
  /** Groups of `cols` input vectors, each loaded and computed by itself. */
  readonly blocks: number;
}

export function planesFold(p: PlanesParameters, { length, weights, inputs }: PlanesOperation): PlanesFold {
  const serial = p.schedule === "serial";
  const ternary = weights.encoding === "ternary";
  const weightRows = weights.rows.length * (ternary ? 2 : 1);
  return {
    chunks: Math.ceil(length / p.lanes),
    weightPlanes: serial && !ternary ? weights.bits : 1,
    inputPlanes: serial ? inputs.bits : 1,
    weightRows,
    tiles: Math.ceil(weightRows / p.rows),
    blocks: Math.ceil(inputs.rows.length / p.cols),
  };
}
