import { describe, expect, it } from "vitest";
import { elaborate, Simulator } from "../../hdl/index.ts";
import { array } from "./array.ts";
import { mac } from "./mac.ts";

/** The traffic of the reference harness: xorshift32 for stimuli. */
function next(state: number): number {
  let s = state;
  s ^= s << 13;
  s ^= s >>> 17;
  s ^= s << 5;
  return s >>> 0;
}

/** FNV-1a over words, as the reference harness does it. */
function mix(hash: number, word: number): number {
  return Math.imul(hash ^ word, 16777619);
}

const bits = (condition: boolean) => (condition ? 1 : 0);
const hex = (hash: number) => (hash >>> 0).toString(16).padStart(8, "0");

function started(simulator: Simulator): Simulator {
  simulator.in.reset = 1;
  simulator.in.reseed = 1;
  simulator.step(4);
  simulator.in.reset = 0;
  simulator.in.reseed = 0;
  return simulator;
}

function macHash(cycles: number): string {
  const simulator = new Simulator(elaborate(mac, {}));
  simulator.in.seed = 0xdeadbeef;
  const { in: pins, out } = started(simulator);
  let [s, hash] = [12345, 2166136261];
  for (let i = 0; i < cycles; i++) {
    s = next(s);
    pins.a = s & 0xffff;
    pins.b = s >>> 16;
    s = next(s);
    pins.inValid = bits((s & 3) !== 0);
    pins.last = bits((s & 0x1c) === 0);
    pins.outReady = bits((s & 0x60) !== 0);
    simulator.step();
    hash = mix(hash, Number(out.y) | (Number(out.outValid) << 16) | (Number(out.inReady) << 17));
  }
  return hex(hash);
}

function arrayHash(cycles: number): string {
  const simulator = started(new Simulator(elaborate(array, { elements: 64 })));
  const { in: pins, out } = simulator;
  let [s, hash] = [12345, 2166136261];
  for (let i = 0; i < cycles; i++) {
    s = next(s);
    pins.x = s & 0xffff;
    pins.select = (s >>> 16) & 63;
    s = next(s);
    pins.inValid = bits((s & 3) !== 0);
    pins.last = bits((s & 0x1c) === 0);
    pins.outReady = bits((s & 0x60) !== 0);
    pins.address = (s >>> 16) & 255;
    pins.write = bits(((s >>> 24) & 3) === 0);
    s = next(s);
    pins.writeData = s & 0xffff;
    pins.writeAddress = (s >>> 16) & 255;
    pins.writeElement = (s >>> 24) & 63;
    simulator.step();
    hash = mix(hash, Number(out.y) | (Number(out.yValid) << 16) | (Number(out.inReady) << 17));
    hash = mix(hash, Number(out.check));
  }
  return hex(hash);
}

// The hashes come from hand-written Verilog of the same designs under a C++ harness on Verilator.
describe("the designs for measuring give the hashes of their hand-written counterparts", () => {
  it("multiply-accumulate, 20,000 cycles", () => expect(macHash(20_000)).toBe("760bfaf1"));
  it.each([
    [500, "eb268d8b"],
    [5_000, "caffa9ce"],
    [20_000, "7c8c5566"],
  ])("array of 64, %i cycles", (cycles, hash) => expect(arrayHash(cycles)).toBe(hash));
});
