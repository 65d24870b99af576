/** The rules of streams: `valid` does not wait for `ready`, and what is offered stays. */
import { describe, expect, it } from "vitest";
import {
  type Builder,
  bit,
  checkStreams,
  connect,
  defineModule,
  elaborate,
  forked,
  HdlError,
  type Inside,
  input,
  joined,
  output,
  queued,
  receivedOnCredit,
  Simulator,
  type StreamSink,
  type StreamSource,
  sentOnCredit,
  simulate,
  stream,
  type UIntType,
  uint,
} from "../index.ts";
import { countingApart } from "../position.ts";

type Word = UIntType<4>;
type Build = (a: StreamSource<Word>, q: StreamSink<Word>, m: Builder) => void;

const module = (build: Build) =>
  defineModule("probe", (_: Record<never, never>) => ({
    ports: { a: input(stream(uint(4))), q: output(stream(uint(4))) },
    build({ a, q }, m) {
      m.reg("state", bit, { reset: false }).set(true);
      // As the language calls a build.
      countingApart(build.bind(undefined, a, q, m));
    },
  }));

/** Words pass while both ends agree: offers only to who is ready. */
const timid = defineModule("timid", (_: Record<never, never>) => ({
  ports: { a: input(stream(uint(4))), q: output(stream(uint(4))) },
  build({ a, q }) {
    const both = a.valid.and(q.ready);
    q.valid.set(both);
    q.data.set(a.data);
    a.ready.set(both);
  },
}));

function failure(body: () => unknown): string {
  try {
    body();
  } catch (error) {
    if (error instanceof HdlError)
      return error.message.replaceAll(/rules\.test\.ts:\d+/g, "rules.test.ts:…").replaceAll(/^ +\d* \|/gm, "    |");
    throw error;
  }
  return "no error";
}

const building = (build: Build) => failure(() => elaborate(module(build), {}));

function pass(source: StreamSource<Word>, sink: StreamSink<Word>): void {
  sink.valid.set(source.valid);
  sink.data.set(source.data);
  source.ready.set(sink.ready);
}

