import { once } from "node:events";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import type { SimulationOptions } from "../engine-options.ts";
import { counter, memory, wideAdder } from "../fixtures/designs.ts";
import type { Command, DesignUnderTest } from "../simulation.ts";
import { startVerilator, type VerilatorSimulation } from "./index.ts";

const open: VerilatorSimulation[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((simulation) => simulation.close()));
});
async function started(design: DesignUnderTest, options: SimulationOptions): Promise<VerilatorSimulation> {
  const simulation = await startVerilator(design, options);
  open.push(simulation);
  return simulation;
}

const poke = (port: string, value: bigint | number): Command => ({ kind: "poke", port, value });
const peek = (port: string): Command => ({ kind: "peek", port });
const step = (cycles: number): Command => ({ kind: "step", cycles });

const two = (["child", "in-process"] as const).map((transport) => ({ transport }));

describe.each(two)("memories, $transport", (transport) => {
  const words = { ...transport, memories: [{ module: "memory", name: "words" }] };
  const big = (1n << 33n) - 5n;

  it("are read and written beside the design", async () => {
    const simulation = await started(memory.design, words);
    await simulation.execute([poke("we", 1), poke("waddr", 3), poke("wdata", big), step(1), poke("we", 0)]);
    expect(await simulation.readMemory("words", 2, 3)).toEqual([0n, big, 0n]);
    await simulation.writeMemory("words", 14, [7n, big - 1n]);
    const reads = [14, 15].flatMap((address) => [poke("raddr", address), step(1), peek("rdata")]);
    const replies = await simulation.execute(reads);
    expect(replies.flat()).toEqual([7n, big - 1n]);
  });

  it("within instances are found by their path, and asynchronous reads follow", async () => {
    const design: DesignUnderTest = {
      top: "outer",
      ports: [
        { name: "a", direction: "input", width: 2, signed: false },
        { name: "q", direction: "output", width: 70, signed: false },
      ],
      verilog: `module inner(input [1:0] a, output [69:0] q);
  reg [69:0] table_of [0:3];
  assign q = table_of[a];
endmodule
module outer(input [1:0] a, output [69:0] q);
  inner u0(a, q);
endmodule
`,
    };
    const simulation = await started(design, { ...transport, memories: [{ module: "inner", name: "table_of" }] });
    const values = [1n, 1n << 69n, 3n, (1n << 70n) - 1n];
    await simulation.writeMemory("u0.table_of", 0, values);
    const replies = await simulation.execute([0, 1, 2, 3].flatMap((a) => [poke("a", a), peek("q")]));
    expect(replies.flat()).toEqual(values);
    await simulation.writeMemory("u0.table_of", 3, [5]);
    expect(await simulation.execute([peek("q")])).toEqual([[5n]]);
  });

  it.each([
    ["nowhere", 0, 1, /there is no memory nowhere within reach/],
    ["words", 15, 2, /an address is beyond the memory/],
    ["words", 4_000_000_000, 1, /an address is beyond the memory/],
  ] as const)("%s at %i is an error", async (path, address, count, message) => {
    const simulation = await started(memory.design, words);
    await expect(simulation.readMemory(path, address, count)).rejects.toThrow(message);
  });

  it("refuses a value that does not fit", async () => {
    const simulation = await started(memory.design, words);
    await expect(simulation.writeMemory("words", 0, [1n << 33n])).rejects.toThrow(/value does not fit words/);
    expect(await simulation.readMemory("words", 0, 1)).toEqual([0n]);
  });
});

