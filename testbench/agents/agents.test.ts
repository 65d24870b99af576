import { describe, expect, it } from "vitest";
import { axiLitePins, axiLiteSlave } from "../../generators/common/axi-lite-pins.ts";
import type { RegisterMap } from "../../generators/common/registers.ts";
import { connect, defineModule, input, output, queued, stream, uint } from "../../hdl/index.ts";
import { designOf } from "../design.ts";
import { writeVerilog } from "../fixtures/verilog-files.ts";
import { importVerilog } from "../foreign/import.ts";
import { testDesign } from "../tasks/index.ts";
import {
  AxiLiteMaster,
  holdReset,
  pausing,
  pausingAfter,
  Registers,
  receivePacket,
  receiveRows,
  Scoreboard,
  sendPacket,
  sendRows,
  serveMemory,
  streamNames,
  watchRows,
} from "./index.ts";

/** Reads the words at the addresses that it is given. */
const fetcher = designOf(
  defineModule("fetcher", (_: Record<never, never>) => ({
    ports: {
      a: input(stream(uint(8))),
      request: output(stream(uint(8))),
      response: input(stream(uint(16))),
      b: output(stream(uint(16))),
    },
    build({ a, request, response, b }, m) {
      connect(request, queued(m, "asked", a, 2));
      connect(b, queued(m, "given", response, 2));
    },
  })),
  {},
);
const memory = {
  request: { valid: "request_valid", ready: "request_ready", address: "request_data" },
  response: { valid: "response_valid", ready: "response_ready", data: "response_data" },
};

describe.each(["wasm", "icarus"] as const)("streams, a memory and a scoreboard on %s", (engine) => {
  const fetch = (words: ReadonlyMap<bigint, bigint>, wanted: (address: number) => bigint, seed = 1) =>
    testDesign(
      engine,
      fetcher,
      async (task) => {
        const addresses = Array.from({ length: 25 }, (_, i) => (i * 7) % 32);
        const board = new Scoreboard<bigint[]>("words");
        for (const address of addresses) board.expect([wanted(address)]);
        const b = streamNames("b");
        const background = { background: true };
        task.fork((own) => serveMemory(own, memory, new Map(words), { pause: pausing(0.5) }), background);
        task.fork((own) => watchRows(own, b, (row) => board.observe(row)), background);
        await task.combine([
          (own) =>
            sendRows(
              own,
              streamNames("a"),
              addresses.map((address) => [address]),
              { pause: pausingAfter(5, 9) },
            ),
          (own) => receiveRows(own, b, addresses.length, { pause: pausing(0.3) }),
        ]);
        board.finish();
        expect(board.seen).toBe(25);
        return task.cycle;
      },
      { seed },
    );
  const words = new Map(Array.from({ length: 32 }, (_, i) => [BigInt(i), BigInt(i * i)] as const));

  it("give the words that were asked for, at random times", async () => {
    const cycles = [];
    for (const seed of [1, 1, 2, 3]) cycles.push(await fetch(words, (address) => BigInt(address ** 2), seed));
    expect(cycles[0]).toBe(cycles[1]);
    expect(new Set(cycles).size).toBeGreaterThan(1);
  });

  it("tell of a wrong word, one too many, one too few, and one that is not there", async () => {
    const wrong = fetch(words, (address) => BigInt(address === 14 ? 3 : address ** 2));
    await expect(wrong).rejects.toThrow('words: value 2 is ["196"], not ["3"]');
    await expect(fetch(new Map([[0n, 0n]]), () => 0n)).rejects.toThrow(/word 7 is read in cycle \d+, and nobody has/);
    const board = new Scoreboard<number>("few");
    expect(() => board.observe(1)).toThrow("few: value 0 is 1, not nothing more");
    board.expect(2);
    expect(() => board.finish()).toThrow("few: 1 of 2 values did not come");
  });
});

it("a memory takes writes", async () => {
  const design = designOf(
    defineModule("writer", (_: Record<never, never>) => ({
      ports: {
        address: output(stream(uint(4))),
        enable: output(uint(1)),
        word: output(uint(8)),
        back: input(stream(uint(8))),
        last: output(uint(8)),
      },
      build({ address, enable, word, back, last }, m) {
        // Writes four words, then reads them.
        const step = m.reg("step", uint(3), { reset: 0 });
        const done = m.reg("done", uint(1), { reset: 0 });
        const seen = m.reg("seen", uint(8), { reset: 0 });
        address.valid.set(done.eq(0));
        address.data.set(step.bits(1, 0).extend(4));
        enable.set(step.lt(4).asUint());
        word.set(step.extend(8));
        m.when(address.fire, () => {
          step.set(step.addWrap(1));
          m.when(step.eq(7), () => done.set(1));
        });
        back.ready.set(true);
        m.when(back.fire, () => seen.set(back.data));
        last.set(seen);
      },
    })),
    {},
  );
  const words = new Map<bigint, bigint>();
  await testDesign("wasm", design, async (task) => {
    const request = {
      ...{ valid: "address_valid", ready: "address_ready", address: "address_data" },
      write: { enable: "enable", data: "word" },
    };
    const response = { valid: "back_valid", ready: "back_ready", data: "back_data" };
    task.fork((own) => serveMemory(own, { request, response }, words, { pause: () => 3 }), { background: true });
    await task.timeout(100, ({ until }) => until("last", 3));
  });
  expect([...words]).toEqual([0n, 1n, 2n, 3n].map((at) => [at, at]));
});

