import { eie } from "../generators/eie/eie.ts";
import { type Circuit, elaborate } from "../hdl/index.ts";
import { eieSpec } from "../sw-model/eie/spec.ts";
import { array } from "./designs/array.ts";
import { mac } from "./designs/mac.ts";
import { arrayTraffic, eieTraffic, macTraffic, type Traffic } from "./traffic.ts";

/** A design that simulators are measured on. */
export interface Subject {
  readonly name: string;
  /** The harness's number of the design. */
  readonly number: number;
  readonly circuit: () => Circuit;
  readonly traffic: Traffic;
  readonly cycles: number;
  /** Least ratio of our throughput to the reference's. */
  readonly bar: number;
}

const array64 = () => elaborate(array, { elements: 64 });
const eie64 = () => elaborate(eie, eieOf(64));

function eieOf(pes: number) {
  return { ...eieSpec.schema.parse({}), pes };
}

export const subjects: readonly Subject[] = [
  { name: "mac", number: 1, circuit: () => elaborate(mac, {}), traffic: macTraffic, cycles: 30_000_000, bar: 1 },
  {
    name: "array64",
    number: 2,
    circuit: array64,
    traffic: arrayTraffic,
    cycles: 1_500_000,
    bar: 1.5,
  },
  {
    name: "eie64",
    number: 3,
    circuit: eie64,
    traffic: eieTraffic,
    cycles: 500_000,
    bar: 1.5,
  },
];

/** A design whose elaboration is timed. */
export interface LargeDesign {
  readonly name: string;
  readonly circuit: () => Circuit;
  /** Most seconds to elaborate it and to emit its Verilog. */
  readonly emitBar?: number;
  /** A smaller one of its kind, and how many times as large this one is. */
  readonly grownFrom?: { readonly name: string; readonly times: number };
}

export const largeDesigns: readonly LargeDesign[] = [
  { name: "array64", circuit: array64, emitBar: 0.15 },
  {
    name: "array256",
    circuit: () => elaborate(array, { elements: 256 }),
    emitBar: 0.2,
    grownFrom: { name: "array64", times: 4 },
  },
  { name: "eie16", circuit: () => elaborate(eie, eieOf(16)) },
  { name: "eie64", circuit: eie64, grownFrom: { name: "eie16", times: 4 } },
  { name: "eie256", circuit: () => elaborate(eie, eieOf(256)), grownFrom: { name: "eie64", times: 4 } },
  // The range of the command line ends at 256; the hardware does not.
  { name: "eie1024", circuit: () => elaborate(eie, eieOf(1024)), grownFrom: { name: "eie256", times: 4 } },
];