describe.each(two)("snapshots, $transport", (transport) => {
  it("bring a state back, in this simulation and in another one", async () => {
    const options = { ...transport, snapshots: true };
    const simulation = await started(memory.design, options);
    const write = (address: number, value: number) => [
      ...[poke("we", 1), poke("waddr", address), poke("wdata", value), step(1), poke("we", 0)],
    ];
    const read = (address: number) => [poke("raddr", address), step(1), peek("rdata")];
    await simulation.execute(write(1, 11));
    const snapshot = await simulation.save();
    const edges = simulation.edges;
    await simulation.execute(write(1, 99));
    expect((await simulation.execute(read(1))).at(-1)).toEqual([99n]);
    await simulation.restore(snapshot);
    expect(simulation.edges).toBe(edges);
    expect((await simulation.execute(read(1))).at(-1)).toEqual([11n]);
    const other = await started(memory.design, { ...options, seed: 5 });
    await other.restore(snapshot);
    expect((await other.execute(read(1))).at(-1)).toEqual([11n]);
  });

  it("of other models, damaged ones and none at all are refused", async () => {
    const [mine, other, without] = await Promise.all([
      started(counter.design, { ...transport, snapshots: true }),
      started(wideAdder.design, { ...transport, snapshots: true }),
      started(counter.design, transport),
    ]);
    const snapshot = await mine.save();
    await expect(other.restore(snapshot)).rejects.toThrow(/the snapshot is of another model/);
    await expect(without.save()).rejects.toThrow(/built without snapshots/);
    await expect(mine.restore(snapshot.subarray(1))).rejects.toThrow(/of another model/);
  });
});

it.each(two)("waves begin and end when asked, $transport", async (transport) => {
  const folder = mkdtempSync(join(tmpdir(), "whittle-waves-"));
  const [first, second] = ["first", "second"].map((name) => join(folder, `${name}.vcd`));
  const simulation = await started(counter.design, { ...transport, traced: true });
  await simulation.execute([poke("int", 1), step(10)]);
  await simulation.recordWaves(first);
  await simulation.execute([step(3)]);
  await simulation.recordWaves(second);
  await simulation.execute([step(2)]);
  await simulation.recordWaves();
  await simulation.execute([step(50)]);
  await simulation.close();
  const values = (file: string) =>
    [...readFileSync(file, "utf8").matchAll(/^b(\d{8}) /gm)].map(([, bits]) => Number.parseInt(bits, 2));
  expect(new Set(values(first))).toEqual(new Set([10, 11, 12, 13]));
  expect(new Set(values(second))).toEqual(new Set([13, 14, 15]));
});

it("waves that cannot be written are an error", async () => {
  const simulation = await started(counter.design, { traced: true });
  await expect(simulation.recordWaves("/nowhere/at/all.vcd")).rejects.toThrow(/cannot write waves to/);
});

it.each(two)("a full disk ends a simulation that records waves, $transport", async (transport) => {
  const simulation = await started(counter.design, { ...transport, traced: true });
  await simulation.recordWaves("/dev/full");
  const work = simulation.execute([poke("int", 1), step(100_000)]);
  await expect(work).rejects.toThrow(/No space left on device/);
  const last = await started(counter.design, { ...transport, waves: "/dev/full" });
  await last.execute([step(1)]);
});