const map: RegisterMap = [
  {
    name: "CONTROL",
    lockable: true,
    help: "Control.",
    fields: [{ name: "level", bits: 5, access: "write", help: "Level." }],
  },
  {
    name: "MIX",
    help: "Two fields.",
    fields: [
      { name: "low", bits: 4, access: "write", help: "Low." },
      { name: "high", bits: 12, access: "write", help: "High." },
    ],
  },
  { name: "STATUS", help: "Status.", fields: [{ name: "sum", bits: 13, access: "status", help: "level + high." }] },
];

describe.each(["wasm", "icarus"] as const)("an AXI4-Lite master on %s", (engine) => {
  const design = designOf(
    defineModule("registers_top", (_: Record<never, never>) => ({
      ports: axiLitePins(map),
      build(io, m) {
        const sum = m.reg("sum", uint(13), { reset: 0 });
        const commands = axiLiteSlave(m, io, map, { locked: { CONTROL: sum.gt(8000) }, status: { sum } }) as never as {
          level: typeof sum;
          high: typeof sum;
        };
        sum.set(commands.level.extend(13).addWrap(commands.high.extend(13)));
      },
    })),
    {},
  );

  it("writes and reads registers by name, bytes by strobe, and hears of errors", async () => {
    await testDesign(engine, design, async (task) => {
      const master = new AxiLiteMaster(task);
      const registers = new Registers(master, map);
      await registers.write("CONTROL", { level: 21 });
      await registers.write("MIX", { low: 3, high: 0xabc });
      expect(await registers.read("MIX")).toEqual({ low: 3n, high: 0xabcn });
      expect(await registers.read("STATUS")).toEqual({ sum: 21n + 0xabcn });
      expect(await master.write(4, 0xffff, 0b01)).toBe(0);
      expect((await master.read(4)).data).toBe(0xabffn);
      expect(await master.write(12, 1)).toBe(2);
      expect((await master.read(12)).response).toBe(2);
      const odd = new Registers(master, [...map, { name: "MORE", help: "Not there.", fields: [] }]);
      await expect(odd.read("MORE")).rejects.toThrow("the read of MORE was answered with SLVERR");
      await expect(registers.write("MIX", { hihg: 1 })).rejects.toThrow("MIX has no field hihg");
      await expect(registers.write("CONTROL", { level: 32 })).rejects.toThrow("value does not fit CONTROL.level");
      await expect(registers.read("CONTROLL")).rejects.toThrow("there is no register CONTROLL");
    });
  });

  it.each([0.3, 0.7])("that hesitates on every channel, with probability %s", async (share) => {
    const seen = new Set<string>();
    await testDesign(engine, design, async (task) => {
      const watch = async (own: typeof task) => {
        for (;;) {
          const pins = ["awvalid", "wvalid", "bvalid", "bready", "rvalid", "rready"].map((pin) => `s_axi_${pin}`);
          const [address, data, written, takesWritten, read, takesRead] = await own.sample(...pins);
          if (address > data) seen.add("address first");
          if (data > address) seen.add("data first");
          if (written > takesWritten) seen.add("late for the write");
          if (read > takesRead) seen.add("late for the read");
        }
      };
      task.fork(watch, { background: true });
      const master = new AxiLiteMaster(task, "s_axi", { pause: pausing(share) });
      let word = 0n;
      for (let i = 0; i < 25; i++) {
        const data = BigInt(Math.floor(task.random.between(0, 2 ** 16)));
        const strobe = BigInt(i % 4);
        expect(await master.write(4, data, strobe)).toBe(0);
        const mask = (strobe & 1n ? 0xffn : 0n) | (strobe & 2n ? 0xff00n : 0n);
        word = (word & ~mask) | (data & mask);
        expect(await master.read(4)).toEqual({ data: word, response: 0 });
      }
    });
    expect([...seen].sort()).toEqual(["address first", "data first", "late for the read", "late for the write"]);
  });

  it.each(["aw", "w"])("a write whose %s comes first, and whose answer is taken late", async (first) => {
    await testDesign(engine, design, async (task) => {
      const level = async (pin: string) => (await task.sample(`s_axi_${pin}`))[0];
      const offered = async (channel: string) => {
        for (let waited = 0; (await level(`${channel}ready`)) === 0n; waited++) expect(waited).toBeLessThan(10);
        task.poke(`s_axi_${channel}valid`, 0);
      };
      for (const [pin, value] of Object.entries({ awaddr: 4, wdata: 0x5a3, wstrb: 15, bready: 0 }))
        task.poke(`s_axi_${pin}`, value);
      task.poke(`s_axi_${first}valid`, 1);
      const taking = task.fork(async (own) => {
        for (;;) {
          if ((await own.sample(`s_axi_${first}ready`))[0] === 0n) continue;
          return own.poke(`s_axi_${first}valid`, 0);
        }
      });
      for (let edge = 0; edge < 4; edge++) expect(await level("bvalid")).toBe(0n);
      const second = first === "aw" ? "w" : "aw";
      task.poke(`s_axi_${second}valid`, 1);
      await offered(second);
      await taking.join();
      const answers: bigint[] = [];
      for (let edge = 0; edge < 8; edge++) answers.push(await level("bvalid"));
      expect(answers.slice(2)).toEqual([1n, 1n, 1n, 1n, 1n, 1n]);
      task.poke("s_axi_bready", 1);
      expect(await level("bvalid")).toBe(1n);
      task.poke("s_axi_bready", 0);
      expect(await level("bvalid")).toBe(0n);
      expect((await new AxiLiteMaster(task).read(4)).data).toBe(0x5a3n);
    });
  });
});

