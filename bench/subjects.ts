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

export const subjects: readonly Subject[] = [
  { name: "mac", number: 1, circuit: () => elaborate(mac, {}), traffic: macTraffic, cycles: 30_000_000, bar: 1 },
  {
    name: "array64",
    number: 2,
    circuit: () => elaborate(array, { elements: 64 }),
    traffic: arrayTraffic,
    cycles: 1_500_000,
    bar: 1.5,
  },
  {
    name: "eie64",
    number: 3,
    circuit: () => elaborate(eie, { ...eieSpec.schema.parse({}), pes: 64 }),
    traffic: eieTraffic,
    cycles: 500_000,
    bar: 1.5,
  },
];