it.each(two)("clocks of several periods run beside the model, $transport", async (transport) => {
  const inputs = ["fast", "slow"].map((name) => ({ name, direction: "input", width: 1, signed: false }) as const);
  const outputs = ["fasts", "slows", "falls", "both"].map(
    (name) => ({ name, direction: "output", width: 16, signed: false }) as const,
  );
  const design: DesignUnderTest = {
    top: "two",
    ports: [...inputs, ...outputs],
    clocks: ["fast", "slow"],
    verilog: `module two(input fast, input slow, output reg [15:0] fasts, output reg [15:0] slows, output reg [15:0] falls,
    output reg [15:0] both);
  initial begin fasts = 0; slows = 0; falls = 0; both = 0; end
  always @(posedge fast) begin fasts <= fasts + 16'd1; if (slow) both <= both + 16'd1; end
  always @(posedge slow) slows <= slows + 16'd1;
  always @(negedge fast) falls <= falls + 16'd1;
endmodule
`,
  };
  const options = { ...transport, snapshots: true };
  const [simulation, other] = [await started(design, options), await started(design, options)];
  const clocks = [
    { port: "fast", period: 7 },
    { port: "slow", period: 11, phase: 5 },
  ];
  // Rises of "fast" at 0, 7, … and of "slow" at 5, 16, …; the latter is high for five units, its rise included.
  const rises = (time: number, period: number, phase: number) => Math.max(0, Math.ceil((time - phase) / period));
  const high = (time: number) => time >= 5 && (time - 5) % 11 < 5;
  let time = 0;
  const check = async (of: VerilatorSimulation) => {
    const [[fasts], [slows], [falls], [both]] = await of.execute(outputs.map(({ name }) => peek(name)));
    const fastRises = Array.from({ length: rises(time, 7, 0) }, (_, i) => 7 * i);
    expect({ fasts, slows, falls, both }).toEqual({
      fasts: BigInt(fastRises.length),
      slows: BigInt(rises(time, 11, 5)),
      falls: BigInt(rises(time, 7, 3)),
      both: BigInt(fastRises.filter(high).length),
    });
  };
  for (const span of [0, 1, 6, 1, 20, 300, 3, 4_000]) {
    await Promise.all([simulation.runClocks(clocks, span), simulation.runClocks(clocks, 2)]);
    time += span + 2;
    const snapshot = await simulation.save();
    await check(simulation);
    // Clocks go on from the time of a snapshot.
    await simulation.runClocks(clocks, 5);
    await simulation.restore(snapshot);
    await other.restore(snapshot);
    await other.runClocks(clocks, 9);
    time += 9;
    await check(other);
    time -= 9;
  }
});

describe("watchers", () => {
  const words = (frame: Buffer) => [
    ...new Uint32Array(frame.buffer.slice(frame.byteOffset, frame.byteOffset + frame.length)),
  ];

  async function watching(url: string) {
    const socket = new WebSocket(url);
    const frames: number[][] = [];
    socket.on("message", (data: Buffer) => frames.push(words(data)));
    await once(socket, "message");
    return { socket, frames };
  }

  it("see the state after every message, as many as there are", async () => {
    const simulation = await started(counter.design, {});
    const all = await Promise.all([1, 2, 3].map(() => watching(String(simulation.watchUrl))));
    await simulation.execute([poke("int", 1), step(5), peek("count__now")]);
    // Edges, input, output and reset.
    const state = (frames: number[][]) => frames.at(-1)?.slice(2);
    for (const { frames } of all) await expect.poll(() => state(frames)).toEqual([5, 0, 1, 5, 0]);
    all[0].socket.close();
    await simulation.execute([step(1), peek("count__now")]);
    for (const { frames } of all.slice(1)) await expect.poll(() => state(frames)).toEqual([6, 0, 1, 6, 0]);
    const left = all.slice(1).map(({ socket }) => once(socket, "close"));
    await simulation.close();
    await Promise.all(left);
  });

  it("may say nothing, and cannot take control", async () => {
    const simulation = await started(counter.design, {});
    const { socket } = await watching(String(simulation.watchUrl));
    socket.send(new Uint8Array(16));
    expect((await once(socket, "close"))[0]).toBe(1008);
    const wrong = new WebSocket(String(simulation.watchUrl).replace("/watch/", "/control/"));
    expect(String((await once(wrong, "error"))[0])).toMatch(/403/);
    expect(await simulation.execute([peek("count__now")])).toEqual([[0n]]);
  });

  it("that do not read hold nobody up", async () => {
    const simulation = await started(counter.design, {});
    const { socket } = await watching(String(simulation.watchUrl));
    socket.pause();
    for (let i = 0; i < 300; i++) await simulation.execute([poke("int", 1), step(1)]);
    expect(await simulation.execute([peek("count__now")])).toEqual([[300n & 0xffn]]);
    socket.terminate();
  });
});
