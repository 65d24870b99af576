import type { MapShape } from "../conv/spec.ts";
import type { BcnnLayer } from "./spec.ts";

/**
 * A place in the pipeline, as far as time goes. When it takes a pixel depends on earlier pixels alone, so pixels go through
 * one after the other, each as far as it gets by itself.
 */
export interface Place {
  /** A pixel is offered from an edge on, later than the one that took the last: the edge that takes it. */
  offer(edge: number): number;
}

/** An array, as far as what feeds it with words knows. */
interface Words {
  /** Some words of a vector, offered from an edge on, one after the other: the edge that takes the last one. */
  words(count: number, edge: number): number;
}

/** The sliding window: a position of the padded map an edge; where a window ends one is offered after it. */
export class WindowPlace implements Place {
  readonly #layer: BcnnLayer;
  readonly #next: Place;
  #column = 0;
  #row = 0;
  /** The first edge that may step to the next position. */
  #free = 0;

  constructor(layer: BcnnLayer, next: Place) {
    this.#layer = layer;
    this.#next = next;
  }

  offer(edge: number): number {
    // The padding above a map waits for the first pixel to be offered.
    while (this.#padded()) this.#step(edge);
    const taken = this.#step(edge);
    while (this.#padded() && (this.#column > 0 || this.#row > 0)) this.#step(0);
    return taken;
  }

  #step(earliest: number): number {
    const { input, padding } = this.#layer;
    const at = Math.max(earliest, this.#free);
    this.#free = at + 1;
    // The next step may be at the edge that takes the window.
    if (this.#ends(this.#column) && this.#ends(this.#row)) this.#free = this.#next.offer(at + 1);
    this.#column++;
    if (this.#column === input.width + 2 * padding) {
      this.#column = 0;
      this.#row = this.#row === input.height + 2 * padding - 1 ? 0 : this.#row + 1;
    }
    return at;
  }

  #padded(): boolean {
    const { input, padding } = this.#layer;
    const outside = (at: number, size: number) => at < padding || at >= size + padding;
    return outside(this.#column, input.width) || outside(this.#row, input.height);
  }

  #ends(at: number): boolean {
    const { kernel, stride } = this.#layer;
    return at >= kernel - 1 && (at - kernel + 1) % stride === 0;
  }
}

/** Max-pooling: a pixel an edge; the last one of a square makes a pooled one. */
export class PoolPlace implements Place {
  readonly #map: MapShape;
  readonly #size: number;
  readonly #next: Place;
  #column = 0;
  #row = 0;
  #free = 0;

  constructor(map: MapShape, size: number, next: Place) {
    this.#map = map;
    this.#size = size;
    this.#next = next;
  }

  offer(edge: number): number {
    const taken = Math.max(edge, this.#free);
    const ends = (at: number) => at % this.#size === this.#size - 1;
    if (ends(this.#column) && ends(this.#row)) this.#free = this.#next.offer(taken + 1);
    this.#column++;
    if (this.#column === this.#map.width) {
      this.#column = 0;
      this.#row = this.#row === this.#map.height - 1 ? 0 : this.#row + 1;
    }
    return taken;
  }
}

/** A pixel waits in a register and makes several words. */
export class SplitPlace implements Place {
  readonly #parts: number;
  readonly #array: Words;
  #free = 0;

  constructor(parts: number, array: Words) {
    this.#parts = parts;
    this.#array = array;
  }

  offer(edge: number): number {
    const taken = Math.max(edge, this.#free);
    // Its last word makes way for the next pixel at the same edge.
    this.#free = this.#array.words(this.#parts, taken + 1);
    return taken;
  }
}

/** Several pixels make a word; the last pixel of a vector completes it. One pixel a word needs no register. */
export class GatherPlace implements Place {
  readonly #parts: number;
  readonly #items: number;
  readonly #array: Words;
  #held = 0;
  #item = 0;
  #free = 0;

  constructor(parts: number, items: number, array: Words) {
    this.#parts = parts;
    this.#items = items;
    this.#array = array;
  }

  offer(edge: number): number {
    if (this.#parts === 1) return this.#array.words(1, edge);
    const taken = Math.max(edge, this.#free);
    this.#held++;
    this.#item = this.#item === this.#items - 1 ? 0 : this.#item + 1;
    if (this.#held === this.#parts || this.#item === 0) {
      this.#held = 0;
      this.#free = this.#array.words(1, taken + 1);
    }
    return taken;
  }
}