describe("valid-waits-for-ready", () => {
  it("of an output", () => {
    expect(failure(() => elaborate(timid, {}))).toMatchInlineSnapshot(`
      "hdl/streams/rules.test.ts:…: The valid of stream "q" waits for its own ready in module "timid". [valid-waits-for-ready]
          | ports: { a: input(stream(uint(4))), q: output(stream(uint(4))) },
          |                                        ^
        step:     "q_valid" follows from "q_ready", hdl/streams/rules.test.ts:…
          | q.valid.set(both);
          |         ^
        expected: a valid that does not follow from ready in the same cycle
        found:    q_valid <- q_ready
        fix:      Offer the word, and change state at fire; or cut the path of ready with buffered(…)."
    `);
  });

  it("of a stream inside, through nets", () => {
    expect(
      building((a, q, m) => {
        const { sink, source } = m.stream("inner", stream(uint(4)));
        const goes = m.node("goes", sink.ready.and(a.valid));
        sink.valid.set(goes);
        sink.data.set(a.data);
        a.ready.set(goes);
        pass(queued(m, "queue", source, 2), q);
      }),
    ).toMatchInlineSnapshot(`
      "hdl/streams/rules.test.ts:…: The valid of stream "inner" waits for its own ready in module "probe". [valid-waits-for-ready]
          | const { sink, source } = m.stream("inner", stream(uint(4)));
          |                            ^
        step:     "inner_valid" follows from "goes", hdl/streams/rules.test.ts:…
          | sink.valid.set(goes);
          |            ^
        step:     "goes" follows from "inner_ready", hdl/streams/rules.test.ts:…
          | const goes = m.node("goes", sink.ready.and(a.valid));
          |                ^
        expected: a valid that does not follow from ready in the same cycle
        found:    inner_valid <- goes <- inner_ready
        fix:      Offer the word, and change state at fire; or cut the path of ready with buffered(…)."
    `);
  });

  it("of what an instance is given, and through an instance", () => {
    const through = defineModule("through", (_: Record<never, never>) => ({
      ports: { x: input(bit), y: output(bit) },
      build: ({ x, y }) => y.set(x),
    }));
    expect(
      building((a, q, m) => {
        const back = m.wire("back", bit);
        const delayed = m.inst("delayed", through, {}, { x: back });
        const source = { ...a, valid: a.valid.and(delayed.y) };
        pass(queued(m, "queue", source, 2), q);
        back.set(a.ready);
      }),
    ).toMatchInlineSnapshot(`
      "hdl/streams/rules.test.ts:…: The valid of stream "queue.push" waits for its own ready in module "probe". [valid-waits-for-ready]
          | pass(queued(m, "queue", source, 2), q);
          |      ^
        step:     "delayed_y" follows from "back", hdl/streams/rules.test.ts:…
          | const delayed = m.inst("delayed", through, {}, { x: back });
          |                   ^
        step:     "back" follows from "a_ready", hdl/streams/rules.test.ts:…
          | back.set(a.ready);
          |      ^
        step:     "a_ready" follows from "queue_push_ready"
        expected: a valid that does not follow from ready in the same cycle
        found:    delayed_y <- back <- a_ready <- queue_push_ready
        fix:      Offer the word, and change state at fire; or cut the path of ready with buffered(…)."
    `);
  });

  it("spinalhdl#1514: a fork does not wait for its branches, so a join behind it does not deadlock", () => {
    const dut = simulate(
      module((a, q, m) => {
        const [left, right] = forked(m, "fork", a, 2);
        const both = joined(m, "both", { left, right: queued(m, "queue", right, 1) });
        q.valid.set(both.valid);
        q.data.set(both.data.left.xor(both.data.right).not());
        both.ready.set(q.ready);
      }),
      {},
    );
    dut.reset();
    dut.in.a = { valid: true, data: 5 };
    dut.in.q = { ready: true };
    let moved = 0;
    for (let i = 0; i < 20; i++) {
      if (dut.out.q.valid) moved++;
      if (dut.out.q.valid) expect(dut.out.q.data).toBe(15);
      dut.tick();
    }
    expect(moved).toBeGreaterThan(5);
  });

  it("not by a ready that the module itself gives, and a register decides", () => {
    expect(
      building((a, q, m) => {
        const back = m.wire("back", bit);
        const sent = sentOnCredit(m, "tx", queued(m, "queue", a, 2), 4, back);
        const { source, returned } = receivedOnCredit(m, "rx", sent, 4);
        back.set(returned);
        connect(q, source);
      }),
    ).toBe("no error");
    // Where that ready comes from somebody else's, it is that one which valid waits for.
    expect(
      building((a, q, m) => {
        const queue = queued(m, "queue", a, 2);
        queue.ready.set(q.ready);
        q.valid.set(queue.valid.and(queue.ready));
        q.data.set(queue.data);
      }),
    ).toContain('The valid of stream "q" waits for its own ready');
  });

  it("not by ready that follows from valid, other bits of one net, or a register", () => {
    expect(
      building((a, q, m) => {
        const bits = m.wire("bits", uint(2));
        bits.setBit(0, a.valid);
        bits.setBit(1, q.ready);
        const waited = m.reg("waited", bit, { reset: false });
        waited.set(q.ready);
        q.valid.set(bits.bit(0).or(waited.and(a.valid)));
        q.data.set(a.data);
        a.ready.set(bits.bit(1).and(a.valid));
      }),
    ).toBe("no error");
  });
});

