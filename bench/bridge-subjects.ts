import type { Circuit } from "../hdl/index.ts";
import {
  arrayBatches,
  type BridgeTraffic,
  eieTransactions,
  macAwaits,
  macBatches,
  macSignals,
  macSteps,
} from "./bridge-traffic.ts";
import { subjects } from "./subjects.ts";

/** A design, a way to reach it, and traffic at one grain. */
export interface BridgeSubject {
  /** The name of its row. */
  readonly what: string;
  /** The harness's number of the design and its traffic. */
  readonly number: number;
  readonly circuit: () => Circuit;
  readonly traffic: BridgeTraffic;
  readonly transport?: "in-process";
  readonly cycles: number;
  /** Cycles of the harness, where ours takes too long for as many. */
  readonly referenceCycles?: number;
  /** Least ratio of our throughput to the harness's. */
  readonly bar: number;
}

function circuitOf(name: string): () => Circuit {
  const found = subjects.find((subject) => subject.name === name);
  if (!found) throw new Error(`no subject ${name}`);
  return found.circuit;
}

const [mac, array64, eie64] = ["mac", "array64", "eie64"].map(circuitOf);

export const bridgeSubjects: readonly BridgeSubject[] = [
  {
    what: "mac/websocket-batch/throughput",
    number: 1,
    circuit: mac,
    traffic: macBatches,
    cycles: 60_000_000,
    bar: 0.5,
  },
  {
    what: "array64/websocket-batch/throughput",
    number: 2,
    circuit: array64,
    traffic: arrayBatches,
    cycles: 1_000_000,
    bar: 0.9,
  },
  {
    what: "eie64/websocket-stream/throughput",
    number: 4,
    circuit: eie64,
    traffic: eieTransactions,
    cycles: 400_000,
    bar: 0.9,
  },
  {
    what: "mac/websocket-signal/throughput",
    number: 1,
    circuit: mac,
    traffic: macSignals,
    cycles: 20_000,
    referenceCycles: 20_000_000,
    bar: 0.00033,
  },
  {
    what: "mac/inprocess-step/throughput",
    number: 1,
    circuit: mac,
    traffic: macSteps,
    transport: "in-process",
    cycles: 10_000_000,
    bar: 0.105,
  },
  {
    what: "mac/inprocess-await/throughput",
    number: 1,
    circuit: mac,
    traffic: macAwaits,
    transport: "in-process",
    cycles: 5_000_000,
    bar: 0.021,
  },
];