it("AXI streams carry packets through foreign Verilog, which a reset empties", async () => {
  const files = writeVerilog({
    "stage.v": `module stage(input aclk, input aresetn,
  input s_axis_tvalid, output s_axis_tready, input [7:0] s_axis_tdata, input s_axis_tlast,
  output reg m_axis_tvalid, input m_axis_tready, output reg [7:0] m_axis_tdata, output reg m_axis_tlast);
  assign s_axis_tready = !m_axis_tvalid || m_axis_tready;
  always @(posedge aclk)
    if (!aresetn) m_axis_tvalid <= 0;
    else if (s_axis_tready) begin
      m_axis_tvalid <= s_axis_tvalid;
      m_axis_tdata <= ~s_axis_tdata;
      m_axis_tlast <= s_axis_tlast;
    end
endmodule
`,
  });
  const packets = [[1], [2, 3, 4], [5, 6]];
  const design = await importVerilog(files, "stage", { reset: null });
  const got = await testDesign("icarus", design, async (task) => {
    await holdReset(task, "aresetn", { activeLow: true });
    task.fork(async (own) => {
      for (const packet of packets) await sendPacket(own, "s_axis", packet, { pause: pausing(0.4) });
    });
    const got: bigint[][] = [];
    for (const _ of packets) got.push(await receivePacket(task, "m_axis", { pause: pausing(0.4) }));
    await sendPacket(task, "s_axis", [9]);
    expect(await task.peek("m_axis_tvalid")).toBe(1n);
    await holdReset(task, "aresetn", { activeLow: true, cycles: 1 });
    expect(await task.peek("m_axis_tvalid")).toBe(0n);
    return got;
  });
  expect(got).toEqual(packets.map((packet) => packet.map((word) => BigInt(255 - word))));
});

it("all bytes of words of any width count, where nobody says which", async () => {
  const inputs = {
    awaddr: 4,
    awvalid: 1,
    wdata: 64,
    wstrb: 8,
    wvalid: 1,
    bready: 1,
    tdata: 24,
    tlast: 1,
    tkeep: 3,
    tvalid: 1,
  };
  const outputs = { awready: 1, wready: 1, bvalid: 1, bresp: 2, tready: 1, strobe: 8, keep: 3 };
  const [file] = writeVerilog({
    "bytes.v": `module bytes(input clk,
${Object.entries(inputs)
  .map(([name, width]) => `  input [${width - 1}:0] x_${name},`)
  .join("\n")}
${Object.entries(outputs)
  .map(([name, width]) => `  output [${width - 1}:0] x_${name}`)
  .join(",\n")});
  reg [7:0] strobe = 0;
  reg [2:0] keep = 0;
  reg answer = 0;
  assign {x_awready, x_wready, x_tready, x_bresp, x_bvalid} = {3'b111, 2'b00, answer};
  assign {x_strobe, x_keep} = {strobe, keep};
  always @(posedge clk) begin
    if (x_wvalid) strobe <= x_wstrb;
    if (x_tvalid) keep <= x_tkeep;
    answer <= x_wvalid || (answer && !x_bready);
  end
endmodule
`,
  });
  await testDesign("icarus", await importVerilog([file], "bytes"), async (task) => {
    await new AxiLiteMaster(task, "x").write(8, 2n ** 63n);
    await sendPacket(task, "x", [1, 2]);
    expect([await task.peek("x_strobe"), await task.peek("x_keep")]).toEqual([0xffn, 7n]);
  });
});
