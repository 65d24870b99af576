import type { MapShape } from "../conv/spec.ts";
import type { BcnnLayer } from "./spec.ts";

/** What happens at an edge: something is offered, comes in, goes out. */
export interface Moves {
  readonly offered: boolean;
  readonly comes: boolean;
  readonly goes: boolean;
}

/** A place in the pipeline, as far as time goes. */
export interface Stage {
  /** Whether it takes what is offered, when the next stage takes what this one offers, or not. */
  takes(ready: boolean): boolean;
  /** Whether it has something for the next stage. */
  readonly offers: boolean;
  edge(moves: Moves): void;
}

/** The sliding window: a place of the padded map an edge; where a window ends one is there after it. */
export class WindowStage implements Stage {
  readonly #layer: BcnnLayer;
  #column = 0;
  #row = 0;
  offers = false;

  constructor(layer: BcnnLayer) {
    this.#layer = layer;
  }

  takes(ready: boolean): boolean {
    return (!this.offers || ready) && !this.#padded();
  }

  edge({ offered, comes, goes }: Moves): void {
    const { input, padding } = this.#layer;
    const started = this.#column > 0 || this.#row > 0;
    const step = comes || (this.#padded() && (started || offered) && (!this.offers || goes));
    if (!step) {
      if (goes) this.offers = false;
      return;
    }
    this.offers = this.#ends(this.#column) && this.#ends(this.#row);
    this.#column++;
    if (this.#column < input.width + 2 * padding) return;
    this.#column = 0;
    this.#row = this.#row === input.height + 2 * padding - 1 ? 0 : this.#row + 1;
  }

  /** Whether the place is one of the padding. */
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
export class PoolStage implements Stage {
  readonly #map: MapShape;
  readonly #size: number;
  #column = 0;
  #row = 0;
  offers = false;

  constructor(map: MapShape, size: number) {
    this.#map = map;
    this.#size = size;
  }

  takes(ready: boolean): boolean {
    return !this.offers || ready;
  }

  edge({ comes, goes }: Moves): void {
    if (goes) this.offers = false;
    if (!comes) return;
    const ends = (at: number) => at % this.#size === this.#size - 1;
    this.offers = ends(this.#column) && ends(this.#row);
    this.#column++;
    if (this.#column < this.#map.width) return;
    this.#column = 0;
    this.#row = this.#row === this.#map.height - 1 ? 0 : this.#row + 1;
  }
}
