import type { Command } from "../testbench/simulation.ts";
import type { Columns, VerilatorSimulation } from "../testbench/verilator/index.ts";
import { basis, bit, hex, mix, next, seed } from "./traffic.ts";

/** The traffic of the reference harness through the bridge: brings a started model into the state after its reset. */
export interface BridgeTraffic {
  prepare(simulation: VerilatorSimulation): Promise<void>;
  /** Runs cycles (whole transactions: about so many) and gives the hash of all outputs. */
  run(simulation: VerilatorSimulation, cycles: number): Promise<string>;
}

const poke = (port: string, value: number): Command => ({ kind: "poke", port, value });
const peek = (port: string): Command => ({ kind: "peek", port });
const step: Command = { kind: "step", cycles: 1 };

/** Rows of a message, and messages on their way at a time. */
const [chunk, ahead] = [16_384, 3];

/** Batches one after another, some on their way while others are made; `take` gets the results in order. */
async function pipelined(
  simulation: VerilatorSimulation,
  cycles: number,
  make: (rows: number) => Columns,
  take: (results: Awaited<ReturnType<VerilatorSimulation["batchColumns"]>>, rows: number) => void,
): Promise<void> {
  const underway: Promise<void>[] = [];
  for (let done = 0; done < cycles; ) {
    const rows = Math.min(chunk, cycles - done);
    done += rows;
    underway.push(simulation.batchColumns(make(rows)).then((results) => take(results, rows)));
    if (underway.length >= ahead) await underway.shift();
  }
  await Promise.all(underway);
}

async function seedMac(simulation: VerilatorSimulation): Promise<void> {
  await simulation.execute([poke("seed", 0xdeadbeef), poke("reseed", 1), step, poke("reseed", 0)]);
}

/** Whole arrays of stimulus in, whole arrays of outputs back. */
export const macBatches: BridgeTraffic = {
  prepare: seedMac,
  async run(simulation, cycles) {
    const [a, b] = [new Uint16Array(chunk), new Uint16Array(chunk)];
    const [inValid, last, outReady] = [new Uint8Array(chunk), new Uint8Array(chunk), new Uint8Array(chunk)];
    let [s, hash] = [seed, basis];
    await pipelined(
      simulation,
      cycles,
      (rows) => {
        for (let i = 0; i < rows; i++) {
          s = next(s);
          a[i] = s;
          b[i] = s >>> 16;
          s = next(s);
          inValid[i] = bit((s & 3) !== 0);
          last[i] = bit((s & 0x1c) === 0);
          outReady[i] = bit((s & 0x60) !== 0);
        }
        const of = <C extends Uint8Array | Uint16Array>(column: C) => column.subarray(0, rows);
        const inputs = { a: of(a), b: of(b), inValid: of(inValid), last: of(last), outReady: of(outReady) };
        return { rows, inputs, outputs: ["y", "outValid", "inReady"], sample: "after" };
      },
      ({ y, outValid, inReady }, rows) => {
        let mixed = hash;
        for (let i = 0; i < rows; i++) mixed = mix(mixed, y[i] | (outValid[i] << 16) | (inReady[i] << 17));
        hash = mixed;
      },
    );
    return hex(hash);
  },
};

/** As `macBatches`. */
export const arrayBatches: BridgeTraffic = {
  async prepare(simulation) {
    // The reference starts with memories of zeros.
    const rows = Array.from({ length: 64 * 256 }, (_, i) => [1, i >> 8, i & 255, 0]);
    const inputs = ["write", "writeElement", "writeAddress", "writeData"];
    await simulation.execute([{ kind: "batch", inputs, rows, outputs: [] }, poke("write", 0)]);
    await simulation.execute([poke("reseed", 1), step, poke("reseed", 0)]);
  },
  async run(simulation, cycles) {
    const bytes = () => new Uint8Array(chunk);
    const pins = {
      x: new Uint16Array(chunk),
      select: bytes(),
      inValid: bytes(),
      last: bytes(),
      outReady: bytes(),
      address: bytes(),
      write: bytes(),
      writeData: new Uint16Array(chunk),
      writeAddress: bytes(),
      writeElement: bytes(),
    };
    let [s, hash] = [seed, basis];
    await pipelined(
      simulation,
      cycles,
      (rows) => {
        for (let i = 0; i < rows; i++) {
          s = next(s);
          pins.x[i] = s;
          pins.select[i] = (s >>> 16) & 63;
          s = next(s);
          pins.inValid[i] = bit((s & 3) !== 0);
          pins.last[i] = bit((s & 0x1c) === 0);
          pins.outReady[i] = bit((s & 0x60) !== 0);
          pins.address[i] = s >>> 16;
          pins.write[i] = bit(((s >>> 24) & 3) === 0);
          s = next(s);
          pins.writeData[i] = s;
          pins.writeAddress[i] = s >>> 16;
          pins.writeElement[i] = (s >>> 24) & 63;
        }
        const inputs = Object.fromEntries(
          Object.entries(pins).map(([name, column]) => [name, column.subarray(0, rows)]),
        );
        return { rows, inputs, outputs: ["y", "yValid", "inReady", "check"], sample: "after" };
      },
      ({ y, yValid, inReady, check }, rows) => {
        let mixed = hash;
        for (let i = 0; i < rows; i++) {
          mixed = mix(mixed, y[i] | (yValid[i] << 16) | (inReady[i] << 17));
          mixed = mix(mixed, check[i]);
        }
        hash = mixed;
      },
    );
    return hex(hash);
  },
};

