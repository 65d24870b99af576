import type { Simulator } from "../hdl/index.ts";

/** A design under the traffic of the reference harness: every input set and every output read in every cycle. */
export interface Traffic {
  /** Before and after the four edges of reset. */
  prepare(simulator: Simulator): void;
  release(simulator: Simulator): void;
  /** Runs cycles and gives the hash of all outputs, FNV-1a over words. */
  run(simulator: Simulator, cycles: number): string;
}

// As lean as the compiled harness: all numbers are 32-bit words, and bits are made without branches.

/** xorshift32. */
export function next(state: number): number {
  let s = state;
  s ^= s << 13;
  s ^= s >>> 17;
  s ^= s << 5;
  return s;
}

export const seed = 12345;
export const basis = 2166136261 | 0;
export const mix = (hash: number, word: number) => Math.imul(hash ^ word, 16777619);
export const bit = Number as (condition: boolean) => number;
export const hex = (hash: number) => (hash >>> 0).toString(16).padStart(8, "0");

export const macTraffic: Traffic = {
  prepare({ in: pins }) {
    pins.seed = 0xdeadbeef;
    pins.reseed = 1;
  },
  release({ in: pins }) {
    pins.reseed = 0;
  },
  run(simulator, cycles) {
    const { in: pins, out } = simulator;
    let [s, hash] = [seed, basis];
    for (let i = 0; i < cycles; i++) {
      s = next(s);
      pins.a = s & 0xffff;
      pins.b = s >>> 16;
      s = next(s);
      pins.inValid = bit((s & 3) !== 0);
      pins.last = bit((s & 0x1c) === 0);
      pins.outReady = bit((s & 0x60) !== 0);
      simulator.step();
      hash = mix(hash, (out.y as number) | ((out.outValid as number) << 16) | ((out.inReady as number) << 17));
    }
    return hex(hash);
  },
};

export const arrayTraffic: Traffic = {
  prepare({ in: pins }) {
    pins.reseed = 1;
  },
  release({ in: pins }) {
    pins.reseed = 0;
  },
  run(simulator, cycles) {
    const { in: pins, out } = simulator;
    let [s, hash] = [seed, basis];
    for (let i = 0; i < cycles; i++) {
      s = next(s);
      pins.x = s & 0xffff;
      pins.select = (s >>> 16) & 63;
      s = next(s);
      pins.inValid = bit((s & 3) !== 0);
      pins.last = bit((s & 0x1c) === 0);
      pins.outReady = bit((s & 0x60) !== 0);
      pins.address = (s >>> 16) & 255;
      pins.write = bit(((s >>> 24) & 3) === 0);
      s = next(s);
      pins.writeData = s & 0xffff;
      pins.writeAddress = (s >>> 16) & 255;
      pins.writeElement = (s >>> 24) & 63;
      simulator.step();
      hash = mix(hash, (out.y as number) | ((out.yValid as number) << 16) | ((out.inReady as number) << 17));
      hash = mix(hash, out.check as number);
    }
    return hex(hash);
  },
};

/** Random words, commands among them, on the load port of a 64-PE array at the default parameters. */
export const eieTraffic: Traffic = {
  prepare({ in: pins }) {
    pins.results_ready = 1;
  },
  release() {},
  run(simulator, cycles) {
    const { in: pins, out } = simulator;
    let [s, hash] = [seed, basis];
    for (let i = 0; i < cycles; i++) {
      s = next(s);
      pins.load_valid = bit((s & 3) !== 0);
      pins.load_data_space = (s >>> 2) & 7;
      pins.load_data_pe = (s >>> 5) & 63;
      pins.load_data_address = (s >>> 11) & 63;
      pins.results_ready = (s >>> 20) & 1;
      s = next(s);
      pins.load_data_data = s & 0x7fffffff;
      simulator.step();
      hash = mix(hash, (out.load_ready as number) | ((out.results_valid as number) << 1) | ((out.busy as number) << 2));
    }
    return hex(hash);
  },
};

/** A simulator that has been through reset. */
export function started(simulator: Simulator, traffic: Traffic): Simulator {
  traffic.prepare(simulator);
  simulator.in.reset = 1;
  simulator.step(4);
  simulator.in.reset = 0;
  traffic.release(simulator);
  return simulator;
}
