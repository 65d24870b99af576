/** A width or a length of 0, wherever one can be given, is an error that says so and what to do. */
import { expect, it } from "vitest";
import {
  asFixed,
  asyncFifo,
  type Builder,
  bit,
  concat,
  defineModule,
  elaborate,
  enumOf,
  fixed,
  forked,
  HdlError,
  type HdlErrorCode,
  input,
  oneHot,
  output,
  queued,
  record,
  type SIntSignal,
  type StreamSource,
  sentOnCredit,
  sint,
  stream,
  type UIntSignal,
  type UIntType,
  uint,
  vec,
  widened,
} from "./index.ts";

interface Io {
  readonly a: UIntSignal;
  readonly s: SIntSignal;
  readonly words: StreamSource<UIntType>;
}

/** The first problem of a build. */
function failure(body: (io: Io, m: Builder) => unknown): HdlError {
  const probe = defineModule("probe", (_: Record<string, never>) => ({
    ports: { a: input(uint(8)), s: input(sint(8)), words: input(stream(uint(8))), q: output(bit) },
    build({ q, ...io }, m) {
      m.unused(io);
      io.words.ready.set(true);
      q.set(true);
      body(io, m);
    },
  }));
  try {
    elaborate(probe, {});
  } catch (error) {
    if (error instanceof HdlError) return error.all[0];
    throw error;
  }
  throw new Error("no error");
}

const places: readonly (readonly [string, HdlErrorCode, (io: Io, m: Builder) => unknown])[] = [
  ["uint(0)", "bad-width", () => uint(0)],
  ["sint(0)", "bad-width", () => sint(0)],
  ["fixed(0, 0)", "bad-width", () => fixed(0, 0)],
  ["enumOf()", "illegal-name", () => enumOf()],
  ["vec(0, bit)", "bad-width", () => vec(0, bit)],
  ["record({})", "bad-width", (_, m) => m.wire("w", record({}))],
  ["stream(uint(0))", "bad-width", () => stream(uint(0))],
  ["wrap(0)", "bad-width", ({ a }) => a.wrap(0)],
  ["saturate(0)", "bad-width", ({ s }) => s.saturate(0)],
  ["fit(0)", "bad-width", ({ a }) => a.fit(0)],
  ["extend(0)", "bad-width", ({ a }) => a.extend(0)],
  ["bits(-1, 0)", "slice-out-of-range", ({ a }) => a.bits(-1, 0)],
  ["shiftRight(8)", "bad-width", ({ a }) => a.shiftRight(8)],
  ["concat()", "bad-width", () => concat()],
  ["element(i, 0)", "bad-width", ({ a }) => a.element(a.bits(1, 0), 0)],
  ["oneHot(a, 0)", "bad-width", ({ a }) => oneHot(a, 0)],
  ["asFixed(s, 0, 0)", "bad-width", ({ s }) => asFixed(s, 0, 0)],
  ["saturate(0) of fixed", "bad-width", ({ s }) => asFixed(s, 8, 0).saturate(0)],
  ["round({ il: 0, fl: 0 })", "bad-width", ({ s }) => asFixed(s, 4, 4).round({ il: 0, fl: 0, mode: "truncate" })],
  ["mem of no words", "memory-shape", (_, m) => m.mem("words", 0, bit)],
  ["rom of no words", "memory-shape", (_, m) => m.rom("words", uint(8), [])],
  ["queued of no words", "memory-shape", ({ words }, m) => queued(m, "queue", words, 0)],
  ["widened by 0", "stream-shape", ({ words }, m) => widened(m, "wide", words, 0)],
  ["forked to none", "stream-shape", ({ words }, m) => forked(m, "fork", words, 0)],
  ["sentOnCredit of no credits", "stream-shape", ({ words, a }, m) => sentOnCredit(m, "link", words, 0, a.bit(0))],
  ["asyncFifo of no words", "memory-shape", (_, m) => m.inst("fifo", asyncFifo, { depth: 0, width: 8 }, {} as never)],
  ["asyncFifo of no bits", "bad-width", (_, m) => m.inst("fifo", asyncFifo, { depth: 4, width: 0 }, {} as never)],
];

it.each(places)("%s is refused at the line that says it, with what to do", (_, code, body) => {
  const problem = failure(body);
  expect(problem.code).toBe(code);
  expect(problem.details.where).toMatch(/width-zero\.test\.ts/);
  expect(problem.details.hint ?? "").toMatch(/[a-z]+ [a-z]+/);
});