/** Every activation register of 64 PEs is loaded and read back, both ends hesitating before a quarter of the cycles. */
export const eieTransactions: BridgeTraffic = {
  prepare: async () => {},
  async run(simulation, cycles) {
    const [pes, depth] = [64, 64];
    const [activations, read] = [3, 6];
    let [s, hash] = [seed, basis];
    const transaction = (number: number): Command => {
      const rows = Array.from({ length: pes * depth }, (_, i) => {
        s = next(s);
        return [activations, i % pes, Math.floor(i / pes), s & 0xffff];
      });
      rows.push([read, 0, 0, depth]);
      const words = ["space", "pe", "address", "data"].map((name) => `load_data_${name}`);
      return {
        kind: "exchange",
        push: { valid: "load_valid", ready: "load_ready", data: words, rows },
        pull: { valid: "results_valid", ready: "results_ready", data: ["results_data"], count: pes * depth },
        stalls: { seed: number, push: 64, pull: 64 },
        limit: 10_000,
      };
    };
    const before = simulation.edges;
    const underway: Promise<void>[] = [];
    for (let number = 1; number <= cycles / 10_000; number++) {
      const work = simulation.execute([transaction(number)]).then(([values]) => {
        for (let i = 0; i < values.length - 1; i++) hash = mix(hash, Number(values[i]));
      });
      underway.push(work);
      if (underway.length >= ahead) await underway.shift();
    }
    await Promise.all(underway);
    return hex(mix(hash, simulation.edges - before));
  },
};

/** One message a cycle: all pokes of a time step, the step and the reads. */
export const macSignals: BridgeTraffic = {
  prepare: seedMac,
  async run(simulation, cycles) {
    let [s, hash] = [seed, basis];
    for (let i = 0; i < cycles; i++) {
      s = next(s);
      const [a, b] = [s & 0xffff, s >>> 16];
      s = next(s);
      const [, , , , , , [y], [outValid], [inReady]] = await simulation.execute([
        poke("a", a),
        poke("b", b),
        poke("inValid", bit((s & 3) !== 0)),
        poke("last", bit((s & 0x1c) === 0)),
        poke("outReady", bit((s & 0x60) !== 0)),
        step,
        peek("y"),
        peek("outValid"),
        peek("inReady"),
      ]);
      hash = mix(hash, Number(y) | (Number(outValid) << 16) | (Number(inReady) << 17));
    }
    return hex(hash);
  },
};

/** The pins as properties and a step without a promise. */
export const macSteps: BridgeTraffic = {
  prepare: seedMac,
  async run({ signals }, cycles) {
    if (!signals) throw new Error("the model is not in this process");
    const { in: pins, out, step } = signals;
    let [s, hash] = [seed, basis];
    for (let i = 0; i < cycles; i++) {
      s = next(s);
      pins.a = s & 0xffff;
      pins.b = s >>> 16;
      s = next(s);
      pins.inValid = bit((s & 3) !== 0);
      pins.last = bit((s & 0x1c) === 0);
      pins.outReady = bit((s & 0x60) !== 0);
      step();
      hash = mix(hash, (out.y as number) | ((out.outValid as number) << 16) | ((out.inReady as number) << 17));
    }
    return hex(hash);
  },
};

/** The same, waiting for each edge as a task does that shares the clock with others. */
export const macAwaits: BridgeTraffic = {
  prepare: seedMac,
  async run({ signals }, cycles) {
    if (!signals) throw new Error("the model is not in this process");
    const { in: pins, out, step } = signals;
    const edge = async () => step();
    let [s, hash] = [seed, basis];
    for (let i = 0; i < cycles; i++) {
      s = next(s);
      pins.a = s & 0xffff;
      pins.b = s >>> 16;
      s = next(s);
      pins.inValid = bit((s & 3) !== 0);
      pins.last = bit((s & 0x1c) === 0);
      pins.outReady = bit((s & 0x60) !== 0);
      await edge();
      hash = mix(hash, (out.y as number) | ((out.outValid as number) << 16) | ((out.inReady as number) << 17));
    }
    return hex(hash);
  },
};