describe("in simulation", () => {
  const counting = (offers: (count: StreamSource<Word>["data"]) => StreamSource<Word>["valid"], changes: boolean) =>
    module((a, q, m) => {
      const count = m.reg("count", uint(4), { reset: 0 });
      count.set(count.addWrap(1));
      m.unused(a);
      a.ready.set(true);
      q.valid.set(offers(count));
      if (changes) q.data.set(count);
      else q.data.set(3);
    });
  const run = (definition: ReturnType<typeof module>, checks?: boolean) =>
    failure(() => {
      const dut = simulate(definition, {}, checks === undefined ? {} : { checks });
      dut.reset();
      dut.in.q = { ready: false };
      dut.tick(6);
    });

  it("a stream that takes back what it offered is an error", () => {
    const retracts = counting((count) => count.eq(2), false);
    expect(run(retracts)).toMatchInlineSnapshot(`
      "hdl/streams/rules.test.ts:…: The assertion "q_valid_stays" did not hold at edge 5. [assertion-failed]
          | ports: { a: input(stream(uint(4))), q: output(stream(uint(4))) },
          |                                        ^
        fix:      Look at the waves up to that edge."
    `);
    expect(run(retracts, false)).toBe("no error");
  });

  it("a stream that changes what it offered is an error", () => {
    expect(run(counting((count) => count.ge(2), true))).toMatchInlineSnapshot(`
      "hdl/streams/rules.test.ts:…: The assertion "q_data_stays" did not hold at edge 5. [assertion-failed]
          | ports: { a: input(stream(uint(4))), q: output(stream(uint(4))) },
          |                                        ^
        fix:      Look at the waves up to that edge."
    `);
    expect(run(counting((count) => count.ge(2), false))).toBe("no error");
  });

  it("a test bench that takes back what it offered is told so", () => {
    const dut = simulate(
      module((a, q) => pass(a, q)),
      {},
    );
    dut.reset();
    dut.in.q = { ready: false };
    dut.in.a = { valid: true, data: 5 };
    dut.tick();
    dut.in.a = { valid: false, data: 5 };
    expect(failure(() => dut.tick())).toMatchInlineSnapshot(`
      "hdl/streams/rules.test.ts:…: The assumption "a_valid_stays" did not hold at edge 3. [assertion-failed]
          | ports: { a: input(stream(uint(4))), q: output(stream(uint(4))) },
          |             ^
        fix:      The surroundings break what the module relies on: look at what drives it."
    `);
  });

  it("a module without reset is checked by the one around it", () => {
    const plain = defineModule("plain", (_: Record<never, never>) => ({
      ports: { open: input(bit), a: input(stream(uint(4))), q: output(stream(uint(4))) },
      build({ open, a, q }) {
        q.valid.set(a.valid.and(open));
        q.data.set(a.data);
        a.ready.set(q.ready.and(open));
      },
    }));
    const around = module((a, q, m) => {
      const open = m.reg("open", bit, { reset: true });
      open.set(open.not());
      const out = m.inst("gate", plain, {}, { open, a });
      pass(queued(m, "queue", out.q, 1), q);
    });
    const checked = checkStreams(elaborate(around, {}));
    expect(
      checked.modules.map(({ name, items }) => [name, items.filter(({ kind }) => kind === "property").length]),
    ).toEqual([
      ["plain", 0],
      ["fifo_depth1_width4", 2],
      ["probe", 6],
    ]);
    const simulator = new Simulator(checked);
    for (const [port, value] of Object.entries({ reset: 1, a_valid: 1, a_data: 3, q_ready: 0 }))
      simulator.poke(port, value);
    simulator.step();
    simulator.poke("reset", 0);
    expect(failure(() => simulator.step(5))).toMatch(/"gate_q_valid_stays" did not hold/);
  });

  describe("a top without reset is checked from power-up on", () => {
    const ports = { open: input(bit), a: input(stream(uint(8))), q: output(stream(uint(8))) };
    type Io = Inside<typeof ports>;
    const gated = ({ open, a, q }: Io) => {
      q.valid.set(a.valid.and(open));
      q.data.set(a.data);
      a.ready.set(q.ready.and(open));
    };
    const clocked = (io: Io, m: Builder) => {
      gated(io);
      const last = m.reg("last", uint(8));
      m.when(io.a.fire, () => last.set(io.a.data));
    };
    const tops = { "without clock": gated, "with registers": clocked };
    for (const [name, build] of Object.entries(tops)) {
      for (const options of [{}, { seed: 7 }, { poison: true }, { seed: 3, poison: true }]) {
        it(`${name}, ${JSON.stringify(options)}`, () => {
          const top = defineModule("gate", () => ({ ports, build }));
          const dut = simulate(top, {}, options);
          const offer = (open: boolean, data: number) => {
            Object.assign(dut.in, { open, a: { valid: true, data } });
            dut.in.q.ready = false;
          };
          offer(true, 7);
          dut.tick(3);
          offer(false, 7);
          expect(() => dut.tick()).toThrow('"q_valid_stays" did not hold');
          offer(false, 8);
          expect(() => dut.tick()).toThrow('"a_data_stays" did not hold');
          expect(dut.nets().filter((net) => net.includes("clock"))).toEqual(build === gated ? [] : ["clock"]);
        });
      }
    }
  });
});
