import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { runningChildren } from "../../platform/children.ts";
import { counter, mac, wideAdder } from "../fixtures/designs.ts";
import { ReferenceSimulation } from "../fixtures/reference.ts";
import { portTable } from "../program.ts";
import { buildVerilator } from "./build.ts";
import { type SimulatorChild, startChild } from "./child.ts";
import { decodeReply, type Reply } from "./decode.ts";
import { encodeProgram } from "./encode.ts";
import { connect, type Link } from "./link.ts";
import { magic, protocolVersion } from "./protocol.ts";

let child: SimulatorChild;
beforeEach(async () => {
  const build = await buildVerilator(counter.design, { traced: false });
  child = (await startChild(build, counter.design, { seed: 1, timeoutMs: 10_000 })).child;
});
afterEach(async () => {
  child.kill();
  await child.ended;
  expect(runningChildren()).toEqual([]);
});

const quiet = { reply: () => undefined, garbage: () => undefined, closed: () => undefined };

/** Send one message as the controlling client: what comes back, and how the connection ends. */
async function exchange(message: Uint8Array | string): Promise<{ reply: Reply | undefined; closed: number }> {
  const socket = new WebSocket(`ws://127.0.0.1:${child.port}/control/${child.token}`);
  const ended = once(socket, "close");
  await once(socket, "message");
  socket.send(message);
  const [data] = (await once(socket, "message")) as [Buffer];
  const [closed] = (await ended) as [number];
  return { reply: decodeReply(data), closed };
}

const words = (...values: number[]) => new Uint8Array(new Uint32Array(values).buffer);

describe("the bridge", () => {
  it("refuses a wrong token and stays for the right one", async () => {
    for (const token of ["", "wrong", child.token.slice(1), `${child.token}0`, "x".repeat(6_000)]) {
      await expect(connect(child.port, token, quiet)).rejects.toThrow("403");
    }
    await expect(connect(child.port, "x".repeat(100_000), quiet)).rejects.toThrow();
    (await connect(child.port, child.token, quiet)).close();
    expect(await child.ended).toBe("the simulator ended with exit status 0");
  });

  it("refuses a second client and goes on serving the first", async () => {
    const replies: Reply[] = [];
    let heard = () => {};
    const first: Link = await connect(child.port, child.token, {
      ...quiet,
      reply: (reply) => {
        replies.push(reply);
        heard();
      },
    });
    await expect(connect(child.port, child.token, quiet)).rejects.toThrow("409");
    const answer = new Promise<void>((resolve) => {
      heard = resolve;
    });
    first.send(encodeProgram(9, [{ kind: "peek", port: "count__now" }], portTable(counter.design)).frame);
    await answer;
    expect(replies).toMatchObject([{ id: 9, status: "ok" }]);
    first.close();
  });

  it("ends when its client is cut off in the middle of a frame", async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${child.port}/control/${child.token}`);
    await once(socket, "message");
    // The head of a frame of 100,000 bytes, and no more than a few of them.
    const raw = (socket as unknown as { _socket: Socket })._socket;
    raw.write(Uint8Array.of(0x82, 0xff, 0, 0, 0, 0, 0, 1, 0x86, 0xa0, 0, 0, 0, 0, 1, 2, 3));
    await new Promise((resolve) => setTimeout(resolve, 50));
    raw.destroy();
    expect(await child.ended).toBe("the simulator ended with exit status 0");
  });

  it("refuses what is no WebSocket", async () => {
    const response = await fetch(`http://127.0.0.1:${child.port}/control/${child.token}`);
    expect(response.status).toBe(426);
    expect((await fetch(`http://127.0.0.1:${child.port}/`)).status).toBe(403);
  });

  it("ends when its parent is gone, however that ended", async () => {
    const { program, library } = await buildVerilator(counter.design, { traced: false });
    const simulator = spawn(program, [library, "1"], {
      env: { WHITTLE_TOKEN: "secret" },
      stdio: ["pipe", "pipe", "inherit"],
    });
    const exited = once(simulator, "exit");
    await once(simulator.stdout, "data");
    // This is what the end of a parent does to the pipe.
    simulator.stdin.destroy();
    expect(await exited).toEqual([0, null]);
  });

  it("ends when its client leaves within billions of cycles", async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${child.port}/control/${child.token}`);
    await once(socket, "message");
    const table = portTable(counter.design);
    socket.send(encodeProgram(1, [{ kind: "peek", port: "count__now" }], table).frame);
    await once(socket, "message");
    const { frame } = encodeProgram(2, Array(100).fill({ kind: "step", cycles: 4_000_000_000 }), table);
    await new Promise((sent) => socket.send(frame, sent));
    socket.terminate();
    expect(await child.ended).toBe("the simulator ended with exit status 0");
  });

  it("ends when its client is cut off", async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${child.port}/control/${child.token}`);
    await once(socket, "message");
    socket.terminate();
    expect(await child.ended).toBe("the simulator ended with exit status 0");
  });

  it.each([
    ["text", "hello", "the frame ends too early"],
    ["nothing", new Uint8Array(0), "the frame ends too early"],
    ["a broken word", new Uint8Array(7), "the frame is not a whole number of 32-bit words"],
    ["no magic word", words(1, 2, 3, 4), "the frame does not start with the magic word"],
    ["another version", words(magic, 99, 0, 0), "the frame is of another protocol version"],
    ["no commands", words(magic, protocolVersion, 0, 3), "the frame ends too early"],
    ["an unknown command", words(magic, protocolVersion, 0, 1, 77), "there is no command of this number"],
    ["an unknown port", words(magic, protocolVersion, 0, 1, 2, 3), "there is no port of this number"],
    ["a poke of an output", words(magic, protocolVersion, 0, 1, 1, 1, 0), "an output cannot be set"],
    ["too much", words(magic, protocolVersion, 0, 0, 5), "words follow the last command"],
    ["too many rows", words(magic, protocolVersion, 0, 1, 4, 1, 0, 0xffffffff, 0, 0, 1), "the frame ends too early"],
    [
      "too large a reply",
      words(magic, protocolVersion, 0, 1, 4, 0, 1, 0xffffffff, 0, 1),
      "the reply would exceed a frame",
    ],
    ["too many clocks", words(magic, protocolVersion, 0, 1, 10, 0, 0, 1, 0xffffffff), "the frame ends too early"],
    ["a wide valid", words(magic, protocolVersion, 0, 1, 6, 1, 0, 0, 1, 1), "valid and ready have one bit"],
  ])("answers %s with an error and closes", async (_, message, problem) => {
    const { reply, closed } = await exchange(message);
    expect(reply).toMatchObject({ status: "malformed", message: problem });
    expect(closed).toBe(1000);
    expect(await child.ended).toBe("the simulator ended with exit status 0");
  });
});

