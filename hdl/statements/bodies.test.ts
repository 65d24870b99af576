/** Bodies of conditions and states. */
import { describe, expect, it } from "vitest";
import { failure } from "../fixtures/messages.ts";
import { type Builder, bit, defineModule, elaborate, emitVerilog, input, output, simulate } from "../index.ts";

const probe = (body: (m: Builder, io: { a: never; q: never }) => void) =>
  defineModule("probe", () => ({
    ports: { a: input(bit), q: output(bit) },
    build({ a, q }, m) {
      q.set(a);
      body(m, { a, q } as never);
    },
  }));

describe("an asynchronous body", () => {
  const message =
    "The body of a condition is asynchronous, so what it assigns would come after its end. [build-out-of-scope]";
  const bodies: Record<string, (m: Builder, io: { a: never; q: { set(value: boolean): void } }) => void> = {
    when: (m, { a, q }) => m.when(a, async () => q.set(true)),
    elseWhen: (m, { a }) => m.when(a, () => {}).elseWhen(a, async () => {}),
    otherwise: (m, { a }) => m.when(a, () => {}).otherwise(async () => {}),
    fsm: (m) => m.fsm("state", { initial: "one", states: { one: async (go) => go("two"), two: () => {} } }),
  };
  it.each(Object.entries(bodies))("is refused in %s", (_, body) => {
    expect(failure(() => elaborate(probe(body as never), {}))).toContain(message);
  });
});

it("a machine of one state rests in it", () => {
  const resting = defineModule("resting", () => ({
    ports: { q: output(bit) },
    build: ({ q }, m) => q.set(m.fsm("state", { initial: "only", states: { only: () => {} } }).is("only")),
  }));
  const dut = simulate(resting, {});
  dut.reset();
  dut.tick();
  expect(dut.out.q).toBe(true);
  expect(emitVerilog(elaborate(resting, {})).text).toContain("STATE_ONLY");
});