it.each([mac, wideAdder])("serves a client in another language", async (fixture) => {
  const { design } = fixture;
  const { program, library } = await buildVerilator(design, { traced: false });
  const named = (direction: string) => design.ports.filter((port) => port.direction === direction);
  const [inputs, outputs] = [named("input"), named("output").map(({ name }) => name)];
  const rows = Array.from({ length: 37 }, (_, row) =>
    inputs.map(({ width }) => BigInt.asUintN(width, BigInt(row + 1) * 0x9e3779b97f4a7c15f39cc0605cedc835n)),
  );
  const path = fileURLToPath(new URL("../fixtures/client.py", import.meta.url));
  const client = execFile("python3", [path, program, library], { maxBuffer: 1 << 24 });
  const rest = design.reset === undefined ? {} : { [design.reset]: "0" };
  const given = rows.map((row) => ({
    ...rest,
    ...Object.fromEntries(row.map((value, i) => [inputs[i].name, String(value)])),
  }));
  client.stdin?.end(JSON.stringify(given));
  const [stdout, stderr] = await Promise.all([client.stdout, client.stderr].map((stream) => stream && text(stream)));
  expect(stderr).toBe("");

  const reference = new ReferenceSimulation(fixture);
  const look = () =>
    Object.fromEntries(outputs.map((port) => [port, String(reference.execute([{ kind: "peek", port }])[0][0])]));
  const expected = rows.flatMap((row) => {
    const pokes = row.map((value, i) => ({ kind: "poke", port: inputs[i].name, value }) as const);
    reference.execute(pokes);
    const before = look();
    reference.execute([{ kind: "step", cycles: 1 }]);
    return [before, look()];
  });
  expect(JSON.parse(String(stdout))).toEqual({
    pins: expected,
    batch: expected.filter((_, i) => i % 2 === 0),
    edges: [rows.length, rows.length],
    refusal: [2, "there is no command of this number"],
    ended: [0, 0],
  });
});

it("answers any garbage with an error, never a crash", async () => {
  const build = await buildVerilator(counter.design, { traced: false });
  const word = fc.oneof(fc.nat(9), fc.integer({ min: 0, max: 0xffff_ffff }));
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 30 }), async (tail) => {
      // Steps of billions of cycles are legal, and end when the client goes.
      const frame = words(magic, protocolVersion, 1, ...tail.map((value) => (value > 9 ? value | 0x8000_0000 : value)));
      child.kill();
      await child.ended;
      child = (await startChild(build, counter.design, { seed: 1, timeoutMs: 10_000 })).child;
      const socket = new WebSocket(`ws://127.0.0.1:${child.port}/control/${child.token}`);
      await once(socket, "message");
      socket.send(frame);
      const answered = await Promise.race([
        once(socket, "message").then(([data]) => decodeReply(data as Buffer) !== undefined),
        child.ended.then(() => false),
        new Promise<boolean>((resolve) => setTimeout(() => resolve(true), 200)),
      ]);
      expect(answered).toBe(true);
      socket.terminate();
    }),
    { numRuns: 30 },
  );
});
